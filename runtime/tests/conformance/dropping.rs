//! Futures that are dropped at every await point (case 49): what was received and what was counted is what was sent.

use std::pin::pin;

use csprun_runtime::alt::{Alt, Skip, Timeout};
use csprun_runtime::channel::{Receiver, Sender};
use csprun_runtime::compose::{Kind, Plug};
use csprun_runtime::process::Ended;

use crate::bodies::Log;
use crate::on_all;
use crate::place::{KINDS, begin, give_way};

const N: u64 = 300;

/// Polls an operation up to so many times, then drops it; its result if it was there.
async fn polled<F: Future>(future: F, n_polls: u64) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..n_polls {
        if let Some(output) = begin(future.as_mut()).await {
            return Some(output);
        }
        give_way().await;
    }
    None
}

/// Sends `token` in one of eight ways, some of which are given up; how many sends committed for sure.
async fn send_somehow(to: &mut Sender<u64>, token: u64) -> Result<u64, Ended> {
    let n_polls = token % 3 + 1;
    let committed = match token % 8 {
        0 => to.send(token).await.map(|()| true)?,
        1 | 2 => polled(to.send(token), n_polls).await.transpose()?.is_some(),
        3 => {
            let mut guards = [to.guard(token)];
            let chosen = polled(Alt::over(&mut guards).select(), n_polls).await;
            if chosen.is_some() {
                guards[0].take()?;
            }
            let [guard] = guards;
            guard.into_token().is_none()
        }
        4 => {
            let (mut send, mut skip) = (to.guard(token), Skip::new());
            let idx = Alt::new(&mut [&mut send, &mut skip]).pri_select().await?;
            if idx == 0 {
                send.take()?;
            }
            idx == 0
        }
        5 | 6 => match polled(to.reserve(), n_polls).await.transpose()? {
            Some(permit) if token % 8 == 5 => {
                give_way().await;
                permit.send(token).await.map(|()| true)?
            }
            // Given up, at once or later.
            _ => false,
        },
        _ => {
            let mut late = Timeout::after(std::time::Duration::from_micros(token));
            let mut send = to.guard(token);
            let idx = Alt::new(&mut [&mut send, &mut late]).select().await?;
            if idx == 0 {
                send.take()?;
            }
            idx == 0
        }
    };
    Ok(u64::from(committed))
}

/// Receives in one of five ways, some of which are given up.
async fn receive_somehow(from: &mut Receiver<u64>, round: u64) -> Result<Option<u64>, Ended> {
    let n_polls = round % 3 + 1;
    Ok(match round % 5 {
        0 => Some(from.recv().await?),
        1 => polled(from.recv(), n_polls).await.transpose()?,
        2 => {
            let mut guards = [from.guard()];
            match polled(Alt::over(&mut guards).pri_select(), n_polls).await {
                Some(_) => Some(guards[0].take()?),
                None => None,
            }
        }
        3 => {
            let mut guards = [from.guard()];
            // Chosen, and then not taken: it stays in the end.
            let _ = polled(Alt::over(&mut guards).select(), n_polls).await;
            None
        }
        _ => from.try_recv()?,
    })
}

#[test]
fn case_49_what_is_dropped_at_any_await_point_is_neither_lost_nor_doubled() {
    for kind in KINDS {
        on_all(move |mut case| {
            let (received, sent) = (Log::new(), Log::new());
            let (to, from) = case.channel(kind);
            for writer in 0..2 {
                let sent = sent.clone();
                case.process(to.join(), move |mut to| async move {
                    let mut n = 0;
                    for token in writer * N..(writer + 1) * N {
                        n += send_somehow(&mut to, token).await?;
                    }
                    sent.push(n);
                    Ok(())
                });
            }
            for _ in 0..2 {
                let received = received.clone();
                case.process(from.join(), move |mut from| async move {
                    for round in 0.. {
                        match receive_somehow(&mut from, round).await {
                            Ok(token) => token.into_iter().for_each(|token| received.push(token)),
                            Err(Ended::Retired) => break,
                            Err(ended) => return Err(ended),
                        }
                    }
                    Ok(())
                });
            }
            drop((to, from));
            let counts = case.done().channels[0].counts;
            let mut tokens = received.sorted();
            let n_received = tokens.len() as u64;
            tokens.dedup();
            assert_eq!(tokens.len() as u64, n_received, "a token came twice");
            assert_eq!(counts.received, n_received);
            assert_eq!(counts.sent, counts.received + counts.undelivered, "{counts:?}");
            // Sends whose future was dropped may have committed, unseen.
            assert!(sent.entries().iter().sum::<u64>() <= counts.sent, "{counts:?}");
            assert!(kind != Kind::Rendezvous || n_received > 0);
        });
    }
}
