//! A random network and what must hold of its run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use csprun_runtime::alt::Fair;
use csprun_runtime::channel::Counts;
use csprun_runtime::compose::{Kind, Network, Plug, RecvPlug, SendPlug};
use csprun_runtime::{Outcome, Report};

use crate::script::{Actor, In, Out, Random, Seen, Token, Told};

/// What sort of networks.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Anything.
    Mixed,
    /// Processes that share all channels and only choose, with timeouts, most of them on threads.
    Choices { n_steps: usize },
}

/// A channel of the network.
struct Wire {
    kind: Kind,
    all_of: bool,
    to: SendPlug<Token>,
    from: RecvPlug<Token>,
    /// Numbers of its reading ends.
    readers: Vec<usize>,
}

/// A channel to the checks.
struct Form {
    kind: Kind,
    all_of: bool,
    readers: Vec<usize>,
}

pub struct World {
    net: Network,
    wires: Vec<Wire>,
    random: Random,
    shape: Shape,
    seen: Seen,
    /// Numbers of ends that were given.
    n_ends: usize,
}

impl World {
    pub fn new(seed: u64, shape: Shape) -> World {
        let mut net = Network::new("random");
        let mut random = Random::new(seed);
        net.workers(1 + random.below(3));
        let n_wires = if matches!(shape, Shape::Mixed) { 1 + random.below(6) } else { 4 };
        let wires = (0..n_wires).map(|_| World::wire(&mut net, &mut random, shape)).collect();
        let seen = Seen::default();
        let mut world = World { net, wires, random, shape, seen, n_ends: 0 };
        let n_processes =
            if matches!(shape, Shape::Mixed) { 2 + world.random.below(6) } else { 4 + world.random.below(4) };
        (0..n_processes).for_each(|_| world.process());
        world
    }

    fn wire(net: &mut Network, random: &mut Random, shape: Shape) -> Wire {
        let n = 1 + random.below(4) as u64;
        let mixed = matches!(shape, Shape::Mixed);
        let kind = match random.below(if mixed { 8 } else { 4 }) {
            0..3 => Kind::Rendezvous,
            3..6 => Kind::Buffer(n),
            6 => Kind::DropOldest(n),
            _ => Kind::DropNewest(n),
        };
        let all_of = mixed && random.below(4) == 0;
        let (to, from) = if all_of { net.all_of("c", kind) } else { net.channel("c", kind) };
        Wire { kind, all_of, to, from, readers: Vec::new() }
    }

    /// Adds a process with some ends on some channels.
    fn process(&mut self) {
        let n_steps = match self.shape {
            Shape::Mixed => 1 + self.random.below(60),
            Shape::Choices { n_steps } => n_steps,
        };
        let impatient = !matches!(self.shape, Shape::Mixed);
        let (mut outs, mut ins) = (Vec::new(), Vec::new());
        for (channel, wire) in self.wires.iter_mut().enumerate() {
            if impatient || self.random.below(3) > 0 {
                let immunity = u32::from(self.random.below(8) == 0);
                outs.push((wire.to.join().immunity(immunity), channel, self.n_ends));
                self.n_ends += 1;
            }
            if impatient || self.random.below(3) > 0 {
                let immunity = u32::from(self.random.below(8) == 0);
                ins.push((wire.from.join().immunity(immunity), self.n_ends));
                wire.readers.push(self.n_ends);
                self.n_ends += 1;
            }
        }
        let (random, seen) = (Random::new(self.random.below(1 << 30) as u64), self.seen.clone());
        let on_thread = self.random.below(if impatient { 2 } else { 4 }) == 0;
        let (out_numbers, outs): (Vec<_>, Vec<_>) =
            outs.into_iter().map(|(plug, channel, number)| ((channel, number), plug)).unzip();
        let (in_numbers, ins): (Vec<_>, Vec<_>) =
            ins.into_iter().map(|(plug, number)| (number, plug)).unzip();
        let body = move |(outs, ins): (Vec<_>, Vec<_>)| {
            let outs = std::iter::zip(outs, out_numbers);
            let outs = outs.map(|(end, (channel, number))| Out { end, channel, number, n: 0 });
            let ins = std::iter::zip(ins, in_numbers).map(|(end, number)| In { end, number });
            let (outs, ins) = (outs.collect(), ins.collect());
            let fair = Fair::new();
            Actor { outs, ins, random, seen, light: !on_thread, impatient, fair }.act(n_steps)
        };
        let worker = self.random.below(3);
        let name = if on_thread { "thread" } else { "light" };
        let process = self.net.process(&format!("{name}[{}]", self.n_ends), (outs, ins), body);
        if on_thread {
            process.on_thread();
        } else {
            process.on_worker(worker);
        }
    }

    /// Runs it, and checks that nothing was lost and nothing came twice.
    pub fn check(mut self) {
        // One that hangs is shown with what everybody waits for.
        self.net.options().timeout = Some(Duration::from_secs(60));
        let of = |wire: &Wire| Form { kind: wire.kind, all_of: wire.all_of, readers: wire.readers.clone() };
        let forms: Vec<Form> = self.wires.iter().map(of).collect();
        // The first ends of each channel belong to nobody: they are over before the run.
        drop(self.wires);
        let report = self.net.run().expect("threads are to be had");
        let outcome = report.outcome;
        assert!(
            matches!(outcome, Outcome::Done | Outcome::Deadlock),
            "{outcome:?}: {:?}",
            report.diagnostics
        );
        let told = self.seen.so_far();
        in_order_and_once(&told.tokens, &forms);
        for (channel, form) in forms.iter().enumerate() {
            form.holds(channel, &told, &report);
        }
    }
}

impl Form {
    /// What must hold of a channel of that number after a run.
    fn holds(&self, channel: usize, told: &Told, report: &Report) {
        let counts = report.channels[channel].counts;
        let is_over = report.outcome == Outcome::Done;
        let what = format!("channel {channel}, {:?}, {:?}: {counts:?}", self.kind, report.outcome);
        let kept = counts.received + counts.undelivered + counts.dropped;
        assert!(!is_over || report.channels[channel].n_left == 0, "{what}");
        let n_seen = told.tokens.iter().filter(|(_, token)| token.0 == channel).count() as u64;
        if is_over {
            assert_eq!(counts.received, n_seen, "{what}");
        }
        if self.all_of {
            let n_readers = self.readers.len() as u64;
            assert!(kept <= counts.sent * n_readers, "{what}");
            self.all_saw_the_same(told, counts, is_over, &what);
        } else if is_over {
            assert_eq!(counts.sent, kept, "{what}");
        } else {
            let left = report.channels[channel].n_left;
            assert_eq!(counts.sent, kept + left, "{what}, {left} left");
        }
    }

    /// Every reader has a prefix of one stream, and who was told of its end has all of it.
    fn all_saw_the_same(&self, told: &Told, counts: Counts, is_over: bool, what: &str) {
        if matches!(self.kind, Kind::DropOldest(_) | Kind::DropNewest(_)) {
            return;
        }
        let stream_of = |reader: usize| -> Vec<Token> {
            told.tokens.iter().filter(|(by, _)| *by == reader).map(|(_, token)| *token).collect()
        };
        let streams: Vec<(usize, Vec<Token>)> =
            self.readers.iter().map(|reader| (*reader, stream_of(*reader))).collect();
        let longest = streams.iter().map(|(_, stream)| stream).max_by_key(|stream| stream.len());
        let Some(longest) = longest.cloned() else { return };
        for (reader, stream) in &streams {
            assert!(longest.starts_with(stream), "{what}: reader {reader} saw {stream:?}, not {longest:?}");
            if is_over && !told.poisoned && told.retired.contains(reader) {
                assert_eq!(stream.len() as u64, counts.sent, "{what}: reader {reader} saw {stream:?}");
            }
        }
    }
}

/// Each reader has each writer's tokens in their order, and a token comes to one reader alone unless all get it.
fn in_order_and_once(seen: &[(usize, Token)], forms: &[Form]) {
    let mut last: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    let mut once = BTreeSet::new();
    for &(reader, (channel, writer, n)) in seen {
        let before = last.insert((reader, writer), n);
        assert!(before.is_none_or(|before| before < n), "reader {reader} saw {n} after {before:?}");
        assert!(forms[channel].all_of || once.insert((writer, n)), "token {n} of {writer} came twice");
    }
}
