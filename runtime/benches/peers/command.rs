//! The scenarios of the whole program, where the command was built with the same settings as the bench.

use std::path::PathBuf;

use csprun_runtime::benchmark::{Scenario, program};

/// Adds them, or says that they are skipped.
pub fn add(scenarios: &mut Vec<Scenario>) {
    match beside() {
        Some(csprun) => scenarios.extend(program(&csprun)),
        None => eprintln!(
            "start-up and check-10000 are skipped: no target/release/csprun; `cargo build --release` makes it"
        ),
    }
}

/// The command in the folder above that of the bench.
fn beside() -> Option<PathBuf> {
    let bench = std::env::current_exe().ok()?;
    let csprun = bench.parent()?.with_file_name("csprun").with_extension(std::env::consts::EXE_EXTENSION);
    csprun.is_file().then_some(csprun)
}
