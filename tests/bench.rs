//! `csprun bench`: the shape of what it says. No figure is looked at.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use csprun::run;
use serde_json::Value;

/// The rows of the scenarios, measured as shortly as can be.
fn rows(names: &[&str]) -> Vec<Value> {
    let args = ["bench", "--format", "json", "--samples", "3", "--time", "0s"];
    let ended = run(args.iter().chain(names)).with_code(0);
    let page: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert!(page["machine"]["cores"].as_u64().unwrap() > 0, "{page}");
    page["rows"].as_array().unwrap().clone()
}

#[test]
fn every_row_holds_what_programs_read_from_it() {
    let rows = rows(&[]);
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    let stable =
        ["commstime-graph", "ping-pong-one-worker", "ping-pong-threads", "stream-spsc", "spawn-join"];
    assert!(stable.iter().all(|name| names.contains(name)), "{names:?}");
    for row in &rows {
        assert!(row["unit"].as_str().unwrap().starts_with("ns/"), "{row}");
        assert!(row["value"].as_f64().unwrap() > 0.0, "{row}");
        assert!(row["floor_value"].as_f64().unwrap() > 0.0, "{row}");
        assert!(row["ratio"].as_f64().unwrap() > 0.0, "{row}");
        let samples = row["samples"].as_object().unwrap();
        assert!(samples.values().all(|raw| raw.as_array().unwrap().len() == 3), "{row}");
        for contender in ["name", "floor"] {
            assert!(samples.contains_key(row[contender].as_str().unwrap()), "{contender}: {row}");
        }
    }
}

#[test]
fn the_value_is_the_median_of_its_raw_samples() {
    let rows = rows(&["stream-spsc"]);
    let mut raw: Vec<f64> = rows[0]["samples"]["stream-spsc"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| sample.as_f64().unwrap())
        .collect();
    raw.sort_by(f64::total_cmp);
    assert_eq!(rows[0]["value"].as_f64().unwrap(), raw[1]);
}

#[test]
fn a_row_can_be_asked_for_alone() {
    let rows = rows(&["commstime-graph"]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["name"], "commstime-graph");
}

#[test]
fn the_table_has_a_head_and_a_line_for_each_row() {
    let ended = run(["bench", "--time", "0s", "commstime"]).with_code(0);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let head: Vec<&str> = lines[0].split_whitespace().collect();
    assert_eq!(head, ["name", "value", "unit", "floor", "floor", "value", "ratio"]);
    assert!(lines[1].starts_with("commstime-typed"), "{lines:?}");
    assert!(lines[2].starts_with("commstime-graph"), "{lines:?}");
}

#[test]
fn a_misspelt_scenario_is_wrong_usage() {
    run(["bench", "comstime"]).with_code(3).complaining_of(&["unknown scenario `comstime`", "`commstime`"]);
    run(["bench", "--samples", "0"]).with_code(3);
}
