//! How far a run is, where sources know their length.
//!
//! What a source has sent may still lie in a buffer. So it counts what was received of that: the least that any
//! process on its way to a sink has received, as far as each gives one token for one.

use std::collections::BTreeSet;

use csprun_dsl::network::{Deal, Spread};
use csprun_dsl::plan::{Plan, PortPlan, ProcessPlan, Role};
use csprun_dsl::signature::Direction;
use csprun_runtime::supervisor::Progress;

/// More is not shown before the run is over.
pub const MOST: f64 = 0.99;

/// By process of the plan: sets of channels, each of which everything that the process sends goes through once.
pub struct Courses(Vec<Vec<Vec<usize>>>);

impl Courses {
    /// Of a plan without sources.
    #[cfg(test)]
    pub fn none() -> Courses {
        Courses(Vec::new())
    }

    /// Those of the sources.
    pub fn of(plan: &Plan) -> Courses {
        let mut writes = vec![Vec::new(); plan.processes.len()];
        for (idx, channel) in plan.channels.iter().enumerate() {
            for &(writer, _) in &channel.writers {
                writes[writer].push(idx);
            }
        }
        let is_source =
            |process: &ProcessPlan| process.ports.iter().all(|port| port.direction != Direction::In);
        let course =
            |(idx, process)| if is_source(process) { follow(plan, &writes, idx) } else { Vec::new() };
        Courses(plan.processes.iter().enumerate().map(course).collect())
    }

    /// How far the source is that is least far, of those that know.
    pub fn share(&self, progress: &Progress<'_>) -> Option<f64> {
        let known = progress.processes.iter().enumerate().filter_map(|(idx, process)| {
            let (at, length) = process.way?;
            let at = if process.ended { 1.0 } else { at as f64 / length as f64 };
            Some(at * self.received(idx, progress))
        });
        known.reduce(f64::min).map(|share| share.min(MOST))
    }

    /// What part of what a source has sent was received everywhere on its course.
    fn received(&self, source: usize, progress: &Progress<'_>) -> f64 {
        let Some(course) = self.0.get(source) else { return 1.0 };
        let count = |set: &Vec<usize>, buffered: bool| -> u64 {
            let channels = set.iter().filter_map(|&idx| progress.channels.get(idx));
            channels
                .map(|channel| channel.n_received + if buffered { channel.n_tokens as u64 } else { 0 })
                .sum()
        };
        let n_sent = course.first().map_or(0, |set| count(set, true));
        let least = course.iter().map(|set| count(set, false)).min().unwrap_or(0);
        if n_sent == 0 { 1.0 } else { least as f64 / n_sent as f64 }
    }
}

/// The sets of channels behind a source, as far as each token there is one of its own.
fn follow(plan: &Plan, writes: &[Vec<usize>], source: usize) -> Vec<Vec<usize>> {
    let (mut course, mut seen) = (Vec::new(), BTreeSet::new());
    let mut from = BTreeSet::from([source]);
    let mut set = writes[source].clone();
    // Several channels of a source carry copies, or different things.
    while !set.is_empty() && (set.len() == 1 || from.iter().all(|&process| splits(plan, process, writes))) {
        let ours = |idx: &usize| plan.channels[*idx].writers.iter().all(|(writer, _)| from.contains(writer));
        let is_stream = |idx: &usize| !plan.channels[*idx].call && !copies(plan, *idx);
        if !set.iter().all(|idx| ours(idx) && is_stream(idx) && seen.insert(*idx)) {
            break;
        }
        from = set
            .iter()
            .flat_map(|&idx| plan.channels[idx].readers.iter().map(|(reader, _)| *reader))
            .collect();
        course.push(set);
        if !from.iter().all(|&process| is_one_for_one(plan, process, writes)) {
            break;
        }
        let next: BTreeSet<usize> =
            from.iter().flat_map(|&process| writes[process].iter().copied()).collect();
        set = next.into_iter().collect();
    }
    course
}

/// Whether each token that the process sends goes to one of its channels only.
fn splits(plan: &Plan, process: usize, writes: &[Vec<usize>]) -> bool {
    writes[process].len() <= 1 || matches!(plan.processes[process].role, Role::Deal(_))
}

fn copies(plan: &Plan, channel: usize) -> bool {
    let channel = &plan.channels[channel];
    channel.readers.len() > 1 && channel.spread == Spread::AllOf
}

/// Whether the process sends a token for each that it receives, and receives no others.
fn is_one_for_one(plan: &Plan, process: usize, writes: &[Vec<usize>]) -> bool {
    let planned = &plan.processes[process];
    match &planned.role {
        Role::Deal(deal) => !matches!(deal, Deal::All),
        Role::Collect(_) => true,
        Role::Kind(signature) => {
            let is_in = |port: &&PortPlan| port.direction == Direction::In;
            planned.ports.iter().filter(is_in).count() == 1
                && writes[process].len() == 1
                && signature.is_one_for_one(&planned.params)
        }
    }
}

#[cfg(test)]
mod tests;
