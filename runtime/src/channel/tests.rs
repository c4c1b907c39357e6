//! The laws of a channel, step by step: each operation is polled by hand, so every interleaving is exact.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::error::{Gone, Poison};
use super::inspect::Inspect;
use super::make::{Flavor, Form};
use super::raw::Channel;
use super::state::Full;
use super::typed::{Receiver, Sender, channel};

fn step<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// The result of an operation that need not wait.
fn now<F: Future>(future: F) -> F::Output {
    match step(pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the operation waits"),
    }
}

fn waits<F: Future>(future: Pin<&mut F>) -> bool {
    step(future).is_pending()
}

fn poison() -> Poison {
    Poison::new("test", "enough")
}

fn poisoned() -> Gone {
    Gone::Poisoned(poison())
}

fn all_of(capacity: usize, n_readers: usize) -> (Sender<i32>, Vec<Receiver<i32>>) {
    let channel = Channel::all_of(Form::shared(capacity));
    (Sender::new(&channel, 0), (0..n_readers).map(|_| Receiver::new(&channel, 0)).collect())
}

struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Counter>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_rendezvous_send_waits_for_its_reader() {
    let (mut sender, mut receiver) = channel(0);
    let mut send = pin!(sender.send(1));
    assert!(waits(send.as_mut()));
    assert_eq!(now(receiver.recv()), Ok(1));
    assert_eq!(now(send), Ok(()));
}

#[test]
fn a_rendezvous_receive_waits_for_its_writer() {
    let (mut sender, mut receiver) = channel(0);
    let mut receive = pin!(receiver.recv());
    assert!(waits(receive.as_mut()));
    assert_eq!(now(sender.send(1)), Ok(()));
    assert_eq!(now(receive), Ok(1));
}

#[test]
fn waiting_writers_are_served_in_the_order_of_their_coming() {
    for capacity in [0, 1] {
        let (first, mut receiver) = channel(capacity);
        let mut senders: Vec<_> = (0..8).map(|_| first.join()).collect();
        drop(first);
        let mut sends: Vec<_> = senders.iter_mut().zip(0..).map(|(s, n)| Box::pin(s.send(n))).collect();
        for send in &mut sends {
            let _ = step(send.as_mut());
        }
        let received: Vec<i32> = (0..8).map(|_| now(receiver.recv()).unwrap()).collect();
        assert_eq!(received, (0..8).collect::<Vec<_>>());
    }
}

#[test]
fn waiting_readers_are_served_in_the_order_of_their_coming() {
    let (mut sender, first) = channel(2);
    let mut receivers = [first.join(), first.join()];
    let [a, b] = &mut receivers;
    let (mut a, mut b) = (pin!(a.recv()), pin!(b.recv()));
    assert!(waits(a.as_mut()) && waits(b.as_mut()));
    assert_eq!(now(sender.send(1)), Ok(()));
    assert_eq!(now(sender.send(2)), Ok(()));
    assert_eq!((now(b), now(a)), (Ok(2), Ok(1)));
}

#[test]
fn a_buffer_takes_n_tokens_and_one_more_waits() {
    let (mut sender, mut receiver) = channel(3);
    for n in 0..3 {
        assert_eq!(now(sender.send(n)), Ok(()));
    }
    let mut fourth = pin!(sender.send(3));
    assert!(waits(fourth.as_mut()));
    assert_eq!(now(receiver.recv()), Ok(0));
    assert_eq!(now(fourth), Ok(()));
    assert_eq!((1..4).map(|_| now(receiver.recv()).unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn lossy_kinds_keep_the_first_or_the_last() {
    for (full, kept) in [(Full::DropOldest, [3, 4, 5]), (Full::DropNewest, [0, 1, 2])] {
        let channel = Channel::any_of(Form { flavor: Flavor::Local, capacity: 3, full });
        let (mut sender, mut receiver) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
        (0..6).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
        assert_eq!([(); 3].map(|()| now(receiver.recv()).unwrap()), kept);
        let counts = channel.tally().counts;
        assert_eq!((counts.sent, counts.received, counts.dropped), (6, 3, 3));
    }
}

#[test]
fn a_dropped_receive_has_taken_nothing() {
    let (mut sender, mut receiver) = channel(0);
    assert!(waits(pin!(receiver.recv())));
    let mut send = pin!(sender.send(1));
    assert!(waits(send.as_mut()), "the withdrawn receive took the token");
    assert_eq!(now(receiver.recv()), Ok(1));
}

#[test]
fn a_receive_that_committed_and_was_dropped_leaves_its_token_in_the_end() {
    for capacity in [0, 4] {
        let (mut sender, mut receiver) = channel(capacity);
        {
            let mut receive = pin!(receiver.recv());
            assert!(waits(receive.as_mut()));
            assert_eq!(now(sender.send(1)), Ok(()));
        }
        let mut batch = Vec::new();
        let mut second = pin!(sender.send(2));
        let _ = step(second.as_mut());
        assert_eq!(now(receiver.recv_ready(&mut batch, 1)), Ok(()));
        assert_eq!(batch, [1]);
        assert_eq!(now(receiver.recv()), Ok(2));
    }
}

#[test]
fn a_token_left_in_a_retired_end_is_counted_undelivered() {
    let channel = Channel::any_of(Form::shared(0));
    let (mut sender, mut receiver) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
    assert!({
        let mut receive = pin!(receiver.recv());
        let waited = waits(receive.as_mut());
        assert_eq!(now(sender.send(1)), Ok(()));
        waited
    });
    receiver.retire();
    let counts = channel.tally().counts;
    assert_eq!((counts.sent, counts.received, counts.undelivered), (1, 0, 1));
}

#[test]
fn a_dropped_send_is_never_delivered() {
    for capacity in [0, 1] {
        let (mut sender, mut receiver) = channel(capacity);
        (0..capacity).for_each(|_| assert_eq!(now(sender.send(0)), Ok(())));
        assert!(waits(pin!(sender.send(1))));
        (0..capacity).for_each(|_| assert_eq!(now(receiver.recv()), Ok(0)));
        let mut receive = pin!(receiver.recv());
        assert!(waits(receive.as_mut()));
        assert_eq!(now(sender.send(2)), Ok(()));
        assert_eq!(now(receive), Ok(2));
    }
}

#[test]
fn a_batch_takes_what_is_there_from_the_only_reader() {
    let (mut sender, mut receiver) = channel(4);
    let mut tokens: std::collections::VecDeque<i32> = (0..6).collect();
    let mut rest = pin!(sender.send_all(&mut tokens));
    assert!(waits(rest.as_mut()));
    let mut batch = Vec::new();
    assert_eq!(now(receiver.recv_ready(&mut batch, 3)), Ok(()));
    assert_eq!(batch, [0, 1, 2]);
    assert_eq!(now(rest), Ok(()));
    assert_eq!(now(receiver.recv_ready(&mut batch, 9)), Ok(()));
    assert_eq!(batch, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_copy_takes_a_part_of_what_is_ready() {
    let channel = Channel::any_of(Form::shared(200));
    let (writer, copies) = (channel.add_writer(0), [channel.add_reader(0), channel.add_reader(0)]);
    assert_eq!(channel.send_ready(writer, &mut (0..100).collect()), Ok(()));
    let mut taken = Vec::new();
    let mut take = |at: usize, shares| {
        let n_before = taken.len();
        channel.take_ready(copies[at % 2], 256, shares, &mut taken);
        taken.len() - n_before
    };
    let sizes: Vec<usize> = (0..).map(|at| take(at, true)).take_while(|n| *n > 0).collect();
    // A quarter of what is there, and no more than 16; the last three are received one by one.
    assert_eq!(sizes, [16, 16, 16, 13, 9, 7, 5, 4, 3, 2, 2, 1, 1, 1, 1]);
    assert_eq!(take(0, false), 0);
    assert_eq!(taken, (0..97).collect::<Vec<_>>());
}

#[test]
fn a_batch_on_a_shared_end_is_one_token() {
    let (mut sender, mut receiver) = channel(4);
    let _other = receiver.join();
    (0..3).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
    let mut batch = Vec::new();
    assert_eq!(now(receiver.recv_ready(&mut batch, 3)), Ok(()));
    assert_eq!(batch, [0]);
}

#[test]
fn readers_drain_what_is_buffered_when_the_last_writer_retires() {
    let (mut sender, mut receiver) = channel(3);
    let other = sender.join();
    assert_eq!(now(sender.send(1)), Ok(()));
    sender.retire();
    assert_eq!(now(receiver.recv()), Ok(1));
    assert!(waits(pin!(receiver.recv())), "one writer is left");
    drop(other);
    assert_eq!(now(receiver.recv()), Err(Gone::Retired));
}

#[test]
fn the_last_reader_to_retire_releases_a_waiting_writer() {
    let (mut sender, receiver) = channel(0);
    let mut send = pin!(sender.send(1));
    assert!(waits(send.as_mut()));
    receiver.retire();
    let error = now(send).expect_err("nobody reads");
    assert_eq!((error.token, error.gone), (1, Gone::Retired));
}

#[test]
fn buffered_tokens_without_a_reader_are_counted_undelivered() {
    let channel = Channel::any_of(Form::shared(3));
    let (mut sender, receiver) = (Sender::new(&channel, 0), Receiver::<i32>::new(&channel, 0));
    (0..2).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
    drop(receiver);
    assert_eq!(channel.tally().counts.undelivered, 2);
    assert_eq!(now(sender.send(3)).map_err(|error| error.gone), Err(Gone::Retired));
}

#[test]
fn an_end_that_joins_after_retirement_finds_the_channel_over() {
    let (sender, mut receiver) = channel::<i32>(1);
    let late = sender.join();
    drop((sender, late));
    let channel = Channel::<i32>::any_of(Form::shared(1));
    let (sender, reader) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
    drop(reader);
    let mut late_reader = Receiver::new(&channel, 0);
    assert_eq!(now(late_reader.recv()), Err(Gone::Retired));
    drop(sender);
    let mut late_sender = Sender::new(&channel, 0);
    assert_eq!(now(late_sender.send(1)).map_err(|error| error.gone), Err(Gone::Retired));
    assert_eq!(now(receiver.recv()), Err(Gone::Retired));
}

#[test]
fn a_writers_poison_lets_readers_drain_but_fails_waiting_writers() {
    let (mut sender, mut receiver) = channel(2);
    let (mut waiting, poisoner) = (sender.join(), sender.join());
    (0..2).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
    let mut third = pin!(waiting.send(2));
    assert!(waits(third.as_mut()));
    poisoner.poison(poison());
    assert_eq!(now(third).map_err(|error| error.gone), Err(poisoned()));
    assert_eq!(now(sender.send(9)).map_err(|error| error.gone), Err(poisoned()));
    assert_eq!((now(receiver.recv()), now(receiver.recv())), (Ok(0), Ok(1)));
    assert_eq!(now(receiver.recv()), Err(poisoned()));
}

#[test]
fn a_readers_poison_discards_the_buffer_and_reaches_everyone() {
    let channel = Channel::any_of(Form::shared(5));
    let mut sender = Sender::new(&channel, 0);
    let (poisoner, mut other) = (Receiver::new(&channel, 0), Receiver::new(&channel, 0));
    (0..3).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
    poisoner.poison(poison());
    assert_eq!(now(other.recv()), Err(poisoned()));
    assert_eq!(now(sender.send(3)).map_err(|error| error.gone), Err(poisoned()));
    assert_eq!(channel.tally().counts.undelivered, 3);
}

#[test]
fn a_poisoned_sender_wakes_the_receiver() {
    let (sender, mut receiver) = channel::<i32>(0);
    let counter = Arc::new(Counter(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&counter));
    let mut receive = pin!(receiver.recv());
    assert!(receive.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    sender.poison(poison());
    assert_eq!(counter.0.load(Ordering::Relaxed), 1);
    assert_eq!(now(receive), Err(poisoned()));
}

#[test]
fn poison_does_not_undo_a_send_that_committed() {
    let (mut sender, mut receiver) = channel(0);
    {
        let mut send = pin!(sender.send(1));
        assert!(waits(send.as_mut()));
        assert_eq!(now(receiver.recv()), Ok(1));
        receiver.poison(poison());
        assert_eq!(now(send), Ok(()));
    }
    assert_eq!(now(sender.send(2)).map_err(|error| error.gone), Err(poisoned()));
}

#[test]
fn poison_wins_over_retirement() {
    let (sender, mut receiver) = channel::<i32>(2);
    let other = sender.join();
    sender.retire();
    other.poison(poison());
    assert_eq!(now(receiver.recv()), Err(poisoned()));
}

#[test]
fn an_immune_reader_drains_and_sees_end_of_stream() {
    let channel = Channel::any_of(Form::shared(3));
    let mut sender = Sender::new(&channel, 0);
    let (poisoner, mut immune) = (Receiver::new(&channel, 0), Receiver::new(&channel, 1));
    let mut weak = Receiver::new(&channel, 0);
    (0..2).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
    poisoner.poison(poison());
    assert_eq!(now(weak.recv()), Err(poisoned()));
    assert_eq!((now(immune.recv()), now(immune.recv())), (Ok(0), Ok(1)));
    assert_eq!(now(immune.recv()), Err(Gone::Retired));
    assert_eq!(now(sender.send(3)).map_err(|error| error.gone), Err(poisoned()));
}

#[test]
fn a_stronger_poison_reaches_who_withstood_a_weaker_one() {
    let (sender, immune_channel) = (channel::<i32>(1).0, Channel::<i32>::any_of(Form::shared(1)));
    drop(sender);
    let (first, second) = (Sender::new(&immune_channel, 0), Sender::new(&immune_channel, 0));
    let mut reader = Receiver::new(&immune_channel, 1);
    first.poison(poison());
    assert_eq!(now(reader.recv()), Err(Gone::Retired));
    second.poison(poison().with_strength(2));
    assert_eq!(now(reader.recv()), Err(Gone::Poisoned(poison().with_strength(2))));
}

#[test]
fn every_reader_of_an_all_of_rendezvous_releases_the_writer() {
    let (mut sender, mut readers) = all_of(0, 2);
    let mut send = pin!(sender.send(7));
    assert!(waits(send.as_mut()));
    assert_eq!(now(readers[0].recv()), Ok(7));
    assert!(waits(send.as_mut()), "one reader has not taken it");
    assert_eq!(now(readers[1].recv()), Ok(7));
    assert_eq!(now(send), Ok(()));
}

#[test]
fn an_all_of_send_that_committed_is_delivered_though_its_future_is_dropped() {
    let (mut sender, mut readers) = all_of(0, 2);
    assert!(waits(pin!(sender.send(7))));
    assert_eq!(now(readers[0].recv()), Ok(7));
    {
        let mut next = pin!(sender.send(8));
        assert!(waits(next.as_mut()));
        assert_eq!(now(readers[1].recv()), Ok(7));
        assert_eq!((now(readers[0].recv()), now(readers[1].recv())), (Ok(8), Ok(8)));
        assert_eq!(now(next), Ok(()));
    }
}

#[test]
fn the_slowest_reader_of_an_all_of_buffer_holds_the_writer() {
    let (mut sender, mut readers) = all_of(2, 2);
    (0..2).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
    let mut third = pin!(sender.send(2));
    assert_eq!(now(readers[0].recv()), Ok(0));
    assert!(waits(third.as_mut()), "the other reader has no room");
    drop(readers.pop());
    assert_eq!(now(third), Ok(()));
    assert_eq!((now(readers[0].recv()), now(readers[0].recv())), (Ok(1), Ok(2)));
}

#[test]
fn poison_by_a_reader_of_an_all_of_lets_the_others_drain() {
    let (mut sender, mut readers) = all_of(2, 2);
    assert_eq!(now(sender.send(1)), Ok(()));
    readers.pop().unwrap().poison(poison());
    assert_eq!(now(readers[0].recv()), Ok(1));
    assert_eq!(now(readers[0].recv()), Err(poisoned()));
    assert_eq!(now(sender.send(2)).map_err(|error| error.gone), Err(poisoned()));
}
