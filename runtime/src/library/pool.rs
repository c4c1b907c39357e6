//! `Pool`: lends things to callers and takes them back.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use csprun_dsl::signature::{self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Pool",
    group: Group::Coordination,
    doc: Doc {
        summary: "Lends n things to callers and takes them back.",
        diagram: r"
         +---------+
  serve >| Pool: n |
         +---------+",
        order: "Who asked first gets one first, of those that are there the one with the smallest number.",
        ending: "Ends when all its callers have; what a caller still holds when it ends or fails is given \
                 back.",
        complexity: "O(log n) a request.",
        example: r#"Network(
    processes: {
        "requests": (run: Values(values: ["acquire", "acquire", "free"])),
        "client": (run: Call()),
        "pool": (run: Pool(n: 2)),
        "print": (run: Print()),
    },
    channels: [
        (from: "requests", to: "client"),
        (from: "client.call", to: "pool"),
        (from: "client.out", to: "print"),
    ],
)
"#,
        output: "0\n1\n0\n",
        source: "Object pools: one of several equal printers, connections, buffers",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Any),
        "`acquire` -> the number of a thing, from 0, when there is one; `{op: \"release\", value: ..}` -> \
         `()`, with its number (which who holds just one may leave out); `free` -> how many are there",
    )]),
    params: &[ParamSpec::required("n", POSITIVE, "how many things there are")],
    cost: Cost::Light,
    traits: SERVER,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let n = params.int("n");
    let (back, held, waiting) = (BTreeSet::new(), BTreeMap::new(), VecDeque::new());
    serve(ports, |_| Pool { n, n_known: 0, back, held, waiting }).await
}

/// Who holds what. Things that were never lent are only counted, so a pool may be large.
struct Pool {
    n: i64,
    /// Those from here on were never lent.
    n_known: i64,
    back: BTreeSet<i64>,
    held: BTreeMap<i64, Caller>,
    waiting: VecDeque<Caller>,
}

impl Pool {
    /// Lends while there is something and somebody waits.
    fn lend(&mut self, replies: &mut Replies) {
        while !self.waiting.is_empty() && self.n_free() > 0 {
            let thing = self.back.pop_first().unwrap_or_else(|| {
                self.n_known += 1;
                self.n_known - 1
            });
            if let Some(caller) = self.waiting.pop_front() {
                self.held.insert(thing, caller);
                replies.lend(caller, thing);
            }
        }
    }

    fn n_free(&self) -> i64 {
        self.n - i64::try_from(self.held.len()).unwrap_or(i64::MAX)
    }

    fn of(&self, caller: Caller) -> Vec<i64> {
        self.held.iter().filter(|(_, holder)| **holder == caller).map(|(thing, _)| *thing).collect()
    }

    /// The thing that a caller gives back.
    fn given_back(&self, caller: Caller, named: Option<&Value>) -> Result<i64, String> {
        match (named, self.of(caller).as_slice()) {
            (_, []) => Err("`release` by who holds nothing".into()),
            (None, [one]) => Ok(*one),
            (None, _) => Err("`release` by who holds several: give the number as `value`".into()),
            (Some(value), own) => {
                let own = value.as_i64().filter(|thing| own.contains(thing));
                own.ok_or_else(|| format!("`release` of {}, which the caller does not hold", value.shown()))
            }
        }
    }
}

impl Server for Pool {
    const OPS: &'static [&'static str] = &["acquire", "release", "free"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        match request.op {
            "acquire" => self.waiting.push_back(caller),
            "free" => replies.send(caller, self.n_free()),
            _ => {
                let thing = self.given_back(caller, request.maybe_field("value"))?;
                self.held.remove(&thing);
                self.back.insert(thing);
                replies.take_back(caller);
            }
        }
        self.lend(replies);
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        self.waiting.retain(|&other| other != caller);
        for thing in self.of(caller) {
            self.held.remove(&thing);
            self.back.insert(thing);
        }
        self.lend(replies);
    }
}
