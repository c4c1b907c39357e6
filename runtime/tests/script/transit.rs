//! Ends that lie in tokens: who waits for one is stuck where all are that could take it, and not otherwise.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::check;
use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Cost, Doc, Group, PortSpec, PortType, Ports, Signature, Traits};
use csprun_dsl::ty::Type;
use csprun_runtime::compose::{Kind, shared_channel};
use csprun_runtime::library::library;
use csprun_runtime::testing::within;
use csprun_runtime::value::Value;
use csprun_runtime::{Options, Outcome, start};

use super::{Files, run_files, scripts};

/// What is reported of these scripts beside one that goes on for ever.
fn beside_others(all: &[(&str, &str, &str)], channels: &str) -> (Outcome, Vec<String>) {
    let mut all = all.to_vec();
    all.push(("clock", "inputs: [], outputs: []", "loop { sleep(\"5ms\"); }"));
    let ran =
        run_files(&scripts(&all, channels), "", Duration::from_secs(3)).unwrap_or_else(|e| panic!("{e}"));
    let found = ran.report.diagnostics.first().filter(|_| ran.report.outcome == Outcome::Deadlock);
    let notes = found.map(|found| found.notes.clone()).unwrap_or_default();
    (ran.report.outcome, notes.into_iter().filter(|note| note != "also stuck:").collect())
}

/// These are stuck, and nobody else.
#[track_caller]
fn assert_stuck(all: &[(&str, &str, &str)], channels: &str, lines: &[&str]) {
    let (outcome, notes) = beside_others(all, channels);
    assert_eq!(outcome, Outcome::Deadlock);
    let found = |line: &&&str| notes.iter().any(|note| note.starts_with(**line));
    assert_eq!(lines.iter().filter(found).count(), lines.len(), "{notes:?}");
    assert_eq!(notes.len(), lines.len(), "{notes:?}");
}

/// Ports of who gives an end to `b` on `end`, and a word on `go`; and those of `b`.
const GIVES: &str = "inputs: [], outputs: [\"end\", \"go\"]";
const TAKES: &str = "inputs: [\"end\", \"go\"], outputs: []";
const BOTH: &str = "(from: \"a.end\", to: \"b.end\"), (from: \"a.go\", to: \"b.go\")";
/// It waits for the word first.
const LATE: &str = "recv(\"go\"); let end = recv(\"end\"); send(end, 1);";

#[test]
fn an_end_that_nobody_takes_is_for_those_who_could() {
    for token in ["c[0]", "[1, [c[0]]]", "#{reply: c[0]}"] {
        let a = format!("let c = channel(0); send(\"end\", {token}); recv(c[1]); send(\"go\", 1);");
        assert_stuck(
            &[("a", GIVES, &a), ("b", TAKES, LATE)],
            BOTH,
            &[
                "`a` waits to receive on a channel of its own (rendezvous, nobody sending)",
                "`b` waits to receive on `a.go -> b.go`",
            ],
        );
    }
}

#[test]
fn an_end_in_a_token_that_is_offered_may_be_taken_back_by_who_offers_it() {
    let x = ("x", "outputs: []", "recv(recv(\"in\"));");
    let channels = "(from: \"a.end\", to: \"b.end\", kind: Rendezvous), (from: \"a.go\", to: \"b.go\"), \
                    (from: \"a.x\", to: \"x\")";
    let gives = "inputs: [], outputs: [\"end\", \"go\", \"x\"]";
    let sends = "let c = channel(0); send(\"x\", c[1]); send(\"end\", c[0]); send(\"go\", 1);";
    assert_stuck(
        &[("a", gives, sends), ("b", TAKES, LATE), x],
        channels,
        &["`a` waits to send on `a.end -> b.end`", "`b` waits to receive", "`x` waits to receive"],
    );
    // Only `b` is stuck for good: `a` gives up one day.
    let chooses = "let c = channel(0); send(\"x\", c[1]); select([output(\"end\", c[0]), timeout(\"1h\")]); \
                   send(\"go\", 1);";
    assert_stuck(
        &[("a", gives, chooses), ("b", TAKES, "let d = channel(0); recv(d[1]);"), x],
        channels,
        &["`b` waits to receive on a channel of its own"],
    );
}

#[test]
fn an_end_may_lie_in_a_channel_whose_end_lies_in_another() {
    let a = "let c = channel(0); let d = channel(1); send(d[0], c[0]); send(\"end\", d[1]); recv(c[1]);
        send(\"go\", 1);";
    let late = "recv(\"go\"); send(recv(recv(\"end\")), 1);";
    assert_stuck(
        &[("a", GIVES, a), ("b", TAKES, late)],
        BOTH,
        &["`a` waits to receive on a channel of its own", "`b` waits to receive on `a.go -> b.go`"],
    );
}

#[test]
fn a_long_chain_of_ends_in_channels_is_followed_for_a_part_only() {
    let a = "let c = channel(0); let last = c[0];
        for i in 0..20000 { let d = channel(1); send(d[0], last); last = d[1]; }
        send(\"end\", last); recv(c[1]); send(\"go\", 1);";
    let (outcome, notes) = beside_others(&[("a", GIVES, a), ("b", TAKES, LATE)], BOTH);
    assert_eq!(outcome, Outcome::Timeout, "{notes:?}");
}

#[test]
fn nobody_comes_to_an_end_that_lies_in_its_own_channel() {
    let own = "let c = channel(1); send(c[0], c[1]); send(c[0], 1);";
    assert_stuck(
        &[("a", "inputs: [], outputs: []", own)],
        "",
        &["`a` waits to send on a channel of its own (1 slot, full)"],
    );
}

#[test]
fn who_could_take_an_end_and_goes_on_rescues_who_waits_for_it() {
    let a = "let c = channel(0); send(\"end\", c[0]); recv(c[1]); send(\"go\", 1);";
    for b in [
        "sleep(\"700ms\"); send(recv(\"end\"), 1); recv(\"go\");",
        "select([input(\"go\"), timeout(\"700ms\")]); send(recv(\"end\"), 1); recv(\"go\");",
    ] {
        let (outcome, notes) = beside_others(&[("a", GIVES, a), ("b", TAKES, b)], BOTH);
        assert_eq!(outcome, Outcome::Timeout, "{notes:?}");
    }
}

#[test]
fn of_a_token_that_was_copied_somebody_else_may_have_the_end() {
    // `d` makes two: it waits for `b` with the one, and the other lies before `x`, who comes late.
    let a = "let c = channel(0); send(\"end\", c[0]); recv(c[1]); send(\"go\", 1);";
    let x = "sleep(\"700ms\"); send(recv(\"in\"), 1);";
    let graph = format!(
        "Network(
            processes: {{
                \"a\": (run: Script({GIVES}, code: {a:?})),
                \"b\": (run: Script({TAKES}, code: \"recv(`go`)\")),
                \"x\": (run: Script(outputs: [], code: {x:?})),
                \"d\": (run: Delta()),
            }},
            channels: [
                (from: \"a.end\", to: \"d\"), (from: \"d\", to: \"b.end\", kind: Rendezvous), (from: \"d\", to: \"x\"),
                (from: \"a.go\", to: \"b.go\"),
            ],
        )"
    );
    let ran = run_files(&graph, "", Duration::from_secs(10)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(ran.report.outcome, Outcome::Done, "{}", ran.said());
}

#[test]
fn who_sends_to_a_channel_that_loses_tokens_may_drop_an_end_there() {
    let a = "let c = channel(0); spawn(\"f\", [c[1]]); send(\"end\", c[0]); loop { sleep(\"5ms\"); }
        fn f(r) { recv(r) }";
    let b = "let d = channel(0); recv(d[1]);";
    assert_stuck(
        &[("a", GIVES, a), ("b", TAKES, b)],
        "(from: \"a.end\", to: \"b.end\", kind: DropOldest(1)), (from: \"a.go\", to: \"b.go\")",
        &["`b` waits to receive on a channel of its own"],
    );
    // Where none are lost, who waits is stuck as well.
    assert_stuck(
        &[("a", GIVES, a), ("b", TAKES, b)],
        BOTH,
        &[
            "`b` waits to receive on a channel of its own",
            "`a/f#0` waits to receive on a channel that `a` made",
        ],
    );
}

const ANY: PortType = PortType::Is(Type::Any);
const OUT: &[PortSpec] = &[PortSpec::output("out", ANY, "what another run sends")];
const IN: &[PortSpec] = &[PortSpec::input("in", ANY, "what goes to another run")];

fn kind(kind: &'static str, ports: &'static [PortSpec]) -> Signature {
    let (ports, traits) = (Ports::Fixed(ports), Traits { determinate: false, ..Traits::KAHN });
    Signature { kind, group: Group::User, doc: Doc::NONE, ports, params: &[], cost: Cost::Light, traits }
}

#[test]
fn an_end_that_came_to_another_run_is_held_there() {
    // Processes of both runs have the same numbers.
    let (taken, fed) = shared_channel::<Value>(Kind::Rendezvous);
    let (taken, fed) = (Arc::new(Mutex::new(Some(taken))), Arc::new(Mutex::new(Some(fed))));
    let mut library = library();
    library.add(kind("Take", IN), move |_, ports| {
        let (taken, mut input) = (taken.lock().unwrap().take().expect("there is one"), ports.input("in"));
        Box::pin(async move {
            taken.send(input.recv().await?).await?;
            // Until it has come there, nobody knows of it.
            ports.sleep(Duration::from_millis(500)).await
        })
    });
    library.add(kind("Feed", OUT), move |_, ports| {
        let (fed, mut output) = (fed.lock().unwrap().take().expect("there is one"), ports.output("out"));
        Box::pin(async move { output.send(fed.recv().await?).await })
    });
    let waiting: String =
        (0..3).map(|i| format!("\"w{i}\": (run: Script(outputs: [], code: \"recv(`in`)\")),")).collect();
    let words: String = (0..3).map(|i| format!("(from: \"p.go[{i}]\", to: \"w{i}\"),")).collect();
    let p =
        "let c = channel(0); send(\"end\", c[0]); let n = recv(c[1]); for i in 0..3 { send(`go[${i}]`, n); }";
    let one = format!(
        "Network(
            processes: {{
                {waiting}
                \"p\": (run: Script(inputs: [], outputs: [\"end\", \"go[]\"], code: {p:?})),
                \"take\": (run: Take()),
            }},
            channels: [(from: \"p.end\", to: \"take\"), {words}],
        )"
    );
    let x = "let end = recv(\"in\"); sleep(\"700ms\"); send(end, 7);";
    let other = scripts(&[("x", "outputs: []", x)], "(from: \"feed\", to: \"x\")")
        .replace("processes: {", "processes: { \"feed\": (run: Feed()),");
    let plan = |graph: &str| {
        let sources = Files(graph.to_owned(), "");
        let (network, _) = check("graph.ron", &sources, library.catalog(), &Request::default());
        csprun_dsl::plan(&network, &Machine::with_workers(1)).0.expect("it has no errors")
    };
    let plans = [plan(&one), plan(&other)];
    let reports = within(Duration::from_secs(60), move || {
        let runs = plans.map(|plan| start(&plan, &library, &Options::default()).expect("it starts"));
        runs.map(|run| run.wait().outcome)
    });
    assert_eq!(reports, [Outcome::Done; 2]);
}
