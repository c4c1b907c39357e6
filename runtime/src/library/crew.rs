//! `Crew`: concurrent readers, exclusive writers.

use std::collections::{BTreeSet, VecDeque};

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Crew",
    group: Group::Coordination,
    doc: Doc {
        summary: "Many readers at a time, or one writer.",
        diagram: r"
         +------+
  serve >| Crew |
         +------+",
        order: "Who asked first comes in first: readers do not pass a writer that waits, so nobody waits for \
                 ever.",
        ending: "Ends when all its callers have; what a caller still holds when it ends or fails is given \
                 back.",
        complexity: "O(log callers) a request.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["start_read", "end_read", "start_write", "end_write"])),
        "client": (run: Call()),
        "crew": (run: Crew()),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "crew"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "true\n()\ntrue\n()\n",
        source: "JCSP: Crew; Courtois, Heymans and Parnas 1971: readers and writers",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Text),
        "`start_read` and `start_write` -> `true`, when the caller may; `end_read` and `end_write` -> `()`",
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
    serve(ports, |_| Crew::default()).await
}

/// Who is in, and who waits.
#[derive(Default)]
struct Crew {
    readers: BTreeSet<Caller>,
    writer: Option<Caller>,
    /// With what each wants: to write, or to read.
    waiting: VecDeque<(Caller, bool)>,
}

impl Crew {
    /// Lets in who may come.
    fn admit(&mut self, replies: &mut Replies) {
        while let Some(&(caller, writes)) = self.waiting.front() {
            if self.writer.is_some() || writes && !self.readers.is_empty() {
                return;
            }
            self.waiting.pop_front();
            if writes {
                self.writer = Some(caller);
            } else {
                self.readers.insert(caller);
            }
            replies.lend(caller, true);
        }
    }

    /// Takes a caller out; whether it was in.
    fn take_out(&mut self, caller: Caller) -> bool {
        self.readers.remove(&caller) || self.writer.take_if(|writer| *writer == caller).is_some()
    }
}

impl Server for Crew {
    const OPS: &'static [&'static str] = &["start_read", "end_read", "start_write", "end_write"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        let (reads, writes) = (self.readers.contains(&caller), self.writer == Some(caller));
        match request.op {
            "start_read" | "start_write" if reads || writes => {
                return Err(format!("`{}` by who is in already", request.op));
            }
            "end_read" if !reads => return Err("`end_read` by who does not read".into()),
            "end_write" if !writes => return Err("`end_write` by who does not write".into()),
            "start_read" => self.waiting.push_back((caller, false)),
            "start_write" => self.waiting.push_back((caller, true)),
            _ => {
                self.take_out(caller);
                replies.take_back(caller);
            }
        }
        self.admit(replies);
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        self.waiting.retain(|(other, _)| *other != caller);
        self.take_out(caller);
        self.admit(replies);
    }
}
