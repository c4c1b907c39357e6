//! `Lock`: one caller at a time holds it.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Line, Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Lock",
    group: Group::Coordination,
    doc: Doc {
        summary: "One caller at a time holds it.",
        diagram: r"
         +------+
  serve >| Lock |
         +------+",
        order: "Who asked first gets it first.",
        ending: "Ends when all its callers have; what a caller still holds when it ends or fails is given \
                 back.",
        complexity: "O(1) a request.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["acquire", "try_acquire", "release"])),
        "client": (run: Call()),
        "lock": (run: Lock()),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "lock"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "true\nfalse\n()\n",
        source: "Python: threading.Lock; JCSP: a server process with one client inside",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`acquire` -> `true`, when it is the caller's turn; `try_acquire` -> whether the caller holds it \
         now; `release` -> `()`",
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
    serve(ports, |_| Lock::default()).await
}

/// Who holds it, and who waits.
#[derive(Default)]
struct Lock(Line);

impl Server for Lock {
    const OPS: &'static [&'static str] = &["acquire", "try_acquire", "release"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        let holds = self.0.is_held_by(caller);
        match request.op {
            "acquire" if holds => {
                return Err("`acquire` by who holds it (an RLock can be taken again)".into());
            }
            "release" if !holds => return Err("`release` by who does not hold it".into()),
            "acquire" => self.0.enter(caller, replies),
            "try_acquire" if self.0.is_free() => self.0.enter(caller, replies),
            "try_acquire" => replies.send(caller, false),
            _ => {
                self.0.pass_on(replies);
                replies.take_back(caller);
            }
        }
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        self.0.forget(caller, replies);
    }
}
