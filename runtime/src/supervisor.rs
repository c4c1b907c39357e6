//! Runs a plan: starts its processes, watches them, says what happened.

mod busy;
mod census;
mod crew;
mod interrupt;
mod progress;
mod records;
mod report;
mod stalled;
mod waits;
mod watch;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use csprun_dsl::plan::Plan;

pub use busy::Time;
pub use progress::{ChannelProgress, ProcessProgress, Progress, Watcher};
pub use report::{ChannelReport, Outcome, ProcessReport, Report};

use crate::assemble::{Surroundings, Wired, assemble};
use crate::library::Library;
use crate::process::{Sink, Start};
use crate::replicate::start_of;
use crate::schedule::activity::Activity;
use busy::Busy;
use crew::Crew;
use records::Records;
pub(crate) use watch::Limits;
pub use watch::Tell;
use watch::Watch;

/// Bytes of tokens in buffers when the file does not say.
pub(crate) const MEMORY: usize = 1 << 30;
/// How to run.
#[derive(Clone, Default)]
pub struct Options {
    /// Ends the run after this long; else what the file says.
    pub timeout: Option<Duration>,
    /// Seed of the processes' random numbers; else what the file says, else 0.
    pub seed: Option<u64>,
    /// Takes Ctrl-C over, for the rest of the program's life.
    pub interrupt: bool,
    /// Where standard output of processes goes; else to the program's.
    pub stdout: Option<Sink>,
    /// Where standard error of processes goes; else to the program's.
    pub stderr: Option<Sink>,
    /// Time stands still while anything can run, and goes on at once when all wait for it.
    pub virtual_time: bool,
    /// Runs everything on one worker, in an order that belongs to this seed and is meant to do harm; in virtual time.
    /// 0 is the plain order.
    pub explore: Option<u64>,
    /// Names of processes whose standard output the report shall hold too.
    pub capture: Vec<String>,
    /// Is told what should be known while the run goes on: that nothing has moved for long.
    pub tell: Option<Tell>,
    /// Is shown how far the run is, ten times a second at most.
    pub watch: Option<Watcher>,
    /// Times how long each process runs, by samples.
    pub profile: bool,
    /// How long nothing may move before that is told; else ten seconds.
    #[doc(hidden)]
    pub stalled: Option<Duration>,
}

/// Why a plan cannot be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Something that this build does not have.
    Unavailable {
        /// The process that needs it.
        process: String,
        /// What it is.
        what: String,
    },
    /// The system refused a thread.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Unavailable { process, what } => {
                write!(f, "`{process}` needs {what}, which is not available in this build")
            }
            StartError::System(error) => write!(f, "no thread to run on: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> StartError {
        StartError::System(error)
    }
}

/// A running network.
#[derive(Debug)]
pub struct Run {
    supervisor: JoinHandle<Report>,
}

impl Run {
    /// Waits until the run is over.
    pub fn wait(self) -> Report {
        // The supervisor runs no code of a process; a panic there is a defect of csprun, which goes on here.
        self.supervisor.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Starts a plan.
///
/// # Errors
/// When a process needs what this build does not have, or the system gives no threads.
pub fn start(plan: &Plan, library: &Library, options: &Options) -> Result<Run, StartError> {
    let mut starts = Vec::with_capacity(plan.processes.len());
    for process in &plan.processes {
        let unavailable =
            |what: &str| StartError::Unavailable { process: process.name.clone(), what: what.to_owned() };
        starts.push(start_of(process, library).map_err(|missing| unavailable(missing.0))?);
    }
    start_with(plan, starts, library, options)
}

/// Starts a plan whose bodies are given.
pub(crate) fn start_with(
    plan: &Plan,
    starts: Vec<Start>,
    library: &Library,
    options: &Options,
) -> Result<Run, StartError> {
    let on_one = options.explore.map(|_| plan.clone().on_one_worker());
    let plan = on_one.as_ref().unwrap_or(plan);
    let activity = Arc::new(Activity::new(options.virtual_time, options.explore));
    let captured = |name: &String| (name.clone(), Arc::new(Mutex::new(Vec::new())));
    let around = Surroundings {
        seed: options.seed.or(plan.settings.seed).unwrap_or(0),
        stdout: options.stdout.clone().unwrap_or_else(|| Arc::new(Mutex::new(io::stdout()))),
        stderr: options.stderr.clone().unwrap_or_else(|| Arc::new(Mutex::new(io::stderr()))),
        captured: options.capture.iter().map(captured).collect::<BTreeMap<_, _>>(),
        activity: Arc::clone(&activity),
        kinds: Arc::new(library.clone()),
    };
    let wired = assemble(plan, starts, &around);
    let memory = plan.settings.memory.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    let limits = Limits {
        timeout: options.timeout.or(plan.settings.timeout),
        memory: memory.unwrap_or(MEMORY),
        interrupt: options.interrupt,
        tell: options.tell.clone(),
        stalled: options.stalled,
        watch: options.watch.clone(),
        profile: options.profile,
    };
    launch(wired, plan.n_workers, &activity, limits)
}

/// Starts what is wired, and who watches it.
pub(crate) fn launch(
    mut wired: Wired,
    n_workers: usize,
    activity: &Arc<Activity>,
    limits: Limits,
) -> Result<Run, StartError> {
    let records = Arc::new(Records::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let interrupt = {
        let _inside = runtime.enter();
        interrupt::interrupts(limits.interrupt)
    };
    let busy: Option<Arc<[Busy]>> =
        limits.profile.then(|| wired.processes.iter().map(|_| Busy::default()).collect());
    let crew = Crew::start(&mut wired, n_workers, activity, &records, &runtime, busy.as_ref())?;
    let mut watch = Watch::new(wired, crew, Arc::clone(activity), records, limits);
    watch.busy = busy;
    let supervise = move || {
        let outcome = runtime.block_on(watch.until_over(interrupt));
        watch.report(outcome)
    };
    let supervisor = std::thread::Builder::new().name("csprun-supervisor".to_owned()).spawn(supervise)?;
    Ok(Run { supervisor })
}
