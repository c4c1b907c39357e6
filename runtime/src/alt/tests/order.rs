//! Which of several ready guards commits (A2, A3).

use super::{FLAVORS, now, pair, poison, start, waits};
use crate::alt::{Alt, Fair, Guard};
use crate::channel::{Gone, Receiver, Sender};

#[test]
fn a_prioritised_choice_looks_in_its_order_again_when_it_is_woken() {
    for flavor in FLAVORS {
        for capacity in [0, 1] {
            let ((mut send0, mut recv0), (mut send1, mut recv1)) =
                (pair(flavor, capacity), pair(flavor, capacity));
            let mut guards = [recv0.guard(), recv1.guard()];
            let mut choice = Alt::over(&mut guards).pri_select();
            assert!(waits(&mut choice));
            let _sends = (start(send1.send(1)), start(send0.send(0)));
            assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(0)), "capacity {capacity}");
            assert_eq!((now(Alt::over(&mut guards).pri_select()), guards[1].take()), (Ok(1), Ok(1)));
        }
    }
}

#[test]
fn a_prioritised_choice_of_sends_looks_in_its_order_again_when_it_is_woken() {
    for flavor in FLAVORS {
        for capacity in [0, 1] {
            let ((mut send0, mut recv0), (mut send1, mut recv1)) =
                (pair(flavor, capacity), pair(flavor, capacity));
            for _ in 0..capacity {
                assert_eq!((now(send0.send(0)), now(send1.send(0))), (Ok(()), Ok(())));
            }
            let mut guards = [send0.guard(10), send1.guard(11)];
            let mut choice = Alt::over(&mut guards).pri_select();
            assert!(waits(&mut choice));
            let _receives = (start(recv1.recv()), start(recv0.recv()));
            assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(())), "capacity {capacity}");
            let [_, second] = guards;
            assert_eq!(second.into_token(), Some(11));
        }
    }
}

#[test]
fn a_prioritised_choice_that_goes_elsewhere_leaves_its_token_to_others() {
    for flavor in FLAVORS {
        for capacity in [0, 1] {
            let ((mut send0, mut recv0), (mut send1, mut recv1)) =
                (pair(flavor, capacity), pair(flavor, capacity));
            let (second, first);
            {
                let mut guards = [recv0.guard(), recv1.guard()];
                let mut choice = Alt::over(&mut guards).pri_select();
                assert!(waits(&mut choice));
                (second, first) = (start(send1.send(1)), start(send0.send(0)));
                assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(0)));
            }
            assert_eq!(now(recv1.recv()), Ok(1));
            assert_eq!((first.end(), second.end()), (Ok(()), Ok(())));
        }
    }
}

#[test]
fn case_34_buffers_are_served_in_order_or_in_turn() {
    let n_tokens: i32 = if cfg!(miri) { 20 } else { 1000 };
    for flavor in FLAVORS {
        let filled = || -> (Vec<Sender<i32>>, Vec<Receiver<i32>>) {
            let mut pairs: Vec<_> = (0..4).map(|_| pair(flavor, 1000)).collect();
            for (sender, _) in &mut pairs {
                (0..n_tokens).for_each(|n| assert_eq!(now(sender.send(n)), Ok(())));
            }
            pairs.into_iter().unzip()
        };
        let (_, mut receivers) = filled();
        let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
        for served in 0..4 {
            for n in 0..n_tokens {
                assert_eq!(now(Alt::over(&mut guards).pri_select()), Ok(served));
                assert_eq!(guards[served].take(), Ok(n));
            }
            // The writers are gone: this one has ended.
            assert_eq!(now(Alt::over(&mut guards).pri_select()), Ok(served));
            assert_eq!(guards[served].take(), Err(Gone::Retired));
            guards[served].when(false);
        }
        let (_, mut receivers) = filled();
        let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
        let mut fair = Fair::new();
        for n in 0..n_tokens {
            for served in 0..4 {
                assert_eq!(now(Alt::over(&mut guards).fair_select(&mut fair)), Ok(served));
                assert_eq!(guards[served].take(), Ok(n));
            }
        }
    }
}

#[test]
fn a_fair_choice_goes_on_behind_the_guard_that_was_served_after_a_wait() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..3).map(|_| pair(flavor, 4)).collect();
        let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
        let mut fair = Fair::new();
        {
            let mut choice = Alt::over(&mut guards).fair_select(&mut fair);
            assert!(waits(&mut choice));
            assert_eq!(now(senders[1].send(1)), Ok(()));
            assert_eq!(now(choice), Ok(1));
        }
        assert_eq!(guards[1].take(), Ok(1));
        for sender in &mut senders {
            assert_eq!(now(sender.send(2)), Ok(()));
        }
        let served: Vec<usize> = (0..3)
            .map(|_| {
                let idx = now(Alt::over(&mut guards).fair_select(&mut fair)).unwrap();
                assert_eq!(guards[idx].take(), Ok(2));
                idx
            })
            .collect();
        assert_eq!(served, [2, 0, 1]);
    }
}

#[test]
fn case_40_a_value_comes_before_a_poison_unless_the_order_says_otherwise() {
    for flavor in FLAVORS {
        for poisoned in [0, 1] {
            let mut pairs: Vec<_> = (0..2).map(|_| pair(flavor, 1)).collect();
            let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
            let ready = 1 - poisoned;
            assert_eq!(now(senders[ready].send(5)), Ok(()));
            senders.remove(poisoned).poison(poison());
            let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
            if poisoned == 0 {
                assert_eq!(now(Alt::over(&mut guards).pri_select()), Ok(0));
                assert_eq!(guards[0].take(), Err(Gone::Poisoned(poison())));
                // The value is still there.
            } else {
                assert_eq!(now(Alt::over(&mut guards).pri_select()), Ok(0));
                assert_eq!(guards[0].take(), Ok(5));
                assert_eq!(now(senders[0].send(5)), Ok(()));
            }
            assert_eq!(now(Alt::over(&mut guards).select()), Ok(ready));
            assert_eq!(guards[ready].take(), Ok(5));
            assert_eq!(now(Alt::over(&mut guards).select()), Ok(poisoned));
            assert_eq!(guards[poisoned].take(), Err(Gone::Poisoned(poison())));
        }
    }
}

#[test]
fn select_and_fair_select_prefer_tokens_to_what_has_retired() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..3).map(|_| pair(flavor, 10)).collect();
        let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        (0..10).for_each(|n| assert_eq!(now(senders[1].send(n)), Ok(())));
        // The first and the last channel have ended.
        drop((senders.remove(2), senders.remove(0)));
        let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
        let mut fair = Fair::new();
        for n in 0..10 {
            let idx = if n % 2 == 0 {
                now(Alt::over(&mut guards).select())
            } else {
                now(Alt::over(&mut guards).fair_select(&mut fair))
            };
            assert_eq!((idx, guards[1].take()), (Ok(1), Ok(n)));
        }
        let idx = now(Alt::over(&mut guards).fair_select(&mut fair)).unwrap();
        assert_ne!(idx, 1);
        assert_eq!(guards[idx].take(), Err(Gone::Retired));
        assert_eq!(now(Alt::over(&mut guards).pri_select()), Ok(0));
        assert_eq!(guards[0].take(), Err(Gone::Retired));
    }
}

#[test]
fn a_choice_counts_as_one_of_those_that_wait_first_come_first_served() {
    for flavor in FLAVORS {
        let (mut sender, mut first) = pair(flavor, 0);
        let (mut choosing, mut last) = (first.join(), first.join());
        let mut first_receive = Box::pin(first.recv());
        assert!(waits(&mut first_receive));
        let mut guards: [&mut dyn Guard; 1] = [&mut choosing.guard()];
        let mut choice = Alt::new(&mut guards).select();
        assert!(waits(&mut choice));
        let mut last_receive = Box::pin(last.recv());
        assert!(waits(&mut last_receive));
        assert_eq!(now(sender.send(0)), Ok(()));
        assert_eq!(now(sender.send(1)), Ok(()));
        assert_eq!(now(first_receive), Ok(0));
        assert!(waits(&mut last_receive), "the choice came before it");
        assert_eq!(now(sender.send(2)), Ok(()));
        assert_eq!((now(choice), now(last_receive)), (Ok(0), Ok(2)));
    }
}
