//! Whether the scenarios do what they measure. No time is looked at.

use std::time::Duration;

use super::compare::median;
use super::{Effort, Floor, Ran, Row, Scenario, Side, compare, scenarios, table};
use crate::testing::within;

const SMALLEST: Effort = Effort { n_samples: 2, time: Duration::ZERO };

#[test]
fn every_contender_of_every_scenario_does_the_work() {
    within(Duration::from_secs(120), || {
        for scenario in scenarios() {
            let rows = compare(&scenario, |_| true, SMALLEST).unwrap_or_else(|wrong| panic!("{wrong}"));
            assert_eq!(rows.len(), scenario.rows().count(), "{}", scenario.name);
            for row in rows {
                assert!(row.floor.is_some(), "{} is held against nothing", row.name);
                assert!(row.value > 0.0, "{}", row.name);
                assert!(row.samples.iter().all(|(_, samples)| samples.len() == 2), "{}", row.name);
            }
        }
    });
}

#[test]
fn names_of_scenarios_and_rows_are_given_once() {
    let scenarios = scenarios();
    let mut names: Vec<&str> = scenarios.iter().flat_map(Scenario::rows).collect();
    let n_names = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), n_names);
    for scenario in &scenarios {
        assert!(scenario.rows().all(|row| row.starts_with(scenario.name)), "{}", scenario.name);
        let mut contenders: Vec<&str> = scenario.contenders.iter().map(|one| one.name.as_str()).collect();
        contenders.sort_unstable();
        assert!(contenders.windows(2).all(|pair| pair[0] != pair[1]), "{contenders:?}");
    }
}

#[test]
fn a_contender_that_does_not_do_the_work_is_found() {
    let ran = |result| Ran { elapsed: Duration::from_nanos(1), result };
    let mut scenario = Scenario::new("count", "counts", "round", |n| n).ours("count", ran);
    scenario.peer("idle", move |_| ran(0));
    let wrong = compare(&scenario, |_| true, SMALLEST).unwrap_err();
    assert_eq!(wrong.to_string(), "count: 100 rounds of idle gave 0 instead of 100");
}

#[test]
fn a_row_is_held_against_the_fastest_peer_and_not_against_the_loop_by_hand() {
    let takes = |nanos| move |n| Ran { elapsed: Duration::from_nanos(nanos * n), result: n };
    let mut scenario = Scenario::new("count", "counts", "round", |n| n);
    scenario = Scenario { n_operations: 2, ..scenario }.ours("count", takes(8)).by_hand("loop", takes(2));
    scenario.peer("slow", takes(80));
    scenario.peer("fast", takes(16));
    let rows = compare(&scenario, |_| true, SMALLEST).unwrap();
    let floor = rows[0].floor.clone().unwrap();
    assert_eq!((rows[0].value, rows[0].unit.as_str()), (4.0, "ns/round"));
    assert_eq!((floor.name.as_str(), floor.value, floor.ratio), ("fast", 8.0, 0.5));
    let names: Vec<&str> = rows[0].samples.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["count", "loop", "slow", "fast"]);
    assert!(scenario.contenders.iter().any(|one| one.side == Side::Hand));
}

#[test]
fn a_row_is_held_against_the_contender_that_its_scenario_names() {
    let takes = |nanos| move |n| Ran { elapsed: Duration::from_nanos(nanos * n), result: n };
    let mut scenario = Scenario::new("count", "counts", "round", |n| n).ours("count", takes(8));
    scenario.peer("fast", takes(1));
    scenario.peer("small", takes(4));
    scenario.against = Some("small");
    let rows = compare(&scenario, |_| true, SMALLEST).unwrap();
    let floor = rows[0].floor.clone().unwrap();
    assert_eq!((floor.name.as_str(), floor.ratio), ("small", 2.0));
}

#[test]
fn a_row_that_is_not_wanted_does_not_run() {
    let mut scenario = Scenario::new("count", "counts", "round", |n| n).ours("count-a", |n| Ran::timed(|| n));
    scenario = scenario.ours("count-b", |_| panic!("not wanted"));
    let rows = compare(&scenario, |row| row == "count-a", SMALLEST).unwrap();
    assert_eq!(rows.len(), 1);
}

#[test]
fn medians_are_in_the_middle() {
    assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    assert!(median(&[]).is_nan());
}

#[test]
fn the_table_has_a_line_for_each_row_and_says_who_is_absent() {
    let row = |name: &str, floor| Row {
        name: name.to_owned(),
        unit: "ns/token".to_owned(),
        value: 12.345,
        floor,
        samples: Vec::new(),
        absent: vec![("go".to_owned(), "it is not installed".to_owned())],
    };
    let floor = Floor { name: "crossbeam".to_owned(), value: 1234.5, ratio: 0.01 };
    let shown = table(&[row("stream", Some(floor)), row("x", None)]);
    expect_test::expect![[r"
        name    value  unit      floor      floor value  ratio
        stream   12.3  ns/token  crossbeam         1234   0.01
        x        12.3  ns/token  -                    -      -
        without go: it is not installed
    "]]
    .assert_eq(&shown);
}
