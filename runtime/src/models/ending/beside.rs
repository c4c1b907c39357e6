//! Endings against choices that have more channels than the one that ends.

use loom::future::block_on;
use loom::thread::spawn;

use super::{assert_counted, chosen_send, each_third};
use crate::alt::{Alt, Guard, SendGuard};
use crate::channel::{Gone, Receiver, Sender};
use crate::models::{
    channels, chosen, each_ending, either_way, ends, model, pairs, plain_receive, plain_send, poison, send,
};

/// The other channel of the choice ends: it is chosen, or a token is, and then the other of the two is still there.
#[test]
fn an_ending_beside_an_alt_that_meets_a_send() {
    for send in [plain_send, chosen_send] {
        for how in [None, Some(poison())] {
            model(3, move || {
                let ((to, from), (ends, other)) = pairs(0);
                let (how, seen) = (how.clone(), how.clone().map_or(Gone::Retired, Gone::Poisoned));
                let sent = send(to, 7);
                let ended = spawn(move || ends.end(how));
                let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
                let first = chosen(&mut from, &mut other);
                let second = block_on(if first.is_ok() { other.recv() } else { from.recv() });
                let both = [Ok(7), Err(seen)];
                assert!(both.contains(&first) && both.contains(&second) && first != second);
                assert_eq!(sent.join().unwrap(), Ok(()));
                ended.join().unwrap();
            });
        }
    }
}

#[test]
fn an_ending_beside_an_alt_of_sends_that_meets_a_plain_receive() {
    each_ending(3, |how, seen| {
        let ((to, from), (other, ends)) = pairs(0);
        let received = plain_receive(from);
        let ended = spawn(move || ends.end(how));
        let (mut to, mut other) = (Sender::of(to), Sender::of(other));
        let mut guards = [to.guard(7), other.guard(8)];
        let idx = block_on(Alt::over(&mut guards).select()).expect("both guards take part");
        let met = guards[idx].take();
        let back = guards.map(SendGuard::into_token);
        if idx == 0 {
            assert_eq!((met, back), (Ok(()), [None, Some(8)]));
        } else {
            assert_eq!((met, back), (Err(seen.clone()), [Some(7), Some(8)]));
            assert_eq!(send(&mut to, 7), Ok(()));
        }
        assert_eq!(send(&mut other, 8), Err(seen));
        assert_eq!(received.join().unwrap(), Ok(7));
        ended.join().unwrap();
    });
}

#[test]
fn an_ending_against_alts_on_two_channels_in_both_directions() {
    for which in [0, 1] {
        each_third(3, move |third| {
            let both = channels::<2>(0);
            let [(to0, from0), (to1, from1)] = [ends(&both[0]), ends(&both[1])];
            let ended = third.ends(&both[which]);
            // Its ends end here, so that nobody is told of that before.
            let other = spawn(move || {
                let (mut to, mut from) = (Sender::of(to1), Receiver::of(from0));
                (either_way(&mut to, &mut from, 11), to, from)
            });
            let (mut to, mut from) = (Sender::of(to0), Receiver::of(from1));
            let mine = either_way(&mut to, &mut from, 10);
            let (others, ..) = other.join().unwrap();
            ended.join().unwrap();
            third.assert_met(&mine);
            match &others {
                Ok(Some(token)) => assert_eq!((*token, &mine), (10, &Ok(None))),
                Ok(None) => assert_eq!(mine, Ok(Some(11))),
                Err(gone) => assert_eq!(mine, Err(gone.clone())),
            }
            let told = [to.try_send(9).map_err(|(_, gone)| gone), from.try_recv().map(drop).map_err(Some)];
            let seen = [0, 1].map(|i| if i == which { third.seen() } else { Gone::Retired });
            assert_eq!(told, seen.map(|gone| Err(Some(gone))));
            let n_sent = [&mine, &others].map(|met| u64::from(*met == Ok(None)));
            both.iter().zip(n_sent).for_each(|(channel, n_sent)| assert_counted(channel, n_sent, n_sent, 0));
        });
    }
}

/// A third end of the first channel ends meanwhile.
#[test]
fn an_ending_against_one_alt_and_three_plain() {
    each_third(1, |third| {
        let all = channels::<3>(0);
        let (to, mut from): (Vec<_>, Vec<_>) =
            all.iter().map(ends).map(|(to, from)| (to, Receiver::of(from))).unzip();
        let ended = third.ends(&all[0]);
        let sent: Vec<_> = to.into_iter().zip(0..).map(|(to, token)| plain_send(to, token)).collect();
        let mut guards: Vec<_> = from.iter_mut().map(Receiver::guard).collect();
        let mut received = [None, None, None];
        // Until all are off.
        while let Ok(idx) = block_on(Alt::over(&mut guards).select()) {
            received[idx] = Some(guards[idx].take());
            guards[idx].when(false);
        }
        drop(guards);
        let sent = sent.into_iter().map(|sent| sent.join().unwrap());
        for ((idx, sent), received) in sent.enumerate().zip(received) {
            let received = received.expect("each was chosen once");
            assert_eq!(received.clone().map(drop), sent, "both know of it, or neither");
            assert!(received.is_err() || received == Ok(idx as u32));
            if idx == 0 {
                third.assert_met(&received)
            } else {
                assert_eq!(sent, Ok(()))
            }
            assert_counted(&all[idx], u64::from(sent.is_ok()), u64::from(sent.is_ok()), 0);
        }
        ended.join().unwrap();
        assert_eq!(from[0].try_recv(), Err(third.seen()));
    });
}
