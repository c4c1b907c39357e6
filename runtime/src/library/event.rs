//! `Event`: callers wait until it is set.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Event",
    group: Group::Coordination,
    doc: Doc {
        summary: "Callers wait until it is set.",
        diagram: r"
         +-------+
  serve >| Event |
         +-------+",
        order: "All who wait are told at once, in the order in which they came.",
        ending: "Ends when all its callers have.",
        complexity: "O(1) a request, and for each that is told.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["is_set", "set", "wait"])),
        "client": (run: Call()),
        "ready": (run: Event()),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "ready"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "false\n()\ntrue\n",
        source: "Python: threading.Event; Windows: a manual-reset event",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`wait` -> `true`, when it is set; `set` and `clear` -> `()`; `is_set` -> whether it is",
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
    serve(ports, |_| Event::default()).await
}

/// Whether it is set, and who waits for that.
#[derive(Default)]
struct Event {
    is_set: bool,
    waiting: Vec<Caller>,
}

impl Server for Event {
    const OPS: &'static [&'static str] = &["wait", "set", "clear", "is_set"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        match request.op {
            "wait" if !self.is_set => self.waiting.push(caller),
            "wait" | "is_set" => replies.send(caller, self.is_set),
            op => {
                self.is_set = op == "set";
                replies.send(caller, ());
                if self.is_set {
                    self.waiting.drain(..).for_each(|told| replies.send(told, true));
                }
            }
        }
        Ok(())
    }

    fn left(&mut self, caller: Caller, _replies: &mut Replies) {
        self.waiting.retain(|&other| other != caller);
    }
}
