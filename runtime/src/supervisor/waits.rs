//! What the supervisor says of processes that wait.

use std::collections::BTreeSet;

use csprun_dsl::diagnostic::{Code, Diagnostic};
use csprun_dsl::network::ChannelKind;

use super::census::{Census, ProcessWait};
use crate::assemble::Wired;
use crate::channel::WaitFor;

impl Census {
    /// The smallest `Auto` channel on which a process waits to send: one in a cycle of waits, where there is such;
    /// a send that waits outside of it is only a consequence.
    pub(super) fn smallest_full(&self, wired: &Wired) -> Option<usize> {
        let smallest = |waits: &mut dyn Iterator<Item = &ProcessWait>| {
            let sends = waits.filter(|wait| wait.operation == WaitFor::Send).map(|wait| wait.channel);
            let auto = sends.filter(|&channel| wired.channels[channel].kind == ChannelKind::Auto);
            auto.min_by_key(|&channel| (self.capacity(channel), channel))
        };
        smallest(&mut self.cycle(wired).iter()).or_else(|| smallest(&mut self.waits.values().flatten()))
    }

    /// The deadlock of this closed set, with a cycle in it, in the file's own names.
    pub(super) fn deadlock(&self, wired: &Wired) -> Diagnostic {
        let cycle = self.cycle(wired);
        let mut diagnostic = Diagnostic::without_place(Code::E0901, "deadlock");
        for wait in &cycle {
            diagnostic = diagnostic.note(self.line(wired, wait));
        }
        let in_cycle: BTreeSet<usize> = cycle.iter().map(|wait| wait.process).collect();
        let others = self.waits.iter().filter(|(process, _)| !in_cycle.contains(process));
        let others: Vec<String> =
            others.flat_map(|(_, waits)| waits).map(|wait| self.line(wired, wait)).collect();
        if !others.is_empty() {
            diagnostic = first_few(others).into_iter().fold(diagnostic.note("also stuck:"), Diagnostic::note);
        }
        diagnostic.message = match self.waits.len() {
            1 => "deadlock: 1 process waits".to_owned(),
            n => format!("deadlock: {n} processes wait"),
        };
        diagnostic.help(self.help(wired, &cycle))
    }

    /// One line a wait.
    pub(super) fn lines(&self, wired: &Wired) -> Vec<String> {
        self.waits.values().flatten().map(|wait| self.line(wired, wait)).collect()
    }

    /// A wait in words.
    fn line(&self, wired: &Wired, wait: &ProcessWait) -> String {
        let process = &wired.processes[wait.process].name;
        let channel = &wired.channels[wait.channel];
        let capacity = self.capacity(wait.channel);
        let kind = match (capacity, channel.kind) {
            (0, _) => "rendezvous".to_owned(),
            (1, _) => "1 slot".to_owned(),
            (n, _) => format!("{n} slots"),
        };
        let (verb, state) = match (wait.operation, capacity) {
            (WaitFor::Receive, 0) => ("receive", "nobody sending"),
            (WaitFor::Receive, _) => ("receive", "empty"),
            (WaitFor::Send, 0) => ("send", "nobody receiving"),
            (WaitFor::Send, _) => ("send", "full"),
        };
        let (from, to) = (ends_text(&channel.writers), ends_text(&channel.readers));
        format!("`{process}` waits to {verb} on `{}` ({from} -> {to}, {kind}, {state})", channel.name)
    }

    fn help(&self, wired: &Wired, cycle: &[ProcessWait]) -> String {
        let name = |wait: &ProcessWait| wired.channels[wait.channel].name.as_str();
        if let Some(send) = cycle.iter().find(|wait| wait.operation == WaitFor::Send) {
            let n = self.capacity(send.channel) + 1;
            return format!("more slots on `{}` may break the cycle: `kind: Buffer({n})`", name(send));
        }
        match cycle.first() {
            Some(wait) => format!("the cycle has no token: give `{}` an `initial:` one", name(wait)),
            None => "see `csprun explain E0901`".to_owned(),
        }
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
