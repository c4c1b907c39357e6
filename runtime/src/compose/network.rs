//! The description of a network, and its start.

use std::future::Future;
use std::sync::Arc;

use csprun_dsl::network::{ChannelKind as Kind, OnEnd};
use csprun_dsl::plan::Seat;
use csprun_dsl::rules::call_cycles;

use super::barrier::{EnrollPlug, Meeting};
use super::calls::CallSocket;
use super::held::Socket;
use super::plug::{CallPlug, Plugs, RecvPlug, SendPlug, ServePlug};
use super::stream::{AllOf, Stream};
use crate::assemble::{Wired, WiredChannel, WiredProcess};
use crate::process::{Cargo, Ended, run};
use crate::schedule::activity::Activity;
use crate::supervisor::{Limits, MEMORY, Options, Report, Run, StartError, launch};

/// Channels and processes that have not started.
pub struct Network {
    name: String,
    channels: Vec<Arc<dyn Socket>>,
    barriers: Vec<Arc<Meeting>>,
    processes: Vec<Process>,
    n_workers: Option<usize>,
    memory: usize,
    options: Options,
}

/// A process of a [`Network`], to say where it runs and what its end means.
pub struct Process {
    name: String,
    seat: Option<Seat>,
    on_end: OnEnd,
    make: Box<dyn FnOnce(OnEnd) -> Cargo + Send>,
}

impl Process {
    /// Seats it on a worker, counted from 0; round them all if there are not so many.
    pub fn on_worker(&mut self, worker: usize) {
        self.seat = Some(Seat::Worker(worker));
    }

    /// Gives it an OS thread of its own, on which it may block.
    pub fn on_thread(&mut self) {
        self.seat = Some(Seat::Thread);
    }

    /// What its normal end does to the ends that it still has: it retires them, unless this says that it poisons them
    /// (SEMANTICS E1).
    pub fn on_end(&mut self, on_end: OnEnd) {
        self.on_end = on_end;
    }
}

impl Network {
    /// An empty one.
    pub fn new(name: impl Into<String>) -> Network {
        Network {
            name: name.into(),
            channels: Vec::new(),
            barriers: Vec::new(),
            processes: Vec::new(),
            n_workers: None,
            memory: MEMORY,
            options: Options::default(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a channel: the plugs of its first writing and its first reading end. More ends join from those; each
    /// token goes to exactly one reader.
    pub fn channel<T: Send + 'static>(&mut self, name: &str, kind: Kind) -> (SendPlug<T>, RecvPlug<T>) {
        self.stream(name, kind, None)
    }

    /// Adds a channel on which each reading end gets every token (SEMANTICS C8).
    pub fn all_of<T: Clone + Send + 'static>(
        &mut self,
        name: &str,
        kind: Kind,
    ) -> (SendPlug<T>, RecvPlug<T>) {
        self.stream(name, kind, Some(crate::channel::Channel::all_of))
    }

    fn stream<T: Send + 'static>(
        &mut self,
        name: &str,
        kind: Kind,
        all_of: Option<AllOf<T>>,
    ) -> (SendPlug<T>, RecvPlug<T>) {
        let socket = Arc::new(Stream::new(name, kind, all_of));
        self.channels.push(Arc::clone(&socket) as Arc<dyn Socket>);
        (SendPlug::new(&socket), RecvPlug::new(&socket))
    }

    /// Adds a channel of calls (SEMANTICS B2): requests `Q` go to a server, and each reply `A` comes back to the caller
    /// that asked. It is a rendezvous; a caller has one request open at a time. More callers and servers join from the
    /// plugs; a request goes to exactly one server. Processes that call one another in a cycle are refused at the start;
    /// one process may have both ends, to hand them to those that it spawns.
    ///
    /// ```
    /// # use csprun_runtime::compose::Network;
    /// let mut net = Network::new("counter");
    /// let (call, serve) = net.calls::<u32, u32>("count");
    /// net.process("server", serve, |mut server| async move {
    ///     let mut sum = 0;
    ///     loop {
    ///         let (caller, n) = server.request().await?;
    ///         sum += n;
    ///         server.reply(caller, sum)?;
    ///     }
    /// });
    /// net.process("client", call, |mut client| async move {
    ///     assert_eq!(client.call(2).await?, 2);
    ///     assert_eq!(client.call(3).await?, 5);
    ///     Ok(())
    /// });
    /// assert_eq!(net.run()?.exit_code(), 0);
    /// # Ok::<(), csprun_runtime::StartError>(())
    /// ```
    pub fn calls<Q: Send + 'static, A: Send + 'static>(
        &mut self,
        name: &str,
    ) -> (CallPlug<Q, A>, ServePlug<Q, A>) {
        let socket = Arc::new(CallSocket::new(name));
        self.channels.push(Arc::clone(&socket) as Arc<dyn Socket>);
        (CallPlug::new(&socket), ServePlug::new(&socket))
    }

    /// Adds a barrier (SEMANTICS B1): the plug of its first place, from which others join. All who have a place pass
    /// together, when all have come.
    ///
    /// ```
    /// # use csprun_runtime::compose::Network;
    /// let mut net = Network::new("phases");
    /// let phase = net.barrier("phase");
    /// for name in ["left", "right"] {
    ///     net.process(name, phase.join(), |mut phase| async move {
    ///         for _ in 0..10 {
    ///             phase.sync().await?;
    ///         }
    ///         Ok(())
    ///     });
    /// }
    /// drop(phase); // Nobody waits for this place.
    /// assert_eq!(net.run()?.exit_code(), 0);
    /// # Ok::<(), csprun_runtime::StartError>(())
    /// ```
    pub fn barrier(&mut self, name: &str) -> EnrollPlug {
        let meeting = Arc::new(Meeting::new(name));
        self.barriers.push(Arc::clone(&meeting));
        EnrollPlug::new(&meeting)
    }

    /// Adds a process: `body` is called on the thread where it will run, with the ends of its plugs. It ends normally
    /// when its future returns `Ok` or [`Ended::Retired`]; its ends retire, or are poisoned with the cause.
    ///
    /// An end lasts as long as the future only if the future has it. `|(mut to, _)| async move { .. }` drops the second
    /// end when the closure returns, before the future runs, and so does a name that the future does not use. Hold it
    /// by a name inside:
    ///
    /// ```
    /// # use csprun_runtime::compose::{Kind, Network};
    /// # let mut net = Network::new("held");
    /// # let (to, from) = net.channel::<u32>("numbers", Kind::Buffer(2));
    /// # let (done, end) = net.channel::<()>("done", Kind::Rendezvous);
    /// net.process("writer", (to, done), |(mut to, done)| async move {
    ///     let _done = done; // retires when the process ends
    ///     to.send(1).await?;
    ///     Ok(())
    /// });
    /// # net.process("reader", (from, end), |(mut from, mut end)| async move {
    /// #     assert_eq!((from.next().await?, from.next().await?), (Some(1), None));
    /// #     assert_eq!(end.next().await?, None);
    /// #     Ok(())
    /// # });
    /// # assert_eq!(net.run().expect("threads are to be had").exit_code(), 0);
    /// ```
    pub fn process<P, F, B>(&mut self, name: &str, plugs: P, body: B) -> &mut Process
    where
        P: Plugs,
        B: FnOnce(P::Ends) -> F + Send + 'static,
        F: Future<Output = Result<(), Ended>> + 'static,
    {
        let idx = self.processes.len();
        plugs.hold(idx);
        let own = name.to_owned();
        let make = |on_end| -> Cargo {
            Box::new(move |told| run(own, move || body(plugs.ends()), on_end == OnEnd::Poison, told))
        };
        let (name, on_end) = (name.to_owned(), OnEnd::Retire);
        self.processes.push(Process { name, seat: None, on_end, make: Box::new(make) });
        &mut self.processes[idx]
    }

    /// Says how many workers carry light processes; else it is as many as there are cores.
    pub fn workers(&mut self, n: usize) {
        self.n_workers = Some(n.max(1));
    }

    /// Bytes of tokens that its buffers may hold when `Auto` channels grow to end an artificial deadlock; else 1 GiB. A
    /// token of a closure counts with its size, without what it points to.
    pub fn memory(&mut self, n_bytes: usize) {
        self.memory = n_bytes;
    }

    /// How it will be run.
    pub fn options(&mut self) -> &mut Options {
        &mut self.options
    }

    /// Starts it. Processes without a seat are dealt over the workers in the order in which they were added, so that
    /// neighbours sit together.
    ///
    /// # Errors
    /// When processes call one another in a cycle, or the system gives no threads.
    pub fn start(self) -> Result<Run, StartError> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let n_workers = self.n_workers.unwrap_or_else(cores).min(self.processes.len().max(1));
        let n_workers = if self.options.explore.is_some() { 1 } else { n_workers };
        let n_processes = self.processes.len();
        let seat = |(idx, process): (usize, &Process)| match process.seat {
            Some(Seat::Worker(worker)) => Seat::Worker(worker % n_workers),
            Some(seat) => seat,
            None => Seat::Worker(idx * n_workers / n_processes),
        };
        let seats: Vec<Seat> = self.processes.iter().enumerate().map(seat).collect();
        let names: Vec<&str> = self.processes.iter().map(|process| process.name.as_str()).collect();
        let calls = self.channels.iter().flat_map(|channel| channel.calls());
        // Who has both ends of one channel has them for others: those that it spawns.
        if let Some(cycle) = call_cycles(calls.filter(|(caller, server)| caller != server)).into_iter().next()
        {
            let processes = cycle.into_iter().map(|process| names[process].to_owned()).collect();
            return Err(StartError::CallCycle { processes });
        }
        let wire = |(at, channel): (usize, &Arc<dyn Socket>)| channel.wire(at, &seats, &names);
        let (mut channels, behind): (Vec<WiredChannel>, Vec<Vec<WiredChannel>>) =
            self.channels.iter().enumerate().map(wire).unzip();
        channels.extend(behind.into_iter().flatten());
        let processes = self.processes.into_iter().zip(seats).map(|(process, seat)| WiredProcess {
            name: process.name,
            span: None,
            seat,
            writing: Vec::new(),
            copy: None,
            way: Arc::default(),
            cargo: Some((process.make)(process.on_end)),
        });
        let wired = Wired {
            channels: Arc::new(channels),
            barriers: self.barriers.iter().map(|meeting| meeting.wire()).collect(),
            processes: processes.collect(),
        };
        let activity = Arc::new(Activity::new(self.options.virtual_time, self.options.explore));
        let Options { timeout, interrupt, tell, stalled, watch, profile, .. } = self.options;
        let limits = Limits { timeout, memory: self.memory, interrupt, tell, stalled, watch, profile };
        launch(wired, n_workers, &activity, limits)
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// As [`Network::start`].
    pub fn run(self) -> Result<Report, StartError> {
        Ok(self.start()?.wait())
    }
}
