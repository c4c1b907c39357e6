//! `Bucket`: callers fall in and wait until another flushes them out.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Bucket",
    group: Group::Coordination,
    doc: Doc {
        summary: "Callers fall in and wait until another flushes them out.",
        diagram: r"
         +--------+
  serve >| Bucket |
         +--------+",
        order: "All who are in it are let go at once, in the order in which they fell in.",
        ending: "Ends when all its callers have.",
        complexity: "O(1) a request, and for each that is let go.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["holding", "flush"])),
        "client": (run: Call()),
        "bucket": (run: Bucket()),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "bucket"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "0\n0\n",
        source: "JCSP: Bucket",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`fall_into` -> `true`, when it is flushed; `flush` -> how many were in it; `holding` -> how many \
         are",
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
    serve(ports, |_| Bucket::default()).await
}

/// Who is in it.
#[derive(Default)]
struct Bucket(Vec<Caller>);

impl Server for Bucket {
    const OPS: &'static [&'static str] = &["fall_into", "flush", "holding"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        let n = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        match request.op {
            "fall_into" => self.0.push(caller),
            op => {
                replies.send(caller, n);
                if op == "flush" {
                    self.0.drain(..).for_each(|fallen| replies.send(fallen, true));
                }
            }
        }
        Ok(())
    }

    fn left(&mut self, caller: Caller, _replies: &mut Replies) {
        self.0.retain(|&other| other != caller);
    }
}
