//! What the supervisor says of processes that wait.

use std::collections::BTreeSet;

use csprun_dsl::diagnostic::{Code, Diagnostic};
use csprun_dsl::network::ChannelKind;

use super::census::Census;
use super::place::{At, ProcessWait};
use crate::assemble::{Carries, Wired, WiredChannel, WiredEnd};
use crate::channel::WaitFor;
use crate::schedule::MadeWait;

/// A full channel that may grow: its slots, the bytes of all tokens in buffers, and of one of its own.
pub(super) struct Full {
    pub(super) channel: usize,
    pub(super) capacity: usize,
    pub(super) n_bytes: (usize, usize),
}

/// What ends a standstill: a full channel grows, or it is reported as this deadlock.
pub(super) type Resolution = (Option<Full>, Diagnostic);

impl Census {
    /// That of a closed set.
    pub(super) fn resolution(&self, wired: &Wired) -> Resolution {
        (self.full(wired), self.deadlock(wired))
    }

    /// That of a network in which everybody waits, some of them at what no plan knows.
    pub(super) fn resolution_with(&self, wired: &Wired) -> Resolution {
        let waiting: BTreeSet<usize> =
            self.waits.keys().copied().chain(self.made.iter().map(|wait| wait.process as usize)).collect();
        let headline = match waiting.len() {
            1 => "deadlock: 1 process waits".to_owned(),
            n => format!("deadlock: {n} processes wait"),
        };
        let mut lines = self.lines(wired);
        lines.extend(self.made_lines(wired));
        let deadlock = Diagnostic::without_place(Code::E0901, headline).help(
            "whoever has the other end, or is missed at the barrier, waits too: let one of them go on or end",
        );
        (self.full(wired), first_few(lines).into_iter().fold(deadlock, Diagnostic::note))
    }

    fn full(&self, wired: &Wired) -> Option<Full> {
        let channel = self.smallest_full(wired)?;
        Some(Full { channel, capacity: self.capacity(channel), n_bytes: self.n_bytes(channel) })
    }

    /// The smallest `Auto` channel on which a process waits to send: one in a cycle of waits, where there is such;
    /// a send that waits outside of it is only a consequence.
    fn smallest_full(&self, wired: &Wired) -> Option<usize> {
        let smallest = |waits: &mut dyn Iterator<Item = &ProcessWait>| {
            let sends = waits.filter_map(ProcessWait::sending);
            let auto = sends.filter(|&channel| wired.channels[channel].kind == ChannelKind::Auto);
            auto.min_by_key(|&channel| (self.capacity(channel), channel))
        };
        smallest(&mut self.cycle(wired).iter()).or_else(|| smallest(&mut self.waits.values().flatten()))
    }

    /// The deadlock of this closed set, with a cycle in it, in the file's own names.
    fn deadlock(&self, wired: &Wired) -> Diagnostic {
        let cycle = self.cycle(wired);
        let lines = cycle.iter().map(|wait| self.line(wired, wait)).collect();
        let diagnostic = Diagnostic::without_place(Code::E0901, "deadlock");
        let mut diagnostic = first_few(lines).into_iter().fold(diagnostic, Diagnostic::note);
        let in_cycle: BTreeSet<usize> = cycle.iter().map(|wait| wait.process).collect();
        let others = self.waits.iter().filter(|(process, _)| !in_cycle.contains(process));
        let others: Vec<String> =
            others.filter_map(|(_, waits)| Some(self.line(wired, waits.first()?))).collect();
        if !others.is_empty() {
            diagnostic = first_few(others).into_iter().fold(diagnostic.note("also stuck:"), Diagnostic::note);
        }
        diagnostic.message = match self.waits.len() {
            1 => "deadlock: 1 process waits".to_owned(),
            n => format!("deadlock: {n} processes wait"),
        };
        diagnostic.help(self.help(wired, &cycle))
    }

    /// One line a process.
    pub(super) fn lines(&self, wired: &Wired) -> Vec<String> {
        self.waits.values().filter_map(|waits| Some(self.line(wired, waits.first()?))).collect()
    }

    /// What a process waits for, this wait first: one of several guards, or all of what it does at a time, as do the
    /// parts that share its thread.
    fn line(&self, wired: &Wired, wait: &ProcessWait) -> String {
        const N_SHOWN: usize = 4;
        // A server that lends says all of it in one.
        let lends = matches!(wait.at, At::Loan(_));
        let all = self.waits.get(&wait.process).into_iter().flatten().filter(|_| !lends);
        let mut others: Vec<&ProcessWait> = all.filter(|other| *other != wait).collect();
        others.sort_by_key(|other| other.chooses != wait.chooses);
        let mut line =
            format!("`{}` {}", self.name(wired, wait.process).unwrap_or("a part"), self.words(wired, wait));
        let mut chose = wait.chooses;
        for other in others.iter().take(N_SHOWN - 1) {
            line.push_str(if chose && other.chooses { ", or " } else { ", and " });
            line.push_str(&self.words(wired, other));
            chose = other.chooses;
        }
        if let Some(n_more @ 1..) = others.len().checked_sub(N_SHOWN - 1) {
            line.push_str(&match others.iter().all(|other| other.chooses) {
                true => format!(", or for one of {n_more} more guards"),
                false => format!(", and for {n_more} more"),
            });
        }
        line
    }

    /// A wait in words.
    fn words(&self, wired: &Wired, wait: &ProcessWait) -> String {
        let (idx, operation) = match wait.at {
            At::Channel(idx, operation) => (idx, operation),
            At::Loan(lender) => self.loans.lenders[lender].calls(),
            At::Made(place) => return self.made_words(wired, &self.made[place]),
            At::Barrier(barrier) => {
                let barrier = &wired.barriers[barrier];
                let (n, missing) = (barrier.barrier.waiting().len(), barrier.barrier.missing().len());
                return format!("waits at barrier `{}` ({n} of {} are there)", barrier.name, n + missing);
            }
        };
        let channel = &wired.channels[idx];
        let (from, to) = (ends_text(&channel.writers), ends_text(&channel.readers));
        let servers = |ends: &[WiredEnd]| {
            let servers = ends.iter().filter_map(|end| end.process);
            let names = servers.map(|server| format!("`{}`", wired.processes[server].name));
            names.collect::<Vec<_>>().join(" or ")
        };
        let doing = match (&channel.carries, operation) {
            (Carries::Tokens, _) => return stream_words(channel, operation, self.capacity(idx)),
            // A reply goes from the server to the caller; the file names the call.
            (Carries::Replies { .. }, _) => {
                let servers = servers(&channel.writers);
                return format!("waits for the reply of {servers} on `{}` ({to} -> {from})", channel.name);
            }
            (Carries::Requests(_), WaitFor::Receive) => match self.loans.at_calls(wait.process, idx) {
                Some(lender) => format!("is held by {} and waits for calls", lender.holders_text(wired)),
                None => "waits for calls".to_owned(),
            },
            (Carries::Requests(_), WaitFor::Send) => format!("waits to call {}", servers(&channel.readers)),
        };
        format!("{doing} on `{}` ({from} -> {to})", channel.name)
    }

    fn help(&self, wired: &Wired, cycle: &[ProcessWait]) -> String {
        let name = |channel: usize| wired.channels[channel].name.as_str();
        let is_call = |wait: &ProcessWait| match wait.at {
            At::Channel(at, _) => !matches!(wired.channels[at].carries, Carries::Tokens),
            At::Barrier(_) | At::Made(_) | At::Loan(_) => false,
        };
        let is_lent = |wait: &ProcessWait| match wait.at {
            At::Loan(_) => true,
            At::Channel(at, _) => self.loans.at_calls(wait.process, at).is_some(),
            At::Barrier(_) | At::Made(_) => false,
        };
        if cycle.iter().any(is_lent) {
            return "give back what is held before the next call, or let all call in the same order"
                .to_owned();
        }
        if cycle.iter().any(is_call) {
            return "a server may reply before the next call comes, or somebody make that call who does not wait; \
                    what a server lends is given back before the next call, or all call in the same order"
                .to_owned();
        }
        if let Some(send) = cycle.iter().find_map(ProcessWait::sending) {
            // A slot lets one send go on. Whether that is right only the processes know: it may be a lock.
            let slots = match wired.channels[send].kind {
                ChannelKind::Rendezvous => {
                    "a slot (`kind: Buffer(1)`) where its writer need not wait".to_owned()
                }
                ChannelKind::Auto => "more memory (`run.memory`)".to_owned(),
                _ => format!("more slots (`kind: Buffer({})`)", self.capacity(send) + 1),
            };
            let order = "let one process of the cycle receive, or send, in another order";
            return format!("{order}, or give `{}` {slots}", name(send));
        }
        match cycle.first().map(|wait| wait.at) {
            Some(At::Channel(channel, _)) => {
                format!("the cycle has no token: give `{}` an `initial:` one", name(channel))
            }
            Some(At::Barrier(_)) => {
                "let everybody come to the barrier, or resign from it by ending".to_owned()
            }
            Some(At::Made(_)) => {
                "whoever has the other end waits too: let one of them go on or end".to_owned()
            }
            Some(At::Loan(_)) | None => "see `csprun explain E0901`".to_owned(),
        }
    }

    /// One line a wait at what no plan knows, nor who may end it.
    pub(super) fn made_lines(&self, wired: &Wired) -> Vec<String> {
        let line = |wait: &MadeWait| {
            let process = self.name(wired, wait.process as usize)?;
            Some(format!("`{process}` {}", self.made_words(wired, wait)))
        };
        self.made.iter().filter(|wait| wait.rescuers.known().is_none()).filter_map(line).collect()
    }

    /// A wait at something that was made while the run went on.
    fn made_words(&self, wired: &Wired, wait: &MadeWait) -> String {
        let maker = match self.name(wired, wait.maker as usize) {
            Some(_) if wait.maker == wait.process => " of its own".to_owned(),
            Some(maker) => format!(" that `{maker}` made"),
            None => String::new(),
        };
        let fill = if wait.fill.is_empty() { String::new() } else { format!(" ({})", wait.fill) };
        format!("{}{maker}{fill}", wait.what)
    }
}

/// As many lines as a person reads, and how many more there are.
pub(super) fn first_few(mut lines: Vec<String>) -> Vec<String> {
    const N_SHOWN: usize = 30;
    if lines.len() > N_SHOWN {
        let n_more = lines.len() - N_SHOWN;
        lines.truncate(N_SHOWN);
        lines.push(format!("and {n_more} more"));
    }
    lines
}

/// A wait on a stream in words.
fn stream_words(channel: &WiredChannel, operation: WaitFor, capacity: usize) -> String {
    let verb = match operation {
        WaitFor::Receive => "receive",
        WaitFor::Send => "send",
    };
    let fill = operation.fill(capacity, channel.copies);
    let (from, to) = (ends_text(&channel.writers), ends_text(&channel.readers));
    format!("waits to {verb} on `{}` ({from} -> {to}, {fill})", channel.name)
}

/// The ends of a side: the first few by name.
fn ends_text(ends: &[WiredEnd]) -> String {
    const N_NAMED: usize = 3;
    let mut names: Vec<&str> = ends.iter().map(|end| end.name.as_str()).collect();
    names.retain(|name| !name.is_empty());
    match names.len() {
        0 => "nobody".to_owned(),
        n if n > N_NAMED => format!("{} and {} more", names[..N_NAMED].join(", "), n - N_NAMED),
        _ => names.join(", "),
    }
}
