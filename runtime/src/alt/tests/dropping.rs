//! Choices whose futures are dropped, and results that are not taken (C10).

use super::{FLAVORS, form, now, pair, poison, start, waits};
use crate::alt::{Alt, Guard};
use crate::channel::{Channel, Gone, Inspect, Receiver, Sender};

#[test]
fn a_dropped_choice_withdraws_all_its_offers() {
    for flavor in FLAVORS {
        let ((mut sender, mut input), (mut output, mut receiver)) = (pair(flavor, 0), pair(flavor, 0));
        let (mut receive, mut send) = (input.guard(), output.guard(7));
        {
            let mut guards: [&mut dyn Guard; 2] = [&mut receive, &mut send];
            let mut choice = Alt::new(&mut guards).select();
            assert!(waits(&mut choice));
        }
        assert!(waits(&mut Box::pin(sender.send(1))), "nobody receives any more");
        assert!(waits(&mut Box::pin(receiver.recv())), "nobody sends any more");
        assert_eq!(send.into_token(), Some(7));
    }
}

#[test]
fn a_token_that_a_dropped_choice_had_received_is_the_next_of_its_end() {
    for flavor in FLAVORS {
        for capacity in [0, 2] {
            let (mut sender, mut receiver) = pair(flavor, capacity);
            {
                let mut guards = [receiver.guard()];
                let mut choice = Alt::over(&mut guards).select();
                assert!(waits(&mut choice));
                assert_eq!(now(sender.send(1)), Ok(()));
            }
            let second = start(sender.send(2));
            let mut guards = [receiver.guard()];
            assert_eq!((now(Alt::over(&mut guards).pri_select()), guards[0].take()), (Ok(0), Ok(1)));
            drop(guards);
            assert_eq!((now(receiver.recv()), second.end()), (Ok(2), Ok(())));
        }
    }
}

#[test]
fn a_token_that_a_dropped_choice_had_received_is_counted_when_its_end_ends() {
    for flavor in FLAVORS {
        for how in [None, Some(poison())] {
            let channel = Channel::any_of(form(flavor, 0));
            let (mut sender, mut receiver) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
            {
                let mut guards = [receiver.guard()];
                let mut choice = Alt::over(&mut guards).select();
                assert!(waits(&mut choice));
                assert_eq!(now(sender.send(1)), Ok(()));
            }
            match how {
                None => receiver.retire(),
                Some(poison) => receiver.poison(poison),
            }
            let counts = channel.tally().counts;
            assert_eq!((counts.sent, counts.received, counts.undelivered), (1, 0, 1));
        }
    }
}

#[test]
fn a_send_that_a_dropped_choice_had_committed_has_happened_once() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 0);
        {
            let mut guards = [sender.guard(1)];
            let mut choice = Alt::over(&mut guards).select();
            assert!(waits(&mut choice));
            assert_eq!(now(receiver.recv()), Ok(1));
            drop(choice);
            let [guard] = guards;
            assert_eq!(guard.into_token(), None);
        }
        let mut second = Box::pin(sender.send(2));
        assert!(waits(&mut second));
        assert_eq!((now(receiver.recv()), now(second)), (Ok(2), Ok(())));
    }
}

#[test]
fn a_buffered_send_that_a_dropped_choice_had_committed_has_happened_once() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 1);
        assert_eq!(now(sender.send(0)), Ok(()));
        let mut guards = [sender.guard(1)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(receiver.recv()), Ok(0));
        drop(choice);
        let [guard] = guards;
        assert_eq!((guard.into_token(), now(receiver.recv())), (None, Ok(1)));
    }
}

#[test]
fn a_dropped_choice_lets_those_behind_it_in() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 1);
        let mut behind = sender.join();
        assert_eq!(now(sender.send(0)), Ok(()));
        let mut guards = [sender.guard(1)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        let mut send = Box::pin(behind.send(2));
        assert!(waits(&mut send));
        drop(choice);
        assert_eq!((now(receiver.recv()), now(send)), (Ok(0), Ok(())));
        assert_eq!(now(receiver.recv()), Ok(2));
    }
}

#[test]
fn a_token_that_is_not_taken_from_its_guard_stays_in_the_end() {
    for flavor in FLAVORS {
        let channel = Channel::any_of(form(flavor, 2));
        let (mut sender, mut receiver) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
        (0..2).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
        {
            let mut guards = [receiver.guard()];
            assert_eq!(now(Alt::over(&mut guards).select()), Ok(0));
        }
        assert_eq!((now(receiver.recv()), now(receiver.recv())), (Ok(0), Ok(1)));
        assert_eq!(channel.tally().counts.received, 2);
    }
}

#[test]
fn a_guard_that_is_chosen_again_before_its_token_was_taken_loses_none() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 2);
        (0..2).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
        let mut guards = [receiver.guard()];
        assert_eq!(now(Alt::over(&mut guards).select()), Ok(0));
        assert_eq!(now(Alt::over(&mut guards).pri_select()), Ok(0));
        assert_eq!(guards[0].take(), Ok(0));
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Ok(1)));
    }
}

#[test]
fn a_choice_that_was_dropped_and_one_after_it_use_the_same_ends() {
    for flavor in FLAVORS {
        let ((mut sender, mut input), (mut output, mut receiver)) = (pair(flavor, 0), pair(flavor, 0));
        let (mut receive, mut send) = (input.guard(), output.guard(7));
        for _ in 0..3 {
            let mut guards: [&mut dyn Guard; 2] = [&mut receive, &mut send];
            assert!(waits(&mut Alt::new(&mut guards).select()));
        }
        {
            let mut guards: [&mut dyn Guard; 2] = [&mut receive, &mut send];
            let mut choice = Alt::new(&mut guards).select();
            assert!(waits(&mut choice));
            assert_eq!(now(sender.send(1)), Ok(()));
            assert!(waits(&mut Box::pin(receiver.recv())), "the choice was taken");
            assert_eq!(now(choice), Ok(0));
        }
        assert_eq!((receive.take(), send.into_token()), (Ok(1), Some(7)));
    }
}

#[test]
fn a_choice_that_was_dropped_after_an_ending_keeps_its_tokens() {
    for flavor in FLAVORS {
        let (mut sender, receiver) = pair(flavor, 0);
        let mut guards = [sender.guard(1)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        receiver.poison(poison());
        drop(choice);
        assert_eq!(now(Alt::over(&mut guards).select()), Ok(0));
        assert_eq!(guards[0].take(), Err(Gone::Poisoned(poison())));
        let [guard] = guards;
        assert_eq!(guard.into_token(), Some(1));
    }
}
