//! Choices, step by step: each is polled by hand on both flavors, so every interleaving is exact.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::guard::{Guard, Skip, Timeout};
use super::select::{Alt, Fair, NoChoice};
use crate::barrier::Barrier;
use crate::channel::{Channel, Flavor, Form, Full, Inspect, Poison, Receiver, Sender, Side};
use crate::schedule::current;

#[cfg(test)]
mod dropping;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod order;
#[cfg(test)]
mod spread;

const FLAVORS: [Flavor; 3] = [Flavor::Local, Flavor::Spsc, Flavor::Shared];
const HOUR: Duration = Duration::from_secs(3600);

/// A rendezvous needs no ring.
fn form(flavor: Flavor, capacity: usize) -> Form {
    let flavor = if flavor == Flavor::Spsc && capacity == 0 { Flavor::Shared } else { flavor };
    Form { flavor, capacity, full: Full::Block }
}

fn pair(flavor: Flavor, capacity: usize) -> (Sender<i32>, Receiver<i32>) {
    let channel = Channel::any_of(form(flavor, capacity));
    for side in [Side::Writing, Side::Reading] {
        channel.own(side, current::thread_number());
    }
    (Sender::new(&channel, 0), Receiver::new(&channel, 0))
}

fn step<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The result of what need not wait.
fn now<F: Future>(future: F) -> F::Output {
    match step(&mut pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn waits<F: Future + Unpin>(future: &mut F) -> bool {
    step(future).is_pending()
}

/// An operation that has begun, and its result if that was there at once.
struct Started<F: Future> {
    future: Pin<Box<F>>,
    result: Option<F::Output>,
}

fn start<F: Future>(future: F) -> Started<F> {
    let mut future = Box::pin(future);
    let result = match step(&mut future) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    };
    Started { future, result }
}

impl<F: Future> Started<F> {
    /// Its result, which must be there by now.
    fn end(self) -> F::Output {
        self.result.unwrap_or_else(|| now(self.future))
    }
}

fn poison() -> Poison {
    Poison::new("test", "enough")
}

/// Counts how often it was woken.
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Counter>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn case_37_crossing_choices_commit_exactly_one_of_the_pairings() {
    for flavor in FLAVORS {
        for second_first in [false, true] {
            let ((mut send0, mut recv0), (mut send1, mut recv1)) = (pair(flavor, 0), pair(flavor, 0));
            let (mut a0, mut a1) = (recv0.guard(), send1.guard(11));
            let (mut b1, mut b0) = (recv1.guard(), send0.guard(10));
            let mut of_a: [&mut dyn Guard; 2] = [&mut a0, &mut a1];
            let mut of_b: [&mut dyn Guard; 2] = [&mut b1, &mut b0];
            let (mut a, mut b) = (Alt::new(&mut of_a).select(), Alt::new(&mut of_b).select());
            let (chosen_a, chosen_b) = if second_first {
                assert!(waits(&mut b));
                (now(a).unwrap(), now(b).unwrap())
            } else {
                assert!(waits(&mut a));
                (now(b).unwrap(), now(a).unwrap())
            };
            let (chosen_a, chosen_b) = if second_first { (chosen_a, chosen_b) } else { (chosen_b, chosen_a) };
            // A receives on 0 what B sends there, or the other way round on 1.
            assert_ne!(chosen_a, chosen_b);
            if chosen_a == 0 {
                assert_eq!((a0.take(), b0.take()), (Ok(10), Ok(())));
                assert_eq!((a1.into_token(), b0.into_token()), (Some(11), None));
            } else {
                assert_eq!((b1.take(), a1.take()), (Ok(11), Ok(())));
                assert_eq!((a1.into_token(), b0.into_token()), (None, Some(10)));
            }
        }
    }
}

#[test]
fn case_38_a_send_and_a_receive_in_choices_meet_in_both_orders() {
    for flavor in FLAVORS {
        for writer_first in [false, true] {
            let (mut sender, mut receiver) = pair(flavor, 0);
            let (mut sends, mut receives) = ([sender.guard(7)], [receiver.guard()]);
            let (mut send, mut receive) =
                (Alt::over(&mut sends).select(), Alt::over(&mut receives).pri_select());
            if writer_first {
                assert!(waits(&mut send));
                assert_eq!((now(receive), now(send)), (Ok(0), Ok(0)));
            } else {
                assert!(waits(&mut receive));
                assert_eq!((now(send), now(receive)), (Ok(0), Ok(0)));
            }
            assert_eq!((sends[0].take(), receives[0].take()), (Ok(()), Ok(7)));
        }
    }
}

#[test]
fn a_choice_meets_plain_operations_in_both_orders() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 0);
        {
            let mut receives = [receiver.guard()];
            let mut choice = Alt::over(&mut receives).select();
            assert!(waits(&mut choice));
            assert_eq!(now(sender.send(1)), Ok(()), "the choice was there first");
            assert_eq!((now(choice), receives[0].take()), (Ok(0), Ok(1)));
            let mut send = Box::pin(sender.send(2));
            assert!(waits(&mut send));
            assert_eq!((now(Alt::over(&mut receives).select()), receives[0].take()), (Ok(0), Ok(2)));
            assert_eq!(now(send), Ok(()));
        }
        let mut sends = [sender.guard(3)];
        let mut choice = Alt::over(&mut sends).select();
        assert!(waits(&mut choice));
        assert_eq!(now(receiver.recv()), Ok(3), "the choice was there first");
        assert_eq!((now(choice), sends[0].take()), (Ok(0), Ok(())));
        let mut receive = Box::pin(receiver.recv());
        assert!(waits(&mut receive));
        sends[0].set(4);
        assert_eq!((now(Alt::over(&mut sends).select()), sends[0].take()), (Ok(0), Ok(())));
        assert_eq!(now(receive), Ok(4));
    }
}

#[test]
fn case_39_a_choice_over_both_ends_never_meets_itself() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 0);
        let (mut other_sender, mut other_receiver) = (sender.join(), receiver.join());
        let (mut out, mut input, mut late) = (sender.guard(1), receiver.guard(), Timeout::after(HOUR));
        let mut over = Timeout::after(Duration::ZERO);
        assert_eq!(now(Alt::new(&mut [&mut out, &mut input, &mut over]).select()), Ok(2));
        {
            // Others may have either end.
            let mut guards: [&mut dyn Guard; 3] = [&mut out, &mut input, &mut late];
            let mut choice = Alt::new(&mut guards).select();
            assert!(waits(&mut choice));
            assert!(waits(&mut choice), "polled again it still does not meet itself");
            assert_eq!(now(other_receiver.recv()), Ok(1));
            assert_eq!(now(choice), Ok(0));
        }
        assert_eq!(out.take(), Ok(()));
        out.set(2);
        let mut guards: [&mut dyn Guard; 3] = [&mut out, &mut input, &mut late];
        let mut choice = Alt::new(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(other_sender.send(3)), Ok(()));
        assert_eq!(now(choice), Ok(1));
        assert_eq!((input.take(), out.into_token()), (Ok(3), Some(2)));
    }
}

#[test]
fn a_choice_over_both_ends_of_a_buffer_fills_and_empties_it() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 1);
        let (mut out, mut input) = (sender.guard(1), receiver.guard());
        assert_eq!(now(Alt::new(&mut [&mut out, &mut input]).pri_select()), Ok(0));
        assert_eq!(out.take(), Ok(()));
        out.set(2);
        assert_eq!(now(Alt::new(&mut [&mut out, &mut input]).pri_select()), Ok(1));
        assert_eq!((input.take(), out.into_token()), (Ok(1), Some(2)));
    }
}

#[test]
fn exactly_one_guard_commits_however_many_come_before_the_choice_runs() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..3).map(|_| pair(flavor, 0)).collect();
        let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        let mut sends: Vec<_> = senders.iter_mut().zip(0..).map(|(s, n)| Box::pin(s.send(n))).collect();
        let sent: Vec<bool> = sends.iter_mut().map(|send| !waits(send)).collect();
        assert_eq!(sent, [true, false, false], "the first one took the choice");
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(0)));
        assert!(waits(&mut sends[1]) && waits(&mut sends[2]));
        assert_eq!(now(Alt::over(&mut guards).select()), Ok(1));
        assert_eq!(guards[1].take(), Ok(1));
        assert!(!waits(&mut sends[1]) && waits(&mut sends[2]));
    }
}

#[test]
fn tokens_of_guards_that_were_not_chosen_come_back() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..3).map(|_| pair(flavor, 0)).collect();
        let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        let mut guards: Vec<_> = senders.iter_mut().zip(10..).map(|(s, n)| s.guard(n)).collect();
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        assert_eq!(now(receivers[1].recv()), Ok(11));
        assert!(waits(&mut Box::pin(receivers[2].recv())), "what was offered there is no more");
        assert_eq!((now(choice), guards[1].take()), (Ok(1), Ok(())));
        let tokens: Vec<_> = guards.into_iter().map(super::SendGuard::into_token).collect();
        assert_eq!(tokens, [Some(10), None, Some(12)]);
    }
}

#[test]
fn a_choice_is_woken_by_what_it_waits_for() {
    for flavor in FLAVORS {
        let ((mut sender, mut in0), (out1, mut in1)) = (pair(flavor, 0), pair(flavor, 0));
        let counter = Arc::new(Counter(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&counter));
        let mut guards = [in0.guard(), in1.guard()];
        let mut choice = Alt::over(&mut guards).select();
        let cx = &mut Context::from_waker(&waker);
        assert!(Pin::new(&mut choice).poll(cx).is_pending());
        assert_eq!(counter.0.load(Ordering::Relaxed), 0);
        assert_eq!(now(sender.send(1)), Ok(()));
        assert_eq!(counter.0.load(Ordering::Relaxed), 1);
        assert_eq!((now(choice), guards[0].take()), (Ok(0), Ok(1)));
        drop(out1);
        assert_eq!(counter.0.load(Ordering::Relaxed), 1, "nothing of the choice is left behind");
    }
}

#[test]
fn case_32_skip_is_ready_at_its_place() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..2).map(|_| pair(flavor, 1)).collect();
        let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        let [first, last] = &mut receivers[..] else { panic!("there are two") };
        let (mut first, mut skip, mut last) = (first.guard(), Skip::new(), last.guard());
        assert_eq!(now(senders[1].send(1)), Ok(()));
        for _ in 0..10 {
            assert_eq!(now(Alt::new(&mut [&mut first, &mut skip, &mut last]).pri_select()), Ok(1));
        }
        assert_eq!(now(senders[0].send(0)), Ok(()));
        assert_eq!(now(Alt::new(&mut [&mut first, &mut skip, &mut last]).pri_select()), Ok(0));
        assert_eq!(first.take(), Ok(0));
        skip.when(false);
        assert_eq!(now(Alt::new(&mut [&mut first, &mut skip, &mut last]).pri_select()), Ok(2));
        assert_eq!(last.take(), Ok(1));
    }
}

#[test]
fn a_guard_without_its_precondition_takes_no_part() {
    for flavor in FLAVORS {
        let mut pairs: Vec<_> = (0..2).map(|_| pair(flavor, 0)).collect();
        let (mut senders, mut receivers): (Vec<_>, Vec<_>) = pairs.drain(..).unzip();
        let mut guards: Vec<_> = receivers.iter_mut().map(Receiver::guard).collect();
        guards[0].when(false);
        let mut choice = Alt::over(&mut guards).select();
        assert!(waits(&mut choice));
        let [first, second] = &mut senders[..] else { panic!("there are two") };
        let mut first = Box::pin(first.send(0));
        assert!(waits(&mut first), "its guard is off");
        assert!(waits(&mut choice));
        assert_eq!(now(second.send(1)), Ok(()));
        assert_eq!((now(choice), guards[1].take()), (Ok(1), Ok(1)));
        guards[0].when(true);
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Ok(0)));
    }
}

#[test]
fn a_choice_without_guards_is_refused() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 0);
        let (mut out, mut input, mut skip) = (sender.guard(1), receiver.guard(), Skip::new());
        let mut late = Timeout::after(Duration::ZERO);
        out.when(false);
        input.when(false);
        skip.when(false);
        late.when(false);
        let mut fair = Fair::new();
        assert_eq!(now(Alt::new(&mut [&mut out, &mut input]).select()), Err(NoChoice::NoGuard));
        assert_eq!(now(Alt::new(&mut [&mut skip, &mut late]).pri_select()), Err(NoChoice::NoGuard));
        assert_eq!(now(Alt::new(&mut [&mut out, &mut skip]).fair_select(&mut fair)), Err(NoChoice::NoGuard));
        assert_eq!(now(Alt::new(&mut []).select()), Err(NoChoice::NoGuard));
        assert_eq!(out.into_token(), Some(1));
    }
}

#[test]
fn a_choice_has_one_barrier_at_most() {
    let (barrier, mut members) = Barrier::new(4);
    let (_, mut others) = Barrier::new(2);
    let (mut fair, mut skip) = (Fair::new(), Skip::new());
    let (mut here, mut there) = (members[0].guard(), others[0].guard());
    let refused = Err(NoChoice::Barriers);
    assert_eq!(now(Alt::new(&mut [&mut here, &mut there]).select()), refused);
    assert_eq!(now(Alt::new(&mut [&mut here, &mut there, &mut skip]).pri_select()), refused);
    there.when(false);
    assert_eq!(now(Alt::new(&mut [&mut here, &mut there, &mut skip]).pri_select()), Ok(2));
    // Two places at one are two barriers too.
    let [_, second, third, ..] = &mut members[..] else { unreachable!("there are four") };
    let mut guards = [second.guard(), third.guard()];
    assert_eq!(now(Alt::over(&mut guards).fair_select(&mut fair)), refused);
    assert!(barrier.waiting().is_empty(), "nobody has come");
}

#[test]
fn a_send_guard_without_a_token_takes_no_part() {
    for flavor in FLAVORS {
        let (mut sender, mut receiver) = pair(flavor, 2);
        let mut guards = [sender.guard(1)];
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Ok(())));
        assert_eq!(now(Alt::over(&mut guards).select()), Err(NoChoice::NoGuard));
        guards[0].set(2);
        assert_eq!((now(Alt::over(&mut guards).select()), guards[0].take()), (Ok(0), Ok(())));
        assert_eq!((now(receiver.recv()), now(receiver.recv())), (Ok(1), Ok(2)));
    }
}
