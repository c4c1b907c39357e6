//! Who waits for whom, when nothing moves.

use std::collections::{BTreeMap, BTreeSet};

use csprun_dsl::diagnostic::{Code, Diagnostic};
use csprun_dsl::network::ChannelKind;

use crate::assemble::{Carries, Wired, WiredChannel};
use crate::channel::{Side, WaitFor};
use crate::value::Value;

/// A process's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ProcessWait {
    process: usize,
    at: At,
}

/// Where a process waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// On the channel of that place, which may be one for replies.
    Channel(usize, WaitFor),
    /// At the barrier of that place.
    Barrier(usize),
}

impl ProcessWait {
    /// The channel on which it waits to send.
    fn sending(&self) -> Option<usize> {
        match self.at {
            At::Channel(channel, WaitFor::Send) => Some(channel),
            _ => None,
        }
    }
}

/// All waits of a network, by process; a process that chooses has several.
pub(super) struct Waits(BTreeMap<usize, Vec<ProcessWait>>);

impl Waits {
    /// Asks every channel and every barrier. Consistent when nothing moves.
    pub(super) fn gather(wired: &Wired) -> Waits {
        let mut waits: BTreeMap<usize, Vec<ProcessWait>> = BTreeMap::new();
        for (channel, wired) in wired.channels.iter().enumerate() {
            for wait in wired.channel.waits() {
                let (process, _) = wired.ends(side_of(wait.operation))[wait.end];
                let wait = ProcessWait { process, at: At::Channel(channel, wait.operation) };
                waits.entry(process).or_default().push(wait);
            }
        }
        for (barrier, wired) in wired.barriers.iter().enumerate() {
            for process in wired.barrier.waiting().into_iter().map(|member| wired.members[member]) {
                waits.entry(process).or_default().push(ProcessWait { process, at: At::Barrier(barrier) });
            }
        }
        Waits(waits)
    }

    /// Whether that process waits on a channel or at a barrier.
    pub(super) fn holds(&self, process: usize) -> bool {
        self.0.contains_key(&process)
    }

    /// The smallest `Auto` channel on which a process waits to send: one in a cycle of waits, where there is such;
    /// a send that waits outside of it is only a consequence.
    pub(super) fn smallest_full(&self, wired: &Wired) -> Option<usize> {
        let smallest = |waits: &mut dyn Iterator<Item = &ProcessWait>| {
            let sends = waits.filter_map(ProcessWait::sending);
            let auto = sends.filter(|&channel| wired.channels[channel].kind == ChannelKind::Auto);
            auto.min_by_key(|&channel| (wired.channels[channel].channel.capacity(), channel))
        };
        smallest(&mut self.cycle(wired).iter()).or_else(|| smallest(&mut self.0.values().flatten()))
    }

    /// The deadlock, with a cycle in it, in the file's own names.
    pub(super) fn deadlock(&self, wired: &Wired, n_living: usize) -> Diagnostic {
        let cycle = self.cycle(wired);
        let mut diagnostic = Diagnostic::without_place(Code::E0901, "deadlock");
        for wait in &cycle {
            diagnostic = diagnostic.note(line(wired, wait));
        }
        let in_cycle: BTreeSet<usize> = cycle.iter().map(|wait| wait.process).collect();
        let others: Vec<String> = self.also_stuck(&in_cycle).map(|wait| line(wired, wait)).collect();
        if !others.is_empty() {
            diagnostic = first_few(others).into_iter().fold(diagnostic.note("also stuck:"), Diagnostic::note);
        }
        diagnostic.message =
            format!("deadlock: {n_living} process{} wait", if n_living == 1 { "" } else { "es" });
        if n_living == 1 {
            diagnostic.message.push('s');
        }
        diagnostic.help(help(wired, &cycle))
    }

    /// One line a wait.
    pub(super) fn lines(&self, wired: &Wired) -> Vec<String> {
        self.0.values().flatten().map(|wait| line(wired, wait)).collect()
    }

    fn also_stuck(&self, in_cycle: &BTreeSet<usize>) -> impl Iterator<Item = &ProcessWait> {
        self.0.iter().filter(|(process, _)| !in_cycle.contains(process)).flat_map(|(_, waits)| waits)
    }

    /// Follows from any process the first one that it waits for, until one comes again: each that waits does so
    /// for a living process that waits too, so the walk closes. Empty if it does not (something moved).
    fn cycle(&self, wired: &Wired) -> Vec<ProcessWait> {
        let mut walked: Vec<ProcessWait> = Vec::new();
        let mut at = self.0.keys().next().copied();
        while let Some(process) = at {
            if let Some(start) = walked.iter().position(|wait| wait.process == process) {
                return walked.split_off(start);
            }
            let step = self.0.get(&process).into_iter().flatten().find_map(|wait| {
                let next = self.waited_for(wired, wait)?;
                Some((*wait, next))
            });
            at = step.map(|(wait, next)| {
                walked.push(wait);
                next
            });
        }
        Vec::new()
    }

    /// A process that waits too and could end this wait.
    fn waited_for(&self, wired: &Wired, wait: &ProcessWait) -> Option<usize> {
        match wait.at {
            At::Channel(at, operation) => {
                let channel = &wired.channels[at];
                let ends = channel.ends(other_side(operation));
                let opponents = channel.channel.opponents(operation).into_iter().map(|end| ends[end].0);
                let waiting: Vec<usize> = opponents.filter(|process| self.holds(*process)).collect();
                // Who waits for a reply of this very server cannot ask it for anything else.
                let free = waiting.iter().find(|process| !self.is_answered_by(wired, **process, at));
                free.or(waiting.first()).copied()
            }
            At::Barrier(at) => {
                let barrier = &wired.barriers[at];
                let mut missing = barrier.barrier.missing().into_iter().map(|member| barrier.members[member]);
                missing.find(|process| self.holds(*process))
            }
        }
    }

    /// Whether a process waits for a reply to a request that went through that channel.
    fn is_answered_by(&self, wired: &Wired, process: usize, requests: usize) -> bool {
        self.0.get(&process).into_iter().flatten().any(|wait| match wait.at {
            At::Channel(at, _) => {
                matches!(wired.channels[at].carries, Carries::Replies(of) if of == requests)
            }
            At::Barrier(_) => false,
        })
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

fn side_of(operation: WaitFor) -> Side {
    match operation {
        WaitFor::Receive => Side::Reading,
        WaitFor::Send => Side::Writing,
    }
}

fn other_side(operation: WaitFor) -> Side {
    match operation {
        WaitFor::Receive => Side::Writing,
        WaitFor::Send => Side::Reading,
    }
}

/// A wait in words.
fn line(wired: &Wired, wait: &ProcessWait) -> String {
    let process = &wired.processes[wait.process].identity.name;
    let (channel, operation) = match wait.at {
        At::Channel(channel, operation) => (&wired.channels[channel], operation),
        At::Barrier(barrier) => {
            let barrier = &wired.barriers[barrier];
            let (n, missing) = (barrier.barrier.waiting().len(), barrier.barrier.missing().len());
            return format!(
                "`{process}` waits at barrier `{}` ({n} of {} are there)",
                barrier.name,
                n + missing
            );
        }
    };
    let (from, to) = (ends_text(&channel.writers), ends_text(&channel.readers));
    let servers = |ends: &[(usize, String)]| {
        let names = ends.iter().map(|(server, _)| format!("`{}`", wired.processes[*server].identity.name));
        names.collect::<Vec<_>>().join(" or ")
    };
    let doing = match (&channel.carries, operation) {
        (Carries::Tokens, _) => return stream_line(process, channel, operation),
        // A reply goes from the server to the caller; the file names the call.
        (Carries::Replies(_), _) => {
            let servers = servers(&channel.writers);
            return format!(
                "`{process}` waits for the reply of {servers} on `{}` ({to} -> {from})",
                channel.name
            );
        }
        (Carries::Requests(_), WaitFor::Receive) => "waits for calls".to_owned(),
        (Carries::Requests(_), WaitFor::Send) => format!("waits to call {}", servers(&channel.readers)),
    };
    format!("`{process}` {doing} on `{}` ({from} -> {to})", channel.name)
}

/// A wait on a stream in words.
fn stream_line(process: &str, channel: &WiredChannel, operation: WaitFor) -> String {
    let capacity = channel.channel.capacity();
    let kind = match capacity {
        0 => "rendezvous".to_owned(),
        1 => "1 slot".to_owned(),
        n => format!("{n} slots"),
    };
    let (verb, state) = match (operation, capacity) {
        (WaitFor::Receive, 0) => ("receive", "nobody sending"),
        (WaitFor::Receive, _) => ("receive", "empty"),
        (WaitFor::Send, 0) => ("send", "nobody receiving"),
        (WaitFor::Send, _) => ("send", "full"),
    };
    let (from, to) = (ends_text(&channel.writers), ends_text(&channel.readers));
    format!("`{process}` waits to {verb} on `{}` ({from} -> {to}, {kind}, {state})", channel.name)
}

/// The ends of a side: the first few by name.
fn ends_text(ends: &[(usize, String)]) -> String {
    const N_NAMED: usize = 3;
    let named: Vec<&str> = ends.iter().take(N_NAMED).map(|(_, name)| name.as_str()).collect();
    match ends.len() {
        0 => "nobody".to_owned(),
        1 => named.concat(),
        n if n > N_NAMED => format!("{} and {} more", named.join(", "), n - N_NAMED),
        _ => named.join(", "),
    }
}

fn help(wired: &Wired, cycle: &[ProcessWait]) -> String {
    let name = |channel: usize| wired.channels[channel].name.as_str();
    let is_call = |wait: &ProcessWait| matches!(wait.at, At::Channel(at, _) if !matches!(wired.channels[at].carries, Carries::Tokens));
    if cycle.iter().any(is_call) {
        return "give back what is held before the next call, or let all call in the same order".to_owned();
    }
    if let Some(send) = cycle.iter().find_map(ProcessWait::sending) {
        let n = wired.channels[send].channel.capacity() + 1;
        return format!("more slots on `{}` may break the cycle: `kind: Buffer({n})`", name(send));
    }
    match cycle.first().map(|wait| wait.at) {
        Some(At::Channel(channel, _)) => {
            format!("the cycle has no token: give `{}` an `initial:` one", name(channel))
        }
        Some(At::Barrier(_)) => "let everybody come to the barrier, or resign from it by ending".to_owned(),
        None => "see `csprun explain E0901`".to_owned(),
    }
}

/// Bytes of all tokens in buffers, and of one token in `channel` on average.
pub(super) fn buffered_bytes(wired: &Wired, channel: &WiredChannel) -> (usize, usize) {
    let in_channel = |channel: &WiredChannel| {
        channel.channel.buffered(|tokens| {
            tokens.fold((0_usize, 0_usize), |(n, sum), token| (n + 1, sum + token.n_bytes()))
        })
    };
    let all = wired.channels.iter().map(|channel| in_channel(channel).1).sum();
    let (n, sum) = in_channel(channel);
    (all, sum.div_ceil(n.max(1)).max(size_of::<Value>()))
}
