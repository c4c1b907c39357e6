//! Ends for any thread, inside of a network and outside: mobile channels (SEMANTICS C9).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use csprun_dsl::network::ChannelKind as Kind;

use crate::channel::{
    Channel, Flavor, Form, Gone, Poison, ReadEnd, Receiver, SendError, Sender, Side, WriteEnd, later,
};
use crate::schedule::{current, run};

/// A channel whose ends go to any thread, and can be sent over channels themselves. It is of the flavor shared. A kind
/// `Auto` has 64 slots: only a network can grow it.
///
/// ```
/// use csprun_runtime::compose::{Kind, shared_channel};
/// use csprun_runtime::wait;
///
/// let (sender, receiver) = shared_channel::<i32>(Kind::Rendezvous);
/// let reader = std::thread::scope(|threads| {
///     threads.spawn(|| wait(sender.send(1)));
///     wait(receiver.recv())
/// });
/// assert_eq!(reader, Ok(Ok(1)));
/// ```
///
/// Such an end may lie anywhere, so nobody knows who can end a wait at its channel, until `stay` makes it the end of one
/// process. Where all ends of the other side are of processes that stayed, who waits is found stuck as at any channel
/// (SEMANTICS N2), also beside others that go on. Else, at a channel that a process made, that is a deadlock only when
/// everybody waits; at one that the program around the run made, or that others than processes of this run have used, it
/// is none.
///
/// ```
/// use csprun_runtime::Outcome;
/// use csprun_runtime::compose::{Kind, Network, shared_channel};
///
/// let (questions, asked) = shared_channel::<i32>(Kind::Rendezvous);
/// let (answers, answered) = shared_channel::<i32>(Kind::Rendezvous);
/// let mut net = Network::new("both wait");
/// net.process("asks", (), |()| async move {
///     let (_question, mut answer) = (questions.stay(), answered.stay());
///     answer.recv().await?;
///     Ok(())
/// });
/// net.process("answers", (), |()| async move {
///     let (mut question, _answer) = (asked.stay(), answers.stay());
///     question.recv().await?;
///     Ok(())
/// });
/// assert_eq!(net.run().unwrap().outcome, Outcome::Deadlock);
/// ```
pub fn shared_channel<T: Send + 'static>(kind: Kind) -> (SharedSender<T>, SharedReceiver<T>) {
    let channel = Channel::made(Form::of(kind, kind.n_slots(), Flavor::Shared));
    let maker = run::number();
    (SharedSender::new(&channel, maker), SharedReceiver::new(&channel, maker))
}

/// An operation on an end: the owner's own, or when that is in use, one made for it.
struct Turn<'a> {
    busy: Option<&'a AtomicBool>,
}

impl<'a> Turn<'a> {
    fn take(busy: &'a AtomicBool) -> Turn<'a> {
        // Acquire pairs with the release in `drop`: the end is found as the operation before left it.
        let mine = busy.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok();
        Turn { busy: mine.then_some(busy) }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(busy) = self.busy {
            busy.store(false, Ordering::Release);
        }
    }
}

macro_rules! shared {
    ($(#[$doc:meta])* $name:ident $handle:ident $owned:ident $side:expr) => {
        $(#[$doc])*
        pub struct $name<T: Send + 'static> {
            channel: Arc<Channel<T>>,
            idx: usize,
            busy: AtomicBool,
            /// The run, if any, in which the channel was made.
            maker: Option<u32>,
            /// It was given away or ended.
            ended: bool,
        }

        impl<T: Send + 'static> $name<T> {
            fn new(channel: &Arc<Channel<T>>, maker: Option<u32>) -> $name<T> {
                let (idx, busy) = ($handle::new(channel, 0).idx(), AtomicBool::new(false));
                $name { channel: Arc::clone(channel), idx, busy, maker, ended: false }
            }

            /// Notes that others than the run of the channel use it: who waits here may be woken from outside.
            fn note_use(&self) {
                match (self.maker, run::number()) {
                    (maker, user) if maker == user => {}
                    (Some(_), None) => self.channel.used_outside(),
                    _ => run::uses_foreign(Arc::as_ptr(&self.channel).addr(), || self.channel.clone()),
                }
            }

            /// Makes it the end of the process that calls, for use in choices. It leaves that process no more, and the run
            /// counts on that when it looks for who is stuck.
            pub fn stay(mut self) -> $owned<T> {
                self.note_use();
                self.ended = true;
                let end = $handle::at(&self.channel, self.idx);
                end.held_by(current::process());
                $owned::of(end)
            }

            /// Ends it at once, as end of stream.
            pub fn retire(mut self) {
                self.ended = true;
                self.channel.end($side, self.idx, None);
            }

            /// Ends it at once, as an abort that reaches everyone on the channel.
            pub fn poison(mut self, poison: Poison) {
                self.ended = true;
                self.channel.end($side, self.idx, Some(poison));
            }
        }

        impl<T: Send + 'static> Clone for $name<T> {
            /// One more end; over from the start if the channel is (E3).
            fn clone(&self) -> $name<T> {
                $name::new(&self.channel, self.maker)
            }
        }

        impl<T: Send + 'static> Drop for $name<T> {
            fn drop(&mut self) {
                if !self.ended && !later(&self.channel, $side, self.idx) {
                    self.channel.end($side, self.idx, None);
                }
            }
        }
    };
}

shared! {
    /// A writing end for any thread. A clone is one more end; the side retires when the last one is dropped.
    SharedSender WriteEnd Sender Side::Writing
}

shared! {
    /// A reading end for any thread. A clone is one more end; the side retires when the last one is dropped.
    SharedReceiver ReadEnd Receiver Side::Reading
}

impl<T: Send + 'static> SharedSender<T> {
    /// Sends a token: when this is ready a reader has it, or the buffer.
    ///
    /// # Errors
    /// When no reader can get it; the token comes back.
    ///
    /// # Cancel safety
    /// Dropped before it committed, the token is dropped and never delivered.
    pub async fn send(&self, token: T) -> Result<(), SendError<T>> {
        self.note_use();
        let turn = Turn::take(&self.busy);
        if turn.busy.is_none() {
            return Sender::of(WriteEnd::new(&self.channel, 0)).write_end().send(token).await;
        }
        WriteEnd::at(&self.channel, self.idx).send(token).await
    }
}

impl<T: Send + 'static> SharedReceiver<T> {
    /// Receives a token.
    ///
    /// # Errors
    /// When none can come any more.
    ///
    /// # Cancel safety
    /// A token is never lost: what had committed is received next, here or, when another receive was under way, by
    /// nobody and counted undelivered.
    pub async fn recv(&self) -> Result<T, Gone> {
        self.note_use();
        let turn = Turn::take(&self.busy);
        if turn.busy.is_none() {
            return Receiver::of(ReadEnd::new(&self.channel, 0)).read_end().receive().await;
        }
        ReadEnd::at(&self.channel, self.idx).receive().await
    }
}
