//! Where the processes of a case run, and how fast they are.

use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use csprun_dsl::network as dsl;
use csprun_dsl::plan::{Machine, Plan, ProcessPlan, Seat};
use csprun_runtime::alt::{Alt, Timeout};
use csprun_runtime::compose::{
    CallPlug, EnrollPlug, Kind, Network, Plugs, Process, RecvPlug, SendPlug, ServePlug,
};
use csprun_runtime::process::Ended;
use csprun_runtime::testing::Net;
use csprun_runtime::{Outcome, Report};

/// Every placement that this list is run on.
pub const PLACEMENTS: [Placement; 5] = [
    // Channels here are of the flavor local.
    Placement { name: "one worker", n_workers: 1, seat: |_| Seat::Worker(0), delays: false },
    Placement { name: "two workers", n_workers: 2, seat: |idx| Seat::Worker(idx % 2), delays: false },
    Placement { name: "threads", n_workers: 1, seat: |_| Seat::Thread, delays: false },
    Placement {
        name: "threads and workers",
        n_workers: 2,
        seat: |idx| if idx % 2 == 0 { Seat::Thread } else { Seat::Worker(idx / 2 % 2) },
        delays: false,
    },
    Placement { name: "one worker, with delays", n_workers: 1, seat: |_| Seat::Worker(0), delays: true },
];

/// Every way a channel can hold tokens without losing any.
pub const KINDS: [Kind; 5] =
    [Kind::Rendezvous, Kind::Buffer(1), Kind::Buffer(5), Kind::Buffer(10), Kind::Buffer(20)];

/// Where processes run.
#[derive(Clone, Copy)]
pub struct Placement {
    pub name: &'static str,
    n_workers: usize,
    /// Where the process of each number sits.
    seat: fn(usize) -> Seat,
    /// Who can run is kept waiting at random, in virtual time.
    pub delays: bool,
}

impl Placement {
    /// An empty network for processes over `Value`s.
    pub fn net(self) -> Net {
        let mut net = Net::seated(self.n_workers, self.seat);
        net.options().explore = self.schedule();
        net
    }

    /// The seed of the delays: another one each time.
    pub fn schedule(self) -> Option<u64> {
        let seed = self.delays.then(|| RandomState::new().hash_one(self.name) >> 40 | 1);
        seed.inspect(|seed| eprintln!("delays of seed {seed}"))
    }

    /// The plan of a graph file with its processes here. Those that block, as scripts do, have a thread everywhere.
    pub fn plan(self, network: &dsl::Network) -> Option<Plan> {
        let mut plan = csprun_dsl::plan(network, &Machine::with_workers(self.n_workers)).0?;
        let light = |process: &ProcessPlan| process.seat != Seat::Thread;
        for (idx, process) in plan.processes.iter_mut().enumerate().filter(|(_, process)| light(process)) {
            process.seat = (self.seat)(idx);
        }
        Some(plan)
    }

    /// An empty network with typed channels.
    pub fn case(self) -> Case {
        let mut net = Network::new(self.name);
        net.workers(self.n_workers);
        net.options().explore = self.schedule();
        Case { net, placement: self, n_processes: 0 }
    }
}

/// A network that seats its processes.
pub struct Case {
    net: Network,
    placement: Placement,
    n_processes: usize,
}

impl Case {
    /// A channel, by the plugs of its first ends.
    pub fn channel<T: Send + 'static>(&mut self, kind: Kind) -> (SendPlug<T>, RecvPlug<T>) {
        self.net.channel("c", kind)
    }

    /// So many channels: all first writing ends, and all first reading ends.
    pub fn channels<T: Send + 'static>(
        &mut self,
        n: usize,
        kind: Kind,
    ) -> (Vec<SendPlug<T>>, Vec<RecvPlug<T>>) {
        (0..n).map(|_| self.channel(kind)).unzip()
    }

    /// A channel on which every reader gets every token.
    pub fn all_of<T: Clone + Send + 'static>(&mut self, kind: Kind) -> (SendPlug<T>, RecvPlug<T>) {
        self.net.all_of("c", kind)
    }

    /// A channel of calls, by the plugs of its first caller and its first server.
    pub fn calls<Q: Send + 'static, A: Send + 'static>(&mut self) -> (CallPlug<Q, A>, ServePlug<Q, A>) {
        self.net.calls("ask")
    }

    /// A barrier, by the plug of its first place.
    pub fn barrier(&mut self) -> EnrollPlug {
        self.net.barrier("phase")
    }

    /// A process, where its placement says.
    pub fn process<P, F, B>(&mut self, plugs: P, body: B) -> &mut Process
    where
        P: Plugs,
        B: FnOnce(P::Ends) -> F + Send + 'static,
        F: Future<Output = Result<(), Ended>> + 'static,
    {
        let idx = self.n_processes;
        self.n_processes += 1;
        let process = self.net.process(&format!("p[{idx}]"), plugs, body);
        match (self.placement.seat)(idx) {
            Seat::Worker(worker) => process.on_worker(worker),
            Seat::Thread => process.on_thread(),
        }
        process
    }

    /// A process that starts others beside itself: on a worker, wherever its placement has the rest.
    pub fn light<P, F, B>(&mut self, plugs: P, body: B)
    where
        P: Plugs,
        B: FnOnce(P::Ends) -> F + Send + 'static,
        F: Future<Output = Result<(), Ended>> + 'static,
    {
        self.n_processes += 1;
        self.net.process("light", plugs, body).on_worker(0);
    }

    /// What its buffers may hold.
    pub fn memory(&mut self, n_bytes: usize) {
        self.net.memory(n_bytes);
    }

    /// Lets time stand still while anything can run.
    pub fn virtual_time(&mut self) {
        self.net.options().virtual_time = true;
    }

    /// What it does.
    pub fn run(self) -> Report {
        self.net.run().expect("threads are to be had")
    }

    /// The same, for one that must end without a failure.
    pub fn done(self) -> Report {
        let report = self.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
        report
    }
}

/// How long a process waits before each operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    None,
    Fixed,
    Random,
}

pub const DELAYS: [Delay; 3] = [Delay::None, Delay::Fixed, Delay::Random];

impl Delay {
    /// Waits before the operation of that number.
    pub async fn pause(self, n: u64) {
        match self {
            Delay::None => {}
            Delay::Fixed => sleep(Duration::from_millis(10)).await,
            Delay::Random => {
                let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
                sleep(Duration::from_micros(mixed % 2000)).await;
            }
        }
    }
}

/// Waits that long, on a worker or a thread.
pub async fn sleep(duration: Duration) {
    let mut late = Timeout::after(duration);
    let woken = Alt::new(&mut [&mut late]).select().await;
    assert_eq!(woken, Ok(0));
}

/// Begins an operation: its result if that is there at once. It goes on waiting until it is awaited or dropped.
pub async fn begin<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Lets the others of its worker, or other threads, go first.
pub async fn give_way() {
    let mut gave = false;
    std::thread::yield_now();
    poll_fn(|cx| {
        if std::mem::replace(&mut gave, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
