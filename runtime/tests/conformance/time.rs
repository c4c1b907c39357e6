//! Choices with timeouts, and waits, where time is virtual (cases 33, 42): in earnest, these would outlast the watchdog.

use std::time::Duration;

use csprun_dsl::network::ChannelKind;
use csprun_runtime::Outcome;
use csprun_runtime::alt::{Alt, Timeout};

use crate::bodies::{Log, body, int};
use crate::everywhere;

#[test]
fn case_33_one_late_writer_and_n_choices_of_100_ms_make_n_minus_1_timeouts() {
    everywhere(|mut net| {
        let wire = net.channel("c", ChannelKind::Rendezvous);
        let (log, n) = (Log::new(), 10_000);
        let kept = log.clone();
        net.process(
            "reader",
            &[wire],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    for _ in 0..n {
                        let (mut token, mut late) =
                            (input.guard(), Timeout::after(Duration::from_millis(100)));
                        let chosen = Alt::new(&mut [&mut token, &mut late]).select().await?;
                        kept.push(if chosen == 0 { int(&token.take()?) } else { -1 });
                    }
                    Ok(())
                })
            }),
        );
        net.process(
            "writer",
            &[],
            &[wire],
            body(move |ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    // In the middle of the last choice.
                    ports.sleep(Duration::from_millis(100) * (n - 1) + Duration::from_millis(50)).await?;
                    output.send(7).await
                })
            }),
        );
        net.options().virtual_time = true;
        assert_eq!(net.run().outcome, Outcome::Done);
        let entries = log.entries();
        assert_eq!(entries.iter().filter(|entry| **entry == -1).count(), n as usize - 1);
        assert_eq!(entries.last(), Some(&7));
    });
}

#[test]
fn case_33_of_two_timers_the_shorter_wins() {
    everywhere(|mut net| {
        let log = Log::new();
        let kept = log.clone();
        net.process(
            "chooser",
            &[],
            &[],
            body(move |_ports| {
                Box::pin(async move {
                    for (a, b) in [(3600, 7200), (7200, 3600)] {
                        let (mut a, mut b) =
                            (Timeout::after(Duration::from_secs(a)), Timeout::after(Duration::from_secs(b)));
                        kept.push(Alt::new(&mut [&mut a, &mut b]).select().await? as i64);
                    }
                    Ok(())
                })
            }),
        );
        net.options().virtual_time = true;
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries(), [0, 1]);
    });
}

#[test]
fn a_deadlock_beside_a_sleep_of_virtual_time_is_found() {
    everywhere(|mut net| {
        let wire = net.channel("ring", ChannelKind::Rendezvous);
        net.process("stuck", &[wire], &[wire], crate::bodies::identity());
        net.process(
            "sleeper",
            &[],
            &[],
            body(|ports| {
                Box::pin(async move {
                    loop {
                        ports.sleep(Duration::from_secs(3600)).await?;
                    }
                })
            }),
        );
        net.options().virtual_time = true;
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Deadlock);
        assert_eq!(report.diagnostics[0].message, "deadlock: 1 process waits");
    });
}

#[test]
fn case_42_ten_waits_take_as_long_as_the_longest() {
    everywhere(|mut net| {
        let log = Log::new();
        // The eleventh tells that the longest is over, and would come among the others if those took longer.
        for (number, millis) in (1..=10).map(|n| (n, 1000 * n)).chain([(11, 10_500)]) {
            let log = log.clone();
            net.process(
                &format!("waits[{number}]"),
                &[],
                &[],
                body(move |ports| {
                    Box::pin(async move {
                        ports.sleep(Duration::from_millis(millis)).await?;
                        log.push(number);
                        Ok(())
                    })
                }),
            );
        }
        net.options().virtual_time = true;
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries(), (1..=11).collect::<Vec<_>>());
    });
}
