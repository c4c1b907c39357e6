//! Who waits for whom, at one moment, and which processes nobody can ever wake.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::crew::Crew;
use super::loans::Loans;
use super::place::{At, ProcessWait};
use super::transit;
use crate::assemble::{Carries, Wired};
use crate::channel::{Side, Snapshot, WaitFor};
use crate::schedule::activity::Activity;
use crate::schedule::current::OUTSIDE;
use crate::schedule::{MadeWait, Rescuers};

/// All waits of a network, by process; a process that chooses has several. A part of a process that has a number of its
/// own is as good as one.
pub(super) struct Census {
    pub(super) waits: BTreeMap<usize, Vec<ProcessWait>>,
    /// By channel; `None`: its worker did not answer.
    pub(super) snapshots: Vec<Option<Snapshot>>,
    /// A number for each process with waits: who has the same one later has not moved meanwhile.
    pub(super) stamps: BTreeMap<usize, u32>,
    /// Parts of processes, by the numbers by which they wait as processes do.
    pub(super) parts: BTreeMap<usize, String>,
    /// All processes that have waited all the time, also those that somebody outside may wake.
    pub(super) waited: BTreeSet<usize>,
    /// The waits at what was made while the run went on.
    pub(super) made: Vec<MadeWait>,
    /// Who holds what servers lend.
    pub(super) loans: Loans,
    /// Processes that also wait for what no plan knows: somebody may wake them who is not in the census.
    strays: BTreeSet<usize>,
}

impl Census {
    /// Asks processes, then channels, then processes again: who waited both times without moving in between has
    /// waited all the time, so the waits of all of them held together. `for_good`: nothing moves, nor will, so what waits at
    /// channels made in the run is woken by nobody else either.
    pub(super) fn take(crew: &Crew, wired: &Wired, activity: &Activity, for_good: bool) -> Census {
        let before = crew.waiting(activity);
        // Who waits before and after this has a name here.
        let parts = activity.parts().into_iter().map(|part| (part.number as usize, part.name)).collect();
        let snapshots = crew.of_channels(&wired.channels, |channel| channel.snapshot());
        let at_barriers: Vec<Vec<(usize, bool)>> =
            wired.barriers.iter().map(|barrier| barrier.barrier.waiting()).collect();
        let mut made = activity.made_waits();
        transit::find(&mut made, crew, wired, activity);
        let strays = made.iter().filter(|wait| match wait.rescuers {
            Rescuers::Anybody => true,
            Rescuers::Somebody => !for_good,
            Rescuers::Holders { .. } => false,
        });
        let strays: BTreeSet<usize> = strays.map(|wait| wait.process as usize).collect();
        let lenders = Loans::of(wired);
        let after: BTreeSet<(u32, u32)> = crew.waiting(activity).into_iter().collect();
        let stayed: Vec<(u32, u32)> = before.into_iter().filter(|who| after.contains(who)).collect();
        let waited = stayed.iter().map(|&(process, _)| process as usize).collect();
        let outsiders = activity.outsiders();
        let stamps: BTreeMap<usize, u32> = stayed
            .into_iter()
            .filter(|(process, _)| !outsiders.contains(process) && !outsiders.contains(&OUTSIDE))
            .map(|(process, stamp)| (process as usize, stamp))
            .collect();
        let mut waits: BTreeMap<usize, Vec<ProcessWait>> = BTreeMap::new();
        let mut add = |process: usize, at: At, chooses: bool| {
            if stamps.contains_key(&process) {
                waits.entry(process).or_default().push(ProcessWait { process, at, chooses });
            }
        };
        for (channel, snapshot) in snapshots.iter().enumerate() {
            for wait in snapshot.iter().flat_map(|snapshot| &snapshot.waits) {
                add(wait.process as usize, At::Channel(channel, wait.operation), wait.chooses);
            }
        }
        for (barrier, members) in at_barriers.into_iter().enumerate() {
            for (member, chooses) in members {
                if let Some(process) = wired.barriers[barrier].holder(member) {
                    add(process, At::Barrier(barrier), chooses);
                }
            }
        }
        for (place, wait) in made.iter().enumerate().filter(|(_, wait)| wait.rescuers.known().is_some()) {
            add(wait.process as usize, At::Made(place), wait.chooses);
        }
        let loans = lenders.kept(wired, &waits);
        Census { waits, snapshots, stamps, parts, waited, made, loans, strays }
    }

    /// Whether that process waits on a channel or at a barrier.
    pub(super) fn holds(&self, process: usize) -> bool {
        self.waits.contains_key(&process)
    }

    /// The name of a process, or of a part that has not ended.
    pub(super) fn name<'a>(&'a self, wired: &'a Wired, process: usize) -> Option<&'a str> {
        let part = || self.parts.get(&process).map(String::as_str);
        wired.processes.get(process).map(|process| process.name.as_str()).or_else(part)
    }

    /// Keeps only the processes that nobody outside of them can wake: the greatest set of processes that all wait,
    /// where everyone who could end any of these waits is in the set or has ended. Empty: nothing is stuck for good.
    ///
    /// # Complexity
    /// Linear in waits and ends.
    pub(super) fn closed(mut self, wired: &Wired) -> Census {
        for process in &self.strays {
            self.waits.remove(process);
        }
        // Who waits for the same thing waits for the same processes.
        let mut things: BTreeMap<At, Vec<usize>> = BTreeMap::new();
        for wait in self.waits.values().flatten() {
            things.entry(self.loans.awaited(wait.at)).or_default().push(wait.process);
        }
        let mut rescues: BTreeMap<usize, Vec<At>> = BTreeMap::new();
        let mut open = Vec::new();
        for &at in things.keys() {
            let rescuers = self.rescuers(wired, at);
            if !rescuers.iter().all(|process| process.is_some_and(|process| self.holds(process))) {
                open.push(at);
            }
            for process in rescuers.into_iter().flatten() {
                rescues.entry(process).or_default().push(at);
            }
        }
        while let Some(thing) = open.pop() {
            for process in things.remove(&thing).into_iter().flatten() {
                if self.waits.remove(&process).is_some() {
                    open.extend(rescues.remove(&process).into_iter().flatten());
                }
            }
        }
        self
    }

    /// Processes that could end a wait: those that hold an end of the other side, or are missing at the barrier;
    /// `None` for somebody who is not in the network.
    fn rescuers(&self, wired: &Wired, at: At) -> Vec<Option<usize>> {
        match at {
            At::Channel(channel, operation) => {
                let (Some(snapshot), channel) = (&self.snapshots[channel], &wired.channels[channel]) else {
                    return Vec::new();
                };
                let (readers, writers): (&[usize], &[usize]) = match operation {
                    WaitFor::Receive => (&[], &snapshot.writers),
                    WaitFor::Send => (&snapshot.readers, &snapshot.permits),
                };
                // A script may have given an end of the plan to a part.
                let given = |side, end| {
                    let mut given = snapshot.holders.iter();
                    given.find(|(of, idx, _)| (*of, *idx) == (side, end)).map(|(.., part)| *part as usize)
                };
                let held = |side| move |&end: &usize| given(side, end).or_else(|| channel.holder(side, end));
                let readers = readers.iter().map(held(Side::Reading));
                readers.chain(writers.iter().map(held(Side::Writing))).collect()
            }
            At::Barrier(barrier) => {
                let wired = &wired.barriers[barrier];
                wired.barrier.missing().into_iter().map(|member| wired.holder(member)).collect()
            }
            At::Made(place) => {
                let known = self.made[place].rescuers.known().into_iter().flatten();
                known.map(|&process| Some(process as usize)).collect()
            }
            At::Loan(lender) => {
                self.loans.lenders[lender].holders.iter().map(|&(holder, _)| holder).collect()
            }
        }
    }

    /// A process that waits too and could end this wait.
    fn waited_for(&self, wired: &Wired, at: At) -> Option<usize> {
        let rescuers = self.rescuers(wired, self.loans.awaited(at)).into_iter().flatten();
        let waiting: Vec<usize> = rescuers.filter(|process| self.holds(*process)).collect();
        // Who waits for a reply of this very server cannot ask it for anything else.
        let free = waiting.iter().find(|process| !self.is_answered_by(wired, **process, at));
        free.or(waiting.first()).copied()
    }

    /// Whether a process waits for a reply to a request that went through that channel.
    fn is_answered_by(&self, wired: &Wired, process: usize, at: At) -> bool {
        let At::Channel(requests, _) = at else { return false };
        self.waits.get(&process).into_iter().flatten().any(|wait| match wait.at {
            At::Channel(at, _) => {
                matches!(wired.channels[at].carries, Carries::Replies { of, .. } if of == requests)
            }
            At::Barrier(_) | At::Made(_) | At::Loan(_) => false,
        })
    }

    /// Follows from any process the first one that it waits for, until one comes again: in a closed set each waits
    /// for another of the set, so the walk closes. Between who waits for what a server lends and who holds it stands that
    /// server.
    pub(super) fn cycle(&self, wired: &Wired) -> Vec<ProcessWait> {
        let mut walked: Vec<ProcessWait> = Vec::new();
        let mut places = BTreeMap::new();
        let mut at = self.waits.keys().next().copied();
        while let Some(process) = at {
            if let Some(start) = places.insert(process, walked.len()) {
                return walked.split_off(start);
            }
            let step = self.waits.get(&process).into_iter().flatten().find_map(|wait| {
                let next = self.waited_for(wired, wait.at)?;
                Some((*wait, next))
            });
            at = step.map(|(wait, next)| {
                walked.push(wait);
                if let loan @ At::Loan(lender) = self.loans.awaited(wait.at) {
                    let process = self.loans.lenders[lender].server;
                    walked.push(ProcessWait { process, at: loan, chooses: false });
                }
                next
            });
        }
        Vec::new()
    }

    /// Slots of a channel.
    pub(super) fn capacity(&self, channel: usize) -> usize {
        self.snapshots[channel].as_ref().map_or(0, |snapshot| snapshot.capacity)
    }

    /// Bytes of all tokens in buffers, and of one token in `channel` on average.
    pub(super) fn n_bytes(&self, channel: usize) -> (usize, usize) {
        let all = self.snapshots.iter().flatten().map(|snapshot| snapshot.n_bytes).sum();
        let (n, bytes) = self.snapshots[channel].as_ref().map_or((0, 0), |one| (one.n_tokens, one.n_bytes));
        (all, bytes.div_ceil(n.max(1)).max(1))
    }
}

/// Two censuses agree on who is stuck: the same processes, and none has moved between them.
pub(super) fn agree(earlier: &Census, later: &Census) -> bool {
    earlier.waits.keys().eq(later.waits.keys())
        && later.waits.keys().all(|process| earlier.stamps.get(process) == later.stamps.get(process))
}

/// Poisons every channel.
pub(super) fn poison_all(crew: &Crew, wired: &Wired, poison: &crate::channel::Poison) {
    for idx in 0..wired.channels.len() {
        let poison = poison.clone();
        crew.tell(&Arc::clone(&wired.channels), idx, move |channel| channel.poison(poison));
    }
}
