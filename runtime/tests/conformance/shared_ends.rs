//! Deadlocks at channels whose ends any thread may have: who has one is known once it stays with a process (SEMANTICS
//! N2).

use std::thread::{self, Builder};
use std::time::Duration;

use csprun_dsl::diagnostic::Code;
use csprun_runtime::alt::Alt;
use csprun_runtime::compose::{Kind, Network, SharedReceiver, SharedSender, shared_channel};
use csprun_runtime::process::Ended;
use csprun_runtime::testing::within;
use csprun_runtime::{Outcome, Report, wait};

use crate::bodies::Log;
use crate::place::{Case, sleep};
use crate::{LIMIT, on_all, on_all_undelayed};

/// Longer than the supervisor takes to believe in a deadlock.
const LONG: Duration = Duration::from_millis(700);
/// How often the process that goes on does so, at least a second apart in all.
const N_TURNS: usize = 3000;

/// Who waits, in a deadlock.
#[track_caller]
fn waits(report: Report) -> Vec<String> {
    assert_eq!(report.outcome, Outcome::Deadlock, "{:?}", report.diagnostics);
    assert_eq!(report.diagnostics[0].code, Code::E0901);
    report.diagnostics.into_iter().next().map(|diagnostic| diagnostic.notes).unwrap_or_default()
}

/// One more process, which goes on for some seconds and then says so.
fn beside_one_that_goes_on(case: &mut Case, ended: &Log<()>) {
    let ended = ended.clone();
    case.process((), move |()| async move {
        for _ in 0..N_TURNS {
            sleep(Duration::from_millis(1)).await;
        }
        ended.push(());
        Ok(())
    });
}

/// An end of each of two channels.
type Ends = (SharedSender<u64>, SharedReceiver<u64>);

/// Two channels, each from one of these to the other.
fn crossed(kind: Kind) -> (Ends, Ends) {
    let (to_right, from_left) = shared_channel(kind);
    let (to_left, from_right) = shared_channel(kind);
    ((to_right, from_right), (to_left, from_left))
}

/// A process for which the one with the other ends waits, and it for that one.
fn echo(case: &mut Case, ends: Ends) {
    case.process((), move |()| async move {
        let (mut to, mut from) = (ends.0.stay(), ends.1.stay());
        // One more of a side is in the same hands.
        let mut more = from.join();
        to.send(more.recv().await?).await?;
        drop(from.recv().await);
        Ok(())
    });
}

#[test]
fn who_waits_at_ends_of_the_program_that_stayed_is_found_beside_others_that_go_on() {
    on_all_undelayed(|mut case| {
        let (left, right) = crossed(Kind::Rendezvous);
        let ended = Log::new();
        echo(&mut case, left);
        echo(&mut case, right);
        beside_one_that_goes_on(&mut case, &ended);
        let line =
            |process| format!("`{process}` waits to receive on a channel (rendezvous, nobody sending)");
        assert_eq!(waits(case.run()), [line("p[0]"), line("p[1]")]);
        assert!(ended.entries().is_empty(), "it is told while others go on");
    });
}

#[test]
fn who_waits_at_ends_of_a_process_that_stayed_is_found_beside_others_that_go_on() {
    on_all_undelayed(|mut case| {
        let (given, taken) = case.channel::<Ends>(Kind::Rendezvous);
        let ended = Log::new();
        case.process(given, |mut given| async move {
            let (left, right) = crossed(Kind::Buffer(1));
            given.send(right).await.map_err(|_| Ended::fail("nobody takes it"))?;
            given.retire();
            let (mut to, _from) = (left.0.stay(), left.1.stay());
            to.send(1).await?;
            to.send(2).await?;
            Ok(())
        });
        case.process(taken, |mut taken| async move {
            let right = taken.recv().await?;
            let (mut to, _from) = (right.0.stay(), right.1.stay());
            to.send(1).await?;
            Alt::new(&mut [&mut to.guard(2)]).select().await?;
            Ok(())
        });
        beside_one_that_goes_on(&mut case, &ended);
        assert_eq!(
            waits(case.run()),
            [
                "`p[0]` waits to send on a channel of its own (1 slot, full)",
                "`p[1]` waits to send on a channel that `p[0]` made (1 slot, full)",
            ]
        );
        assert!(ended.entries().is_empty(), "it is told while others go on");
    });
}

#[test]
fn who_waits_for_a_permit_to_be_used_is_found_beside_others_that_go_on() {
    on_all_undelayed(|mut case| {
        let (to, from) = shared_channel::<u64>(Kind::Buffer(1));
        let (word, words) = shared_channel::<u64>(Kind::Rendezvous);
        let (other, ended) = (to.clone(), Log::new());
        case.process((), move |()| async move {
            let (mut to, mut words) = (to.stay(), words.stay());
            let permit = to.reserve().await?;
            words.recv().await?;
            permit.send(1).await.ok();
            Ok(())
        });
        case.process((), move |()| async move {
            let (mut other, _word) = (other.stay(), word.stay());
            sleep(Duration::from_millis(50)).await;
            Ok(other.send(2).await?)
        });
        case.process((), move |()| async move {
            let mut from = from.stay();
            drop(from.recv().await);
            Ok(())
        });
        beside_one_that_goes_on(&mut case, &ended);
        assert_eq!(
            waits(case.run()),
            [
                "`p[0]` waits to receive on a channel (rendezvous, nobody sending)",
                "`p[1]` waits to send on a channel (1 slot, full)",
                "also stuck:",
                "`p[2]` waits to receive on a channel (1 slot, empty)",
            ]
        );
        assert!(ended.entries().is_empty(), "it is told while others go on");
    });
}

#[test]
fn who_can_be_woken_later_by_somebody_unknown_is_in_no_deadlock_in_virtual_time() {
    on_all(|mut case| {
        case.virtual_time();
        let (given, taken) = case.channel::<SharedSender<u64>>(Kind::Buffer(1));
        let (go, gone) = case.channel::<u64>(Kind::Rendezvous);
        let (answer, answers) = case.channel::<u64>(Kind::Rendezvous);
        // One guard is of who waits for it, the other of an end that nobody knows of.
        case.process((given, go, answers), |(mut given, mut go, mut answers)| async move {
            let (to, from) = shared_channel(Kind::Rendezvous);
            given.send(to).await.map_err(|_| Ended::fail("nobody takes it"))?;
            let mut from = from.stay();
            let (mut answered, mut woken) = (answers.guard(), from.guard());
            assert_eq!(Alt::new(&mut [&mut answered, &mut woken]).select().await?, 1);
            Ok(go.send(1).await?)
        });
        case.process((gone, answer), |(mut gone, mut answer)| async move {
            gone.recv().await?;
            answer.send(2).await.ok();
            Ok(())
        });
        case.process(taken, |mut taken| async move {
            let to = taken.recv().await?;
            sleep(Duration::from_secs(10)).await;
            Ok(to.send(5).await?)
        });
        case.done();
    });
}

#[test]
fn who_waits_where_the_program_has_an_end_too_is_in_no_deadlock() {
    on_all(|mut case| {
        let (left, right) = crossed(Kind::Rendezvous);
        let spare = right.0.clone();
        echo(&mut case, left);
        echo(&mut case, right);
        let late = Builder::new().spawn(move || {
            thread::sleep(LONG);
            wait(spare.send(1))
        });
        let late = late.expect("threads are to be had");
        case.done();
        assert_eq!(late.join().expect("it does not panic"), Ok(Ok(())));
    });
}

#[test]
fn processes_of_two_runs_with_the_same_numbers_are_not_taken_for_one() {
    within(LIMIT, || {
        let (to, from) = shared_channel::<u64>(Kind::Rendezvous);
        let (mut one, mut other) = (Network::new("one"), Network::new("other"));
        one.process("writes", (), |()| async move { Ok(to.stay().send(7).await?) });
        other.process("reads", (), |()| async move {
            let mut from = from.stay();
            sleep(LONG).await;
            assert_eq!(from.recv().await, Ok(7));
            Ok(())
        });
        let other = other.start().expect("threads are to be had");
        assert_eq!(one.run().expect("threads are to be had").outcome, Outcome::Done);
        assert_eq!(other.wait().outcome, Outcome::Done);
    });
}

#[test]
fn a_run_inside_of_a_process_is_not_taken_for_it() {
    within(LIMIT, || {
        let mut outer = Network::new("outer");
        outer.process("waits", (), |()| async move {
            let (to, from) = shared_channel::<u64>(Kind::Rendezvous);
            let mut inner = Network::new("inner");
            inner.process("gives", (), |()| async move {
                let mut to = to.stay();
                sleep(LONG).await;
                Ok(to.send(7).await?)
            });
            let _inner = inner.start().expect("threads are to be had");
            assert_eq!(from.stay().recv().await, Ok(7));
            Ok(())
        });
        assert_eq!(outer.run().expect("threads are to be had").outcome, Outcome::Done);
    });
}
