//! Contenders by turns, and what the numbers say.

use std::fmt;
use std::time::Duration;

use super::scenario::{Contender, Ran, Scenario, Side};

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Samples of each contender.
    pub n_samples: usize,
    /// About how long a sample takes; zero: the smallest run that the scenario knows.
    pub time: Duration,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { n_samples: 5, time: Duration::from_millis(60) }
    }
}

/// One contender of csprun and the fastest that does the same.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name, which does not change from version to version.
    pub name: String,
    /// `ns/communication`: less is better.
    pub unit: String,
    /// Median of the samples.
    pub value: f64,
    /// What it is held against; `None` when nobody else took part.
    pub floor: Option<Floor>,
    /// Raw samples in the unit: this contender's, then those of all others, in the order in which they ran.
    pub samples: Vec<(String, Vec<f64>)>,
    /// Who could not take part, and why.
    pub absent: Vec<(String, String)>,
}

/// What a row is held against.
#[derive(Clone, Debug)]
pub struct Floor {
    /// What the scenario names, else the fastest peer, else the loop by hand.
    pub name: String,
    /// Median of its samples.
    pub value: f64,
    /// Median of the ratios of samples that ran side by side: below 1, csprun is faster.
    pub ratio: f64,
}

/// A contender that did not do the work: its time means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The scenario.
    pub scenario: &'static str,
    /// The contender.
    pub contender: String,
    /// How many rounds it was to do.
    pub n_rounds: u64,
    /// What it should have computed.
    pub expected: u64,
    /// What it did compute.
    pub result: u64,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wrong { scenario, contender, n_rounds, expected, result } = self;
        write!(f, "{scenario}: {n_rounds} rounds of {contender} gave {result} instead of {expected}")
    }
}

impl std::error::Error for Wrong {}

/// One contender with its samples so far.
struct Lane<'a> {
    contender: &'a Contender,
    n_rounds: u64,
    samples: Vec<f64>,
}

/// Runs the contenders of a scenario by turns; of csprun's only those whose row is wanted.
///
/// # Errors
/// When a contender's result is not the scenario's.
pub fn compare(
    scenario: &Scenario,
    is_wanted: impl Fn(&str) -> bool,
    effort: Effort,
) -> Result<Vec<Row>, Wrong> {
    let takes_part = |one: &&Contender| one.side != Side::Csprun || is_wanted(&one.name);
    let mut lanes = Vec::new();
    for contender in scenario.contenders.iter().filter(takes_part) {
        lanes.push(Lane { contender, n_rounds: rounds(scenario, contender, effort)?, samples: Vec::new() });
    }
    // By turns, so that a moment in which the machine does something else hits all alike.
    for _ in 0..effort.n_samples.max(1) {
        for lane in &mut lanes {
            let ran = checked(scenario, lane.contender, lane.n_rounds)?;
            #[expect(clippy::cast_precision_loss, reason = "a count of operations is far below 2^53")]
            let n_operations = (lane.n_rounds * scenario.n_operations) as f64;
            lane.samples.push(ran.elapsed.as_secs_f64() * 1e9 / n_operations);
        }
    }
    let ours = lanes.iter().filter(|lane| lane.contender.side == Side::Csprun);
    Ok(ours.map(|lane| row(scenario, lane, &lanes)).collect())
}

/// How many rounds take about the time of a sample.
fn rounds(scenario: &Scenario, contender: &Contender, effort: Effort) -> Result<u64, Wrong> {
    let mut n_rounds = scenario.least;
    if effort.time.is_zero() {
        return Ok(n_rounds);
    }
    if let Some(fixed) = scenario.rounds {
        return Ok(fixed);
    }
    loop {
        let elapsed = checked(scenario, contender, n_rounds)?.elapsed.max(Duration::from_nanos(1));
        let factor = effort.time.as_nanos() / elapsed.as_nanos();
        if factor < 2 {
            return Ok(n_rounds);
        }
        // The first runs are slower than those to come: by steps.
        n_rounds = n_rounds.saturating_mul(u64::try_from(factor.min(10)).unwrap_or(10));
    }
}

fn checked(scenario: &Scenario, contender: &Contender, n_rounds: u64) -> Result<Ran, Wrong> {
    let ran = contender.run(n_rounds);
    let expected = (scenario.expected)(n_rounds);
    if ran.result == expected {
        return Ok(ran);
    }
    let contender = contender.name.clone();
    Err(Wrong { scenario: scenario.name, contender, n_rounds, expected, result: ran.result })
}

fn row(scenario: &Scenario, ours: &Lane, lanes: &[Lane]) -> Row {
    let of = |side| lanes.iter().filter(move |lane| lane.contender.side == side);
    let fastest = |side| of(side).min_by(|a, b| median(&a.samples).total_cmp(&median(&b.samples)));
    let named = lanes.iter().find(|lane| Some(lane.contender.name.as_str()) == scenario.against);
    let floor = named.or_else(|| fastest(Side::Peer)).or_else(|| fastest(Side::Hand)).map(|lane| {
        let ratios: Vec<f64> = ours.samples.iter().zip(&lane.samples).map(|(a, b)| a / b).collect();
        let name = lane.contender.name.clone();
        Floor { name, value: median(&lane.samples), ratio: median(&ratios) }
    });
    let others = lanes.iter().filter(|lane| lane.contender.name != ours.contender.name);
    let raw = |lane: &Lane| (lane.contender.name.clone(), lane.samples.clone());
    Row {
        name: ours.contender.name.clone(),
        unit: format!("ns/{}", scenario.operation),
        value: median(&ours.samples),
        floor,
        samples: [raw(ours)].into_iter().chain(others.map(raw)).collect(),
        absent: scenario.absent.clone(),
    }
}

/// The middle of the samples; of an even number, the mean of both in the middle.
pub(super) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    match n {
        0 => f64::NAN,
        _ if n % 2 == 1 => sorted[n / 2],
        _ => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}
