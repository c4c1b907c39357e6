//! `Semaphore`: at most n callers at a time.

use std::collections::{BTreeMap, VecDeque};

use csprun_dsl::signature::{self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Semaphore",
    group: Group::Coordination,
    doc: Doc {
        summary: "At most n callers at a time hold a place.",
        diagram: r"
         +--------------+
  serve >| Semaphore: n |
         +--------------+",
        order: "Who asked first gets a place first.",
        ending: "Ends when all its callers have; what a caller still holds when it ends or fails is given \
                 back.",
        complexity: "O(log callers) a request.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["acquire", "acquire", "try_acquire", "release"])),
        "client": (run: Call()),
        "places": (run: Semaphore(n: 2)),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "places"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "true\ntrue\nfalse\n()\n",
        source: "Dijkstra 1965: P and V; Python: threading.BoundedSemaphore",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`acquire` -> `true`, when there is a place; `try_acquire` -> whether there was one; `release` -> \
         `()`, by who holds a place",
    )]),
    params: &[ParamSpec::required("n", POSITIVE, "how many places there are")],
    cost: Cost::Light,
    traits: SERVER,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let n_free = params.int("n");
    serve(ports, |_| Semaphore { n_free, held: BTreeMap::new(), waiting: VecDeque::new() }).await
}

/// Places, and who waits for one.
struct Semaphore {
    n_free: i64,
    /// How many places each caller holds; at least one.
    held: BTreeMap<Caller, u64>,
    /// Nobody waits while a place is free.
    waiting: VecDeque<Caller>,
}

impl Semaphore {
    fn take(&mut self, caller: Caller, replies: &mut Replies) {
        self.n_free -= 1;
        *self.held.entry(caller).or_default() += 1;
        replies.lend(caller, true);
    }

    /// Places come back: those who wait get them.
    fn give_back(&mut self, n: u64, replies: &mut Replies) {
        self.n_free = self.n_free.saturating_add_unsigned(n);
        while self.n_free > 0
            && let Some(next) = self.waiting.pop_front()
        {
            self.take(next, replies);
        }
    }
}

impl Server for Semaphore {
    const OPS: &'static [&'static str] = &["acquire", "try_acquire", "release"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        match request.op {
            "release" => {
                let n = self.held.get_mut(&caller).ok_or("`release` by who holds no place")?;
                *n -= 1;
                if *n == 0 {
                    self.held.remove(&caller);
                }
                self.give_back(1, replies);
                replies.take_back(caller);
            }
            _ if self.n_free > 0 => self.take(caller, replies),
            "acquire" => self.waiting.push_back(caller),
            _ => replies.send(caller, false),
        }
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        self.waiting.retain(|&other| other != caller);
        let n = self.held.remove(&caller).unwrap_or(0);
        self.give_back(n, replies);
    }
}
