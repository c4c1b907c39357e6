//! The ring with what is around it: notes for the end of a poll, and the weight of tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread;

use crate::channel::make::Form;
use crate::channel::raw::Channel;
use crate::channel::{Inspect, Side};
#[cfg(csprun_loom)]
use crate::schedule::AfterPoll;
use crate::schedule::current;

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<T: Send> Channel<T> {
    /// Does what a worker does when a poll ends.
    #[cfg(csprun_loom)]
    pub(crate) fn end_poll(&self) {
        self.ring.as_ref().expect("it has a ring").after_poll();
    }

    /// Leaves the thread of that side as a poll of a worker is that has put a token, or taken one: it looks at the flag of
    /// the other side once more when the poll ends, and not with a fence before.
    pub(crate) fn note_for_the_end(&self, side: Side) {
        self.ring.as_ref().expect("it has a ring").half(side).noted.set(true);
    }
}

#[test]
fn what_a_poll_had_noted_does_not_silence_the_next_owner() {
    let channel = Channel::any_of(Form::spsc(4));
    let (writer, reader) = (channel.add_writer(0), channel.add_reader(0));
    channel.own(Side::Writing, current::thread_number());
    channel.own(Side::Reading, current::thread_number());
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    let sent = (0..5).map(|token| {
        channel.poll_send(writer, &mut Some(token), &mut Context::from_waker(&waker)).is_ready()
    });
    assert_eq!(sent.filter(|sent| *sent).count(), 4, "the fifth waits");
    // As a poll of a worker leaves it that has taken a token, and then gives its end to a thread.
    channel.note_for_the_end(Side::Reading);
    thread::scope(|scope| {
        scope.spawn(|| {
            channel.own(Side::Reading, current::thread_number());
            let taken = channel.poll_receive(reader, &mut Context::from_waker(Waker::noop()));
            assert!(taken.is_ready());
        });
    });
    assert!(woken.0.load(Ordering::Relaxed), "there is a free place, and no more will be taken");
}

#[test]
fn tokens_in_a_full_ring_weigh_what_those_behind_them_do() {
    let bytes = [Form::shared(4), Form::spsc(4)].map(|form| {
        let channel = Channel::any_of(form);
        channel.weigh(Vec::len);
        let writer = channel.add_writer(0);
        channel.add_reader(0);
        let send = || {
            let cx = &mut Context::from_waker(Waker::noop());
            channel.poll_send(writer, &mut Some(vec![0_u8; 1000]), cx).is_ready()
        };
        assert_eq!(std::iter::repeat_with(send).take_while(|sent| *sent).count(), 4);
        let full = channel.snapshot().n_bytes;
        // The fifth, which waited, follows.
        channel.grow(6);
        (full, channel.snapshot().n_bytes)
    });
    assert_eq!(bytes, [(4000, 5000); 2]);
}
