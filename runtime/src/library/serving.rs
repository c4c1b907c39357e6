//! What the servers of the library share: one protocol, and the way to wait in line.
//!
//! A request is an operation: a text, `"acquire"`, or a record with its fields, `{op: "put", key: "a", value: 1}`. A
//! wrong one is refused, so that the client's call fails and not the server.

use std::collections::VecDeque;

use csprun_dsl::signature::Traits;

use crate::process::{Asked, Caller, Ended, Ports};
use crate::value::Value;

/// Who comes first decides what a server replies.
pub(super) const SERVER: Traits = Traits { determinate: false, ..Traits::KAHN };

/// A request, read.
pub(super) struct Request<'a> {
    pub(super) op: &'a str,
    token: &'a Value,
}

impl Request<'_> {
    /// What the token asks for, if it is one of `ops`.
    pub(super) fn read<'a>(token: &'a Value, ops: &[&str]) -> Result<Request<'a>, String> {
        let named = || token.as_record().and_then(|record| record.get("op")).and_then(Value::as_text);
        match token.as_text().or_else(named) {
            Some(op) if ops.contains(&op) => Ok(Request { op, token }),
            _ => Err(format!("{} is none of {}", token.shown(), ops.join(", "))),
        }
    }

    /// A field that the operation needs.
    pub(super) fn field(&self, name: &str) -> Result<&Value, String> {
        self.maybe_field(name).ok_or_else(|| format!("`{}` needs a field `{name}`", self.op))
    }

    /// A field that may be left out.
    pub(super) fn maybe_field(&self, name: &str) -> Option<&Value> {
        self.token.as_record().and_then(|record| record.get(name))
    }
}

/// Replies on their way; none for a caller that has to wait.
#[derive(Default)]
pub(super) struct Replies(Vec<(Caller, Word)>);

/// What a server says to a caller.
enum Word {
    Reply(Value),
    /// The same, and the caller holds something from now on.
    Lends(Value),
    /// The same, and the caller has given something back.
    TakesBack,
    /// The caller has given something back, and still waits.
    Parts,
    Dismisses,
}

impl Replies {
    /// Gives a caller its reply.
    pub(super) fn send(&mut self, to: Caller, value: impl Into<Value>) {
        self.0.push((to, Word::Reply(value.into())));
    }

    /// Gives a caller its reply, and with it what it holds until it gives it back: a report of a deadlock says so. A
    /// server that lends lets only those wait who wait for what others hold.
    pub(super) fn lend(&mut self, to: Caller, value: impl Into<Value>) {
        self.0.push((to, Word::Lends(value.into())));
    }

    /// Replies to a caller that has given back something that was lent.
    pub(super) fn take_back(&mut self, from: Caller) {
        self.0.push((from, Word::TakesBack));
    }

    /// Takes back what was lent to a caller that waits on.
    pub(super) fn part(&mut self, from: Caller) {
        self.0.push((from, Word::Parts));
    }

    /// Tells a caller that nothing will come.
    pub(super) fn dismiss(&mut self, caller: Caller) {
        self.0.push((caller, Word::Dismisses));
    }
}

/// A server, apart from its port.
pub(super) trait Server {
    /// What can be asked for.
    const OPS: &'static [&'static str];

    /// A caller asks. An error refuses the request, with the reason, and must leave everything as it was.
    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String>;

    /// A caller has gone: what it holds is given back, and it waits for nothing.
    fn left(&mut self, caller: Caller, replies: &mut Replies);
}

/// Serves until the last caller has left. The server is told how many there are.
pub(super) async fn serve<S: Server>(
    ports: &mut Ports,
    server: impl FnOnce(usize) -> S,
) -> Result<(), Ended> {
    let mut port = ports.serve("serve");
    let mut server = server(port.n_callers());
    let mut replies = Replies::default();
    loop {
        match port.next().await? {
            Asked::Request(caller, token) => {
                let asked = Request::read(&token, S::OPS);
                if let Err(why) = asked.and_then(|request| server.ask(caller, &request, &mut replies)) {
                    port.refuse(caller, &why)?;
                }
            }
            Asked::Left(caller) => server.left(caller, &mut replies),
        }
        for (caller, word) in replies.0.drain(..) {
            match word {
                Word::Reply(value) => port.reply(caller, value)?,
                Word::Lends(value) => port.lend(caller, value)?,
                Word::TakesBack => port.take_back(caller)?,
                Word::Parts => port.part(caller),
                Word::Dismisses => port.dismiss(caller)?,
            }
        }
    }
}

/// One holder at a time, and the others in line.
#[derive(Default)]
pub(super) struct Line {
    holder: Option<Caller>,
    waiting: VecDeque<Caller>,
}

impl Line {
    /// Whether nobody holds it.
    pub(super) fn is_free(&self) -> bool {
        self.holder.is_none()
    }

    /// Whether that caller holds it.
    pub(super) fn is_held_by(&self, caller: Caller) -> bool {
        self.holder == Some(caller)
    }

    /// Takes it, or joins the line: a caller that gets it is told.
    pub(super) fn enter(&mut self, caller: Caller, replies: &mut Replies) {
        self.waiting.push_back(caller);
        if self.is_free() {
            self.pass_on(replies);
        }
    }

    /// The holder gives it to the next in line.
    pub(super) fn pass_on(&mut self, replies: &mut Replies) {
        self.holder = self.waiting.pop_front();
        if let Some(next) = self.holder {
            replies.lend(next, true);
        }
    }

    /// A caller has gone; whether it held it.
    pub(super) fn forget(&mut self, caller: Caller, replies: &mut Replies) -> bool {
        self.waiting.retain(|&other| other != caller);
        let held = self.is_held_by(caller);
        if held {
            self.pass_on(replies);
        }
        held
    }
}
