//! Writers and readers of one channel, and choices among channels, with delays (cases 1 to 4, 25).

use std::ops::Range;

use csprun_runtime::alt::Alt;
use csprun_runtime::compose::{Kind, Plug, RecvPlug, SendPlug};

use crate::bodies::Log;
use crate::on_all_at_once;
use crate::place::{Case, DELAYS, Delay, KINDS};

/// Every pair of a kind and delays of writers and readers that these cases are crossed with.
fn speeds() -> Vec<(Kind, Delay, Delay)> {
    let crossed = DELAYS.iter().flat_map(|&writer| DELAYS.map(|reader| (Kind::Rendezvous, writer, reader)));
    let buffered = KINDS[1..].iter().flat_map(|&kind| {
        [
            (kind, Delay::None, Delay::None),
            (kind, Delay::Random, Delay::None),
            (kind, Delay::None, Delay::Random),
        ]
    });
    crossed.chain(buffered).collect()
}

/// Sends ten numbers from `from` on.
pub fn writer(case: &mut Case, to: SendPlug<u64>, from: u64, delay: Delay) {
    writer_of(case, to, from..from + 10, delay);
}

/// Sends these numbers.
fn writer_of(case: &mut Case, to: SendPlug<u64>, numbers: Range<u64>, delay: Delay) {
    case.process(to, move |mut to| async move {
        for n in numbers {
            delay.pause(n).await;
            to.send(n).await?;
        }
        Ok(())
    });
}

/// Writes down what it receives, to the end of the stream.
pub fn reader(case: &mut Case, from: RecvPlug<u64>, log: &Log<u64>, delay: Delay) {
    let log = log.clone();
    case.process(from, move |mut from| async move {
        while let Some(token) = from.next().await? {
            log.push(token);
            delay.pause(token).await;
        }
        Ok(())
    });
}

#[test]
fn case_1_four_channels_with_one_writer_and_one_reader_each_and_delays() {
    for (kind, slow_writer, slow_reader) in speeds() {
        on_all_at_once(move |mut case| {
            let log = Log::new();
            for channel in 0..4 {
                let (to, from) = case.channel(kind);
                writer(&mut case, to, channel * 10, slow_writer);
                reader(&mut case, from, &log, slow_reader);
            }
            case.done();
            assert_eq!(log.sorted(), (0..40).collect::<Vec<_>>());
        });
    }
}

#[test]
fn case_2_and_25_shared_ends_with_delays() {
    for (kind, slow_writer, slow_reader) in speeds() {
        on_all_at_once(move |case| fan(case, kind, [4, 10, 4], slow_writer, slow_reader));
        on_all_at_once(move |case| fan(case, kind, [5, 10, 5], slow_writer, slow_reader));
    }
    for sizes in [[4, 10, 1], [1, 40, 4]] {
        for kind in KINDS {
            on_all_at_once(move |case| fan(case, kind, sizes, Delay::None, Delay::None));
        }
        for delay in [Delay::Fixed, Delay::Random] {
            on_all_at_once(move |case| fan(case, Kind::Rendezvous, sizes, delay, delay));
        }
    }
}

/// So many writers send so many tokens each to so many readers.
fn fan(mut case: Case, kind: Kind, [n_writers, n_each, n_readers]: [u64; 3], writers: Delay, readers: Delay) {
    let log = Log::new();
    let (to, from) = case.channel(kind);
    for number in 0..n_writers {
        writer_of(&mut case, to.join(), number * n_each..(number + 1) * n_each, writers);
    }
    for _ in 0..n_readers {
        reader(&mut case, from.join(), &log, readers);
    }
    drop((to, from));
    case.done();
    assert_eq!(log.sorted(), (0..n_writers * n_each).collect::<Vec<_>>());
}

/// Sends forty numbers from `from` on, each to any of these.
fn choosing_writer(case: &mut Case, to: Vec<SendPlug<u64>>, from: u64, delay: Delay) {
    case.process(to, move |mut to| async move {
        for n in from..from + 40 {
            delay.pause(n).await;
            let mut guards: Vec<_> = to.iter_mut().map(|to| to.guard(n)).collect();
            let idx = Alt::over(&mut guards).select().await?;
            guards[idx].take()?;
        }
        Ok(())
    });
}

/// Writes down what it receives from any of these, until all have retired.
fn choosing_reader(case: &mut Case, from: Vec<RecvPlug<u64>>, log: &Log<u64>, delay: Delay) {
    let log = log.clone();
    case.process(from, move |mut from| async move {
        let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
        while let Ok(idx) = Alt::over(&mut guards).select().await {
            match guards[idx].take() {
                Ok(token) => {
                    log.push(token);
                    delay.pause(token).await;
                }
                Err(_) => csprun_runtime::alt::Guard::when(&mut guards[idx], false),
            }
        }
        Ok(())
    });
}

#[test]
fn case_3_one_writer_that_chooses_over_four_outputs() {
    for (kind, slow_writer, slow_reader) in speeds() {
        on_all_at_once(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channels(4, kind);
            choosing_writer(&mut case, to, 0, slow_writer);
            for from in from {
                reader(&mut case, from, &log, slow_reader);
            }
            case.done();
            assert_eq!(log.sorted(), (0..40).collect::<Vec<_>>());
        });
    }
}

#[test]
fn case_4_four_choosing_writers_meet_four_choosing_readers() {
    for (kind, slow_writer, slow_reader) in speeds() {
        on_all_at_once(move |mut case| {
            let log = Log::new();
            let (to, from): (Vec<SendPlug<u64>>, Vec<_>) = case.channels(4, kind);
            for number in 0..4 {
                let own = to.iter().map(Plug::join).collect();
                choosing_writer(&mut case, own, number * 40, slow_writer);
                let own = from.iter().map(Plug::join).collect();
                choosing_reader(&mut case, own, &log, slow_reader);
            }
            drop((to, from));
            case.done();
            assert_eq!(log.sorted(), (0..160).collect::<Vec<_>>());
        });
    }
}
