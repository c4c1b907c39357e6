//! The csprun runtime: channels, processes and their scheduling, and the supervision of a run.
//!
//! A program that runs a graph file needs two crates: `csprun-dsl` goes from the text to a plan, and knows neither files
//! nor threads; this one has the kinds of processes, and goes from the plan to the report. (`csprun` is the command
//! over both.) From the file to the report:
//!
//! ```no_run
//! use csprun_dsl::{plan::Machine, render, resolve::Request};
//! use csprun_runtime::{Files, Options, library::library, start};
//!
//! let library = library();
//! let (network, mut found) = csprun_dsl::check("farm.ron", &Files, library.catalog(), &Request::default());
//! let (plan, more) = csprun_dsl::plan(&network, &Machine::with_workers(2));
//! found.append(more);
//! eprint!("{}", render::text(&found, &network.sources, render::Style::default()));
//! let report = start(&plan.expect("nothing is wrong"), &library, &Options::default())?.wait();
//! println!("{:?}: {:?}", report.outcome, report.diagnostics);
//! # Ok::<(), csprun_runtime::StartError>(())
//! ```
//!
//! Where to look:
//!
//! - [`library::Library::add`] adds a kind of process; [`process`] is what its author sees.
//! - [`compose`] makes networks without a file: processes are closures, and channels carry any type.
//! - [`supervisor`] runs either: [`Options`] before, [`Run`] meanwhile, [`Report`] after.
//! - [`channel`] and [`alt`] are the ends and choices of both. What holds of them, by number, is SEMANTICS.md.
//!
//! Two names are used twice. `csprun_dsl::network::Network` is a graph file as meant, which `check` gives;
//! [`compose::Network`] is a network of closures under construction. `csprun_dsl::signature::Ports` declares which ports
//! a kind has, in its `SIGNATURE`; [`process::Ports`] holds the ports of one process that runs.

pub mod alt;
mod assemble;
pub mod barrier;
pub mod benchmark;
pub mod channel;
pub mod compose;
pub mod explore;
pub mod expr;
mod files;
pub mod library;
#[cfg(all(csprun_loom, test))]
mod models;
pub mod process;
mod replicate;
mod schedule;
mod script;
pub mod supervisor;
mod sync;
pub mod testing;
pub mod value;

pub use assemble::planned_flavor;
pub use files::Files;
pub use schedule::thread::{Stopped, is_stopped, wait};
pub use supervisor::{Options, Outcome, Report, Run, StartError, Stopper, start};
