//! `Queue`: callers put tokens in and take them out in order.

use std::collections::VecDeque;

use csprun_dsl::signature::{self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Queue",
    group: Group::Coordination,
    doc: Doc {
        summary: "Callers put tokens in and take them out in order.",
        diagram: r"
         +----------+
  serve >| Queue: n |
         +----------+",
        order: "First in, first out; who waits longest to put or to get is served first.",
        ending: "Ends when all its callers have. When all that are left wait to get and nothing is there, or \
                 all wait to put, nothing can come any more: their calls get the end of the stream.",
        complexity: "O(1) a request.",
        example: r##"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "put": (run: Call(request: "#{op: \"put\", value: x}")),
        "turns": (run: Numbers()),
        "get": (run: Call(request: "\"get\"")),
        "queue": (run: Queue(n: 2)),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "put"),
        (from: "turns", to: "get"),
        (from: AnyOf(["put.call", "get.call"]), to: "queue"),
        (from: "get.out", to: "print"),
    ],
)
"##,
        output: "0\n1\n2\n",
        source: "Python: queue.Queue; Hoare 1974: the bounded buffer",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Any),
        "`{op: \"put\", value: ..}` -> `()`, when there is room; `get` -> the oldest value, when there is \
         one; `size` -> how many there are",
    )]),
    params: &[ParamSpec::required("n", POSITIVE, "how many values it holds")],
    cost: Cost::Light,
    traits: SERVER,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let capacity = usize::try_from(params.int("n")).unwrap_or(usize::MAX);
    let queue = |n_callers| Queue {
        capacity,
        values: VecDeque::new(),
        getting: VecDeque::new(),
        putting: VecDeque::new(),
        n_callers,
    };
    serve(ports, queue).await
}

/// What is in it, and who waits: to get only while it is empty, to put only while it is full.
struct Queue {
    capacity: usize,
    values: VecDeque<Value>,
    getting: VecDeque<Caller>,
    putting: VecDeque<(Caller, Value)>,
    n_callers: usize,
}

impl Queue {
    /// Lets in who waits to put, while there is room.
    fn admit(&mut self, replies: &mut Replies) {
        while self.values.len() < self.capacity
            && let Some((caller, value)) = self.putting.pop_front()
        {
            self.values.push_back(value);
            replies.send(caller, ());
        }
    }

    /// When all callers wait, none of them can end another's wait.
    fn end_if_stuck(&mut self, replies: &mut Replies) {
        if self.getting.len() + self.putting.len() == self.n_callers {
            self.getting.drain(..).for_each(|caller| replies.dismiss(caller));
            self.putting.drain(..).for_each(|(caller, _)| replies.dismiss(caller));
        }
    }
}

impl Server for Queue {
    const OPS: &'static [&'static str] = &["put", "get", "size"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        match request.op {
            "put" => {
                let value = request.field("value")?.clone();
                match self.getting.pop_front() {
                    Some(first) => {
                        replies.send(first, value);
                        replies.send(caller, ());
                    }
                    None => self.putting.push_back((caller, value)),
                }
                self.admit(replies);
            }
            "get" => match self.values.pop_front() {
                Some(value) => {
                    replies.send(caller, value);
                    self.admit(replies);
                }
                None => self.getting.push_back(caller),
            },
            _ => replies.send(caller, i64::try_from(self.values.len()).unwrap_or(i64::MAX)),
        }
        self.end_if_stuck(replies);
        Ok(())
    }

    fn left(&mut self, caller: Caller, replies: &mut Replies) {
        self.n_callers -= 1;
        self.getting.retain(|&other| other != caller);
        self.putting.retain(|(other, _)| *other != caller);
        self.end_if_stuck(replies);
    }
}
