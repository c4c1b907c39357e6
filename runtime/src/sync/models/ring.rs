//! Races on the flavor spsc: what goes through the ring without the lock, against who waits, chooses or ends under it.

use std::sync::Arc;

use loom::future::block_on;
use loom::thread::spawn;

use super::{Ends, chosen, each_ending, model, plain_receive, plain_send};
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
        let [(to, from), (_idle, other)] = rings(1);
        let sent = plain_send(to, 7);
        let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
        assert_eq!(chosen(&mut from, &mut other), Ok(7));
        assert_eq!(sent.join().unwrap(), Ok(()));
    });
}

#[test]
fn a_free_place_against_an_alt_of_sends() {
    model(4, || {
        let [(to, from), (other, _idle)] = rings(1);
        let (mut to, mut other) = (Sender::of(to), Sender::of(other));
        block_on(async { (to.send(1).await, other.send(2).await) }).0.expect("there is room");
        let received = plain_receive(from);
        let mut guards = [to.guard(7), other.guard(8)];
        assert_eq!(block_on(Alt::over(&mut guards).pri_select()), Ok(0));
        // Taken by the reader's place, or refused by its retirement, which follows at once.
        assert!(matches!(guards[0].take(), Ok(()) | Err(Gone::Retired)));
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
