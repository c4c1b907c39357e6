//! Laws that hold for every sequence of operations: nothing is lost or doubled, writers keep their order, and what
//! waits has a reason to.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use proptest::prelude::{Just, prop_assert, prop_assert_eq};
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::end::WriteEnd;
use super::error::{Gone, Poison};
use super::inspect::Inspect;
use super::make::Form;
use super::raw::Channel;
use super::state::Side;
use crate::schedule::{EndId, current};

/// A token: its writer, and the how-manieth of that writer's it is.
type Token = (usize, u64);

#[derive(Clone, Copy, Debug)]
enum Step {
    Send(usize),
    WithdrawSend(usize),
    Receive(usize),
    Hold(usize),
    WithdrawReceive(usize),
    Batch(usize),
    Extend(usize),
    EndExtended(usize),
    SendMany(usize),
    Reserve(usize),
    SendReserved(usize),
    GiveUp(usize),
    End(Side, usize, bool),
}

/// A step of a channel with one end on each side.
fn step_of_one() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => step().prop_map(|step| match step {
            Step::Send(_) => Step::Send(0),
            Step::WithdrawSend(_) => Step::WithdrawSend(0),
            Step::Receive(_) => Step::Receive(0),
            Step::Hold(_) => Step::Hold(0),
            Step::WithdrawReceive(_) => Step::WithdrawReceive(0),
            Step::Batch(_) => Step::Batch(0),
            Step::Reserve(_) => Step::Reserve(0),
            Step::SendReserved(_) => Step::SendReserved(0),
            Step::GiveUp(_) => Step::GiveUp(0),
            Step::End(side, _, poison) => Step::End(side, 0, poison),
            other => other,
        }),
        1 => Just(Step::Extend(0)),
        2 => Just(Step::EndExtended(0)),
        3 => Just(Step::SendMany(0)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let end = || 0..2_usize;
    prop_oneof![
        8 => end().prop_map(Step::Send),
        1 => end().prop_map(Step::WithdrawSend),
        6 => end().prop_map(Step::Receive),
        2 => end().prop_map(Step::Hold),
        1 => end().prop_map(Step::WithdrawReceive),
        2 => end().prop_map(Step::Batch),
        3 => end().prop_map(Step::Reserve),
        2 => end().prop_map(Step::SendReserved),
        1 => end().prop_map(Step::GiveUp),
        1 => (prop_oneof![Just(Side::Writing), Just(Side::Reading)], end(), any::<bool>())
            .prop_map(|(side, end, poison)| Step::End(side, end, poison)),
    ]
}

/// How far a writer is with a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Permit {
    None,
    Waits,
    Given,
}

/// What two writers and two readers saw of a channel.
struct World {
    channel: Arc<Channel<Token>>,
    next: [u64; 2],
    waiting: [bool; 2],
    permits: [Permit; 2],
    received: Vec<Token>,
}

impl World {
    fn new(capacity: usize) -> World {
        World::of(Form::shared(capacity), 2)
    }

    /// With so many ends on each side, all used by this thread.
    fn of(form: Form, n_ends: usize) -> World {
        let channel = Channel::any_of(form);
        (0..n_ends).for_each(|_| {
            channel.add_writer(0);
            channel.add_reader(0);
        });
        for side in [Side::Writing, Side::Reading] {
            channel.own(side, current::thread_number());
        }
        World { channel, next: [0; 2], waiting: [false; 2], permits: [Permit::None; 2], received: Vec::new() }
    }

    /// Has ends lie in some tokens, where nobody takes them without the lock.
    fn carry_ends(&self) {
        self.channel.carries(|&(_, n), ends| {
            if n % 3 == 0 {
                ends.push(EndId { of: 0, writes: true, idx: n as usize });
            }
        });
        WriteEnd::at(&self.channel, 0).sends_ends();
    }

    fn take(&mut self, step: Step) {
        let cx = &mut Context::from_waker(Waker::noop());
        match step {
            Step::Send(end) | Step::SendMany(end) if self.permits[end] != Permit::None => {}
            Step::Send(end) => {
                let mut token = (!self.waiting[end]).then_some((end, self.next[end]));
                let fresh = token.is_some();
                let sent = self.channel.poll_send(end, &mut token, cx);
                self.waiting[end] = sent.is_pending();
                self.next[end] += u64::from(fresh);
            }
            Step::WithdrawSend(end) => {
                self.channel.withdraw(Side::Writing, end);
                self.waiting[end] = false;
                self.permits[end] = Permit::None;
            }
            Step::Receive(end) => {
                if let Poll::Ready(Ok(token)) = self.channel.poll_receive(end, cx) {
                    self.received.push(token);
                }
            }
            Step::Hold(end) => drop(self.channel.poll_hold(end, cx)),
            Step::Extend(end) => self.channel.extend(end),
            Step::EndExtended(end) => self.channel.end_extended(end),
            Step::Reserve(_) | Step::SendReserved(_) | Step::GiveUp(_) => self.take_permit(step),
            Step::SendMany(end) if self.permits[end] != Permit::None => {}
            Step::SendMany(end) => {
                let mut tokens = (0..3).map(|i| (end, self.next[end] + i)).collect::<VecDeque<Token>>();
                if !self.waiting[end] && self.channel.send_ready(end, &mut tokens).is_ok() {
                    self.next[end] += 3 - tokens.len() as u64;
                }
            }
            Step::WithdrawReceive(end) => self.channel.withdraw(Side::Reading, end),
            Step::Batch(end) => self.channel.take_ready(end, 2, true, &mut self.received),
            Step::End(side, end, poison) => {
                self.channel.end(side, end, poison.then(|| Poison::new("law", "enough")));
                if side == Side::Writing {
                    self.permits[end] = Permit::None;
                    self.waiting[end] = false;
                }
            }
        }
    }

    fn take_permit(&mut self, step: Step) {
        let cx = &mut Context::from_waker(Waker::noop());
        match step {
            Step::Reserve(end) if !self.waiting[end] => {
                self.permits[end] = match self.channel.poll_reserve(end, cx) {
                    Poll::Pending => Permit::Waits,
                    Poll::Ready(Ok(())) => Permit::Given,
                    Poll::Ready(Err(_)) => Permit::None,
                };
            }
            Step::SendReserved(end) if self.permits[end] == Permit::Given => {
                self.permits[end] = Permit::None;
                let sent = self.channel.send_reserved(end, (end, self.next[end]));
                self.next[end] += u64::from(matches!(sent, Ok(None)));
                self.channel.withdraw(Side::Writing, end);
            }
            Step::GiveUp(end) if self.permits[end] != Permit::None => {
                self.permits[end] = Permit::None;
                self.channel.withdraw(Side::Writing, end);
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn every_flavor_does_the_same(
        capacity in 1..5_usize,
        grown in 0..5_usize,
        with_ends in any::<bool>(),
        steps in proptest::collection::vec(step_of_one(), 0..80),
    ) {
        let mut worlds = [Form::local(capacity), Form::spsc(capacity), Form::shared(capacity)].map(|form| World::of(form, 1));
        if with_ends {
            worlds.iter().for_each(World::carry_ends);
        }
        for (at, step) in steps.into_iter().enumerate() {
            for world in &mut worlds {
                if at == 20 {
                    world.channel.grow(capacity + grown);
                }
                world.take(step);
            }
            let seen = worlds.each_ref().map(|world| {
                let (snapshot, tally) = (world.channel.snapshot(), world.channel.tally());
                let ends = world.channel.in_transit().map(|transit| transit.ends);
                let left = (snapshot.n_tokens, tally.n_left, ends);
                (world.received.clone(), world.waiting, snapshot.waits, left, tally.counts)
            });
            prop_assert_eq!(&seen[0], &seen[1], "local and spsc after {:?}", step);
            prop_assert_eq!(&seen[0], &seen[2], "local and shared after {:?}", step);
        }
    }

    #[test]
    fn nothing_is_lost_or_doubled(
        capacity in 0..4_usize,
        steps in proptest::collection::vec(step(), 0..60),
    ) {
        let mut world = World::new(capacity);
        for step in steps {
            world.take(step);
            let counts = world.channel.tally().counts;
            let n_buffered = world.channel.snapshot().n_tokens as u64;
            let n_kept = counts.received + counts.undelivered + n_buffered;
            // What is left over is in the hands of at most two readers.
            prop_assert!((n_kept..=n_kept + 2).contains(&counts.sent), "{counts:?} and {n_buffered} buffered");
            let n_left = world.channel.tally().n_left;
            prop_assert_eq!(counts.sent, counts.received + counts.undelivered + n_left);
            prop_assert_eq!(counts.received, world.received.len() as u64);
            prop_assert!(n_buffered <= capacity as u64);
        }
        (0..2).for_each(|end| world.channel.end(Side::Writing, end, None));
        (0..2).for_each(|end| world.channel.end(Side::Reading, end, None));
        let counts = world.channel.tally().counts;
        prop_assert_eq!(counts.sent, counts.received + counts.undelivered);
        prop_assert!(world.channel.snapshot().waits.is_empty());
        let mut seen = world.received.clone();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), world.received.len(), "a token came twice");
    }

    #[test]
    fn a_reader_sees_each_writers_order(
        capacity in 0..4_usize,
        steps in proptest::collection::vec(step(), 0..60),
    ) {
        // With one reader, what it receives is what left the channel, in that order.
        let mut world = World::new(capacity);
        world.channel.end(Side::Reading, 1, None);
        for step in steps {
            world.take(step);
        }
        for writer in 0..2 {
            let own: Vec<u64> =
                world.received.iter().filter(|token| token.0 == writer).map(|token| token.1).collect();
            prop_assert!(own.is_sorted(), "{own:?}");
        }
    }

    #[test]
    fn who_waits_cannot_go_on(
        capacity in 0..4_usize,
        steps in proptest::collection::vec(step(), 0..60),
    ) {
        let mut world = World::new(capacity);
        for step in steps {
            world.take(step);
            let waits = world.channel.snapshot().waits;
            let sends = waits.iter().any(|wait| wait.operation == super::state::WaitFor::Send);
            let receives = waits.iter().any(|wait| wait.operation == super::state::WaitFor::Receive);
            let n_permits = world.channel.snapshot().permits.len();
            prop_assert!(n_permits > 0 || !(sends && receives), "a writer and a reader wait for each other");
            let n_buffered = world.channel.snapshot().n_tokens;
            prop_assert!(!sends || n_buffered + n_permits >= capacity, "a writer waits beside a free slot");
            prop_assert!(!receives || n_buffered == 0, "a reader waits beside a token");
        }
    }
}

#[test]
fn a_send_that_is_refused_leaves_its_token() {
    let channel = Channel::any_of(Form::shared(0));
    let (writer, reader) = (channel.add_writer(0), channel.add_reader(0));
    channel.end(Side::Reading, reader, None);
    let mut token = Some(7);
    let sent = channel.poll_send(writer, &mut token, &mut Context::from_waker(Waker::noop()));
    assert_eq!((sent, token), (Poll::Ready(Err(Gone::Retired)), Some(7)));
}
