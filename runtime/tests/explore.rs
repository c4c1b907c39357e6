//! What a schedule can change is found, and a seed gives its schedule again.

use std::time::Duration;

use csprun_dsl::plan::{Machine, Plan};
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Cost, Doc, Group, PortSpec, PortType, Ports as PortSpecs, Signature, Traits};
use csprun_dsl::span::{ReadError, Sources};
use csprun_dsl::ty::Type;
use csprun_dsl::{check, plan};
use csprun_runtime::alt::Alt;
use csprun_runtime::explore::{ExploreError, explore};
use csprun_runtime::library::{Library, library};
use csprun_runtime::process::{Ended, Ports};
use csprun_runtime::{Options, Outcome};

/// One graph file, whatever it is called.
struct Only(&'static str);

impl Sources for Only {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), self.0.to_owned()))
    }
}

fn planned(graph: &'static str, library: &Library) -> Plan {
    let (network, _) = check("graph.ron", &Only(graph), library.catalog(), &Request::default());
    plan(&network, &Machine::with_workers(4)).0.expect("the graph is right")
}

/// `Gamble`: says of itself that it is determinate, and passes on whatever comes first.
const GAMBLE: Signature = Signature {
    kind: "Gamble",
    group: Group::User,
    doc: Doc { summary: "Passes on what comes first.", ..Doc::NONE },
    ports: PortSpecs::Fixed(&[
        PortSpec::input("a", PortType::Is(Type::I64), "one"),
        PortSpec::input("b", PortType::Is(Type::I64), "the other"),
        PortSpec::output("out", PortType::Is(Type::I64), "both"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

async fn gamble(ports: &mut Ports) -> Result<(), Ended> {
    let (mut a, mut b, mut out) = (ports.input("a"), ports.input("b"), ports.output("out"));
    let token = {
        let (mut from_a, mut from_b) = (a.guard(), b.guard());
        match Alt::new(&mut [&mut from_a, &mut from_b]).select().await? {
            0 => from_a.take()?,
            _ => from_b.take()?,
        }
    };
    out.send(token).await
}

const GAMBLING: &str = r#"Network(
    processes: {
        "one": (run: Range(from: 1, to: 2)),
        "two": (run: Range(from: 2, to: 3)),
        "gamble": (run: Gamble()),
        "print": (run: Print()),
    },
    channels: [
        (from: "one", to: "gamble.a"),
        (from: "two", to: "gamble.b"),
        (from: "gamble", to: "print"),
    ],
)"#;

#[test]
fn an_output_that_depends_on_the_schedule_is_found_and_its_seed_gives_it_again() {
    let mut library = library();
    library.add(GAMBLE, |_params, ports| Box::pin(gamble(ports)));
    let plan = planned(GAMBLING, &library);
    let explored = explore(&plan, &library, &Options::default(), 200, 1).expect("it starts");
    assert!(explored.is_determinate);
    let found = explored.found.expect("half of the schedules give the other number");
    assert_eq!(found.report.outcome, Outcome::Done);
    let differs = found.differs.expect("that is all that is wrong");
    assert_eq!(differs.process, "print");
    assert_ne!(differs.plain, differs.here);
    for _ in 0..10 {
        let again = explore(&plan, &library, &Options::default(), 1, found.seed).expect("it starts");
        assert_eq!(again.found.expect("the same schedule").stdout, found.stdout);
    }
}

#[test]
fn one_seed_gives_one_run_bit_for_bit() {
    let library = library();
    let graph = r#"Network(
        processes: {
            "low": (run: Range(to: 50)),
            "high": (run: Range(from: 100, to: 150)),
            "scripted": (run: Script(inputs: [], code: "for n in 200..250 { send(\"out\", n); }")),
            "merge": (run: Merge()),
            "print": (run: Print()),
        },
        channels: [
            (from: "low", to: "merge.in[0]", kind: Rendezvous),
            (from: AnyOf(["high", "scripted"]), to: "merge.in[1]", kind: Buffer(2)),
            (from: "merge", to: "print"),
        ],
    )"#;
    let plan = planned(graph, &library);
    let run = |seed| {
        let stdout = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let options = Options { explore: Some(seed), stdout: Some(stdout.clone()), ..Options::default() };
        let report = csprun_runtime::start(&plan, &library, &options).expect("it starts").wait();
        assert_eq!(report.outcome, Outcome::Done);
        String::from_utf8(std::mem::take(&mut *stdout.lock().expect("nobody panicked"))).expect("numbers")
    };
    let mut all = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let first = run(seed);
        assert_eq!(first.lines().count(), 150);
        assert_eq!(run(seed), first, "seed {seed}");
        all.insert(first);
    }
    assert!(all.len() > 10, "only {} schedules of 20", all.len());
}

#[test]
fn who_is_stuck_beside_others_that_always_run_is_found_at_the_same_place_each_time() {
    let library = library();
    let graph = r#"Network(
        processes: {
            "numbers": (run: Numbers()),
            "hole": (run: BlackHole()),
            "a": (run: Identity()),
            "b": (run: Script(code: "for x in stream(`in`) { send(`out`, x); }")),
        },
        channels: [(from: "numbers", to: "hole"), (from: "a", to: "b"), (from: "b", to: "a")],
    )"#;
    let plan = planned(graph, &library);
    let run = |seed| {
        let options =
            Options { explore: Some(seed), timeout: Some(Duration::from_secs(60)), ..Options::default() };
        let report = csprun_runtime::start(&plan, &library, &options).expect("it starts").wait();
        assert_eq!(report.outcome, Outcome::Deadlock, "{:?}", report.diagnostics);
        assert_eq!(report.diagnostics[0].notes.len(), 2, "{:?}", report.diagnostics);
        report.channels[0].counts.received
    };
    let all: Vec<u64> = (0..5).map(run).collect();
    assert_eq!((0..5).map(run).collect::<Vec<u64>>(), all);
}

#[test]
fn what_comes_only_once_is_refused() {
    let library = library();
    let graph = r#"Network(
        processes: { "lines": (run: Stdin()), "print": (run: Print()) },
        channels: [(from: "lines", to: "print")],
    )"#;
    let refused = explore(&planned(graph, &library), &library, &Options::default(), 1, 1);
    assert!(matches!(refused, Err(ExploreError::Outside { process }) if process == "lines"));
}
