//! A stream as a graph file, together with what the graph must print.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::stream::{Even, Fan, Join, Loop, MODULUS, Stage, Stream, sums};

/// How the same network is written down.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// `kind:` of every channel.
    pub kind: &'static str,
    /// The channel, counted in the order of writing, that an `Identity` is spliced into.
    pub splice: Option<usize>,
}

/// A graph under construction.
struct Writer {
    variant: Variant,
    processes: String,
    channels: String,
    n_processes: usize,
    n_channels: usize,
    outputs: BTreeMap<String, String>,
}

/// A graph file and what its `print..` processes must write.
pub struct Written {
    /// The file.
    pub graph: String,
    /// Output by process.
    pub outputs: BTreeMap<String, String>,
    /// How many channels an `Identity` could be spliced into.
    pub n_channels: usize,
}

/// Writes the network that makes `stream` and prints it.
pub fn write(stream: &Stream, variant: Variant) -> Written {
    let (processes, channels) = (String::new(), String::new());
    let outputs = BTreeMap::new();
    let mut writer = Writer { variant, processes, channels, n_processes: 0, n_channels: 0, outputs };
    let (end, tokens) = writer.stream(stream);
    let print = writer.print(&tokens);
    writer.channel(&end, &print);
    let Writer { processes, channels, outputs, n_channels, .. } = writer;
    let graph =
        format!("Network(\n    processes: {{\n{processes}    }},\n    channels: [\n{channels}    ],\n)\n");
    Written { graph, outputs, n_channels }
}

impl Writer {
    /// Adds a process and gives its name.
    fn process(&mut self, prefix: &str, run: &str) -> String {
        let name = format!("{prefix}{}", self.n_processes);
        self.n_processes += 1;
        writeln!(self.processes, "        \"{name}\": (run: {run}),").unwrap();
        name
    }

    /// Adds one that prints a stream.
    fn print(&mut self, tokens: &[i64]) -> String {
        let name = self.process("print", "Print()");
        let text = tokens.iter().fold(String::new(), |text, token| text + format!("{token}\n").as_str());
        self.outputs.insert(name.clone(), text);
        name
    }

    /// Adds a channel, perhaps with an `Identity` in it.
    fn channel(&mut self, from: &str, to: &str) {
        let spliced = self.variant.splice == Some(self.n_channels);
        self.n_channels += 1;
        if spliced {
            let identity = self.process("spliced", "Identity()");
            self.line(from, &format!("{identity:?}"), "");
            self.line(&identity, &format!("{to:?}"), "");
        } else {
            self.line(from, &format!("{to:?}"), "");
        }
    }

    fn line(&mut self, from: &str, to: &str, more: &str) {
        let kind = self.variant.kind;
        writeln!(self.channels, "        (from: \"{from}\", to: {to}, kind: {kind}{more}),").unwrap();
    }

    /// Adds a process that takes the stream of `from`.
    fn after(&mut self, from: &str, run: &str) -> String {
        let name = self.process("p", run);
        self.channel(from, &name);
        name
    }

    /// Sends what comes from `from` to both ends.
    fn fan(&mut self, fan: Fan, from: &str, [a, b]: [&str; 2]) {
        match fan {
            Fan::AllOf => self.line(from, &format!("AllOf([{a:?}, {b:?}])"), ""),
            Fan::Delta => {
                let delta = self.after(from, "Delta()");
                self.channel(&format!("{delta}.out[0]"), a);
                self.channel(&format!("{delta}.out[1]"), b);
            }
        }
    }

    /// Writes what makes a stream; gives the end it comes from, and its tokens.
    fn stream(&mut self, stream: &Stream) -> (String, Vec<i64>) {
        match stream {
            Stream::Range(from, n) => {
                let to = from + n;
                (self.process("p", &format!("Range(from: {from}, to: {to})")), (*from..to).collect())
            }
            // Without a value there would be no type.
            Stream::Values(values) if values.is_empty() => self.stream(&Stream::Range(0, 0)),
            Stream::Values(values) => {
                (self.process("p", &format!("Values(values: {values:?})")), values.clone())
            }
            Stream::Through(inner, stage) => {
                let (from, tokens) = self.stream(inner);
                (self.stage(&from, stage), stage.meaning(tokens))
            }
            Stream::Join(join, a, b) => {
                let ((a, a_tokens), (b, b_tokens)) = (self.stream(a), self.stream(b));
                let (join_a, join_b, out) = self.join(*join);
                self.channel(&a, &join_a);
                self.channel(&b, &join_b);
                (out, join.meaning(&a_tokens, &b_tokens))
            }
            Stream::Diamond(fan, inner, left, right, join) => {
                let (from, tokens) = self.stream(inner);
                let (join_a, join_b, out) = self.join(*join);
                let left_tokens = left.iter().fold(tokens.clone(), |tokens, even| even.meaning(tokens));
                let right_tokens = right.iter().fold(tokens, |tokens, even| even.meaning(tokens));
                let (a, b) = (self.way(left, &join_a), self.way(right, &join_b));
                self.fan(*fan, &from, [&a, &b]);
                (out, join.meaning(&left_tokens, &right_tokens))
            }
            Stream::Tapped(fan, inner) => {
                let (from, tokens) = self.stream(inner);
                let print = self.print(&tokens);
                let next = self.process("p", "Identity()");
                self.fan(*fan, &from, [&print, &next]);
                (next, tokens)
            }
            Stream::Loop(inner, by) => {
                let (from, tokens) = self.stream(inner);
                (self.feedback(&from, *by), sums(&tokens))
            }
        }
    }

    /// Running sums: what comes out of `plus` comes back to it.
    fn feedback(&mut self, from: &str, by: Loop) -> String {
        let plus = self.process("p", "Plus()");
        self.channel(from, &format!("{plus}.a"));
        let delta = self.after(&plus, "Delta()");
        let back = format!("{delta}.out[0]");
        // A rendezvous holds no token.
        if matches!(by, Loop::Prefix) || self.variant.kind == "Rendezvous" {
            let zero = self.after(&back, "Prefix(value: 0)");
            self.channel(&zero, &format!("{plus}.b"));
        } else {
            self.line(&back, &format!("\"{plus}.b\""), ", initial: [0]");
        }
        format!("{delta}.out[1]")
    }

    /// Writes the processes of one way to `to`; gives the end where it starts.
    fn way(&mut self, way: &[Even], to: &str) -> String {
        way.iter().rev().fold(to.to_owned(), |to, even| {
            let name = self.process("p", &even_run(even));
            self.channel(&name, &to);
            name
        })
    }

    fn stage(&mut self, from: &str, stage: &Stage) -> String {
        let run = match stage {
            Stage::Even(even) => even_run(even),
            Stage::Filter(k) => format!("Filter(expr: \"x % {k} == 0\")"),
            Stage::Twice => "FlatMap(expr: \"[x, x]\")".to_owned(),
            Stage::Take(n) => format!("Take(n: {n})"),
            Stage::Skip(n) => format!("Skip(n: {n})"),
            Stage::Prefix(first) => format!("Prefix(value: {first})"),
            Stage::Pairs => "Pairs()".to_owned(),
        };
        self.after(from, &run)
    }

    /// Adds what joins two streams; gives its two reading ends and its writing end.
    fn join(&mut self, join: Join) -> (String, String, String) {
        let (kind, [a, b]) = match join {
            Join::Plus => ("Plus()", ["a", "b"]),
            Join::Paraplex => ("Paraplex()", ["in[0]", "in[1]"]),
        };
        let name = self.process("p", kind);
        let ends = (format!("{name}.{a}"), format!("{name}.{b}"));
        let out = match join {
            Join::Paraplex => self.after(&name, "Map(expr: \"x[0] * 2 + x[1]\")"),
            Join::Plus => name,
        };
        (ends.0, ends.1, out)
    }
}

fn even_run(even: &Even) -> String {
    match even {
        Even::Identity => "Identity()".to_owned(),
        Even::Successor => "Successor()".to_owned(),
        Even::Map(k) => format!("Map(expr: \"x * {k} % {MODULUS}\")"),
        Even::Farm(k, n) => {
            format!(
                "Map(expr: \"x * {k} % {MODULUS}\"), replicate: (n: {n}, deal: RoundRobin, collect: RoundRobin)"
            )
        }
        Even::Scan => "Scan(init: 0, expr: \"acc + x\")".to_owned(),
    }
}
