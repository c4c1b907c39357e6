//! Races on the flavor spsc: what goes through the ring without the lock, against who waits, chooses or ends under it.

use std::sync::Arc;

use loom::future::block_on;
use loom::thread::{JoinHandle, spawn};

use super::{Ends, chosen, each_ending, model};
use crate::alt::Alt;
use crate::channel::{Channel, Form, Gone, Inspect, ReadEnd, Receiver, Sender, Side, WriteEnd};
use crate::schedule::current;

/// A channel with a ring. The checker's threads are one thread of the system.
fn ring(capacity: usize) -> Arc<Channel<u32>> {
    let channel = Channel::any_of(Form::spsc(capacity));
    for side in [Side::Writing, Side::Reading] {
        channel.own(side, current::thread_number());
    }
    channel
}

/// So many of them, in the order of their addresses.
fn rings<const N: usize>(capacity: usize) -> [Ends; N] {
    let mut channels = [(); N].map(|()| ring(capacity));
    channels.sort_by_key(Arc::as_ptr);
    channels.map(|channel| (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0)))
}

#[test]
fn tokens_against_waits() {
    for capacity in [1, 2] {
        model(3, move || {
            let [(to, from)] = rings(capacity);
            let sent = spawn(move || {
                let mut to = Sender::of(to);
                block_on(async {
                    to.send(1).await?;
                    to.send(2).await?;
                    to.send(3).await
                })
            });
            let mut from = Receiver::of(from);
            assert_eq!([(); 3].map(|()| block_on(from.recv())), [Ok(1), Ok(2), Ok(3)]);
            assert_eq!(block_on(from.recv()), Err(Gone::Retired));
            assert!(sent.join().unwrap().is_ok());
        });
    }
}

/// Neither end ends, so nothing but the token wakes who waits for it.
#[test]
fn a_token_against_a_wait() {
    model(3, || {
        let [(mut to, mut from)] = rings(1);
        let sent = spawn(move || block_on(to.send(7)).is_ok());
        assert_eq!(block_on(from.receive()), Ok(7));
        assert!(sent.join().unwrap());
    });
}

#[test]
fn a_free_place_against_a_wait() {
    model(3, || {
        let [(mut to, mut from)] = rings(1);
        block_on(to.send(1)).expect("there is room");
        let received = spawn(move || block_on(from.receive()));
        assert!(block_on(to.send(2)).is_ok());
        assert_eq!(received.join().unwrap(), Ok(1));
    });
}

#[test]
fn a_batch_against_a_batch() {
    model(3, || {
        let [(to, from)] = rings(2);
        let sent = spawn(move || {
            let mut to = Sender::of(to);
            block_on(to.send_all(&mut (1..=4).collect()))
        });
        let (mut from, mut taken) = (Receiver::of(from), Vec::new());
        while block_on(from.recv_ready(&mut taken, 3)).is_ok() {}
        assert_eq!(taken, [1, 2, 3, 4]);
        assert_eq!(sent.join().unwrap(), Ok(()));
    });
}

#[test]
fn a_token_against_an_alt_of_receives() {
    model(4, || {
        let [(mut to, from), (_idle, other)] = rings(1);
        let sent = spawn(move || block_on(to.send(7)).is_ok());
        let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
        assert_eq!(chosen(&mut from, &mut other), Ok(7));
        assert!(sent.join().unwrap());
    });
}

#[test]
fn a_free_place_against_an_alt_of_sends() {
    model(4, || {
        let [(to, mut from), (other, _idle)] = rings(1);
        let (mut to, mut other) = (Sender::of(to), Sender::of(other));
        block_on(async { (to.send(1).await, other.send(2).await) }).0.expect("there is room");
        let received = spawn(move || block_on(from.receive()));
        let mut guards = [to.guard(7), other.guard(8)];
        assert_eq!(block_on(Alt::over(&mut guards).pri_select()), Ok(0));
        assert_eq!(guards[0].take(), Ok(()));
        assert_eq!(received.join().unwrap(), Ok(1));
    });
}

#[test]
fn an_ending_against_a_receive_from_a_ring() {
    each_ending(4, |how, seen| {
        let [(to, from)] = rings(1);
        let ended = spawn(move || {
            let sent = block_on(WriteEnd::same(&to).send(7)).is_ok();
            to.end(how);
            sent
        });
        let mut from = Receiver::of(from);
        assert_eq!(block_on(from.recv()), Ok(7), "what is buffered is read");
        assert_eq!(block_on(from.recv()), Err(seen));
        assert!(ended.join().unwrap());
    });
}

#[test]
fn an_ending_against_a_send_to_a_ring() {
    each_ending(4, |how, seen| {
        let channel = ring(1);
        let (to, from) = (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0));
        let ended = spawn(move || from.end(how));
        let mut to = Sender::of(to);
        let mut n_sent = 0;
        // One may fit, a second never.
        let refused = loop {
            match block_on(to.send(n_sent)) {
                Ok(()) => n_sent += 1,
                Err(refused) => break refused,
            }
        };
        assert!(n_sent <= 1);
        assert_eq!((refused.token, refused.gone), (n_sent, seen));
        ended.join().unwrap();
        let counts = channel.tally().counts;
        assert_eq!((counts.sent, counts.undelivered), (u64::from(n_sent), u64::from(n_sent)));
    });
}

#[test]
fn a_batch_against_the_refill_of_a_ring_that_overflowed() {
    model(2, || {
        let channel = ring(2);
        let (to, from) = (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0));
        channel.grow(4);
        let (mut to, mut from) = (Sender::of(to), Receiver::of(from));
        block_on(to.send_all(&mut (1..=4).collect())).expect("there is room");
        let more = WriteEnd::same(to.write_end());
        let sent = spawn(move || block_on(Sender::of(more).send_all(&mut (5..=6).collect())));
        assert_eq!([(); 6].map(|()| block_on(from.recv())), [1, 2, 3, 4, 5, 6].map(Ok));
        assert_eq!(sent.join().unwrap(), Ok(()));
    });
}

#[test]
fn a_token_against_an_end_that_joins() {
    model(3, || {
        let [(to, from)] = rings(1);
        // It is not ended, so only the token wakes who waits.
        let sent = spawn(move || block_on(WriteEnd::same(&to).send(7)).is_ok());
        let from = Receiver::of(from);
        assert_eq!(block_on(from.join().recv()), Ok(7));
        assert!(sent.join().unwrap());
    });
}

/// On a thread of its own: what a worker does in a poll, after which it looks at the flag of the other side once. In the
/// poll it looks without a fence.
fn in_a_poll<R: 'static>(
    channel: &Arc<Channel<u32>>,
    side: Side,
    body: impl Future<Output = R> + 'static,
) -> JoinHandle<R> {
    channel.note_for_the_end(side);
    let channel = Arc::clone(channel);
    spawn(move || {
        // It never waits, so it is one poll.
        let done = block_on(body);
        channel.end_poll();
        done
    })
}

/// A ring with its only ends.
fn ring_and_ends(capacity: usize) -> (Arc<Channel<u32>>, Ends) {
    let channel = ring(capacity);
    let ends = (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0));
    (channel, ends)
}

#[test]
fn the_end_of_a_poll_that_put_a_token_against_a_wait() {
    model(3, || {
        let (channel, (mut to, mut from)) = ring_and_ends(1);
        let sent = in_a_poll(&channel, Side::Writing, async move { to.send(7).await.is_ok() });
        assert_eq!(block_on(from.receive()), Ok(7));
        assert!(sent.join().unwrap());
    });
}

#[test]
fn the_end_of_a_poll_that_put_two_tokens_against_waits() {
    model(3, || {
        let (channel, (mut to, mut from)) = ring_and_ends(2);
        let both = async move { to.send(1).await.is_ok() && to.send(2).await.is_ok() };
        let sent = in_a_poll(&channel, Side::Writing, both);
        assert_eq!([(); 2].map(|()| block_on(from.receive())), [Ok(1), Ok(2)]);
        assert!(sent.join().unwrap());
    });
}

/// Of three places one is not half: who took only that one leaves the wake to the end of the poll even where it sees the
/// flag.
#[test]
fn the_end_of_a_poll_that_took_a_token_against_a_wait() {
    for capacity in [1, 3] {
        model(3, move || {
            let (channel, (mut to, mut from)) = ring_and_ends(capacity);
            (0..capacity as u32).for_each(|token| block_on(to.send(token)).expect("there is room"));
            let received = in_a_poll(&channel, Side::Reading, async move { from.receive().await });
            assert!(block_on(to.send(9)).is_ok());
            assert_eq!(received.join().unwrap(), Ok(0));
        });
    }
}

#[test]
fn the_end_of_a_poll_that_put_a_token_against_an_alt_of_receives() {
    model(3, || {
        let mut both = [ring_and_ends(1), ring_and_ends(1)];
        both.sort_by_key(|(channel, _)| Arc::as_ptr(channel));
        let [(channel, (mut to, from)), (_, (_idle, other))] = both;
        let sent = in_a_poll(&channel, Side::Writing, async move { to.send(7).await.is_ok() });
        let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
        assert_eq!(chosen(&mut from, &mut other), Ok(7));
        assert!(sent.join().unwrap());
    });
}
