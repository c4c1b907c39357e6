//! Futures that are dropped at every await point (case 49): what was received and what was counted is what was sent.

use std::pin::pin;

use csprun_runtime::alt::{Alt, Skip, Timeout};
use csprun_runtime::channel::{Receiver, Sender};
use csprun_runtime::compose::{Kind, Plug, RecvPlug, SendPlug};
use csprun_runtime::process::Ended;

use crate::bodies::Log;
use crate::on_all;
use crate::place::{Case, KINDS, begin, give_way};

const N: u64 = 300;

/// Kinds that drop tokens when they are full.
const LOSSY: [Kind; 4] = [Kind::DropOldest(1), Kind::DropNewest(1), Kind::DropOldest(3), Kind::DropNewest(3)];

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

/// Sends `N` tokens somehow; how many were sent for sure goes to `sent`.
fn writer(case: &mut Case, plugs: (SendPlug<u64>, Option<SendPlug<()>>), number: u64, sent: &Log<u64>) {
    let sent = sent.clone();
    case.process(plugs, move |(mut to, busy)| async move {
        let _busy = busy;
        let mut n = 0;
        for token in number * N..(number + 1) * N {
            n += send_somehow(&mut to, token).await?;
        }
        sent.push(n);
        Ok(())
    });
}

/// Receives somehow, to the end of the stream.
fn reader(case: &mut Case, from: RecvPlug<u64>, received: &Log<u64>) {
    let received = received.clone();
    case.process(from, move |mut from| async move {
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

/// What one reader received, or all that share an end: no token twice.
fn n_distinct(received: &Log<u64>) -> u64 {
    let mut tokens = received.sorted();
    let n_received = tokens.len();
    tokens.dedup();
    assert_eq!(tokens.len(), n_received, "a token came twice");
    n_received as u64
}

#[test]
fn case_49_what_is_dropped_at_any_await_point_is_neither_lost_nor_doubled() {
    for kind in KINDS.into_iter().chain(LOSSY) {
        // With one end on each side a buffer between two threads is a ring.
        for n_ends in [1, 2] {
            on_all(move |mut case| {
                let (received, sent) = (Log::new(), Log::new());
                let (to, from) = case.channel(kind);
                for number in 0..n_ends {
                    writer(&mut case, (to.join(), None), number, &sent);
                }
                for _ in 0..n_ends {
                    reader(&mut case, from.join(), &received);
                }
                drop((to, from));
                let counts = case.done().channels[0].counts;
                let n_received = n_distinct(&received);
                assert_eq!(counts.received, n_received);
                let n_kept = counts.received + counts.undelivered + counts.dropped;
                assert_eq!(counts.sent, n_kept, "{kind:?}: {counts:?}");
                assert!(LOSSY.contains(&kind) || counts.dropped == 0, "{kind:?}: {counts:?}");
                // Sends whose future was dropped may have committed, unseen.
                assert!(sent.entries().iter().sum::<u64>() <= counts.sent, "{counts:?}");
                assert!(kind != Kind::Rendezvous || n_received > 0);
            });
        }
    }
}

/// Receives somehow without waiting until no writer is busy any more, and leaves what is there then.
fn leaver(case: &mut Case, plugs: (RecvPlug<u64>, RecvPlug<()>), received: &Log<u64>) {
    let received = received.clone();
    case.process(plugs, move |(mut from, mut busy)| async move {
        let mut round = 0;
        while busy.try_recv().is_ok() {
            // Every fifth way waits.
            round += if round % 5 == 4 { 2 } else { 1 };
            receive_somehow(&mut from, round).await?.into_iter().for_each(|token| received.push(token));
            give_way().await;
        }
        Ok(())
    });
}

#[test]
fn case_49_on_all_of_each_reader_gets_what_was_sent_or_it_is_counted() {
    for kind in KINDS.into_iter().chain(LOSSY) {
        for n_writers in [1, 2] {
            on_all(move |mut case| {
                let (logs, sent, left) = ([Log::new(), Log::new()], Log::new(), Log::new());
                let (to, from) = case.all_of(kind);
                let (busy, is_busy) = case.channel(Kind::Rendezvous);
                for number in 0..n_writers {
                    writer(&mut case, (to.join(), Some(busy.join())), number, &sent);
                }
                logs.iter().for_each(|log| reader(&mut case, from.join(), log));
                leaver(&mut case, (from.join(), is_busy), &left);
                drop((to, from, busy));
                let counts = case.done().channels[0].counts;
                let (n_stayed, n_left) = (logs.each_ref().map(n_distinct), n_distinct(&left));
                assert!(sent.entries().iter().sum::<u64>() <= counts.sent, "{counts:?}");
                // Each of the three: it has received a token, or that is counted.
                assert_eq!(counts.received, n_stayed[0] + n_stayed[1] + n_left, "{kind:?}: {counts:?}");
                let n_kept = counts.received + counts.undelivered + counts.dropped;
                assert_eq!(n_kept, 3 * counts.sent, "{kind:?}: {counts:?}");
                if !LOSSY.contains(&kind) {
                    // Those who stay get everything, in one order; who leaves has got the first of it.
                    assert_eq!((n_stayed, counts.dropped), ([counts.sent; 2], 0), "{kind:?}: {counts:?}");
                    let (first, second) = (logs[0].entries(), logs[1].entries());
                    assert_eq!(first, second);
                    assert!(first.starts_with(&left.entries()));
                }
            });
        }
    }
}
