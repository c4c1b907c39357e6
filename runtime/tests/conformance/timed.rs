//! Operations that give up after a time (C6), in virtual time: without success they have no effect, and the token comes
//! back.

use std::time::Duration;

use csprun_dsl::network::ChannelKind;
use csprun_runtime::Outcome;
use csprun_runtime::channel::{Gone, Poison};
use csprun_runtime::compose::Plug;
use csprun_runtime::value::Value;

use crate::bodies::{Log, body};
use crate::place::{KINDS, sleep};
use crate::{everywhere, on_all};

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(3600);

#[test]
fn a_timed_receive_gives_up_without_effect_or_gets_the_token() {
    for (kind, shared) in KINDS.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        on_all(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channel::<u64>(kind);
            let second = shared.then(|| to.join());
            case.process((to, second), |(mut to, second)| async move {
                let _second = second;
                sleep(2 * SHORT).await;
                to.send(7).await?;
                Ok(to.send(8).await?)
            });
            let told = log.clone();
            case.process(from, move |mut from| async move {
                told.push(from.recv_timeout(SHORT).await);
                told.push(from.recv_timeout(LONG).await);
                sleep(SHORT).await;
                // What is ready comes before a time that is over.
                told.push(from.recv_timeout(Duration::ZERO).await);
                told.push(from.recv_timeout(LONG).await);
                Ok(())
            });
            case.virtual_time();
            case.done();
            assert_eq!(log.entries(), [Ok(None), Ok(Some(7)), Ok(Some(8)), Err(Gone::Retired)]);
        });
    }
}

#[test]
fn a_timed_send_gives_its_token_back_or_delivers_it() {
    for (kind, shared) in KINDS.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        on_all(move |mut case| {
            let (log, seen) = (Log::new(), Log::new());
            let n_slots = kind.n_slots();
            let (to, from) = case.channel::<u64>(kind);
            let second = shared.then(|| to.join());
            let told = log.clone();
            case.process((to, second), move |(mut to, second)| async move {
                let _second = second;
                for n in 0..n_slots {
                    assert_eq!(to.send_timeout(n, Duration::ZERO).await, Ok(()));
                }
                told.push(to.send_timeout(100, SHORT).await);
                told.push(to.send_timeout(n_slots, LONG).await);
                // The reader has poisoned it by then.
                sleep(LONG).await;
                told.push(to.send_timeout(102, LONG).await);
                Ok(())
            });
            let told = seen.clone();
            case.process(from, move |mut from| async move {
                sleep(2 * SHORT).await;
                for _ in 0..=n_slots {
                    told.push(from.recv().await?);
                }
                from.poison(poison());
                Ok(())
            });
            case.virtual_time();
            let counts = case.done().channels[0].counts;
            let refused = Err((102, Some(Gone::Poisoned(poison()))));
            assert_eq!(log.entries(), [Err((100, None)), Ok(()), refused]);
            assert_eq!(seen.entries(), (0..=n_slots).collect::<Vec<_>>());
            assert_eq!((counts.sent, counts.received), (n_slots + 1, n_slots + 1));
        });
    }
}

fn poison() -> Poison {
    Poison::new("test", "enough")
}

#[test]
fn ports_give_up_after_a_time_too() {
    everywhere(|mut net| {
        let (sent, received) = (Log::new(), Log::new());
        let wire = net.channel("c", ChannelKind::Rendezvous);
        let told = sent.clone();
        net.process(
            "writer",
            &[],
            &[wire],
            body(move |ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    ports.sleep(2 * SHORT).await?;
                    told.push(output.send_timeout(7, LONG).await?);
                    told.push(output.send_timeout(8, SHORT).await?);
                    Ok(())
                })
            }),
        );
        let told = received.clone();
        net.process(
            "reader",
            &[wire],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    for limit in [SHORT, LONG] {
                        told.push(input.recv_timeout(limit).await?);
                    }
                    ports.sleep(2 * SHORT).await?;
                    // It has retired: this fails.
                    told.push(input.recv_timeout(LONG).await?);
                    Ok(())
                })
            }),
        );
        net.options().virtual_time = true;
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(sent.entries(), [None, Some(Value::from(8))]);
        assert_eq!(received.entries(), [None, Some(Value::from(7))]);
    });
}
