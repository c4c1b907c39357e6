//! Who holds what servers lend. A request that such a server keeps waiting is answered only when a holder gives
//! something back, whoever else may call the server meanwhile.

use std::collections::BTreeMap;

use super::place::{At, ProcessWait};
use crate::assemble::{Carries, Wired};
use crate::channel::{Side, WaitFor};

/// A server that lends, with what it has lent.
pub(super) struct Lender {
    /// Its channel of requests.
    requests: usize,
    pub(super) server: usize,
    /// Who holds something, each with how much; `None`: nobody in the network.
    pub(super) holders: Vec<(Option<usize>, u32)>,
    /// Callers, by their numbers, whose requests it has taken and not answered.
    open: Vec<usize>,
}

/// All that is lent at one moment.
#[derive(Default)]
pub(super) struct Loans {
    pub(super) lenders: Vec<Lender>,
    /// By the channel for the replies of a caller that is kept waiting: the lender.
    kept: BTreeMap<usize, usize>,
}

impl Loans {
    /// Asks every desk.
    pub(super) fn of(wired: &Wired) -> Loans {
        let mut lenders = Vec::new();
        for (requests, channel) in wired.channels.iter().enumerate() {
            let Carries::Requests(desk) = &channel.carries else { continue };
            for (idx, server) in channel.readers.iter().enumerate() {
                let loans = desk.loans(idx);
                let (Some(server), false) = (server.process, loans.holders.is_empty()) else { continue };
                let holders = loans.holders.iter();
                let holders =
                    holders.map(|&(caller, n)| (channel.holder(Side::Writing, caller), n)).collect();
                lenders.push(Lender { requests, server, holders, open: loans.open });
            }
        }
        Loans { lenders, kept: BTreeMap::new() }
    }

    /// Adds who is kept waiting: a server that waits for calls is done with all requests that it has taken.
    pub(super) fn kept(self, wired: &Wired, waits: &BTreeMap<usize, Vec<ProcessWait>>) -> Loans {
        let waits_for_calls = |lender: &Lender| {
            let at = At::Channel(lender.requests, WaitFor::Receive);
            waits.get(&lender.server).is_some_and(|waits| waits.iter().any(|wait| wait.at == at))
        };
        let idle = self.lenders.iter().enumerate().filter(|(_, lender)| waits_for_calls(lender));
        let open = idle.flat_map(|(idx, lender)| {
            lender.open.iter().map(move |&caller| ((lender.requests, caller), idx))
        });
        let open: BTreeMap<(usize, usize), usize> = open.collect();
        let replies = wired.channels.iter().enumerate().filter_map(|(idx, channel)| match channel.carries {
            Carries::Replies { of, caller } => Some((idx, *open.get(&(of, caller))?)),
            Carries::Tokens | Carries::Requests(_) => None,
        });
        let kept = if open.is_empty() { BTreeMap::new() } else { replies.collect() };
        Loans { kept, ..self }
    }

    /// What is waited for: behind a reply that is kept, what its server lends.
    pub(super) fn awaited(&self, at: At) -> At {
        match at {
            At::Channel(channel, _) => self.kept.get(&channel).map_or(at, |&lender| At::Loan(lender)),
            At::Barrier(_) | At::Made(_) | At::Loan(_) => at,
        }
    }

    /// The lender that waits there for calls.
    pub(super) fn at_calls(&self, server: usize, requests: usize) -> Option<&Lender> {
        self.lenders.iter().find(|lender| (lender.server, lender.requests) == (server, requests))
    }
}

impl Lender {
    /// Its channel of requests, at which it waits for calls.
    pub(super) fn calls(&self) -> (usize, WaitFor) {
        (self.requests, WaitFor::Receive)
    }

    /// Who holds what it lends, in words.
    pub(super) fn holders_text(&self, wired: &Wired) -> String {
        const N_NAMED: usize = 3;
        let name = |&(holder, n): &(Option<usize>, u32)| {
            let name = holder.map_or("the program", |process| wired.processes[process].name.as_str());
            if n > 1 { format!("`{name}` ({n} times)") } else { format!("`{name}`") }
        };
        let named: Vec<String> = self.holders.iter().take(N_NAMED).map(name).collect();
        match (self.holders.len(), &named[..]) {
            (n, _) if n > N_NAMED => format!("{} and {} more", named.join(", "), n - N_NAMED),
            (_, [before @ .., last]) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            _ => named.concat(),
        }
    }
}
