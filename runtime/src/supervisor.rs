//! Runs a plan: starts its processes, watches them, says what happened.

mod busy;
mod census;
mod crew;
mod interrupt;
mod left;
mod loans;
mod place;
mod progress;
mod records;
mod report;
mod stalled;
mod transit;
mod waits;
mod watch;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use csprun_dsl::plan::Plan;
use csprun_dsl::rules::{CYCLE_HELP, cycle_said};
use tokio::sync::Notify;

pub use busy::Time;
pub use progress::{ChannelProgress, ProcessProgress, Progress, Watcher};
pub use report::{ChannelReport, Outcome, ProcessReport, Report};

use crate::assemble::{Surroundings, Wired, assemble};
use crate::library::Library;
use crate::process::{Sink, Source, Start};
use crate::replicate::start_of;
use crate::schedule::activity::Activity;
use busy::Busy;
use crew::Crew;
use interrupt::Interrupt;
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
    /// What processes read as standard input; else the program's.
    pub stdin: Option<Source>,
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
    /// Processes that call one another in a cycle: a server that waits for a reply cannot serve (SEMANTICS B2).
    CallCycle {
        /// Their names.
        processes: Vec<String>,
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
            StartError::CallCycle { processes } => {
                let said = cycle_said(processes.iter().map(String::as_str));
                write!(f, "{said}; {CYCLE_HELP}")
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

/// A running network. Dropped, it is stopped as by [`Run::stop`], and not waited for; [`Run::detach`] lets it go on.
#[derive(Debug)]
#[must_use = "a run that is dropped is stopped"]
pub struct Run {
    /// Present until the run was waited for or let go.
    supervisor: Option<JoinHandle<Report>>,
    stopper: Stopper,
}

/// Stops a run, from any thread.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<Notify>);

impl Stopper {
    /// Stops the run, as Ctrl-C does: all channels are poisoned, whatever their immunity, and a process that has not
    /// ended two seconds later is left behind and named in the report. The outcome is [`Outcome::Interrupted`]. Once it
    /// is over, or is being stopped, this does nothing.
    pub fn stop(&self) {
        // Kept until the supervisor looks: it waits for one call, and none is missed.
        self.0.notify_one();
    }
}

impl Run {
    /// Waits until the run is over.
    pub fn wait(mut self) -> Report {
        self.joined().expect("only what consumes the run takes its supervisor")
    }

    /// What happened, if the run is over; else the run.
    ///
    /// # Errors
    /// The run, which is not over.
    pub fn try_wait(self) -> Result<Report, Run> {
        if self.is_over() { Ok(self.wait()) } else { Err(self) }
    }

    /// Whether the run is over: [`Run::wait`] does not wait any more.
    pub fn is_over(&self) -> bool {
        self.supervisor.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Stops it, as [`Stopper::stop`]. [`Run::wait`] then says what became of it.
    pub fn stop(&self) {
        self.stopper.stop();
    }

    /// What stops it from another thread, or while this one waits.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Lets it go on with nobody to wait for it: to its end, or that of the program.
    pub fn detach(mut self) {
        self.supervisor = None;
    }

    fn joined(&mut self) -> Option<Report> {
        // The supervisor runs no code of a process; a panic there is a defect of csprun, which goes on here.
        let report = self.supervisor.take()?.join();
        Some(report.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.supervisor.is_some() {
            self.stop();
        }
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
        stdin: options.stdin.clone(),
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
    let stopper = Stopper(Arc::new(Notify::new()));
    let interrupt = {
        let _inside = runtime.enter();
        let interrupt = interrupt::interrupts(limits.interrupt);
        interrupt_or_stop(interrupt, Arc::clone(&stopper.0))
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
    Ok(Run { supervisor: Some(supervisor), stopper })
}

/// Ready at Ctrl-C, if that is ours, or when the run shall stop.
fn interrupt_or_stop(interrupt: Interrupt, stop: Arc<Notify>) -> Interrupt {
    Box::pin(async move {
        tokio::select! {
            () = interrupt => {}
            () = stop.notified() => {}
        }
    })
}
