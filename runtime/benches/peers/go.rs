//! Go, where it is installed: `peers.go` is built once, and each sample is a run of it that times itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use csprun_runtime::benchmark::{Ran, Scenario};

/// The scenarios that `peers.go` knows, with the cores it may use: Go has one for each worker of csprun.
const SCENARIOS: [(&str, u32); 11] = [
    ("commstime", 1),
    ("ping-pong-one-worker", 1),
    ("ping-pong-two-workers", 2),
    ("ping-pong-threads", 2),
    ("stream-spsc", 2),
    ("alternation-8x8", 1),
    ("alternation-16x1", 1),
    ("alternation-1000", 1),
    ("fan-in-1000", 1),
    ("spawn-join", 1),
    ("sieve", 1),
];

/// Adds Go, or the reason why it is absent.
pub fn add(scenarios: &mut [Scenario]) {
    let program = build();
    for scenario in scenarios {
        let Some(&(name, n_cores)) = SCENARIOS.iter().find(|(name, _)| *name == scenario.name) else {
            continue;
        };
        match &program {
            Ok(program) => {
                let program = program.clone();
                scenario.peer("Go", move |n_rounds| run(&program, name, n_cores, n_rounds));
            }
            Err(why) => scenario.absent.push(("Go".to_owned(), why.clone())),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn build() -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/peers/peers.go");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers-go");
    let built = Command::new("go").arg("build").arg("-o").arg(&program).arg(source).output();
    match built {
        Err(_) => Err("`go` is not installed (Debian: apt-get install golang-go)".to_owned()),
        Ok(built) if !built.status.success() => {
            Err(format!("`go build` failed: {}", String::from_utf8_lossy(&built.stderr).trim()))
        }
        Ok(_) => Ok(program),
    }
}

/// What a process of `peers.go` prints: nanoseconds, the result, and its peak of memory in bytes.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn numbers(program: &Path, scenario: &str, n_cores: u32, n_rounds: u64) -> [u64; 3] {
    let mut command = Command::new(program);
    command.env("GOMAXPROCS", n_cores.to_string()).arg(scenario).arg(n_rounds.to_string());
    let output = command.output().expect("the program was just built");
    let printed = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = printed.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let complaint = String::from_utf8_lossy(&output.stderr);
    numbers.try_into().unwrap_or_else(|_| panic!("Go's {scenario}: {printed}{complaint}"))
}

fn run(program: &Path, scenario: &str, n_cores: u32, n_rounds: u64) -> Ran {
    let [nanos, result, _] = numbers(program, scenario, n_cores, n_rounds);
    Ran { elapsed: Duration::from_nanos(nanos), result }
}

/// Peak of memory of a run, in bytes; `None` without Go.
pub fn peak(scenario: &str, n_rounds: u64) -> Option<u64> {
    Some(numbers(&build().ok()?, scenario, 1, n_rounds)[2])
}
