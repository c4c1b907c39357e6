//! Races, each a model of a few lines: every order of its steps is tried, as far as so many preemptions give.
//!
//! They drive channels and choices without workers, each thread by a `block_on` that parks. A model that can hang is a
//! deadlock to the checker, and an assertion that some order breaks is shown with that order.

#[cfg(test)]
mod barrier;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod ring;

use std::sync::Arc;

use loom::future::block_on;
use loom::thread::{JoinHandle, spawn};

use crate::alt::{Alt, Guard};
use crate::channel::{Channel, Form, Gone, Poison, ReadEnd, Receiver, Sender, WriteEnd};

/// Tries every order with at most so many preemptions.
fn model(n_preemptions: usize, body: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(n_preemptions);
    builder.check(body);
}

type Ends = (WriteEnd<u32>, ReadEnd<u32>);

/// Two channels, in the order of their addresses: a choice locks them in that order, which must be the same each time.
fn pairs(capacity: usize) -> (Ends, Ends) {
    let [first, second] = ordered(capacity);
    (first, second)
}

fn ordered<const N: usize>(capacity: usize) -> [Ends; N] {
    channels(capacity).map(|channel| ends(&channel))
}

/// So many of them, in the order of their addresses.
fn channels<const N: usize>(capacity: usize) -> [Arc<Channel<u32>>; N] {
    let mut channels = [(); N].map(|()| Channel::any_of(Form::shared(capacity)));
    channels.sort_by_key(Arc::as_ptr);
    channels
}

fn ends(channel: &Arc<Channel<u32>>) -> Ends {
    (WriteEnd::new(channel, 0), ReadEnd::new(channel, 0))
}

fn pair(capacity: usize) -> Ends {
    let [ends] = ordered(capacity);
    ends
}

fn poison() -> Poison {
    Poison::new("model", "enough")
}

/// Sends one token from a thread of its own; the end retires afterwards.
fn plain_send(end: WriteEnd<u32>, token: u32) -> JoinHandle<Result<(), Gone>> {
    spawn(move || send(&mut Sender::of(end), token))
}

/// Sends one token, or sees that it comes back.
fn send(to: &mut Sender<u32>, token: u32) -> Result<(), Gone> {
    block_on(to.send(token)).map_err(|refused| {
        assert_eq!(refused.token, token, "the token comes back");
        refused.gone
    })
}

/// Receives one token on a thread of its own; the end retires afterwards.
fn plain_receive(end: ReadEnd<u32>) -> JoinHandle<Result<u32, Gone>> {
    spawn(move || block_on(async { Receiver::of(end).recv().await }))
}

/// Receives one token from either, by a choice.
fn chosen(first: &mut Receiver<u32>, second: &mut Receiver<u32>) -> Result<u32, Gone> {
    let mut guards = [first.guard(), second.guard()];
    let idx = block_on(Alt::over(&mut guards).select()).expect("both guards take part");
    guards[idx].take()
}

#[test]
fn plain_against_plain() {
    model(5, || {
        let (to, from) = pair(0);
        let sent = plain_send(to, 7);
        assert_eq!(block_on(Receiver::of(from).recv()), Ok(7));
        assert_eq!(sent.join().unwrap(), Ok(()));
    });
}

#[test]
fn plain_against_plain_through_a_slot() {
    model(5, || {
        let (to, from) = pair(1);
        let sent = spawn(move || {
            let mut to = Sender::of(to);
            block_on(async {
                to.send(1).await?;
                to.send(2).await
            })
        });
        let mut from = Receiver::of(from);
        assert_eq!((block_on(from.recv()), block_on(from.recv())), (Ok(1), Ok(2)));
        assert_eq!(block_on(from.recv()), Err(Gone::Retired));
        assert!(sent.join().unwrap().is_ok());
    });
}

#[test]
fn alt_against_plain() {
    for capacity in [0, 1] {
        model(5, move || {
            let ((to, from), (_idle, other)) = pairs(capacity);
            let sent = plain_send(to, 7);
            let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
            assert_eq!(chosen(&mut from, &mut other), Ok(7));
            assert_eq!(sent.join().unwrap(), Ok(()));
        });
    }
}

#[test]
fn alt_of_sends_against_plain() {
    model(5, || {
        let ((to, from), (other, _idle)) = pairs(0);
        let received = plain_receive(from);
        let (mut to, mut other) = (Sender::of(to), Sender::of(other));
        let mut guards = [to.guard(7), other.guard(8)];
        assert_eq!(block_on(Alt::over(&mut guards).pri_select()), Ok(0));
        assert_eq!(guards[0].take(), Ok(()));
        let [_, second] = guards;
        assert_eq!(second.into_token(), Some(8));
        assert_eq!(received.join().unwrap(), Ok(7));
    });
}

#[test]
fn alt_against_two_plain() {
    model(4, || {
        let ((to0, from0), (to1, from1)) = pairs(0);
        let sent = [plain_send(to0, 1), plain_send(to1, 2)];
        let (mut from0, mut from1) = (Receiver::of(from0), Receiver::of(from1));
        let first = chosen(&mut from0, &mut from1).expect("neither has ended");
        let second = block_on(if first == 1 { from1.recv() } else { from0.recv() });
        assert_eq!(second, Ok(3 - first));
        sent.into_iter().for_each(|sent| assert_eq!(sent.join().unwrap(), Ok(())));
    });
}

#[test]
fn alt_against_alt_on_one_channel() {
    model(5, || {
        let (to, from) = pair(0);
        let sent = spawn(move || {
            let mut to = Sender::of(to);
            let mut guards = [to.guard(7)];
            assert_eq!(block_on(Alt::over(&mut guards).select()), Ok(0));
            guards[0].take()
        });
        let mut from = Receiver::of(from);
        let mut guards = [from.guard()];
        assert_eq!(block_on(Alt::over(&mut guards).pri_select()), Ok(0));
        assert_eq!(guards[0].take(), Ok(7));
        assert_eq!(sent.join().unwrap(), Ok(()));
    });
}

#[test]
fn alt_against_alt_on_two_channels() {
    model(4, || {
        let ((to0, from0), (to1, from1)) = pairs(0);
        let sent = spawn(move || {
            let (mut to0, mut to1) = (Sender::of(to0), Sender::of(to1));
            let mut guards = [to0.guard(10), to1.guard(11)];
            let idx = block_on(Alt::over(&mut guards).select()).unwrap();
            assert_eq!(guards[idx].take(), Ok(()));
            idx
        });
        let (mut from0, mut from1) = (Receiver::of(from0), Receiver::of(from1));
        let received = chosen(&mut from1, &mut from0).expect("neither has ended");
        assert_eq!(received, 10 + sent.join().unwrap() as u32);
    });
}

/// Sends on one channel or receives from the other, whichever commits: what it received. A token that was not sent comes
/// back.
fn either_way(to: &mut Sender<u32>, from: &mut Receiver<u32>, token: u32) -> Result<Option<u32>, Gone> {
    let (mut send, mut receive) = (to.guard(token), from.guard());
    let mut guards: [&mut dyn Guard; 2] = [&mut receive, &mut send];
    let idx = block_on(Alt::new(&mut guards).select()).expect("both guards take part");
    let met = if idx == 0 { receive.take().map(Some) } else { send.take().map(|()| None) };
    assert_eq!(send.into_token(), (met != Ok(None)).then_some(token), "it went or it came back");
    met
}

#[test]
fn alt_against_alt_on_two_channels_in_both_directions() {
    model(4, || {
        let ((to0, from0), (to1, from1)) = pairs(0);
        let other = spawn(move || either_way(&mut Sender::of(to1), &mut Receiver::of(from0), 11));
        let mine = either_way(&mut Sender::of(to0), &mut Receiver::of(from1), 10);
        match other.join().unwrap() {
            Ok(Some(token)) => assert_eq!((token, mine), (10, Ok(None))),
            Ok(None) => assert_eq!(mine, Ok(Some(11))),
            Err(gone) => panic!("the other waits for its choice: {gone}"),
        }
    });
}

#[test]
fn one_alt_against_three_plain() {
    model(2, || {
        let (ends, mut from): (Vec<_>, Vec<_>) =
            ordered::<3>(0).into_iter().map(|(to, from)| (to, Receiver::of(from))).unzip();
        let sent: Vec<_> = ends.into_iter().zip(0..).map(|(to, token)| plain_send(to, token)).collect();
        let mut guards: Vec<_> = from.iter_mut().map(Receiver::guard).collect();
        let mut seen = [false; 3];
        for _ in 0..3 {
            let idx = block_on(Alt::over(&mut guards).select()).expect("some guards are on");
            assert_eq!(guards[idx].take(), Ok(idx as u32));
            assert!(!std::mem::replace(&mut seen[idx], true), "a token came twice");
            guards[idx].when(false);
        }
        sent.into_iter().for_each(|sent| assert_eq!(sent.join().unwrap(), Ok(())));
    });
}

/// A model for each way in which an end can end, and what the other side sees of it.
fn each_ending(n_preemptions: usize, body: fn(Option<Poison>, Gone)) {
    for (how, seen) in [(None, Gone::Retired), (Some(poison()), Gone::Poisoned(poison()))] {
        model(n_preemptions, move || body(how.clone(), seen.clone()));
    }
}

#[test]
fn an_ending_against_a_plain_receive() {
    each_ending(5, |how, seen| {
        let (to, from) = pair(0);
        let ended = spawn(move || to.end(how));
        assert_eq!(block_on(Receiver::of(from).recv()), Err(seen));
        ended.join().unwrap();
    });
}

#[test]
fn an_ending_against_a_plain_send() {
    each_ending(5, |how, seen| {
        let (to, from) = pair(0);
        let ended = spawn(move || from.end(how));
        let refused = block_on(Sender::of(to).send(7)).unwrap_err();
        assert_eq!((refused.token, refused.gone), (7, seen));
        ended.join().unwrap();
    });
}

#[test]
fn an_ending_against_an_alt_of_receives() {
    each_ending(5, |how, seen| {
        let ((to, from), (_idle, other)) = pairs(0);
        let ended = spawn(move || to.end(how));
        let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
        assert_eq!(chosen(&mut from, &mut other), Err(seen));
        ended.join().unwrap();
    });
}

#[test]
fn an_ending_against_an_alt_of_sends() {
    each_ending(5, |how, seen| {
        let ((to, from), (other, _idle)) = pairs(0);
        let ended = spawn(move || from.end(how));
        let (mut to, mut other) = (Sender::of(to), Sender::of(other));
        let mut guards = [to.guard(7), other.guard(8)];
        assert_eq!(block_on(Alt::over(&mut guards).select()), Ok(0));
        assert_eq!(guards[0].take(), Err(seen));
        let tokens = guards.map(crate::alt::SendGuard::into_token);
        assert_eq!(tokens, [Some(7), Some(8)]);
        ended.join().unwrap();
    });
}

#[test]
fn a_dropped_alt_against_a_plain_send() {
    model(5, || {
        let ((to, from), (_idle, other)) = pairs(0);
        let sent = plain_send(to, 7);
        let (mut from, mut other) = (Receiver::of(from), Receiver::of(other));
        {
            let mut guards = [from.guard(), other.guard()];
            let mut choice = Alt::over(&mut guards).select();
            let polled = std::pin::Pin::new(&mut choice);
            // Ready or not, its result is not looked at.
            let _ = polled.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        }
        assert_eq!(block_on(from.recv()), Ok(7), "neither lost nor doubled");
        assert_eq!(sent.join().unwrap(), Ok(()));
    });
}

#[test]
fn a_permit_against_a_choice_and_its_other_guard() {
    for uses in [true, false] {
        model(3, move || {
            let ((to, from), (other, idle)) = pairs(0);
            let sent = plain_send(other, 8);
            let promised = spawn(move || {
                let mut to = Sender::of(to);
                block_on(async {
                    let Ok(permit) = to.reserve().await else { return };
                    if uses {
                        let _ = permit.send(7).await;
                    }
                });
            });
            let (mut from, mut idle) = (Receiver::of(from), Receiver::of(idle));
            let first = chosen(&mut from, &mut idle);
            // Given up and retired before the other sends, it is the only guard that is ready.
            if first == Ok(7) || !uses && first == Err(Gone::Retired) {
                assert_eq!(block_on(idle.recv()), Ok(8));
            } else {
                assert_eq!(first, Ok(8));
                assert_eq!(block_on(from.recv()), if uses { Ok(7) } else { Err(Gone::Retired) });
            }
            promised.join().unwrap();
            assert_eq!(sent.join().unwrap(), Ok(()));
        });
    }
}
