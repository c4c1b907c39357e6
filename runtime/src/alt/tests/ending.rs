//! Retire and poison while a choice waits, and before it starts (A3, case 20).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use super::{Counter, FLAVORS, form, now, pair, poison, waits};
use crate::alt::{Alt, Merge};
use crate::channel::{Channel, Gone, Inspect, Poison, Receiver, Sender};

/// Both ways in which the other side ends.
fn endings() -> [(Option<Poison>, Gone); 2] {
    [(None, Gone::Retired), (Some(poison()), Gone::Poisoned(poison()))]
}

fn end_sender(sender: Sender<i32>, poison: Option<Poison>) {
    match poison {
        None => sender.retire(),
        Some(poison) => sender.poison(poison),
    }
}

fn end_receiver(receiver: Receiver<i32>, poison: Option<Poison>) {
    match poison {
        None => receiver.retire(),
        Some(poison) => receiver.poison(poison),
    }
}

#[test]
fn case_20_an_input_choice_that_waits_is_woken_by_an_ending() {
    for flavor in FLAVORS {
        for capacity in [0, 1] {
            for (how, seen) in endings() {
                let ((sender, mut recv0), (_other, mut recv1)) =
                    (pair(flavor, capacity), pair(flavor, capacity));
                let counter = Arc::new(Counter(AtomicUsize::new(0)));
                let mut guards = [recv0.guard(), recv1.guard()];
                let mut choice = Alt::over(&mut guards).select();
                let waker = Waker::from(Arc::clone(&counter));
                let polled = std::pin::Pin::new(&mut choice).poll(&mut Context::from_waker(&waker));
                assert!(polled.is_pending());
                end_sender(sender, how);
                assert_eq!(counter.0.load(Ordering::Relaxed), 1);
                assert_eq!((now(choice), guards[0].take()), (Ok(0), Err(seen)));
            }
        }
    }
}

#[test]
fn case_20_an_output_choice_that_waits_is_woken_by_an_ending_and_keeps_its_tokens() {
    for flavor in FLAVORS {
        for capacity in [0, 1] {
            for (how, seen) in endings() {
                let ((mut send0, receiver), (mut send1, _other)) =
                    (pair(flavor, capacity), pair(flavor, capacity));
                for _ in 0..capacity {
                    assert_eq!((now(send0.send(0)), now(send1.send(0))), (Ok(()), Ok(())));
                }
                let counter = Arc::new(Counter(AtomicUsize::new(0)));
                let mut guards = [send0.guard(10), send1.guard(11)];
                let mut choice = Alt::over(&mut guards).select();
                let waker = Waker::from(Arc::clone(&counter));
                let polled = std::pin::Pin::new(&mut choice).poll(&mut Context::from_waker(&waker));
                assert!(polled.is_pending());
                end_receiver(receiver, how);
                assert_eq!(counter.0.load(Ordering::Relaxed), 1);
                assert_eq!((now(choice), guards[0].take()), (Ok(0), Err(seen)));
                let tokens: Vec<_> = guards.into_iter().map(crate::alt::SendGuard::into_token).collect();
                assert_eq!(tokens, [Some(10), Some(11)]);
            }
        }
    }
}

#[test]
fn case_20_a_choice_that_starts_after_the_ending_finds_it() {
    for flavor in FLAVORS {
        for (how, seen) in endings() {
            let ((sender, mut input), (mut output, receiver)) = (pair(flavor, 0), pair(flavor, 0));
            end_sender(sender, how.clone());
            end_receiver(receiver, how);
            let (mut receive, mut send) = (input.guard(), output.guard(7));
            assert_eq!(now(Alt::new(&mut [&mut receive, &mut send]).pri_select()), Ok(0));
            assert_eq!(receive.take(), Err(seen.clone()));
            assert_eq!(now(Alt::new(&mut [&mut send, &mut receive]).select()), Ok(0));
            assert_eq!((send.take(), send.into_token()), (Err(seen), Some(7)));
        }
    }
}

#[test]
fn case_20_an_ending_leaves_nothing_queued() {
    for flavor in FLAVORS {
        for (how, _) in endings() {
            let channel = Channel::any_of(form(flavor, 0));
            let (sender, mut receiver) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
            let (_other, mut second) = pair(flavor, 0);
            {
                let mut guards = [receiver.guard(), second.guard()];
                let mut choice = Alt::over(&mut guards).select();
                assert!(waits(&mut choice));
                assert_eq!(channel.snapshot().waits.len(), 1);
                end_sender(sender, how);
                assert!(channel.snapshot().waits.is_empty());
                assert_eq!(now(choice), Ok(0));
            }
            let waiting = channel.snapshot().waits;
            assert!(waiting.is_empty(), "{waiting:?}");
        }
    }
}

#[test]
fn a_choice_goes_on_waiting_when_one_of_two_writers_retires() {
    for flavor in FLAVORS {
        let (sender, mut receiver) = pair(flavor, 0);
        let mut last = sender.join();
        let mut guards = [receiver.guard()];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        drop(sender);
        assert!(waits(&mut choice));
        assert_eq!(now(last.send(1)), Ok(()));
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(1)));
    }
}

#[test]
fn a_committed_guard_is_not_undone_by_a_later_poison() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 0);
        {
            let mut guards = [receiver.guard()];
            let mut choice = Alt::over(&mut guards).select();
            assert!(waits(&mut choice));
            assert_eq!(now(sender.send(1)), Ok(()));
            sender.poison(poison());
            assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(1)));
            assert_eq!((now(Alt::over(&mut guards).select())), Ok(0));
            assert_eq!(guards[0].take(), Err(Gone::Poisoned(poison())));
        }
        let (mut sender, mut receiver) = pair(flavor, 0);
        let mut guards = [sender.guard(2)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(receiver.recv()), Ok(2));
        receiver.poison(poison());
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(())));
    }
}

#[test]
fn an_ending_on_one_guard_loses_to_a_token_that_came_before_the_choice_ran() {
    for flavor in FLAVORS {
        let ((send0, mut recv0), (mut send1, mut recv1)) = (pair(flavor, 0), pair(flavor, 0));
        let mut guards = [recv0.guard(), recv1.guard()];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        drop(send0);
        assert_eq!(now(send1.send(1)), Ok(()), "an offer of the choice still stands");
        assert_eq!((now(choice), guards[1].take()), (Ok(1), Ok(1)));
    }
}

#[test]
fn an_immune_guard_sees_end_of_stream_where_others_see_poison() {
    for flavor in FLAVORS {
        let channel = Channel::any_of(form(flavor, 2));
        let mut sender = Sender::new(&channel, 0);
        let mut immune = Receiver::new(&channel, 1);
        let mut guards = [immune.guard()];
        assert_eq!(now(sender.send(1)), Ok(()));
        sender.poison(poison());
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Ok(1)));
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Err(Gone::Retired)));
    }
}

#[test]
fn a_merge_drops_the_guards_that_have_retired() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..3).map(|_| pair(flavor, 1)).collect();
        let (senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        for (mut sender, n) in senders.into_iter().zip(0..) {
            assert_eq!(now(sender.send(n)), Ok(()));
        }
        let mut merged = Merge::new(&mut receivers);
        for n in 0..3 {
            assert_eq!(now(merged.recv()), Ok(Some((n as usize, n))));
        }
        assert_eq!((now(merged.recv()), now(merged.recv())), (Ok(None), Ok(None)));
    }
}

#[test]
fn a_merge_ends_with_the_poison_of_an_input() {
    for flavor in FLAVORS {
        let ((sender, first), (_idle, second)) = (pair(flavor, 1), pair(flavor, 1));
        let mut receivers = [first, second];
        let mut merged = Merge::new(&mut receivers);
        sender.poison(poison());
        assert_eq!(now(merged.recv()), Err(Gone::Poisoned(poison())));
    }
}
