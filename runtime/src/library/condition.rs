//! `Condition`: a lock whose holder can wait for another to change something.

use std::collections::VecDeque;

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Line, Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Condition",
    group: Group::Coordination,
    doc: Doc {
        summary: "Callers wait, and let go of its lock, until another tells them to look again.",
        diagram: r"
         +-----------+
  serve >| Condition |
         +-----------+",
        order: "Who asked for the lock first gets it first; who waits longest is told first, and asks for \
                 the lock again then.",
        ending: "Ends when all its callers have; what a caller still holds when it ends or fails is given \
                 back.",
        complexity: "O(1) a request.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["acquire", "notify_all", "release"])),
        "client": (run: Call()),
        "changed": (run: Condition()),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "changed"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "true\n0\n()\n",
        source: "Hoare 1974 and Mesa: monitors; Python: threading.Condition",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`acquire` -> `true`, when its lock is free; `release` -> `()`; by who holds the lock also: `wait` \
         -> `true`, when it was told and holds the lock again; `notify` and `notify_all` -> how many were \
         told",
    )]),
    params: &[],
    cost: Cost::Light,
    traits: SERVER,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    serve(ports, |_| Condition::default()).await
}

/// Its lock, and who waits to be told.
#[derive(Default)]
struct Condition {
    lock: Line,
    waiting: VecDeque<Caller>,
}

impl Condition {
    /// Tells up to `n` of those who wait.
    fn notify(&mut self, n: usize, caller: Caller, replies: &mut Replies) {
        let n = n.min(self.waiting.len());
        // The lock is held: they stand in line for it.
        self.waiting.drain(..n).for_each(|told| self.lock.enter(told, replies));
        replies.send(caller, i64::try_from(n).unwrap_or(i64::MAX));
    }
}

impl Server for Condition {
    const OPS: &'static [&'static str] = &["acquire", "release", "wait", "notify", "notify_all"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        match (request.op, self.lock.is_held_by(caller)) {
            ("acquire", true) => return Err("`acquire` by who holds its lock".into()),
            ("acquire", false) => self.lock.enter(caller, replies),
            (op, false) => return Err(format!("`{op}` by who does not hold its lock: `acquire` first")),
            ("notify", true) => self.notify(1, caller, replies),
            ("notify_all", true) => self.notify(usize::MAX, caller, replies),
            (op, true) => {
                self.lock.pass_on(replies);
                if op == "wait" {
                    replies.part(caller);
                    self.waiting.push_back(caller);
                } else {
                    replies.take_back(caller);
                }
            }
        }
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        self.waiting.retain(|&other| other != caller);
        self.lock.forget(caller, replies);
    }
}
