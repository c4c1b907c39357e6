//! Bytes that a process costs, its body's own state (a few words) included: the peak of a program that has many, less
//! the peak of the same program with one. Each is measured in a program of its own.

use std::process::Command;

use csprun_runtime::benchmark::{Effort, Floor, Row, Scenario, Side};

use super::go;

/// The scenario whose processes are all alive at once.
const SCENARIO: &str = "spawn-join";

/// The row `spawn-join-memory`; `None` where the system does not tell a program's peak.
pub fn row(scenarios: &[Scenario], effort: Effort) -> Option<Row> {
    let scenario = scenarios.iter().find(|scenario| scenario.name == SCENARIO)?;
    let n = if effort.time.is_zero() { scenario.least } else { scenario.rounds? };
    peak()?;
    let mut samples = Vec::new();
    for contender in &scenario.contenders {
        let peak = |n| if contender.name == "Go" { go::peak(SCENARIO, n) } else { child(&contender.name, n) };
        #[expect(clippy::cast_precision_loss, reason = "bytes of a program are far below 2^53")]
        let each = || Some(peak(n)?.saturating_sub(peak(1)?) as f64 / n as f64);
        // A peak does not scatter as a time does: one sample says it.
        samples.push((contender.name.clone(), vec![each()?]));
    }
    let is_peer =
        |name: &str| scenario.contenders.iter().any(|one| one.name == name && one.side == Side::Peer);
    let value = samples[0].1[0];
    let least = samples.iter().filter(|(name, _)| is_peer(name)).min_by(|a, b| a.1[0].total_cmp(&b.1[0]));
    let floor = least.map(|(name, of)| Floor { name: name.clone(), value: of[0], ratio: value / of[0] });
    let (name, unit) = (format!("{SCENARIO}-memory"), "bytes/process".to_owned());
    Some(Row { name, unit, value, floor, samples, absent: scenario.absent.clone() })
}

/// Peak of memory of this program so far, in bytes.
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The peak of this program when it does nothing but one run.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn child(contender: &str, n_rounds: u64) -> Option<u64> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.args(["--one", SCENARIO, contender, &n_rounds.to_string()]);
    let output = command.output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().nth(2)?.parse().ok()
}
