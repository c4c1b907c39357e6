//! Who waits for whom, at one moment, and which processes nobody can ever wake.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::crew::Crew;
use crate::assemble::{Wired, WiredChannel};
use crate::channel::{Side, Snapshot, WaitFor};
use crate::schedule::activity::Activity;

/// A process's wait on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProcessWait {
    pub(super) process: usize,
    pub(super) channel: usize,
    pub(super) operation: WaitFor,
}

/// All waits of a network, by process; a process that chooses has several.
pub(super) struct Census {
    pub(super) waits: BTreeMap<usize, Vec<ProcessWait>>,
    /// By channel; `None`: its worker did not answer.
    pub(super) snapshots: Vec<Option<Snapshot>>,
    /// A number for each process with waits: who has the same one later has not moved meanwhile.
    pub(super) stamps: BTreeMap<usize, u32>,
}

impl Census {
    /// Asks processes, then channels, then processes again: who waited both times without moving in between has
    /// waited all the time, so the waits of all of them held together.
    pub(super) fn take(crew: &Crew, wired: &Wired, activity: &Activity) -> Census {
        let before = crew.waiting();
        let snapshots = crew.of_channels(&wired.channels, |channel| channel.snapshot());
        let after: BTreeSet<(u32, u32)> = crew.waiting().into_iter().collect();
        let stayed = before.into_iter().filter(|who| after.contains(who));
        let stamps: BTreeMap<usize, u32> = stayed
            .filter(|(process, _)| !activity.is_outside(*process))
            .map(|(process, stamp)| (process as usize, stamp))
            .collect();
        let mut waits: BTreeMap<usize, Vec<ProcessWait>> = BTreeMap::new();
        for (channel, snapshot) in snapshots.iter().enumerate() {
            for wait in snapshot.iter().flat_map(|snapshot| &snapshot.waits) {
                let process = wait.process as usize;
                if stamps.contains_key(&process) {
                    let wait = ProcessWait { process, channel, operation: wait.operation };
                    waits.entry(process).or_default().push(wait);
                }
            }
        }
        Census { waits, snapshots, stamps }
    }

    /// Whether that process waits on a channel.
    pub(super) fn holds(&self, process: usize) -> bool {
        self.waits.contains_key(&process)
    }

    /// Keeps only the processes that nobody outside of them can wake: the greatest set of processes that all wait,
    /// where everyone who could end any of these waits is in the set or has ended. Empty: nothing is stuck for good.
    ///
    /// # Complexity
    /// Linear in waits and ends.
    pub(super) fn closed(mut self, wired: &Wired) -> Census {
        // Who waits for the same thing waits for the same ends.
        let mut things: BTreeMap<(usize, WaitFor), Vec<usize>> = BTreeMap::new();
        for wait in self.waits.values().flatten() {
            things.entry((wait.channel, wait.operation)).or_default().push(wait.process);
        }
        let mut rescues: BTreeMap<usize, Vec<(usize, WaitFor)>> = BTreeMap::new();
        let mut open = Vec::new();
        for &(channel, operation) in things.keys() {
            let rescuers = self.rescuers(&wired.channels[channel], channel, operation);
            if !rescuers.iter().all(|process| self.holds(*process)) {
                open.push((channel, operation));
            }
            for process in rescuers {
                rescues.entry(process).or_default().push((channel, operation));
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

    /// Processes that hold an end which could end a wait.
    pub(super) fn rescuers(&self, wired: &WiredChannel, channel: usize, operation: WaitFor) -> Vec<usize> {
        let Some(snapshot) = &self.snapshots[channel] else { return Vec::new() };
        let (ends, holders) = match operation {
            WaitFor::Receive => (&snapshot.writers, wired.ends(Side::Writing)),
            WaitFor::Send => (&snapshot.readers, wired.ends(Side::Reading)),
        };
        ends.iter().map(|&end| holders[end].0).collect()
    }

    /// Follows from any process the first one that it waits for, until one comes again: in a closed set each waits
    /// for another of the set, so the walk closes.
    pub(super) fn cycle(&self, wired: &Wired) -> Vec<ProcessWait> {
        let mut walked: Vec<ProcessWait> = Vec::new();
        let mut places = BTreeMap::new();
        let mut at = self.waits.keys().next().copied();
        while let Some(process) = at {
            if let Some(start) = places.insert(process, walked.len()) {
                return walked.split_off(start);
            }
            let step = self.waits.get(&process).into_iter().flatten().find_map(|wait| {
                let rescuers = self.rescuers(&wired.channels[wait.channel], wait.channel, wait.operation);
                let next = rescuers.into_iter().find(|process| self.holds(*process))?;
                Some((*wait, next))
            });
            at = step.map(|(wait, next)| {
                walked.push(wait);
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
        (all, bytes.div_ceil(n.max(1)).max(size_of::<crate::value::Value>()))
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
