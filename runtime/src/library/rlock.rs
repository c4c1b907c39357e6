//! `RLock`: a lock that its holder may take again.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Line, Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "RLock",
    group: Group::Coordination,
    doc: Doc {
        summary: "A lock that its holder may take again.",
        diagram: r"
         +-------+
  serve >| RLock |
         +-------+",
        order: "Who asked first gets it first; its holder gets it again at once.",
        ending: "Ends when all its callers have; what a caller still holds when it ends or fails is given \
                 back.",
        complexity: "O(1) a request.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["acquire", "acquire", "release", "release"])),
        "client": (run: Call()),
        "lock": (run: RLock()),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "lock"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "true\ntrue\n()\n()\n",
        source: "Python: threading.RLock; POSIX: a recursive mutex",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`acquire` -> `true`, when it is the caller's turn; `try_acquire` -> whether the caller holds it \
         now; `release` -> `()`, once for each time that it was taken",
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
    serve(ports, |_| RLock::default()).await
}

/// Who holds it, and who waits.
#[derive(Default)]
struct RLock {
    line: Line,
    /// How often the holder has taken it again.
    n_again: u64,
}

impl Server for RLock {
    const OPS: &'static [&'static str] = &["acquire", "try_acquire", "release"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        let holds = self.line.is_held_by(caller);
        match request.op {
            "release" if !holds => return Err("`release` by who does not hold it".into()),
            "release" => {
                match self.n_again.checked_sub(1) {
                    Some(left) => self.n_again = left,
                    None => self.line.pass_on(replies),
                }
                replies.take_back(caller);
            }
            _ if holds => {
                self.n_again += 1;
                replies.lend(caller, true);
            }
            "try_acquire" if !self.line.is_free() => replies.send(caller, false),
            _ => self.line.enter(caller, replies),
        }
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        if self.line.forget(caller, replies) {
            self.n_again = 0;
        }
    }
}
