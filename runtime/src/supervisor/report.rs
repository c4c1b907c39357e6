//! What happened in a run.

use std::time::Duration;

use csprun_dsl::diagnostic::Diagnostic;

use super::busy::Time;
use crate::channel::Counts;
use crate::process::Fate;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All processes have ended, none by a failure.
    Done,
    /// A process failed or panicked.
    Failed,
    /// Processes wait for one another.
    Deadlock,
    /// It took longer than it was allowed to.
    Timeout,
    /// Ctrl-C.
    Interrupted,
}

impl Outcome {
    /// The exit code of the command.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Failed => 1,
            Outcome::Deadlock => 4,
            Outcome::Timeout => 124,
            Outcome::Interrupted => 130,
        }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong, the first cause first.
    pub diagnostics: Vec<Diagnostic>,
    /// In the order of the plan.
    pub processes: Vec<ProcessReport>,
    /// In the order of the plan.
    pub channels: Vec<ChannelReport>,
    /// From start to end.
    pub elapsed: Duration,
}

impl Report {
    /// The exit code of the command.
    pub fn exit_code(&self) -> u8 {
        self.outcome.exit_code()
    }
}

/// What became of a process.
#[derive(Clone, Debug)]
pub struct ProcessReport {
    /// Its name.
    pub name: String,
    /// How it ended; `None`: it had not.
    pub fate: Option<Fate>,
    /// Tokens that it received, at all its inputs.
    pub n_received: u64,
    /// Tokens that it sent, at all its outputs.
    pub n_sent: u64,
    /// How long it ran, if that was asked for.
    pub time: Option<Time>,
    /// What it wrote to standard output, if that was asked for.
    pub output: Option<Vec<u8>>,
}

/// What went through a channel.
#[derive(Clone, Debug)]
pub struct ChannelReport {
    /// Its name.
    pub name: String,
    /// Tokens.
    pub counts: Counts,
    /// Tokens that were still in its buffer, or in the hands of an end, when the run was over before they were received; on
    /// `AllOf` each copy counts. A run that was not stopped leaves none.
    pub n_left: u64,
    /// Its slots at the end, if it grew to break an artificial deadlock.
    pub grown_to: Option<usize>,
}
