//! A network of closures.

use std::sync::Arc;

use csprun_dsl::network::{ChannelKind, OnEnd, ProcessId, Settings, Spread};
use csprun_dsl::params::Params;
use csprun_dsl::plan::{BarrierPlan, ChannelPlan, Plan, PortPlan, ProcessPlan, Role, Seat};
use csprun_dsl::signature::{Cost, Direction, Doc, Group, Ports as PortSpecs, Signature, Traits};
use csprun_dsl::ty::{Constant, Type};

use crate::library::Library;
use crate::process::{Ports, Running, Start};
use crate::supervisor::{Options, Report, start_with};

/// A channel of a [`Net`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire(usize);

/// Where processes sit.
#[derive(Clone, Copy, Debug)]
enum Seating {
    /// On workers, in turn.
    Workers(usize),
    /// Each on a thread.
    Threads,
    /// By number.
    By(fn(usize) -> Seat),
}

/// A network of closures: channels first, then the processes that use them.
pub struct Net {
    plan: Plan,
    starts: Vec<Start>,
    seating: Seating,
    options: Options,
}

/// The kind of every closure.
fn signature(traits: Traits) -> Signature {
    Signature {
        kind: "Closure",
        group: Group::User,
        doc: Doc::NONE,
        ports: PortSpecs::Fixed(&[]),
        params: &[],
        cost: Cost::Light,
        traits,
    }
}

impl Net {
    /// An empty network whose processes are dealt over that many workers.
    pub fn on_workers(n_workers: usize) -> Net {
        Net::new(n_workers, Seating::Workers(n_workers))
    }

    /// An empty network in which each process has a thread.
    pub fn on_threads() -> Net {
        Net::new(1, Seating::Threads)
    }

    /// An empty network with that many workers, in which the process of each number sits where `seat` says.
    pub fn seated(n_workers: usize, seat: fn(usize) -> Seat) -> Net {
        Net::new(n_workers, Seating::By(seat))
    }

    fn new(n_workers: usize, seating: Seating) -> Net {
        let plan = Plan {
            name: "net".to_owned(),
            processes: Vec::new(),
            channels: Vec::new(),
            barriers: Vec::new(),
            settings: Settings::default(),
            n_workers,
        };
        Net { plan, starts: Vec::new(), seating, options: Options::default() }
    }

    /// Adds a channel; several ends on a side share it (`AnyOf`).
    pub fn channel(&mut self, name: &str, kind: ChannelKind) -> Wire {
        self.plan.channels.push(ChannelPlan {
            name: name.to_owned(),
            writers: Vec::new(),
            readers: Vec::new(),
            spread: Spread::AnyOf,
            call: false,
            kind,
            capacity: kind.n_slots(),
            ty: Type::Any,
            initial: Vec::new(),
            tap: None,
            dealers: Vec::new(),
        });
        Wire(self.plan.channels.len() - 1)
    }

    /// Adds a channel on which every reader gets every token.
    pub fn all_of(&mut self, name: &str, kind: ChannelKind) -> Wire {
        let wire = self.channel(name, kind);
        self.plan.channels[wire.0].spread = Spread::AllOf;
        wire
    }

    /// Adds a channel of calls: a [`Net::server`] serves its [`Net::caller`]s.
    pub fn calls(&mut self, name: &str) -> Wire {
        let wire = self.channel(name, ChannelKind::Rendezvous);
        self.plan.channels[wire.0].call = true;
        wire
    }

    /// Adds a barrier, in which these processes are enrolled from the start.
    ///
    /// # Panics
    /// When there is no process of such a name yet.
    pub fn barrier(&mut self, name: &str, members: &[&str]) {
        let idx = |member: &&str| {
            let at = self.plan.processes.iter().position(|process| process.name == *member);
            at.unwrap_or_else(|| panic!("there is no process `{member}` yet"))
        };
        let members = members.iter().map(idx).collect();
        self.plan.barriers.push(BarrierPlan { name: name.to_owned(), members });
    }

    /// Puts tokens into a channel for the start.
    pub fn initial(&mut self, wire: Wire, tokens: Vec<Constant>) {
        self.plan.channels[wire.0].initial = tokens;
    }

    /// What will be run, to change it: a channel's capacity, a port's type or immunity.
    pub fn plan(&mut self) -> &mut Plan {
        &mut self.plan
    }

    /// How it will be run.
    pub fn options(&mut self) -> &mut Options {
        &mut self.options
    }

    /// Adds a process. Its ports are called `in` and `out`; several on a side form a list port.
    pub fn process<F>(&mut self, name: &str, inputs: &[Wire], outputs: &[Wire], body: F) -> &mut ProcessPlan
    where
        F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
    {
        self.add(name, &[("in", Direction::In, inputs), ("out", Direction::Out, outputs)], body)
    }

    /// Adds a process that calls, at a port `call` or a list port of this name.
    pub fn caller<F>(
        &mut self,
        name: &str,
        inputs: &[Wire],
        outputs: &[Wire],
        calls: &[Wire],
        body: F,
    ) -> &mut ProcessPlan
    where
        F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
    {
        let sides = [
            ("in", Direction::In, inputs),
            ("out", Direction::Out, outputs),
            ("call", Direction::Call, calls),
        ];
        self.add(name, &sides, body)
    }

    /// Adds a process that takes calls at a port `serve`.
    pub fn server<F>(&mut self, name: &str, calls: Wire, body: F) -> &mut ProcessPlan
    where
        F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
    {
        self.server_reading(name, &[], calls, body)
    }

    /// The same for one that has inputs too.
    pub fn server_reading<F>(&mut self, name: &str, inputs: &[Wire], calls: Wire, body: F) -> &mut ProcessPlan
    where
        F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
    {
        self.add(name, &[("in", Direction::In, inputs), ("serve", Direction::Serve, &[calls])], body)
    }

    fn add<F>(&mut self, name: &str, sides: &[(&str, Direction, &[Wire])], body: F) -> &mut ProcessPlan
    where
        F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
    {
        let idx = self.plan.processes.len();
        let mut ports = Vec::new();
        for &(port, direction, wires) in sides {
            for (i, wire) in wires.iter().enumerate() {
                let channel = &mut self.plan.channels[wire.0];
                let ends = match direction {
                    Direction::In | Direction::Serve => &mut channel.readers,
                    Direction::Out | Direction::Call => &mut channel.writers,
                };
                ends.push((idx, ports.len()));
                ports.push(PortPlan {
                    name: port.to_owned(),
                    index: (wires.len() > 1).then_some(i),
                    direction,
                    channel: Some(wire.0),
                    ty: Type::Any,
                    immunity: 0,
                    shares: false,
                });
            }
        }
        let seat = match self.seating {
            Seating::Workers(n) => Seat::Worker(idx % n),
            Seating::Threads => Seat::Thread,
            Seating::By(seat) => seat(idx),
        };
        self.starts.push(Box::new(body));
        self.plan.processes.push(ProcessPlan {
            name: name.to_owned(),
            role: Role::Kind(Arc::new(signature(Traits::KAHN))),
            params: Params::default(),
            ports,
            on_end: OnEnd::Retire,
            seat,
            of: ProcessId(u32::try_from(idx).unwrap_or(u32::MAX)),
            span: None,
        });
        &mut self.plan.processes[idx]
    }

    /// The same for a process that goes on until all its outputs have retired (SEMANTICS E2a).
    pub fn delta<F>(&mut self, name: &str, inputs: &[Wire], outputs: &[Wire], body: F) -> &mut ProcessPlan
    where
        F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
    {
        let process = self.process(name, inputs, outputs, body);
        let traits = Traits { when_all_retired: true, ..Traits::KAHN };
        process.role = Role::Kind(Arc::new(signature(traits)));
        process
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When the system gives no threads.
    pub fn run(self) -> Report {
        start_with(&self.plan, self.starts, &Library::empty(), &self.options)
            .expect("threads are to be had")
            .wait()
    }
}
