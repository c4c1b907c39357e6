//! Random networks that may be stuck: processes joined at random, cycles included.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};

/// A process of a tangle: its kind and its ports.
#[derive(Debug)]
struct Kind {
    run: &'static str,
    inputs: &'static [&'static str],
    outputs: &'static [&'static str],
}

/// None of them makes tokens out of nothing, so that every stream ends.
const KINDS: [Kind; 6] = [
    Kind { run: "Range(to: 20)", inputs: &[], outputs: &["out"] },
    Kind { run: "Successor()", inputs: &["in"], outputs: &["out"] },
    Kind { run: "Filter(expr: \"x % 3 == 0\")", inputs: &["in"], outputs: &["out"] },
    Kind { run: "Take(n: 7)", inputs: &["in"], outputs: &["out"] },
    Kind { run: "Delta()", inputs: &["in"], outputs: &["out[0]", "out[1]"] },
    Kind { run: "Plus()", inputs: &["a", "b"], outputs: &["out"] },
];

/// Takes what nobody else does.
const SINK: Kind = Kind { run: "BlackHole()", inputs: &["in"], outputs: &[] };

/// A process, by its place among all, and one of its ports.
type End = (usize, &'static str);

/// Processes, and where each of their outputs goes.
#[derive(Debug)]
pub struct Tangle {
    processes: Vec<&'static Kind>,
    /// From, to.
    channels: Vec<(End, End)>,
}

impl Tangle {
    /// Joins outputs and inputs in the order of `luck`; what is left over gets a source or a sink.
    fn new(kinds: Vec<usize>, luck: &[u32]) -> Tangle {
        let mut processes: Vec<&'static Kind> = kinds.into_iter().map(|kind| &KINDS[kind]).collect();
        let ends = |ports: fn(&Kind) -> &'static [&'static str]| {
            let of = |(idx, kind): (usize, &&'static Kind)| ports(kind).iter().map(move |&port| (idx, port));
            processes.iter().enumerate().flat_map(of).collect::<Vec<_>>()
        };
        let (mut outputs, mut inputs) = (ends(|kind| kind.outputs), ends(|kind| kind.inputs));
        let mut channels = Vec::new();
        for luck in luck {
            if inputs.is_empty() || outputs.is_empty() {
                break;
            }
            let input = inputs.swap_remove(*luck as usize % inputs.len());
            channels.push((outputs.remove(0), input));
        }
        for input in inputs {
            channels.push(((processes.len(), "out"), input));
            processes.push(&KINDS[0]);
        }
        for output in outputs {
            channels.push((output, (processes.len(), "in")));
            processes.push(&SINK);
        }
        Tangle { processes, channels }
    }

    /// The graph file.
    pub fn graph(&self, kind: &str) -> String {
        let (mut processes, mut channels) = (String::new(), String::new());
        for (idx, process) in self.processes.iter().enumerate() {
            writeln!(processes, "\"p{idx}\": (run: {}),", process.run).unwrap();
        }
        for ((from, out), (to, input)) in &self.channels {
            writeln!(channels, "(from: \"p{from}.{out}\", to: \"p{to}.{input}\", kind: {kind}),").unwrap();
        }
        format!("Network(processes: {{\n{processes}}}, channels: [\n{channels}])\n")
    }

    /// Whether some process can reach itself.
    pub fn has_cycle(&self) -> bool {
        // Processes into which nothing comes from those that are left are taken away again and again.
        let mut left: Vec<usize> = (0..self.processes.len()).collect();
        loop {
            let comes_from_left = |idx: usize| {
                self.channels.iter().any(|((from, _), (to, _))| *to == idx && left.contains(from))
            };
            let kept: Vec<usize> = left.iter().copied().filter(|&idx| comes_from_left(idx)).collect();
            if kept.len() == left.len() {
                return !left.is_empty();
            }
            left = kept;
        }
    }
}

/// Tangles of up to a dozen processes, sources and sinks not counted.
pub fn tangles() -> impl Strategy<Value = Tangle> {
    (vec(0..KINDS.len(), 1..12), vec(any::<u32>(), 0..20)).prop_map(|(kinds, luck)| Tangle::new(kinds, &luck))
}
