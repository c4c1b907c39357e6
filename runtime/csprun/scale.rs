//! `csprun scale`: one network with 1, 2, .. workers, and what more of them bring.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::network::Network;
use csprun_dsl::plan::{Machine, Plan};
use csprun_runtime::Options;
use csprun_runtime::explore::can_run_again;
use csprun_runtime::library::{Library, library};

use crate::cli::ScaleArgs;
use crate::exit;
use crate::figures::taken;
use crate::prepare::{Asked, n_cores, prepare};
use crate::table::table;
use crate::terminal::{complain, print, show};

/// Characters of a bar where every worker brings all it could.
const BAR: usize = 30;

/// Runs the network again and again, its output dropped, and prints what more workers bring.
pub fn scale(args: &ScaleArgs) -> u8 {
    let library = library();
    let (graph, deploy) = (&args.graph, args.graph.deploy.as_ref());
    let asked = Asked {
        graph: &graph.graph,
        set: &graph.set,
        deploy,
        machine: Machine::with_workers(n_cores()),
        quiet: false,
    };
    let Some((network, _)) = prepare(&asked, &library) else { return exit::ERRORS };
    let most = args.workers.map_or_else(n_cores, usize::from);
    let plan = |n_workers| csprun_dsl::plan(&network, &Machine::with_workers(n_workers)).0;
    let plans: Vec<Plan> = (1..=most).filter_map(plan).collect();
    if let Some(Err(error)) = plans.first().map(can_run_again) {
        complain(&error.to_string());
        return exit::ERRORS;
    }
    let mut times = vec![Vec::new(); plans.len()];
    // By turns, so that a moment in which the machine does something else hits all alike.
    for _ in 0..args.samples {
        for (plan, times) in plans.iter().zip(&mut times) {
            match sample(plan, &library, &network) {
                Ok(time) => times.push(time),
                Err(code) => return code,
            }
        }
    }
    let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
    print(&format!("{}: median of {} runs each\n\n{}", network.name, args.samples, page(&medians)))
}

/// How long a run took; the exit code of one that ended badly.
fn sample(plan: &Plan, library: &Library, network: &Network) -> Result<Duration, u8> {
    let stdout = Some(Arc::new(Mutex::new(io::sink())) as _);
    let options = Options { stdout, interrupt: true, ..Options::default() };
    let report = match csprun_runtime::start(plan, library, &options) {
        Ok(run) => run.wait(),
        Err(error) => {
            complain(&error.to_string());
            return Err(exit::FAILED);
        }
    };
    if report.exit_code() == exit::DONE {
        return Ok(report.elapsed);
    }
    let mut found = Diagnostics::default();
    report.diagnostics.iter().for_each(|diagnostic| found.push(diagnostic.clone()));
    show(&found, &network.sources);
    Err(report.exit_code())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A row for each number of workers.
fn page(medians: &[Duration]) -> String {
    let first = medians.first().map_or(0.0, Duration::as_secs_f64);
    let row = |(time, n): (&Duration, usize)| {
        let speed_up = first / time.as_secs_f64().max(1e-9);
        let efficiency = speed_up / n as f64;
        let serial = karp_flatt(speed_up, n).map_or(String::new(), |serial| format!("{serial:.3}"));
        let full = (speed_up / medians.len() as f64 * BAR as f64).round().clamp(0.0, BAR as f64) as usize;
        let plot = "#".repeat(full);
        vec![
            n.to_string(),
            taken(*time),
            format!("{speed_up:.2}"),
            format!("{:.0}%", efficiency * 100.0),
            serial,
            plot,
        ]
    };
    let rows: Vec<Vec<String>> = medians.iter().zip(1..).map(row).collect();
    table(&["workers", "time", "speed-up", "efficiency", "serial", "speed-up as a bar"], &rows)
}

/// The part of the work that behaves as if it could not be shared (Karp and Flatt 1990): where it grows with the
/// workers, what they tell one another costs more and more.
fn karp_flatt(speed_up: f64, n_workers: usize) -> Option<f64> {
    let n = n_workers as f64;
    (n_workers > 1).then(|| (1.0 / speed_up - 1.0 / n) / (1.0 - 1.0 / n))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{karp_flatt, page};

    #[test]
    fn the_serial_part_is_found_from_the_speed_up() {
        // A tenth is serial: 1 / (0.1 + 0.9 / 4).
        let speed_up = 1.0 / (0.1 + 0.9 / 4.0);
        assert!((karp_flatt(speed_up, 4).unwrap() - 0.1).abs() < 1e-9);
        assert_eq!(karp_flatt(1.0, 1), None);
    }

    #[test]
    fn a_row_says_what_so_many_workers_bring() {
        let page = page(&[Duration::from_secs(8), Duration::from_secs(5)]);
        let rows: Vec<Vec<&str>> = page.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
        assert_eq!(rows[0][..5], ["1", "8.00", "s", "1.00", "100%"]);
        assert_eq!(rows[1][..6], ["2", "5.00", "s", "1.60", "80%", "0.250"]);
    }
}
