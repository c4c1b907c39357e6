//! Choices on channels that give each reader every token (C8).

use super::{FLAVORS, form, now, pair, poison, start, waits};
use crate::alt::{Alt, Guard};
use crate::channel::{Channel, Flavor, Gone, Inspect, Receiver, Sender};

fn all_of(flavor: Flavor, capacity: usize, n_readers: usize) -> (Sender<i32>, Vec<Receiver<i32>>) {
    let channel = Channel::all_of(form(flavor, capacity));
    (Sender::new(&channel, 0), (0..n_readers).map(|_| Receiver::new(&channel, 0)).collect())
}

#[test]
fn a_send_guard_commits_at_once_and_completes_when_all_readers_took_it() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 0, 2);
        let (_writer, mut other) = pair(flavor, 0);
        let (mut send, mut receive) = (sender.guard(7), other.guard());
        let mut guards: [&mut dyn Guard; 2] = [&mut receive, &mut send];
        let mut choice = Alt::new(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(readers[0].recv()), Ok(7));
        assert!(waits(&mut choice), "one reader has not taken it");
        assert_eq!(now(readers[1].recv()), Ok(7));
        assert_eq!((now(choice), send.take()), (Ok(1), Ok(())));
        assert_eq!(send.into_token(), None);
    }
}

#[test]
fn a_committed_send_guard_is_delivered_though_its_choice_is_dropped() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 0, 2);
        {
            let mut guards = [sender.guard(7)];
            let mut choice = Alt::over(&mut guards).select();
            assert!(waits(&mut choice));
            assert_eq!(now(readers[0].recv()), Ok(7));
        }
        let mut next = Box::pin(sender.send(8));
        assert!(waits(&mut next));
        assert_eq!(now(readers[1].recv()), Ok(7));
        assert_eq!((now(readers[0].recv()), now(readers[1].recv())), (Ok(8), Ok(8)));
        assert_eq!(now(next), Ok(()));
    }
}

#[test]
fn a_guard_whose_dropped_choice_had_committed_can_be_set_again() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 0, 2);
        let mut guards = [sender.guard(7)];
        {
            let mut choice = Alt::over(&mut guards).select();
            assert!(waits(&mut choice));
            assert_eq!(now(readers[0].recv()), Ok(7));
        }
        guards[0].set(8);
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(readers[1].recv()), Ok(7));
        assert!(waits(&mut choice), "the next token is not taken");
        assert_eq!((now(readers[0].recv()), now(readers[1].recv())), (Ok(8), Ok(8)));
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(())));
    }
}

#[test]
fn a_send_guard_waits_while_an_earlier_send_is_not_complete() {
    for flavor in FLAVORS {
        let (mut first, mut readers) = all_of(flavor, 0, 2);
        let mut second = first.join();
        let mut send = Box::pin(first.send(1));
        assert!(waits(&mut send));
        let mut guards = [second.guard(2)];
        {
            let mut choice = Alt::over(&mut guards).select();
            assert!(waits(&mut choice));
            assert_eq!((now(readers[0].recv()), now(readers[1].recv())), (Ok(1), Ok(1)));
            assert_eq!(now(send), Ok(()));
            assert_eq!((now(readers[0].recv()), now(readers[1].recv())), (Ok(2), Ok(2)));
            assert_eq!(now(choice), Ok(0));
        }
        assert_eq!(guards[0].take(), Ok(()));
    }
}

#[test]
fn a_send_guard_completes_when_the_last_reader_it_waited_for_retires() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 0, 2);
        let mut guards = [sender.guard(7)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(readers[0].recv()), Ok(7));
        drop(readers.pop());
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(())));
    }
}

#[test]
fn a_committed_send_guard_is_not_undone_by_poison() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 0, 2);
        let mut guards = [sender.guard(7)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(readers[0].recv()), Ok(7));
        readers.pop().unwrap().poison(poison());
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(())));
        guards[0].set(8);
        assert_eq!(now(Alt::over(&mut guards).select()), Ok(0));
        assert_eq!(guards[0].take(), Err(Gone::Poisoned(poison())));
    }
}

#[test]
fn the_slowest_reader_of_a_buffer_holds_a_send_guard() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 1, 2);
        let mut guards = [sender.guard(0)];
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Ok(())));
        guards[0].set(1);
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(readers[0].recv()), Ok(0));
        assert!(waits(&mut choice), "the other reader has no room");
        assert_eq!(now(readers[1].recv()), Ok(0));
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(())));
        assert_eq!((now(readers[0].recv()), now(readers[1].recv())), (Ok(1), Ok(1)));
    }
}

#[test]
fn readers_that_choose_get_every_token() {
    for flavor in FLAVORS {
        for capacity in [0, 2] {
            let channel = Channel::all_of(form(flavor, capacity));
            let mut sender = Sender::new(&channel, 0);
            let mut readers: Vec<_> = (0..2).map(|_| Receiver::new(&channel, 0)).collect();
            let (_writer, mut other) = pair(flavor, 0);
            let [plain, choosing] = &mut readers[..] else { panic!("there are two") };
            let (mut token, mut never) = (choosing.guard(), other.guard());
            for n in 0..3 {
                let mut guards: [&mut dyn Guard; 2] = [&mut never, &mut token];
                let mut choice = Alt::new(&mut guards).pri_select();
                assert!(waits(&mut choice));
                let send = start(sender.send(n));
                assert_eq!(now(choice), Ok(1));
                assert_eq!((token.take(), now(plain.recv())), (Ok(n), Ok(n)));
                assert_eq!(send.end(), Ok(()));
            }
            let counts = channel.tally().counts;
            assert_eq!((counts.sent, counts.received), (3, 6));
        }
    }
}

#[test]
fn a_list_of_sends_is_complete_when_all_readers_took_the_last_token() {
    for flavor in FLAVORS {
        let (mut sender, mut readers) = all_of(flavor, 0, 2);
        let mut tokens = std::collections::VecDeque::from([1]);
        let mut sends = Box::pin(sender.send_all(&mut tokens));
        assert!(waits(&mut sends));
        assert_eq!(now(readers[0].recv()), Ok(1));
        assert!(waits(&mut sends), "one reader has not taken it");
        assert_eq!((now(readers[1].recv()), now(sends)), (Ok(1), Ok(())));
    }
}

#[test]
fn a_committed_send_guard_that_is_not_complete_is_a_wait_to_the_supervisor() {
    for flavor in FLAVORS {
        let channel = Channel::all_of(form(flavor, 0));
        let (mut sender, mut first) = (Sender::new(&channel, 0), Receiver::new(&channel, 0));
        let _second = Receiver::<i32>::new(&channel, 0);
        let mut guards = [sender.guard(7)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(first.recv()), Ok(7));
        assert_eq!(channel.snapshot().waits.len(), 1);
    }
}

#[test]
fn a_send_guard_that_was_let_in_and_is_not_complete_is_a_wait_to_the_supervisor() {
    for flavor in FLAVORS {
        let channel = Channel::all_of(form(flavor, 0));
        let (mut plain, mut sender) = (Sender::new(&channel, 0), Sender::new(&channel, 0));
        let mut readers = [Receiver::new(&channel, 0), Receiver::new(&channel, 0)];
        let first = start(plain.send(1));
        let mut guards = [sender.guard(2)];
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        readers.iter_mut().for_each(|reader| assert_eq!(now(reader.recv()), Ok(1)));
        assert_eq!(first.end(), Ok(()));
        let waiting = channel.snapshot().waits;
        assert_eq!(waiting.len(), 1, "its claim is taken, and it waits for the readers: {waiting:?}");
    }
}
