//! Every kind keeps what its page says.

mod changing;
mod endings;
mod hostile;
mod outside;
mod progress;
mod tables;
mod tls;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::fields::{n_bytes, parse_duration};
use csprun_dsl::plan::Machine;
use csprun_dsl::render::{Style, text};
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Catalog, Default, ParamSpec, ParamType, Signature};
use csprun_dsl::span::{ReadError, SourceId, Sources};
use csprun_dsl::{check, plan, tree};
use csprun_runtime::library::{Library, library};
use csprun_runtime::process::Source;
use csprun_runtime::{Options, start};

/// One graph file, whatever it is called.
struct Only(String);

impl Sources for Only {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), self.0.clone()))
    }
}

/// Paths are relative to the root of the repository.
fn at_root() {
    std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .expect("the repository is there");
}

/// What a graph prints, or what is wrong with it or its run.
fn run(graph: &str, library: &Library) -> Result<String, String> {
    at_root();
    let sources = Only(graph.to_owned());
    let (network, mut found) = check("example.ron", &sources, library.catalog(), &Request::default());
    let plan = if found.is_empty() {
        plan(&network, &Machine::with_workers(2))
    } else {
        (None, Diagnostics::default())
    };
    found.append(plan.1);
    let Some(plan) = plan.0.filter(|_| found.is_empty()) else {
        return Err(text(&found, &network.sources, Style::default()));
    };
    let stdout = Arc::new(Mutex::new(Vec::new()));
    let timeout = Some(Duration::from_secs(60));
    let stdin: Option<Source> = Some(Arc::new(Mutex::new(io::Cursor::new("line\n"))));
    let options = Options { stdin, stdout: Some(stdout.clone()), timeout, ..Options::default() };
    let report = start(&plan, library, &options).map_err(|error| error.to_string())?.wait();
    if report.exit_code() != 0 {
        let said = report.diagnostics.iter().map(|diagnostic| format!("\n{}", diagnostic.message));
        return Err(format!("{:?}:{}", report.outcome, said.collect::<String>()));
    }
    let printed = stdout.lock().expect("no process panicked while it wrote").clone();
    String::from_utf8(printed).map_err(|error| error.to_string())
}

/// Kinds that this build runs.
fn kinds(catalog: &Catalog) -> impl Iterator<Item = &Signature> {
    catalog.iter().map(AsRef::as_ref).filter(|signature| catalog.is_available(signature.kind))
}

#[test]
fn every_example_prints_what_its_page_says() {
    let library = library();
    let mut wrong = String::new();
    for signature in kinds(library.catalog()) {
        let doc = signature.doc;
        assert!(doc.example.contains(&format!("{}(", signature.kind)), "{} shows itself", signature.kind);
        // That of the page may be taken.
        let example = doc.example.replace("47011", &outside::free_port().to_string());
        // What a reader gives there the page does not know.
        let output = if doc.example.contains("Stdin()") { "LINE\n" } else { doc.output };
        let ran = run(&example, &library);
        if ran.as_deref() != Ok(output) {
            wrong += &format!("{}: {}\n", signature.kind, ran.unwrap_or_else(|why| why));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_page_says_everything() {
    let library = library();
    for signature in kinds(library.catalog()) {
        let (kind, doc) = (signature.kind, signature.doc);
        for sentence in [doc.summary, doc.order, doc.ending, doc.complexity] {
            assert!(sentence.ends_with('.') && sentence.len() > 4, "{kind}: `{sentence}`");
        }
        assert!(!doc.source.is_empty() && doc.diagram.contains(kind), "{kind}");
        for port in signature.ports.of(&csprun_dsl::params::Params::default()) {
            assert!(!port.doc.is_empty() && doc.diagram.contains(port.name.as_ref()), "{kind}.{}", port.name);
        }
        assert!(signature.params.iter().all(|param| !param.doc.is_empty()), "{kind}");
    }
}

#[test]
fn every_default_is_of_its_parameter_s_type() {
    let library = library();
    for signature in library.catalog().iter() {
        for param in signature.params {
            if let Default::Ron(value) = param.default {
                let node = tree::read(SourceId(0), value).expect(value);
                assert!(is_of(param, &node), "{}.{}: {value}", signature.kind, param.name);
            }
        }
    }
}

fn is_of(param: &ParamSpec, node: &tree::Node) -> bool {
    use tree::Tree;
    match (&param.ty, &node.tree) {
        (ParamType::Bool, Tree::Bool(_))
        | (ParamType::Float { .. }, Tree::Int(_) | Tree::Float(_))
        | (ParamType::Names | ParamType::Constants, Tree::List(_))
        | (ParamType::Constant, _)
        | (ParamType::Text | ParamType::Path | ParamType::Expr(_) | ParamType::Template(_), Tree::Text(_)) => {
            true
        }
        (ParamType::Duration, Tree::Text(text)) => parse_duration(text).is_some(),
        (ParamType::Memory, _) => n_bytes(node, "it", &mut Diagnostics::default()).is_some(),
        (ParamType::Int { min, max }, Tree::Int(n)) => (i128::from(*min)..=i128::from(*max)).contains(n),
        (ParamType::Word(words), _) => node.as_word().is_some_and(|word| words.contains(&word)),
        (ParamType::Type, _) => node.as_word().is_some(),
        _ => false,
    }
}

/// What a chain of processes prints, or why not.
fn chain(processes: &[&str]) -> Result<String, String> {
    let declared: String =
        processes.iter().enumerate().map(|(at, kind)| format!("\"p{at}\": (run: {kind}), ")).collect();
    let joined: String =
        (1..processes.len()).map(|at| format!("(from: \"p{}\", to: \"p{at}\"), ", at - 1)).collect();
    run(&format!("Network(processes: {{ {declared} }}, channels: [ {joined} ])"), &library())
}

#[test]
fn constants_take_the_type_of_their_stream() {
    let printed = |processes: &[&str]| chain(processes).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(printed(&["Values(values: [1, 0.5])", "Print()"]), "1.0\n0.5\n");
    assert_eq!(printed(&["Values(values: [0.5])", "Prefix(value: 1)", "Print()"]), "1.0\n0.5\n");
    assert_eq!(
        printed(&["Values(values: [0.5])", "Skip(n: 1)", "Fold(init: 1, expr: \"acc + x\")", "Print()"]),
        "1.0\n"
    );
    assert_eq!(
        printed(&[
            "Values(values: [\"a\"])",
            "CountBy()",
            "Map(expr: \"x.count\")",
            "Successor()",
            "Print()"
        ]),
        "2\n"
    );
}

#[test]
fn a_state_that_starts_as_a_token_has_the_type_of_both() {
    let reduced =
        |expr: &str| chain(&["Values(values: [1, 2])", &format!("Reduce(expr: {expr:?})"), "Print()"]);
    assert_eq!(reduced("acc / 2.0 + x").as_deref(), Ok("2.5\n"));
    let why = reduced("to_text(acc)").expect_err("a text is no number");
    assert!(why.contains("E0805") && why.contains("`Reduce` must give `I64`, as its state"), "{why}");
}

#[test]
fn what_another_expression_gives_has_its_type() {
    let engine = |until: &str| {
        let engine = format!("Engine(expr: \"x / 2.0\", until: {until:?})");
        chain(&["Values(values: [12])", &engine, "Print()"])
    };
    assert_eq!(engine("x < 1 && before >= 1.0").as_deref(), Ok("0.75\n"));
    let why = engine("len(before) == 0").expect_err("a number has no length");
    assert!(why.contains("E0805") && why.contains("not `F64`"), "{why}");
}

#[test]
fn a_farm_on_request_does_each_task_once_and_goes_on_without_a_worker_that_has_enough() {
    let graph = r#"Network(
        processes: {
            "tasks": (run: Range(to: 50)), "farmer": (run: Farmer()),
            "ask": (run: Fetch(), family: 3), "work": (run: Map(expr: "x"), family: 3),
            "lazy": (run: Call(give: "0")), "never": (run: Values(values: [()])), "idle": (run: BlackHole()),
            "sorted": (run: Sort()), "list": (run: Collect()), "print": (run: Print(format: "{len(x)} {x.sum()}")),
        },
        channels: [
            (from: "tasks", to: "farmer.in"),
            (from: AnyOf(["ask[*].call", "lazy.call"]), to: "farmer.serve"),
            (from: "never", to: "lazy.in"), (from: "lazy.out", to: "idle"),
            (each: {"i": 3}, from: "ask[${i}].out", to: "work[${i}]", kind: Rendezvous, type: I64),
            (from: AnyOf(["work[*].out"]), to: "sorted"), (from: "sorted", to: "list"), (from: "list", to: "print"),
        ],
    )"#;
    let printed = run(graph, &library()).unwrap_or_else(|why| panic!("{why}"));
    // The fourth caller asks once, unless all tasks are gone before, and keeps what it gets.
    let (n, sum) = printed.trim().split_once(' ').expect("two numbers");
    let (n, sum): (i64, i64) = (n.parse().expect("a number"), sum.parse().expect("a number"));
    assert!((n == 50 && sum == 1225) || (n == 49 && (1176..=1225).contains(&sum)), "{printed}");
}

#[test]
fn what_is_kept_is_limited() {
    let sort = |memory: &str| {
        chain(&["Range(to: 100)", &format!("Sort(memory: {memory})"), "Take(n: 1)", "Print()"])
    };
    assert_eq!(sort("\"1MiB\"").as_deref(), Ok("0\n"));
    let why = sort("\"1kB\"").expect_err("a hundred numbers take more");
    assert!(why.contains("what it keeps takes more than 1000 bytes: raise `memory`"), "{why}");
    let why = sort("0").expect_err("nothing can be kept");
    assert!(why.contains("E0704") && why.contains("must be above 0"), "{why}");
    for memory in ["\"much\"", "true"] {
        let why = sort(memory).expect_err(memory);
        assert!(why.contains("E0703") && why.contains("a number of bytes such as \"1GiB\""), "{why}");
    }
}

#[test]
fn what_is_ready_at_the_control_of_a_valve_comes_before_any_token() {
    let graph = r#"Network(
        processes: {
            "numbers": (run: Numbers()), "none": (run: Values(values: [true])), "no": (run: Filter(expr: "!x")),
            "valve": (run: Valve()), "print": (run: Print()),
        },
        channels: [
            (from: "numbers", to: "valve.in"), (from: "none", to: "no"),
            (from: "no", to: "valve.control", initial: [false]), (from: "valve", to: "print"),
        ],
    )"#;
    assert_eq!(run(graph, &library()).as_deref(), Ok(""));
}

#[test]
fn a_regulated_stream_repeats_what_came_last() {
    let graph = r#"Network(
        processes: {
            "once": (run: Script(code: "send(\"out\", 7); for x in stream(\"in\") { }")),
            "steady": (run: Regulate(interval: "1ms")), "some": (run: Take(n: 3)), "print": (run: Print()),
        },
        channels: [
            (from: "once", to: "steady", type: I64), (from: "steady", to: "some"),
            (from: "some", to: AllOf(["print", "once.in"])),
        ],
    )"#;
    assert_eq!(run(graph, &library()).as_deref(), Ok("7\n7\n7\n"));
}

#[test]
fn a_time_that_is_none_is_told_what_one_is() {
    for (time, code, told) in [
        ("5", "E0703", "a time such as \"100ms\", and this is an integer"),
        ("\"0ms\"", "E0704", "must be above 0"),
        ("\"soon\"", "E0703", "\"soon\" is none"),
    ] {
        let why =
            chain(&["Range(to: 3)", &format!("Regulate(interval: {time})"), "Print()"]).expect_err(time);
        assert!(why.contains(code) && why.contains(told), "{why}");
    }
}

#[test]
fn an_expression_that_fails_is_named_with_its_token() {
    let why = chain(&["Range(to: 3)", "Map(expr: \"6 / (x - 1)\")", "BlackHole()"])
        .expect_err("it divides by zero");
    assert!(why.contains("`6 / (x - 1)` failed with x = 1: "), "{why}");
}

#[test]
fn kinds_that_cannot_run_are_checked_all_the_same() {
    let why =
        chain(&["Range(to: 3)", "Kernel(source: \"\", inputs: [\"a\"])", "Print()"]).expect_err("no kernels");
    assert!(why.contains("W0601") && why.contains("Kernel"), "{why}");
    let why =
        chain(&["Range(to: 3)", "Kernel(inputs: [\"a\"], output: [])", "Print()"]).expect_err("no `output`");
    assert!(why.contains("did you mean `outputs`?"), "{why}");
}

#[test]
fn a_copy_of_a_caller_is_a_caller_and_a_copy_of_a_member_is_a_member() {
    let graph = r##"Network(
        processes: {
            "numbers": (run: Range(to: 8)),
            "count": (run: Call(request: "#{op: \"update\", key: 0, value: x}", give: "x"), replicate: 4),
            "together": (run: Sync(barrier: "phase"), replicate: (n: 4, deal: RoundRobin, collect: RoundRobin)),
            "done": (run: Fold(init: 0, expr: "acc + x")),
            "look": (run: Call(request: "#{op: \"get\", key: 0}", give: "[x, reply]")),
            "store": (run: Store(), replicate: 1),
            "print": (run: Print()),
        },
        channels: [
            (from: "numbers", to: "count.in"),
            (from: "count.out", to: "together"),
            (from: "together", to: "done"),
            (from: "done", to: "look"),
            (from: AnyOf(["count.call", "look.call"]), to: "store"),
            (from: "look.out", to: "print"),
        ],
        barriers: {"phase": ["together"]},
    )"##;
    assert_eq!(run(graph, &library()).as_deref(), Ok("[28, 28]\n"));
}

#[test]
fn who_is_not_enrolled_or_asks_for_what_there_is_not_is_told_so() {
    let graph = |request: &str, barrier: &str| {
        let graph = r##"Network(
            processes: {
                "one": (run: Values(values: [1])),
                "ask": (run: Call(request: "REQUEST")),
                "together": (run: Sync(barrier: "BARRIER")),
                "store": (run: Store()),
                "print": (run: Print()),
            },
            channels: [
                (from: "one", to: "ask"),
                (from: "ask.call", to: "store"),
                (from: "ask.out", to: "together"),
                (from: "together", to: "print"),
            ],
            barriers: {"phase": ["together"]},
        )"##;
        run(&graph.replace("REQUEST", request).replace("BARRIER", barrier), &library())
    };
    assert_eq!(graph("`size`", "phase").as_deref(), Ok("0\n"));
    let why = graph("#{op: `get`}", "phase").expect_err("it needs a key");
    assert!(why.contains("`store` refused: `get` needs a field `key`"), "{why}");
    let why = graph("`size`", "fase").expect_err("there is no such barrier");
    assert!(why.contains("add `together` to the list of `fase` under `barriers:`"), "{why}");
}
