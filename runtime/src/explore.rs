//! Runs of one network under many schedules, to find what depends on them.
//!
//! Everything runs on one worker, in virtual time, in an order that belongs to a seed: one seed, one schedule. A
//! thread of its own takes turns with the worker. What comes from outside (standard input) comes only once and is
//! refused; files are read and written again each time.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use csprun_dsl::network::{ChannelKind, OnEnd, Spread};
use csprun_dsl::plan::{ChannelPlan, Plan, ProcessPlan, Role};
use csprun_dsl::signature::{Direction, Ports, Signature};

use crate::library::Library;
use crate::supervisor::{Options, Outcome, Report, StartError, start};

/// What was found.
pub struct Explored {
    /// Schedules that were tried.
    pub n_runs: u64,
    /// Whether outputs were compared: they do not depend on the schedule if no process and no channel is free to choose.
    pub is_determinate: bool,
    /// The first schedule that came out badly.
    pub found: Option<Found>,
}

/// A schedule that came out badly.
pub struct Found {
    /// It again: `--explore 1 --seed` this.
    pub seed: u64,
    /// How its run went.
    pub report: Report,
    /// Which process wrote what, where that is all that is wrong.
    pub differs: Option<Differs>,
    /// Standard output of the run.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// A process whose output belongs to the schedule, though the network is determinate.
pub struct Differs {
    /// Its name.
    pub process: String,
    /// What it wrote in the plain order.
    pub plain: Vec<u8>,
    /// What it wrote in this one.
    pub here: Vec<u8>,
}

/// Why a network cannot be explored.
#[derive(Debug)]
pub enum ExploreError {
    /// A process reads what comes only once.
    Outside {
        /// Its name.
        process: String,
    },
    /// A process talks to a peer, which no seed puts in order.
    Peer {
        /// Its name.
        process: String,
    },
    /// It cannot be started at all.
    Start(StartError),
}

impl fmt::Display for ExploreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExploreError::Outside { process } => write!(
                f,
                "`{process}` reads standard input, which comes only once, and this takes many runs: read a file instead"
            ),
            ExploreError::Peer { process } => write!(
                f,
                "`{process}` talks to a peer over the network, which no schedule puts in order: explore without it"
            ),
            ExploreError::Start(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExploreError {}

impl From<StartError> for ExploreError {
    fn from(error: StartError) -> ExploreError {
        ExploreError::Start(error)
    }
}

/// Runs a plan under `n` schedules, those of the seeds from `first` on, until one comes out badly: it deadlocks, fails
/// or exceeds its time, or, where the network is determinate, gives another output than the plain order does.
///
/// # Errors
/// When the plan cannot be started, or reads what comes only once.
pub fn explore(
    plan: &Plan,
    library: &Library,
    options: &Options,
    n: u64,
    first: u64,
) -> Result<Explored, ExploreError> {
    explore_until(plan, library, options, n, first, &|_| false)
}

/// The same, where a run that came to its end came out badly too if `is_wrong` says so of its report, which holds what each
/// process wrote.
///
/// # Errors
/// As for [`explore`].
pub fn explore_until(
    plan: &Plan,
    library: &Library,
    options: &Options,
    n: u64,
    first: u64,
    is_wrong: &dyn Fn(&Report) -> bool,
) -> Result<Explored, ExploreError> {
    let is_bad = |report: &Report| report.outcome != Outcome::Done || is_wrong(report);
    can_run_again(plan)?;
    if let Some(process) = plan.processes.iter().find(|process| has_peer(process)) {
        return Err(ExploreError::Peer { process: process.name.clone() });
    }
    let is_determinate = is_determinate(plan);
    let mut explored = Explored { n_runs: 0, is_determinate, found: None };
    let mut plain = None;
    if is_determinate {
        let one = run(plan, library, options, 0)?;
        if is_bad(&one.report) {
            return Ok(Explored { n_runs: 1, found: Some(one), ..explored });
        }
        plain = Some(one.report);
    }
    for seed in (0..n).map(|at| first.wrapping_add(at)) {
        let mut one = run(plan, library, options, seed)?;
        explored.n_runs += 1;
        if one.report.outcome == Outcome::Done {
            one.differs = plain.as_ref().and_then(|plain| differs(plain, &one.report));
        }
        if one.differs.is_some() || is_bad(&one.report) {
            explored.found = Some(one);
            break;
        }
    }
    Ok(explored)
}

/// Whether a plan can be run as often as one likes.
///
/// # Errors
/// When a process reads what comes only once.
pub fn can_run_again(plan: &Plan) -> Result<(), ExploreError> {
    match plan.processes.iter().find(|process| reads_stdin(process)) {
        Some(process) => Err(ExploreError::Outside { process: process.name.clone() }),
        None => Ok(()),
    }
}

/// One run, with what it writes kept.
fn run(plan: &Plan, library: &Library, options: &Options, seed: u64) -> Result<Found, StartError> {
    let (stdout, stderr) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let options = Options {
        explore: Some(seed),
        stdout: Some(stdout.clone()),
        stderr: Some(stderr.clone()),
        capture: plan.processes.iter().map(|process| process.name.clone()).collect(),
        ..options.clone()
    };
    let report = start(plan, library, &options)?.wait();
    let kept =
        |sink: &Mutex<Vec<u8>>| std::mem::take(&mut *sink.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Found { seed, report, differs: None, stdout: kept(&stdout), stderr: kept(&stderr) })
}

/// The first process that wrote something else.
fn differs(plain: &Report, here: &Report) -> Option<Differs> {
    let mut pairs = plain.processes.iter().zip(&here.processes);
    let (plain, here) = pairs.find(|(plain, here)| plain.output != here.output)?;
    let written = |output: &Option<Vec<u8>>| output.clone().unwrap_or_default();
    Some(Differs { process: plain.name.clone(), plain: written(&plain.output), here: written(&here.output) })
}

fn has_peer(process: &ProcessPlan) -> bool {
    matches!(&process.role, Role::Kind(signature) if signature.traits.outside)
}

/// A kind that uses standard streams and has no input reads.
fn reads_stdin(process: &ProcessPlan) -> bool {
    let no_inputs = |signature: &Signature| match signature.ports {
        Ports::Fixed(ports) => ports.iter().all(|port| port.direction == Direction::Out),
        _ => false,
    };
    matches!(&process.role, Role::Kind(signature) if signature.traits.terminal && no_inputs(signature))
}

/// Whether nothing in the network is free to choose (Kahn).
fn is_determinate(plan: &Plan) -> bool {
    let process = |process: &ProcessPlan| {
        let chooses = match &process.role {
            Role::Kind(signature) => !signature.traits.determinate,
            // Copies that deal or collect as it comes share an end.
            Role::Deal(_) | Role::Collect(_) => false,
        };
        !chooses && process.on_end != OnEnd::Poison
    };
    let channel = |channel: &ChannelPlan| {
        let is_shared =
            channel.writers.len() > 1 || channel.readers.len() > 1 && channel.spread == Spread::AnyOf;
        let is_lossy = matches!(channel.kind, ChannelKind::DropOldest(_) | ChannelKind::DropNewest(_));
        !is_shared && !is_lossy && !channel.call
    };
    plan.processes.iter().all(process) && plan.channels.iter().all(channel)
}
