//! The dining philosophers (case 47): forks are locks, and seats a semaphore.

use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::testing::Net;

use crate::bodies::{Body, Log, body};
use crate::everywhere;
use crate::servers::server_named;

const N: usize = 5;

/// Sits down, takes the left fork and the right one, eats, and gives all back; with `slow` hands it takes the second
/// fork so late that everybody has the first.
fn philosopher(n_rounds: usize, slow: bool, meals: &Log<usize>) -> impl Body + use<> {
    let meals = meals.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut calls = ports.calls("call");
            for round in 0..n_rounds {
                for (at, call) in calls.iter_mut().enumerate() {
                    call.call("acquire").await?;
                    if slow && at == 1 {
                        ports.sleep(Duration::from_millis(200)).await?;
                    }
                }
                meals.push(round);
                for call in calls.iter_mut().rev() {
                    call.call("release").await?;
                }
            }
            Ok(())
        })
    })
}

/// The table; gives what was eaten.
fn table(net: &mut Net, n_seats: usize, n_rounds: usize, slow: bool) -> Log<usize> {
    let meals = Log::new();
    let seats = server_named(net, "seats", "Semaphore", i64::try_from(n_seats).expect("a few"));
    let forks: Vec<_> = (0..N).map(|at| server_named(net, &format!("fork[{at}]"), "Lock", 1)).collect();
    for at in 0..N {
        let calls = [seats, forks[at], forks[(at + 1) % N]];
        net.caller(&format!("phil[{at}]"), &[], &[], &calls, philosopher(n_rounds, slow, &meals));
    }
    meals
}

#[test]
fn case_47_with_a_seat_less_a_thousand_rounds_end() {
    everywhere(|mut net| {
        let meals = table(&mut net, N - 1, 1000 / N, false);
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(meals.entries().len(), 1000);
    });
}

#[test]
fn case_47_with_a_seat_for_each_the_deadlock_is_a_cycle_of_forks_and_philosophers() {
    everywhere(|mut net| {
        let meals = table(&mut net, N, 1, true);
        let report = net.run();
        assert_eq!((report.exit_code(), meals.entries().len()), (4, 0));
        let notes = &report.diagnostics[0].notes;
        let cycle: Vec<&String> = notes.iter().take_while(|note| *note != "also stuck:").collect();
        assert_eq!(cycle.len(), 2 * N, "{notes:?}");
        for (at, pair) in cycle.chunks(2).enumerate() {
            let fork = (at + 1) % N;
            assert!(
                pair[0].starts_with(&format!("`phil[{at}]` waits for the reply of `fork[{fork}]` on ")),
                "{pair:?}"
            );
            let held = format!("`fork[{fork}]` is held by `phil[{fork}]` and waits for calls on ");
            assert!(pair[1].starts_with(&held), "{pair:?}");
        }
        let server = "`seats` is held by `phil[0]`, `phil[1]`, `phil[2]` and 2 more and waits for calls on `seats` (phil[0].call[0], phil[1].call[0], phil[2].call[0] and 2 more -> seats.serve)";
        assert_eq!(notes[2 * N + 1], server);
    });
}
