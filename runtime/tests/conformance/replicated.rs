//! Farms as graph files write them: `replicate` with every way to deal and to collect (case 30).

use std::sync::{Arc, Mutex};

use csprun_dsl::check;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_runtime::library::library;
use csprun_runtime::testing::within;
use csprun_runtime::{Options, start};

use crate::LIMIT;
use crate::place::{PLACEMENTS, Placement};

pub(crate) const DEALS: [&str; 4] = ["Any", "RoundRobin", "All", "Key(\"x % 3\")"];
const COLLECTS: [&str; 3] = ["Any", "RoundRobin", "InOrder"];
pub(crate) const WIDTHS: [usize; 4] = [1, 2, 4, 8];

/// What a farm is made of: a stage passes on what it gets.
pub(crate) const STAGE: &str = "Map(expr: \"x\")";

/// Files by name; the root is the first.
struct Files(Vec<(&'static str, String)>);

impl Sources for Files {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        let file = self
            .0
            .iter()
            .find(|(name, _)| *name == path)
            .ok_or_else(|| ReadError("no such file".to_owned()))?;
        Ok((path.to_owned(), file.1.clone()))
    }
}

/// A network of these processes in a row.
pub(crate) fn row(stages: &[String], inputs_and_outputs: bool) -> String {
    let declared: String =
        stages.iter().enumerate().map(|(at, run)| format!("\"p{at}\": ({run}), ")).collect();
    let joined: String =
        (1..stages.len()).map(|at| format!("(from: \"p{}\", to: \"p{at}\"), ", at - 1)).collect();
    let ports = format!("inputs: {{\"in\": \"p0\"}}, outputs: {{\"out\": \"p{}\"}},", stages.len() - 1);
    let ports = if inputs_and_outputs { ports.as_str() } else { "" };
    format!("Network(processes: {{ {declared} }}, channels: [ {joined} ], {ports})")
}

/// The graph that emits 1 to 20, sends them through these stages and prints them as a list.
pub(crate) fn farm(stages: &[String]) -> String {
    let ends = |run: &str| vec![format!("run: {run}")];
    let stages = [ends("Range(from: 1, to: 21)"), stages.to_vec(), ends("Collect()"), ends("Print()")];
    row(&stages.concat(), false)
}

pub(crate) fn stage(deal: &str, collect: &str, n: usize) -> String {
    format!("run: {STAGE}, replicate: (n: {n}, deal: {deal}, collect: {collect})")
}

/// The tokens that come out, in their order, on every placement; or the mistakes in the file.
pub(crate) fn run(files: Vec<(&'static str, String)>) -> Result<Vec<Vec<i64>>, String> {
    let tokens = |printed: String| {
        let list = printed.trim().trim_matches(['[', ']']).split(", ");
        list.map(|n| n.parse().expect("an integer")).collect()
    };
    Ok(printed(files)?.into_iter().map(tokens).collect())
}

/// What is printed on every placement; or the mistakes in the file.
pub(crate) fn printed(files: Vec<(&'static str, String)>) -> Result<Vec<String>, String> {
    let library = library();
    let (network, found) = check("farm.ron", &Files(files), library.catalog(), &Request::default());
    if !found.is_empty() {
        return Err(format!("{found:?}"));
    }
    let run = |placement: Placement| {
        let plan = placement.plan(&network).ok_or("there is no plan")?;
        let stdout = Arc::new(Mutex::new(Vec::new()));
        let options =
            Options { stdout: Some(stdout.clone()), explore: placement.schedule(), ..Options::default() };
        let report = start(&plan, &library, &options).map_err(|error| error.to_string())?;
        let report = within(LIMIT, move || report.wait());
        if report.exit_code() != 0 {
            return Err(format!("{}: {:?}: {:?}", placement.name, report.outcome, report.diagnostics));
        }
        let printed = stdout.lock().expect("no process panicked").clone();
        Ok(String::from_utf8(printed).expect("it is text"))
    };
    PLACEMENTS.into_iter().map(run).collect()
}

/// Runs a farm whose stages together give each token so many times.
pub(crate) fn gives_all(files: Vec<(&'static str, String)>, times: usize, in_order: bool) {
    let what = format!("{files:?}");
    for mut tokens in run(files).unwrap_or_else(|why| panic!("{what}: {why}")) {
        if !in_order {
            tokens.sort_unstable();
        }
        let expected: Vec<i64> = (1..=20).flat_map(|n| std::iter::repeat_n(n, times)).collect();
        assert_eq!(tokens, expected, "{what}");
    }
}

/// Pairs of a way to deal and one to collect that a file may write, and whether they keep the order.
pub(crate) fn pairs() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    let pairs = DEALS.into_iter().flat_map(|deal| COLLECTS.map(|collect| (deal, collect)));
    let keyed = |deal: &str| deal.starts_with("Key");
    let allowed = pairs.filter(move |&(deal, collect)| match collect {
        "RoundRobin" => !keyed(deal),
        _ => true,
    });
    // What all copies do, and is collected in turn, comes in the order of its inputs.
    allowed.map(|(deal, collect)| (deal, collect, collect != "Any"))
}

#[test]
fn case_30_every_way_to_deal_with_every_way_to_collect() {
    for (deal, collect, in_order) in pairs() {
        for n in WIDTHS {
            let times = if deal == "All" { n } else { 1 };
            gives_all(vec![("farm.ron", farm(&[stage(deal, collect, n)]))], times, in_order || n == 1);
        }
    }
}

#[test]
fn case_30_pipelines_of_farms() {
    for (deal, collect, in_order) in pairs() {
        let stages = [3, 2, 4].map(|n| stage(deal, collect, n));
        let times = if deal == "All" { 24 } else { 1 };
        // Behind a farm that gives each token several times, a turn is no token any more.
        gives_all(vec![("farm.ron", farm(&stages))], times, in_order && deal != "All");
    }
}

#[test]
fn case_30_farms_of_pipelines() {
    let line = row(&vec![format!("run: {STAGE}"); 3], true);
    for n in WIDTHS {
        let farm = farm(&[format!("run: Network(file: \"line.ron\"), replicate: {n}")]);
        gives_all(vec![("farm.ron", farm), ("line.ron", line.clone())], 1, n == 1);
    }
}

#[test]
fn case_30_farms_in_farms() {
    for (deal, collect, _) in pairs() {
        let inner = row(&[stage(deal, collect, 2), stage(deal, collect, 3)], true);
        let middle = row(&["run: Network(file: \"inner.ron\"), replicate: 2".to_owned()], true);
        let outer = farm(&["run: Network(file: \"middle.ron\"), replicate: 2".to_owned()]);
        let times = if deal == "All" { 6 } else { 1 };
        gives_all(vec![("farm.ron", outer), ("middle.ron", middle), ("inner.ron", inner)], times, false);
    }
}

#[test]
fn case_30_families_of_farms() {
    let graph = |work: &str| {
        format!(
            r#"Network(
                processes: {{
                    "numbers": (run: Range(from: 1, to: 21)),
                    "half": (run: Map(expr: "x"), family: 2, replicate: {work}),
                    "total": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "numbers", to: AnyOf(["half[*].in"])),
                    (from: AnyOf(["half[*].out"]), to: "total"),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    for (deal, collect, _) in pairs() {
        let times = if deal == "All" { 3 } else { 1 };
        let work = format!("(n: 3, deal: {deal}, collect: {collect})");
        gives_all(vec![("farm.ron", graph(&work))], times, false);
    }
}

#[test]
fn case_30_families_of_copied_pipelines() {
    let line = row(&vec![format!("run: {STAGE}"); 2], true);
    let graph = |n: usize, when: &str, to: &str, from: &str| {
        format!(
            r#"Network(
                processes: {{
                    "numbers": (run: Range(from: 1, to: 21)),
                    "copy": (run: Delta()),
                    "line": (run: Network(file: "line.ron"), family: 2, replicate: (n: {n}){when}),
                    "merge": (run: Merge()),
                    "total": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "numbers", to: "copy"),
                    (from: "copy.out", to: {to}),
                    (from: {from}, to: "merge.in"),
                    (from: "merge.out", to: "total"),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    let shared = [r#"AnyOf(["line[*].in"])"#, r#"AnyOf(["line[*].out"])"#];
    let each = [r#""line[*].in""#, r#""line[*].out""#];
    let one = [r#""line[0].in""#, r#""line[0].out""#];
    for n in WIDTHS {
        for ([to, from], when, times) in [(shared, "", 1), (each, "", 2), (one, ", when: \"i == 0\"", 1)] {
            gives_all(vec![("farm.ron", graph(n, when, to, from)), ("line.ron", line.clone())], times, false);
        }
    }
}

#[test]
fn a_copy_that_fails_ends_its_farm_whatever_the_way() {
    for (deal, collect, _) in pairs() {
        for n in [1, 4] {
            let work = format!(
                "run: Map(expr: \"60 / (x - 13)\"), replicate: (n: {n}, deal: {deal}, collect: {collect})"
            );
            let why =
                run(vec![("farm.ron", farm(&[stage("Any", "Any", 2), work]))]).expect_err("it divides by 0");
            assert!(why.contains("failed with x = 13: "), "{why}");
        }
    }
}

#[test]
fn a_reader_that_leaves_ends_a_farm_whatever_the_way() {
    for (deal, collect, in_order) in pairs() {
        let stages = [stage(deal, collect, 4), "run: Take(n: 3)".to_owned()];
        for tokens in
            run(vec![("farm.ron", farm(&stages))]).unwrap_or_else(|why| panic!("{deal} {collect}: {why}"))
        {
            assert_eq!(tokens.len(), 3, "{deal} {collect}");
            assert!(!in_order || deal == "All" || tokens == [1, 2, 3], "{deal} {collect}: {tokens:?}");
        }
    }
}

#[test]
fn copies_with_several_inputs_get_tokens_that_belong_together() {
    let graph = |deal: &str| {
        format!(
            r#"Network(
                processes: {{
                    "left": (run: Range(from: 1, to: 21)),
                    "right": (run: Range(from: 1, to: 21)),
                    "sum": (run: Plus(), replicate: (n: 2, deal: {deal})),
                    "print": (run: Print()),
                    "total": (run: Collect()),
                }},
                channels: [
                    (from: "left", to: "sum.a"),
                    (from: "right", to: "sum.b"),
                    (from: "sum", to: "total"),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    for (deal, times) in [("All", 2), ("Key(\"x % 2\")", 1)] {
        for mut sums in run(vec![("farm.ron", graph(deal))]).unwrap_or_else(|why| panic!("{deal}: {why}")) {
            sums.sort_unstable();
            let expected: Vec<i64> = (1..=20).flat_map(|n| std::iter::repeat_n(2 * n, times)).collect();
            assert_eq!(sums, expected, "{deal}");
        }
    }
    for deal in ["Any", "RoundRobin"] {
        let why = run(vec![("farm.ron", graph(deal))]).expect_err("sums of what does not belong together");
        assert!(why.contains("E0210") && why.contains("do not belong together"), "{why}");
    }
}

#[test]
fn ways_that_cannot_keep_what_they_promise_are_refused() {
    for (deal, collect) in DEALS.into_iter().flat_map(|deal| COLLECTS.map(|collect| (deal, collect))) {
        let allowed = pairs().any(|(a, b, _)| (a, b) == (deal, collect));
        let ran = run(vec![("farm.ron", farm(&[stage(deal, collect, 2)]))]);
        assert_eq!(ran.is_ok(), allowed, "{deal} {collect}");
        if let Err(why) = ran {
            assert!(why.contains("E0210"), "{why}");
        }
    }
    let why = |work: &str| run(vec![("farm.ron", farm(&[work.to_owned()]))]).expect_err(work);
    let delta = why("run: Delta(), replicate: (n: 2, collect: InOrder)");
    assert!(delta.contains("goes on when one of its outputs has retired"), "{delta}");
    assert!(
        why("run: Scan(init: 0, expr: \"acc + x\"), replicate: (n: 2, collect: InOrder)")
            .contains("keeps state")
    );
    assert!(why(&stage("Key(\"x\")", "RoundRobin", 2)).contains("`collect: InOrder` gives"));
}
