//! The threads that carry processes, and how the supervisor speaks with them.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use csprun_dsl::plan::Seat;
use tokio::runtime::Runtime;

use super::busy::{Busy, Timed};
use super::records::Records;
use crate::assemble::{Wired, WiredChannel, WiredEnd};
use crate::channel::{Inspect, Side};
use crate::schedule::Job;
use crate::schedule::activity::Activity;
use crate::schedule::current::new_thread_number;
use crate::schedule::thread::{self, Seated};
use crate::schedule::worker::Worker;
use crate::schedule::{here, run};

/// How long a worker may take to leave the process that it is polling when the run is over.
const LEAVE: Duration = Duration::from_millis(500);
/// How long the supervisor waits for a worker to answer; one that does not is in the middle of a long poll.
const ANSWER: Duration = Duration::from_millis(50);

/// Workers and threads of a run.
pub(super) struct Crew {
    /// By number; `None`: nothing is seated there.
    workers: Vec<Option<Worker>>,
    threads: Vec<Seated>,
}

/// What a worker answers: positions of channels, with what was asked of each.
type Answers<R> = Vec<(usize, R)>;

/// Gives each channel to the threads on which its ends live, before they start.
fn hand_over(channels: &[WiredChannel], workers: &[u32], processes: &[u32]) {
    for WiredChannel { channel, home, writers, readers, .. } in channels {
        home.iter().for_each(|home| channel.hand_over(workers[*home]));
        for (side, ends) in [(Side::Writing, writers), (Side::Reading, readers)] {
            if let [WiredEnd { process: Some(process), .. }] = ends[..] {
                channel.own(side, processes[process]);
            }
        }
    }
}

impl Crew {
    /// Starts every process, each counted as active before any runs.
    pub(super) fn start(
        wired: &mut Wired,
        n_workers: usize,
        activity: &Arc<Activity>,
        records: &Arc<Records>,
        runtime: &Runtime,
        busy: Option<&Arc<[Busy]>>,
    ) -> io::Result<Crew> {
        let n_workers = n_workers.max(1);
        let mut light: Vec<Vec<Job>> = (0..n_workers).map(|_| Vec::new()).collect();
        let mut threads = Vec::new();
        for (idx, process) in wired.processes.iter_mut().enumerate() {
            let Some(cargo) = process.cargo.take() else { continue };
            let records = Arc::clone(records);
            let busy = busy.cloned();
            let make = Box::new(move || {
                let work = cargo(Box::new(move |fate| records.add(idx, fate)));
                match busy {
                    None => work,
                    Some(busy) => Box::pin(Timed::new(work, busy, idx)),
                }
            });
            let job = Job { process: u32::try_from(idx).map_err(io::Error::other)?, make };
            match process.seat {
                Seat::Worker(worker) => light[worker].push(job),
                Seat::Thread => threads.push((process.name.clone(), job)),
            }
        }
        let workers: Vec<u32> = light.iter().map(|_| new_thread_number()).collect();
        let numbers = wired.processes.iter().map(|process| match process.seat {
            Seat::Worker(worker) => workers[worker],
            Seat::Thread => new_thread_number(),
        });
        let numbers: Vec<u32> = numbers.collect();
        hand_over(&wired.channels, &workers, &numbers);
        let mut crew = Crew { workers: Vec::new(), threads: Vec::new() };
        if activity.seed().is_some() {
            for (name, job) in threads.drain(..) {
                let (seated, job) = thread::start_in_turns(
                    &name,
                    numbers[job.process as usize],
                    job,
                    activity,
                    runtime.handle().clone(),
                )?;
                crew.threads.push(seated);
                light[0].push(job);
            }
        }
        let n_carriers = light.iter().filter(|jobs| !jobs.is_empty()).count() + threads.len();
        // Each is counted until it first finds nothing to do.
        (0..n_carriers).for_each(|_| activity.begin());
        for (idx, jobs) in light.into_iter().enumerate() {
            let start = |jobs| Worker::start(idx, workers[idx], jobs, activity, n_carriers > 1);
            crew.workers.push((!jobs.is_empty()).then(|| start(jobs)).transpose()?);
        }
        for (name, job) in threads {
            let number = numbers[job.process as usize];
            crew.threads.push(thread::start(&name, number, job, activity, runtime.handle().clone())?);
        }
        Ok(crew)
    }

    /// Asks something of every channel. `None` where a worker does not answer in time.
    pub(super) fn of_channels<R: Send + 'static>(
        &self,
        channels: &Arc<Vec<WiredChannel>>,
        ask: impl Fn(&dyn Inspect) -> R + Copy + Send + 'static,
    ) -> Vec<Option<R>> {
        let (answer, answers) = crossbeam_channel::unbounded::<Answers<R>>();
        let mut n_asked = 0;
        for (home, worker) in self.workers.iter().enumerate() {
            let Some(worker) = worker.as_ref().filter(|worker| !worker.is_finished()) else { continue };
            if channels.iter().any(|channel| channel.home == Some(home)) {
                let (answer, channels) = (answer.clone(), Arc::clone(channels));
                n_asked += 1;
                worker.ask(Box::new(move || {
                    let own = channels.iter().enumerate().filter(|(_, channel)| channel.home == Some(home));
                    // Who asked may have stopped waiting.
                    let _ = answer.send(own.map(|(idx, channel)| (idx, ask(&*channel.channel))).collect());
                }));
            }
        }
        let shared = |channel: &WiredChannel| channel.home.is_none().then(|| ask(&*channel.channel));
        let mut all: Vec<Option<R>> = channels.iter().map(shared).collect();
        collect(n_asked, &answers, |(idx, answer)| all[idx] = Some(answer));
        all
    }

    /// Tells one channel something, where it lives.
    pub(super) fn tell(
        &self,
        channels: &Arc<Vec<WiredChannel>>,
        idx: usize,
        tell: impl FnOnce(&dyn Inspect) + Send + 'static,
    ) {
        let channel = &channels[idx];
        match channel.home.and_then(|home| self.workers[home].as_ref()) {
            Some(worker) => {
                let channels = Arc::clone(channels);
                worker.ask(Box::new(move || tell(&*channels[idx].channel)));
            }
            None => tell(&*channel.channel),
        }
    }

    /// Has something done on a worker between two polls, so that nothing runs there meanwhile; here, if there is no
    /// worker.
    pub(super) fn anywhere(&self, work: impl FnOnce() + Send + 'static) {
        match self.workers.iter().flatten().find(|worker| !worker.is_finished()) {
            Some(worker) => worker.ask(Box::new(work)),
            None => work(),
        }
    }

    /// The processes and parts that wait, each with a number that changes when it has moved. Workers then have
    /// told, too, who waits at what was made for them alone.
    pub(super) fn waiting(&self, activity: &Activity) -> Vec<(u32, u32)> {
        let (answer, answers) = crossbeam_channel::unbounded();
        let mut n_asked = 0;
        for worker in self.workers.iter().flatten().filter(|worker| !worker.is_finished()) {
            let answer = answer.clone();
            n_asked += 1;
            worker.ask(Box::new(move || {
                run::tell_own(here::living);
                // Who asked may have stopped waiting.
                let _ = answer.send(here::waiting());
            }));
        }
        let mut all: Vec<(u32, u32)> = self.threads.iter().filter_map(Seated::waiting).collect();
        collect(n_asked, &answers, |waiting| all.push(waiting));
        all.sort_unstable();
        activity.with_parts(all)
    }
}

/// Gives what comes in of `n` answers before it is too late.
fn collect<R>(n: usize, answers: &crossbeam_channel::Receiver<Vec<R>>, mut take: impl FnMut(R)) {
    let deadline = Instant::now() + ANSWER;
    for _ in 0..n {
        let Ok(answer) = answers.recv_deadline(deadline) else { return };
        answer.into_iter().for_each(&mut take);
    }
}

/// Ends workers and threads; one that is stuck inside a process is left behind.
impl Drop for Crew {
    fn drop(&mut self) {
        self.workers.iter().flatten().for_each(Worker::stop);
        self.threads.iter().for_each(Seated::stop);
        let deadline = Instant::now() + LEAVE;
        for worker in self.workers.iter().flatten() {
            while !worker.is_finished() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_micros(200));
            }
        }
    }
}
