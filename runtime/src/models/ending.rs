//! Races between ends that meet and a third one that ends: it retires or poisons, as a writer or as a reader.
//!
//! Whatever the order: what was sent is received, or counted, or comes back; nobody waits for ever; both sides of a
//! communication agree that it happened; and afterwards everyone is told the same.

mod beside;
mod given_up;

use std::sync::Arc;

use loom::future::block_on;
use loom::thread::{JoinHandle, spawn};

use super::{channels, chosen, ends, model, plain_receive, plain_send, poison, send};
use crate::alt::{Alt, SendGuard};
use crate::channel::{Channel, Gone, Inspect, Poison, ReadEnd, Receiver, Sender, Side, WriteEnd};

/// An end beside those that meet, on the same channel, and how it ends.
#[derive(Clone, Debug)]
struct Third {
    side: Side,
    how: Option<Poison>,
}

impl Third {
    /// It joins the channel and ends on a thread of its own.
    fn ends(&self, channel: &Arc<Channel<u32>>) -> JoinHandle<()> {
        let (channel, side, how) = (Arc::clone(channel), self.side, self.how.clone());
        let end = match side {
            Side::Writing => WriteEnd::new(&channel, 0).idx(),
            Side::Reading => ReadEnd::new(&channel, 0).idx(),
        };
        spawn(move || channel.end(side, end, how))
    }

    /// What everyone is told when the others have ended, too.
    fn seen(&self) -> Gone {
        self.how.clone().map_or(Gone::Retired, Gone::Poisoned)
    }

    /// An end of `side` was told `gone`. When all of the other side have retired, it may be told that before its own side
    /// poisons.
    fn assert_told(&self, side: Side, gone: &Gone) {
        let retired = side == self.side && *gone == Gone::Retired;
        assert!(retired || *gone == self.seen(), "{self:?}: {gone}");
    }

    /// A partner, whose other side did not retire, met it or was told of the poison.
    fn assert_met<T>(&self, met: &Result<T, Gone>) {
        if let Err(Gone::Poisoned(poison)) = met {
            assert_eq!(Some(poison), self.how.as_ref());
        } else {
            assert!(met.is_ok(), "{self:?}: retired before its partner");
        }
    }
}

/// A model for each third end and each way to end.
fn each_third(n_preemptions: usize, body: impl Fn(Third) + Clone + Send + Sync + 'static) {
    for side in [Side::Writing, Side::Reading] {
        for how in [None, Some(poison())] {
            let (third, body) = (Third { side, how }, body.clone());
            model(n_preemptions, move || body(third.clone()));
        }
    }
}

/// So many were sent and received. The rest is counted as undelivered, and there is none on a rendezvous.
fn assert_counted(channel: &Channel<u32>, n_sent: u64, n_received: u64, capacity: usize) {
    let counts = channel.tally().counts;
    assert_eq!((counts.sent, counts.received, counts.dropped), (n_sent, n_received, 0));
    assert_eq!(counts.undelivered, n_sent - n_received);
    assert!(capacity > 0 || counts.undelivered == 0, "one side says that they met, the other does not");
}

/// Sends one token by a choice on a thread of its own; the end retires afterwards.
fn chosen_send(end: WriteEnd<u32>, token: u32) -> JoinHandle<Result<(), Gone>> {
    spawn(move || {
        let mut to = Sender::of(end);
        let mut guards = [to.guard(token)];
        assert_eq!(block_on(Alt::over(&mut guards).select()), Ok(0));
        let sent = guards[0].take();
        assert_eq!(guards.map(SendGuard::into_token), [sent.is_err().then_some(token)]);
        sent
    })
}

/// Receives one token by a choice on a thread of its own; the end retires afterwards.
fn chosen_receive(end: ReadEnd<u32>) -> JoinHandle<Result<u32, Gone>> {
    spawn(move || {
        let mut from = Receiver::of(end);
        let mut guards = [from.guard()];
        assert_eq!(block_on(Alt::over(&mut guards).select()), Ok(0));
        guards[0].take()
    })
}

/// Receives one token by a choice that looks at the first channel first.
fn chosen_in_order(first: &mut Receiver<u32>, second: &mut Receiver<u32>) -> Result<u32, Gone> {
    let mut guards = [first.guard(), second.guard()];
    let idx = block_on(Alt::over(&mut guards).pri_select()).expect("both guards take part");
    guards[idx].take()
}

/// Sends a token to the first by a choice between the two. Nobody reads from the second.
fn send_chosen(first: &mut Sender<u32>, second: &mut Sender<u32>, token: u32) -> Result<(), Gone> {
    let mut guards = [first.guard(token), second.guard(99)];
    assert_eq!(block_on(Alt::over(&mut guards).select()), Ok(0));
    let sent = guards[0].take();
    let back = guards.map(SendGuard::into_token);
    assert_eq!(back, [sent.is_err().then_some(token), Some(99)], "it went or it came back");
    sent
}

/// One receives until it is told of the end, of two channels of which the second is idle; another sends one token.
fn receives_until_the_end(
    n_preemptions: usize,
    capacity: usize,
    send: fn(WriteEnd<u32>, u32) -> JoinHandle<Result<(), Gone>>,
    receive: fn(&mut Receiver<u32>, &mut Receiver<u32>) -> Result<u32, Gone>,
) {
    each_third(n_preemptions, move |third| {
        let [channel, idle] = channels(capacity);
        let ((to, from), (_idle, other)) = (ends(&channel), ends(&idle));
        let ended = third.ends(&channel);
        let sent = send(to, 7);
        let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
        let mut tokens = Vec::new();
        let gone = loop {
            match receive(&mut from, &mut other) {
                Ok(token) => tokens.push(token),
                Err(gone) => break gone,
            }
        };
        third.assert_told(Side::Reading, &gone);
        let sent = sent.join().unwrap();
        third.assert_met(&sent);
        ended.join().unwrap();
        assert_eq!(from.try_recv(), Err(third.seen()));
        // Only a reader's poison discards what is buffered.
        let discarded = third.side == Side::Reading && third.how.is_some() && tokens.is_empty();
        assert!(discarded || tokens == Vec::from_iter(sent.is_ok().then_some(7)), "{third:?}: {tokens:?}");
        assert_counted(&channel, u64::from(sent.is_ok()), tokens.len() as u64, capacity);
    });
}

/// Sends a token to the first of two.
type SendToFirst = fn(&mut Sender<u32>, &mut Sender<u32>, u32) -> Result<(), Gone>;

/// One sends until it is told of the end, to two channels of which the second is idle; another receives one token.
fn sends_until_the_end(
    n_preemptions: usize,
    capacity: usize,
    receive: fn(ReadEnd<u32>) -> JoinHandle<Result<u32, Gone>>,
    send: SendToFirst,
) {
    each_third(n_preemptions, move |third| {
        let [channel, idle] = channels(capacity);
        let ((to, from), (other, _idle)) = (ends(&channel), ends(&idle));
        let ended = third.ends(&channel);
        let received = receive(from);
        let (mut to, mut other) = (Sender::of(to), Sender::of(other));
        // There is room in the first alone.
        while other.try_send(99).is_ok() {}
        let mut n_sent = 0;
        let gone = loop {
            match send(&mut to, &mut other, n_sent) {
                Ok(()) => n_sent += 1,
                Err(gone) => break gone,
            }
        };
        third.assert_told(Side::Writing, &gone);
        let received = received.join().unwrap();
        third.assert_met(&received);
        ended.join().unwrap();
        assert_eq!(to.try_send(9), Err((9, Some(third.seen()))));
        assert!(received.is_err() || received == Ok(0), "{received:?}");
        assert_counted(&channel, u64::from(n_sent), u64::from(received.is_ok()), capacity);
    });
}

#[test]
fn an_ending_against_a_plain_receive_that_meets_a_plain_send() {
    for capacity in [0, 1] {
        receives_until_the_end(3, capacity, plain_send, |from, _| block_on(from.recv()));
    }
}

#[test]
fn an_ending_against_a_plain_send_that_meets_a_plain_receive() {
    for capacity in [0, 1] {
        sends_until_the_end(3, capacity, plain_receive, |to, _, token| send(to, token));
    }
}

#[test]
fn an_ending_against_an_alt_that_meets_a_plain_send() {
    for capacity in [0, 1] {
        receives_until_the_end(3, capacity, plain_send, chosen);
    }
}

/// Where several read, the choice is decided by who comes; where the third has ended, it is woken instead.
#[test]
fn an_ending_against_an_alt_in_order_that_meets_a_plain_send() {
    receives_until_the_end(3, 0, plain_send, chosen_in_order);
}

#[test]
fn an_ending_against_an_alt_of_sends_that_meets_a_plain_receive() {
    for capacity in [0, 1] {
        sends_until_the_end(3, capacity, plain_receive, send_chosen);
    }
}

#[test]
fn an_ending_against_an_alt_that_meets_an_alt() {
    receives_until_the_end(3, 0, chosen_send, chosen);
    sends_until_the_end(3, 0, chosen_receive, send_chosen);
}

/// Nobody else ends or comes, so only the poison wakes who waits.
#[test]
fn a_poison_against_one_who_waits() {
    type Two<End> = fn(&mut End, &mut End) -> Option<Gone>;
    let sends: [Two<Sender<u32>>; 2] =
        [|to, _| send(to, 7).err(), |to, other| send_chosen(to, other, 7).err()];
    let receives: [Two<Receiver<u32>>; 2] =
        [|from, _| block_on(from.recv()).err(), |from, other| chosen(from, other).err()];
    for (side, i) in [(Side::Writing, 0), (Side::Writing, 1), (Side::Reading, 0), (Side::Reading, 1)] {
        model(4, move || {
            let third = Third { side, how: Some(poison()) };
            let both = channels::<2>(0);
            let [(to, _from), (other, _idle)] = both.each_ref().map(ends);
            let ended = third.ends(&both[0]);
            let told = sends[i](&mut Sender::of(to), &mut Sender::of(other));
            assert_eq!(told, Some(third.seen()));
            ended.join().unwrap();
        });
        model(4, move || {
            let third = Third { side, how: Some(poison()) };
            let both = channels::<2>(0);
            let [(_to, from), (_idle, other)] = both.each_ref().map(ends);
            let ended = third.ends(&both[0]);
            let told = receives[i](&mut Receiver::of(from), &mut Receiver::of(other));
            assert_eq!(told, Some(third.seen()));
            ended.join().unwrap();
        });
    }
}
