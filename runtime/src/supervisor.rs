//! Runs a plan: starts its processes, watches them, says what happened.

mod report;
mod waits;
mod watch;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use csprun_dsl::plan::{Plan, Seat};
use tokio::runtime::Runtime;

pub use report::{ChannelReport, Outcome, ProcessReport, Report};

use crate::assemble::{Surroundings, Wired, assemble};
use crate::library::Library;
use crate::process::{Sink, Start, live};
use crate::replicate::start_of;
use crate::schedule::Job;
use crate::schedule::activity::Activity;
use crate::schedule::thread::{self, Seated};
use crate::schedule::worker::Worker;
use watch::{Limits, Records, Watch};

/// Bytes of tokens in buffers when the file does not say.
const MEMORY: usize = 1 << 30;
/// How long a worker may take to leave the process that it is polling when the run is over.
const LEAVE: Duration = Duration::from_millis(500);

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
    /// Names of processes whose standard output the report shall hold too.
    pub capture: Vec<String>,
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
    start_with(plan, starts, options)
}

/// Starts a plan whose bodies are given.
pub(crate) fn start_with(plan: &Plan, starts: Vec<Start>, options: &Options) -> Result<Run, StartError> {
    let activity = Arc::new(Activity::default());
    let captured = |name: &String| (name.clone(), Arc::new(Mutex::new(Vec::new())));
    let around = Surroundings {
        seed: options.seed.or(plan.settings.seed).unwrap_or(0),
        stdout: options.stdout.clone().unwrap_or_else(|| Arc::new(Mutex::new(io::stdout()))),
        stderr: options.stderr.clone().unwrap_or_else(|| Arc::new(Mutex::new(io::stderr()))),
        captured: options.capture.iter().map(captured).collect::<BTreeMap<_, _>>(),
        activity: Arc::clone(&activity),
    };
    let mut wired = assemble(plan, starts, &around);
    let memory = plan.settings.memory.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    let limits = Limits {
        timeout: options.timeout.or(plan.settings.timeout),
        memory: memory.unwrap_or(MEMORY),
        interrupt: options.interrupt,
    };
    let records = Arc::new(Records::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let interrupt = {
        let _inside = runtime.enter();
        watch::interrupts(limits.interrupt)
    };
    let crew = Crew::start(&mut wired, plan.n_workers, &activity, &records, &runtime)?;
    let mut watch = Watch::new(wired, activity, records, limits);
    let supervise = move || {
        let outcome = runtime.block_on(watch.until_over(interrupt));
        drop(crew);
        watch.report(outcome)
    };
    let supervisor = std::thread::Builder::new().name("csprun-supervisor".to_owned()).spawn(supervise)?;
    Ok(Run { supervisor })
}

/// The threads that carry processes.
struct Crew {
    workers: Vec<(Arc<Worker>, JoinHandle<()>)>,
    threads: Vec<Seated>,
}

impl Crew {
    /// Starts every process, each counted as active before any runs.
    fn start(
        wired: &mut Wired,
        n_workers: usize,
        activity: &Arc<Activity>,
        records: &Arc<Records>,
        runtime: &Runtime,
    ) -> io::Result<Crew> {
        let n_workers = n_workers.max(1);
        let mut light: Vec<Vec<Job>> = (0..n_workers).map(|_| Vec::new()).collect();
        let mut threads = Vec::new();
        for (idx, process) in wired.processes.iter_mut().enumerate() {
            let Some(cargo) = process.cargo.take() else { continue };
            activity.begin();
            let (records, name) = (Arc::clone(records), process.identity.name.clone());
            let job: Job = Box::new(move || {
                Box::pin(async move {
                    let fate = live(&name, cargo.ports, cargo.start, cargo.ends).await;
                    records.add(idx, fate);
                })
            });
            match process.seat {
                Seat::Worker(worker) => light[worker % n_workers].push(job),
                Seat::Thread => threads.push((process.identity.name.clone(), job)),
            }
        }
        // A run without processes must still be looked at once: the watch does so before it first waits.
        let mut crew = Crew { workers: Vec::new(), threads: Vec::new() };
        for (idx, jobs) in light.into_iter().enumerate().filter(|(_, jobs)| !jobs.is_empty()) {
            crew.workers.push(Worker::start(idx, jobs, activity)?);
        }
        for (name, job) in threads {
            crew.threads.push(thread::start(&name, job, activity, runtime.handle().clone())?);
        }
        Ok(crew)
    }
}

/// Ends workers and threads; one that is stuck inside a process is left behind.
impl Drop for Crew {
    fn drop(&mut self) {
        self.workers.iter().for_each(|(worker, _)| worker.stop());
        self.threads.iter().for_each(Seated::stop);
        let deadline = std::time::Instant::now() + LEAVE;
        for (_, thread) in &self.workers {
            while !thread.is_finished() && std::time::Instant::now() < deadline {
                std::thread::sleep(Duration::from_micros(200));
            }
        }
    }
}
