//! A random network and what must hold of its run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::alt::Fair;
use csprun_runtime::compose::{Kind, Network, Plug, RecvPlug, SendPlug};

use crate::script::{Actor, In, Out, Random, Seen, Token};

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
    n_readers: usize,
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
        let seen = Arc::new(Mutex::new(Vec::new()));
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
        Wire { kind, all_of, to, from, n_readers: 0 }
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
                wire.n_readers += 1;
                self.n_ends += 1;
            }
        }
        let (random, seen) = (Random::new(self.random.below(1 << 30) as u64), Arc::clone(&self.seen));
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
        let forms: Vec<_> = self.wires.iter().map(|wire| (wire.kind, wire.all_of, wire.n_readers)).collect();
        // The first ends of each channel belong to nobody: they are over before the run.
        drop(self.wires);
        let report = self.net.run().expect("threads are to be had");
        let outcome = report.outcome;
        assert!(
            matches!(outcome, Outcome::Done | Outcome::Deadlock),
            "{outcome:?}: {:?}",
            report.diagnostics
        );
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        in_order_and_once(&seen, &forms);
        if outcome == Outcome::Deadlock {
            // The report stands in the middle of what the other processes did.
            return;
        }
        for (channel, (kind, all_of, n_readers)) in forms.into_iter().enumerate() {
            let counts = report.channels[channel].counts;
            let n_seen = seen.iter().filter(|(_, token)| token.0 == channel).count() as u64;
            assert_eq!(counts.received, n_seen, "channel {channel}, {kind:?}: {counts:?}");
            let kept = counts.received + counts.undelivered + counts.dropped;
            if all_of {
                assert!(kept <= counts.sent * n_readers as u64, "channel {channel}, {kind:?}: {counts:?}");
            } else {
                assert_eq!(counts.sent, kept, "channel {channel}, {kind:?}: {counts:?}");
            }
        }
    }
}

/// Each reader has each writer's tokens in their order, and a token comes to one reader alone unless all get it.
fn in_order_and_once(seen: &[(usize, Token)], forms: &[(Kind, bool, usize)]) {
    let mut last: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    let mut once = BTreeSet::new();
    for &(reader, (channel, writer, n)) in seen {
        let before = last.insert((reader, writer), n);
        assert!(before.is_none_or(|before| before < n), "reader {reader} saw {n} after {before:?}");
        assert!(forms[channel].1 || once.insert((writer, n)), "token {n} of {writer} came twice");
    }
}
