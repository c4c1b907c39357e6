//! One process alone: tokens in, tokens out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use csprun_dsl::network::ChannelKind;
use csprun_dsl::params::{Param, Params};
use csprun_dsl::plan::{Role, Seat};
use csprun_dsl::signature::{Arity, Cost, Direction, Signature};

use super::net::{Net, Wire};
use crate::process::{Body, Fate, Ports, Running};
use crate::value::Value;

/// Name and index of a port.
type PortKey = (String, Option<usize>);

/// Runs one body on given inputs and keeps what it gives. Every fixed output port is read to its end; types are not
/// checked.
pub struct Bench {
    signature: Signature,
    body: Body,
    params: Params,
    inputs: BTreeMap<PortKey, Vec<Value>>,
    n_outputs: BTreeMap<String, usize>,
    limits: BTreeMap<PortKey, usize>,
}

/// What a body did.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub fate: Option<Fate>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// Exit code of the run.
    pub exit_code: u8,
    outputs: BTreeMap<PortKey, Vec<Value>>,
}

impl Bench {
    /// A bench for a body.
    pub fn new<F>(signature: &Signature, body: F) -> Bench
    where
        F: for<'a> Fn(Params, &'a mut Ports) -> Running<'a> + Send + Sync + 'static,
    {
        Bench {
            signature: signature.clone(),
            body: Body::new(body),
            params: Params::default(),
            inputs: BTreeMap::new(),
            n_outputs: BTreeMap::new(),
            limits: BTreeMap::new(),
        }
    }

    /// Sets a parameter.
    #[must_use]
    pub fn param(mut self, name: &'static str, value: Param) -> Bench {
        self.params.set(name, value);
        self
    }

    /// Gives an input port these tokens, then end of stream.
    #[must_use]
    pub fn input<V: Into<Value>>(mut self, port: &str, tokens: impl IntoIterator<Item = V>) -> Bench {
        self.inputs.insert((port.to_owned(), None), tokens.into_iter().map(Into::into).collect());
        self
    }

    /// Gives each input of a list port its tokens, then end of stream.
    #[must_use]
    pub fn inputs<V: Into<Value>>(mut self, port: &str, streams: Vec<Vec<V>>) -> Bench {
        for (index, tokens) in streams.into_iter().enumerate() {
            let tokens = tokens.into_iter().map(Into::into).collect();
            self.inputs.insert((port.to_owned(), Some(index)), tokens);
        }
        self
    }

    /// Connects `n` readers to a list port (else there is one).
    #[must_use]
    pub fn n_outputs(mut self, port: &str, n: usize) -> Bench {
        self.n_outputs.insert(port.to_owned(), n);
        self
    }

    /// The reader of an output retires after `n` tokens.
    #[must_use]
    pub fn take(mut self, port: &str, index: Option<usize>, n: usize) -> Bench {
        self.limits.insert((port.to_owned(), index), n);
        self
    }

    /// Runs the body to its end.
    ///
    /// # Panics
    /// When the system gives no threads.
    pub fn run(self) -> Ran {
        let mut net = Net::on_workers(1);
        let sink = Arc::new(Mutex::new(Vec::new()));
        net.options().stdout = Some(sink.clone());
        let mut keys: Vec<(PortKey, Direction, Wire)> = Vec::new();
        for (key, tokens) in self.inputs {
            let wire = net.channel(&label(&key), ChannelKind::Buffer(4));
            net.process(&format!("feed {}", label(&key)), &[], &[wire], feed(tokens));
            keys.push((key, Direction::In, wire));
        }
        let mut outputs = BTreeMap::new();
        for spec in self.signature.ports.of(&self.params) {
            if spec.direction != Direction::Out {
                continue;
            }
            let n = self.n_outputs.get(spec.name.as_ref()).copied().unwrap_or(1);
            for index in (0..n).map(|index| (spec.arity == Arity::List).then_some(index)) {
                let key = (spec.name.to_string(), index);
                let wire = net.channel(&label(&key), ChannelKind::Buffer(4));
                let kept = Arc::new(Mutex::new(Vec::new()));
                let limit = self.limits.get(&key).copied().unwrap_or(usize::MAX);
                net.process(&format!("keep {}", label(&key)), &[wire], &[], keep(Arc::clone(&kept), limit));
                keys.push((key.clone(), Direction::Out, wire));
                outputs.insert(key, kept);
            }
        }
        let wires = |side| -> Vec<Wire> {
            keys.iter().filter(|(_, direction, _)| *direction == side).map(|(_, _, wire)| *wire).collect()
        };
        let (body, params) = (self.body, self.params);
        let (ins, outs) = (wires(Direction::In), wires(Direction::Out));
        let process = net.process("bench", &ins, &outs, move |ports: &mut Ports| body.call(params, ports));
        if self.signature.cost == Cost::Blocking {
            process.seat = Seat::Thread;
        }
        process.role = Role::Kind(Arc::new(self.signature));
        let names = keys.iter().filter(|key| key.1 == Direction::In);
        let names = names.chain(keys.iter().filter(|key| key.1 == Direction::Out));
        for (port, ((name, index), _, _)) in process.ports.iter_mut().zip(names) {
            port.name.clone_from(name);
            port.index = *index;
        }
        let report = net.run();
        let bench = report.processes.iter().find(|process| process.name == "bench");
        let lock = |kept: &Mutex<Vec<Value>>| kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ran {
            fate: bench.and_then(|process| process.fate.clone()),
            stdout: String::from_utf8_lossy(&sink.lock().unwrap_or_else(PoisonError::into_inner))
                .into_owned(),
            exit_code: report.exit_code(),
            outputs: outputs.into_iter().map(|(key, kept)| (key, lock(&kept))).collect(),
        }
    }
}

impl Ran {
    /// What came out of an output port.
    ///
    /// # Panics
    /// When the signature has no such port.
    pub fn output(&self, port: &str) -> &[Value] {
        self.outputs.get(&(port.to_owned(), None)).expect("the signature has this output")
    }

    /// What came out of one output of a list port.
    ///
    /// # Panics
    /// When there is none.
    pub fn output_at(&self, port: &str, index: usize) -> &[Value] {
        self.outputs.get(&(port.to_owned(), Some(index))).expect("the signature has this output")
    }
}

fn label((name, index): &PortKey) -> String {
    index.map_or_else(|| name.clone(), |index| format!("{name}[{index}]"))
}

fn feed(mut tokens: Vec<Value>) -> impl for<'a> FnOnce(&'a mut Ports) -> crate::process::Running<'a> + Send {
    move |ports| Box::pin(async move { ports.output("out").send_all(&mut tokens).await })
}

fn keep(
    kept: Arc<Mutex<Vec<Value>>>,
    limit: usize,
) -> impl for<'a> FnOnce(&'a mut Ports) -> crate::process::Running<'a> + Send {
    move |ports| {
        Box::pin(async move {
            let mut input = ports.input("in");
            for _ in 0..limit {
                let token = input.recv().await?;
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(token);
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Bench;
    use crate::process::{Ended, Fate, Params, Ports};
    use crate::testing::within;
    use crate::value::Value;
    use csprun_dsl::signature::{
        Cost, Doc, Group, PortSpec, PortType, Ports as PortSpecs, Signature, Traits,
    };

    const DOUBLE: Signature = Signature {
        kind: "Double",
        group: Group::User,
        doc: Doc::NONE,
        ports: PortSpecs::Fixed(&[
            PortSpec::input("in", PortType::Var("T"), "numbers"),
            PortSpec::output("out", PortType::Var("T"), "twice as much"),
        ]),
        params: &[],
        cost: Cost::Light,
        traits: Traits::FIRING,
    };

    async fn double(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
        let (mut input, mut output) = (ports.input("in"), ports.output("out"));
        ports.stdout().line("begin")?;
        loop {
            let n = input.recv().await?.as_i64().ok_or_else(|| Ended::fail("not an integer"))?;
            output.send(n * 2).await?;
        }
    }

    #[test]
    fn a_bench_shows_what_a_body_does() {
        let ran = within(Duration::from_secs(60), || {
            Bench::new(&DOUBLE, |params, ports| Box::pin(double(params, ports))).input("in", [1, 2, 3]).run()
        });
        assert_eq!(ran.output("out"), [Value::from(2), Value::from(4), Value::from(6)]);
        assert_eq!((ran.fate, ran.exit_code, ran.stdout.as_str()), (Some(Fate::Done), 0, "begin\n"));
    }

    #[test]
    fn a_bench_shows_how_a_body_fails() {
        let ran = within(Duration::from_secs(60), || {
            Bench::new(&DOUBLE, |params, ports| Box::pin(double(params, ports))).input("in", ["one"]).run()
        });
        assert_eq!((ran.fate, ran.exit_code), (Some(Fate::Failed("not an integer".to_owned())), 1));
    }
}
