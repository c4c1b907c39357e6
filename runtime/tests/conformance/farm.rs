//! Farms of workers in every combination (case 30).

use csprun_runtime::alt::{Alt, Fair, Guard};
use csprun_runtime::compose::{Kind, Plug, RecvPlug, SendPlug};

use crate::bodies::Log;
use crate::on_all;
use crate::place::Case;

/// How tokens go to workers, and come back from them.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// One channel that they share.
    Any,
    /// A channel each, in turn.
    Turns,
    /// A channel each, whichever is ready.
    Choice,
}

const WAYS: [Way; 3] = [Way::Any, Way::Turns, Way::Choice];

/// Gives what arrives to `n` readers.
fn spread(case: &mut Case, from: RecvPlug<u64>, way: Way, n: usize) -> Vec<RecvPlug<u64>> {
    if let Way::Any = way {
        let readers = (1..n).map(|_| from.join()).collect::<Vec<_>>();
        return readers.into_iter().chain([from]).collect();
    }
    let (to, readers) = case.channels(n, Kind::Rendezvous);
    case.process((from, to), move |(mut from, mut to)| async move {
        let mut turn = 0;
        while let Some(token) = from.next().await? {
            if let Way::Turns = way {
                to[turn % n].send(token).await?;
                turn += 1;
            } else {
                let mut guards: Vec<_> = to.iter_mut().map(|to| to.guard(token)).collect();
                let idx = Alt::over(&mut guards).select().await?;
                guards[idx].take()?;
            }
        }
        Ok(())
    });
    readers
}

/// Brings together what `n` writers give.
fn reduce(case: &mut Case, to: SendPlug<u64>, way: Way, n: usize) -> Vec<SendPlug<u64>> {
    if let Way::Any = way {
        let writers = (1..n).map(|_| to.join()).collect::<Vec<_>>();
        return writers.into_iter().chain([to]).collect();
    }
    let (writers, from) = case.channels(n, Kind::Rendezvous);
    case.process((from, to), move |(mut from, mut to)| async move {
        if let Way::Turns = way {
            let mut turn = 0;
            while !from.is_empty() {
                turn %= from.len();
                match from[turn].next().await? {
                    Some(token) => {
                        to.send(token).await?;
                        turn += 1;
                    }
                    None => drop(from.remove(turn)),
                }
            }
            return Ok(());
        }
        let mut fair = Fair::new();
        let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
        while let Ok(idx) = Alt::over(&mut guards).fair_select(&mut fair).await {
            match guards[idx].take() {
                Ok(token) => to.send(token).await?,
                Err(_) => guards[idx].when(false),
            }
        }
        Ok(())
    });
    writers
}

/// A worker: passes tokens on, through so many processes.
fn worker(case: &mut Case, mut from: RecvPlug<u64>, to: SendPlug<u64>, depth: usize) {
    for _ in 1..depth {
        let (next, after) = case.channel(Kind::Rendezvous);
        stage(case, std::mem::replace(&mut from, after), next);
    }
    stage(case, from, to);
}

fn stage(case: &mut Case, from: RecvPlug<u64>, to: SendPlug<u64>) {
    case.process((from, to), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await?).await?;
        }
    });
}

/// Emits 1 to 20 and collects them behind `n_groups` farms, one behind the other.
fn farm(mut case: Case, ways: (Way, Way), n_workers: usize, depth: usize, n_groups: usize) {
    let (tokens, ends) = (Log::new(), Log::new());
    let (emit, mut from) = case.channel(Kind::Rendezvous);
    case.process(emit, |mut to| async move {
        for n in 1..=20 {
            to.send(n).await?;
        }
        Ok(())
    });
    for _ in 0..n_groups {
        let (to, next) = case.channel(Kind::Rendezvous);
        let readers = spread(&mut case, std::mem::replace(&mut from, next), ways.0, n_workers);
        let writers = reduce(&mut case, to, ways.1, n_workers);
        for (from, to) in readers.into_iter().zip(writers) {
            worker(&mut case, from, to, depth);
        }
    }
    let (seen, ended) = (tokens.clone(), ends.clone());
    case.process(from, move |mut from| async move {
        while let Some(token) = from.next().await? {
            seen.push(token);
        }
        ended.push(());
        Ok(())
    });
    case.done();
    let tokens = tokens.entries();
    assert_eq!((tokens.len(), tokens.iter().sum::<u64>(), ends.entries().len()), (20, 210, 1), "{ways:?}");
}

#[test]
fn case_30_every_spreader_with_every_reducer() {
    for spreader in WAYS {
        for reducer in WAYS {
            for n_workers in [1, 2, 4, 8] {
                on_all(move |case| farm(case, (spreader, reducer), n_workers, 1, 1));
            }
        }
    }
}

#[test]
fn case_30_pipelines_of_groups_and_groups_of_pipelines() {
    for spreader in WAYS {
        for reducer in WAYS {
            on_all(move |case| farm(case, (spreader, reducer), 3, 1, 3));
            on_all(move |case| farm(case, (spreader, reducer), 3, 3, 1));
        }
    }
}
