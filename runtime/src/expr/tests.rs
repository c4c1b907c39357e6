//! The language as a person meets it: values, errors, templates, scripts.

use std::collections::BTreeMap;
use std::sync::Arc;

use csprun_dsl::expr::functions::FUNCTIONS;
use csprun_dsl::expr::{Compiled, Scope, compile, compile_template};
use csprun_dsl::ty::{Constant, Elem, Type};

use super::{Evaluator, Formatter};
use crate::value::{Array, Value};

fn scope() -> Scope {
    let array = Type::Array(Elem::F32, vec![None]);
    let variables = [("x", Type::I64), ("s", Type::Text), ("any", Type::Any), ("a", array)];
    Scope {
        variables: variables.map(|(name, ty)| (name.to_owned(), ty)).into(),
        constants: vec![("gain".to_owned(), Constant::F64(0.5))],
    }
}

fn inputs() -> Vec<Value> {
    let record = BTreeMap::from([
        ("left".to_owned(), Value::from(7)),
        ("list".to_owned(), Value::from(Vec::<Value>::new())),
    ]);
    let array = Array::flat(vec![1.0_f32, 2.0]);
    vec![Value::from(5), Value::from("häß"), Value::record(record), Value::from(array)]
}

fn compiled(source: &str) -> Arc<Compiled> {
    Arc::new(compile(source, &scope()).unwrap_or_else(|errors| panic!("{source}: {errors:#?}")))
}

/// The result in RON, or the error.
fn run(source: &str) -> String {
    match Evaluator::new(&compiled(source)).eval(&inputs()) {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_example_of_the_reference_is_true() {
    for spec in FUNCTIONS {
        let (call, result) = spec.example;
        assert_eq!(run(call), run(result), "{call}");
        let scripted = Evaluator::scripted(&compiled(call)).eval(&inputs()).map(|value| format!("{value:?}"));
        assert_eq!(scripted, Ok(run(result)), "{call} in a script");
    }
}

#[test]
fn expressions_have_the_values_that_the_reference_promises() {
    for (source, result) in [
        ("x * 2 + 1", "11"),
        ("x * gain", "2.5"),
        ("-7 / 2", "-3"),
        ("-7 % 2", "-1"),
        ("1 / 2.0", "0.5"),
        ("2 ** 10 + 2 ** 0.5 * 0", "1024.0"),
        ("-8 >> 1", "-4"),
        ("1 << 63", "-9223372036854775808"),
        ("if x > 3 { \"high\" } else { \"low\" }", "\"high\""),
        ("let y = x * gain; let z = y + 1; y * z", "8.75"),
        ("{ let a = 1; ({ let a = 2; a }) + a }", "3"),
        ("s[0] + s[-1] + 'c'", "\"hßc\""),
        ("s[1..] + s[..=0]", "\"äßh\""),
        ("[1, 2, 3][-1] + [1] [0]", "4"),
        ("#{b: x, a: s}", "{\"a\": \"häß\", \"b\": 5}"),
        ("any.left + any[\"left\"] + any.list.len()", "14"),
        ("`${x}: ${s} ${[s]}`", "\"5: häß [\\\"häß\\\"]\""),
        ("\"ä\" in s && 9 !in [1] && \"left\" in any", "true"),
        ("0.0 / 0.0 == 0.0 / 0.0", "false"),
        ("1 == 1.0 && any != 1", "true"),
        ("false && 1 / 0 == 1", "false"),
        ("let unused = 3; ()", "()"),
        ("-a * 2 + a", "[-1.0, -2.0]"),
        ("sum([])", "0"),
        ("1 in array([1, 2]) && 1.0 in array([1, 2]) && 3 !in array([1, 2]) && 1.5 !in array([1])", "true"),
        ("1 in a && 2.0 in a && 0.5 !in a && contains(a, 1.0)", "true"),
        ("(-9223372036854775807 - 1) % -1", "0"),
        ("let t = 0; for i in 0..x { if i % 2 == 0 { t += i; } } t", "6"),
        ("[1, 2, 3].map(|v| v * x).filter(|v| v > 5)", "[10, 15]"),
        ("switch x { 5 => \"five\", _ => \"other\" }", "\"five\""),
        ("x in 0..10 && x in 5..=5", "true"),
        ("let c = \"\"; for w in words(\"a b\") { c = w + c; } c", "\"ba\""),
        ("fn double(n) { n * 2 } double(x)", "10"),
        ("let b = a; b += 1; b", "[2.0, 3.0]"),
        ("let n = 0; let t = 1; while n < x { n += 1; t *= n; } t", "120"),
        ("let c = \"\"; while len(c) < 3 { c += s[0]; } c", "\"hhh\""),
        ("let n = 1; n + { n = 5; n } + n", "11"),
        ("let v = x; let a = v; v += 1; a * 10 + v", "56"),
        ("let n = 0; for i in 9223372036854775806..=9223372036854775807 { n += i % 10; } n", "13"),
        ("let n = 0; for i in x..0 { n += 1; } for i in range(0, 4) { n += i; } n", "6"),
        ("let n = 0; loop { n += 1; if n < x { continue; } break; n = 99; } n", "5"),
        (
            "let t = 0; for i in 0..x { for j in 0..x { if j > i { break; } t += 1; } if t > 5 { break } } t",
            "6",
        ),
        ("let n = 3; if n > 2 { n = 0; } else { n = 9; } n", "0"),
    ] {
        assert_eq!(run(source), result, "{source}");
    }
}

#[test]
fn an_error_names_the_part_and_its_values() {
    for (source, error) in [
        (
            "1 + x * 9223372036854775807",
            "5 * 9223372036854775807 does not fit into an integer in `x * 9223372036854775807`",
        ),
        ("x / (x - 5)", "5 / 0 divides by zero in `x / (x - 5)`"),
        ("[x][x] + 1", "index 5 is out of range: there is 1 item in `[x][x]`"),
        ("any.right", "the record {\"left\": 7, \"list\": []} has no field `right` in `any.right`"),
        (
            "2 * sqrt(any)",
            "`sqrt` takes a number or an array of floats, not {\"left\": 7, \"list\": []} of type `Record({\"left\": I64, \"list\": List(Any)})` in `sqrt(any)`",
        ),
        ("any.left && true", "a condition is `Bool`, not 7 of type `I64` in `any.left`"),
        ("s.parse_int()", "\"häß\" is not an integer in `s.parse_int()`"),
        ("s[2..9]", "slice 2..9 is out of range: the length is 3 in `s[2..9]`"),
        ("s[2..1]", "slice 2..1 is out of range: it ends before it begins in `s[2..1]`"),
        ("let t = 0; t += 1 / (x - 5); t", "1 / 0 divides by zero in `1 / (x - 5)`"),
        ("while true { }", "no result after 100000000 operations in `while true { }`"),
        (
            "let n = 1; while n > 0 { n += n; } n",
            "4611686018427387904 + 4611686018427387904 does not fit into an integer in `n += n`",
        ),
        ("loop { }", "no result after 100000000 operations in `loop { }`"),
        (
            "matches(s, s + \"(\")",
            "\"häß(\" is not a regular expression: unclosed group in `matches(s, s + \"(\")`",
        ),
    ] {
        assert_eq!(run(source), error, "{source}");
    }
}

#[test]
fn a_closure_that_reads_the_variable_before_the_dot_is_told_what_to_write() {
    for (name, arguments) in
        [("map", "|y| y + l[0]"), ("filter", "|y| y > l[0]"), ("fold", "0, |n, y| n + y * len(l)")]
    {
        let why = run(&format!("let l = [1, 2]; l.{name}({arguments})"));
        assert!(why.contains(&format!("write `{name}(x, ..)` for `x.{name}(..)`")), "{why}");
        let copied = run(&format!("let l = [1, 2]; let m = l; m.{name}({arguments})"));
        assert_eq!(run(&format!("let l = [1, 2]; {name}(l, {arguments})")), copied);
    }
}

#[test]
fn endless_recursion_is_an_error_and_no_overflow() {
    let why = run("fn f(n) { 1 + f(n + 1) } f(0)");
    assert!(why.starts_with("functions call one another too deeply: more than 1000 calls"), "{why}");
}

#[test]
fn functions_and_closures_may_call_one_another_deeply() {
    let (open, close) = ("map([1], |v| ".repeat(12), ")".repeat(12));
    let nested = format!("{open}v{close}");
    let small = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let f = "fn f(n) { if n == 0 { 0 } else { 1 + f(n - 1) } }";
        assert_eq!(run(&format!("{f} f(20)")), "20");
        assert_eq!(run(&format!("{f} f(500)")), "500");
        assert_eq!(run(&format!("{f} [1, 2].map(|x| f(100) + x)")), "[101, 102]");
        assert_eq!(run(&nested), format!("{}1{}", "[".repeat(12), "]".repeat(12)));
    });
    small.expect("a thread starts").join().expect("no panic");
}

#[test]
fn a_template_prints_texts_raw_and_the_rest_in_ron() {
    let template = compile_template("{{{s}}} {x} {x * gain} {[s]} {fixed(gain, 3)} {#{k: 1}}", &scope());
    let mut formatter = Formatter::new(&Arc::new(template.expect("is right")));
    let mut out = String::from(">");
    formatter.write(&inputs(), &mut out).expect("has values");
    assert_eq!(out, ">{häß} 5 2.5 [\"häß\"] 0.500 {\"k\": 1}");
}

#[test]
fn evaluations_do_not_see_one_another() {
    let mut evaluator = Evaluator::new(&compiled("x += 1; gain = 2.0; x"));
    assert!(!evaluator.is_native());
    for _ in 0..2 {
        assert_eq!(evaluator.eval(&inputs()), Ok(Value::from(6)));
    }
}

#[test]
fn arrays_have_a_sum_a_length_and_what_is_deep_needs_little_stack() {
    assert_eq!(run("sum(a)"), "3.0");
    assert_eq!(run("len(a) + to_int((a * 2.0).sum())"), "8");
    assert_eq!(run("sum(if x > 3 { a * a } else { a } - gain)"), "4.0");
    let n = 10_000;
    alike(
        [
            vec!["a"; 100_000].join(" + "),
            format!("{}a{}", "-(".repeat(n), ")".repeat(n)),
            format!("{}a{}", "(a + 1) * (".repeat(n), ")".repeat(n)),
            format!("{}a{}", "a - (".repeat(n), " + 1)".repeat(n)),
        ]
        .into_iter(),
    );
}

/// Evaluates natively and in Rhai, on a small stack.
fn alike(sources: impl Iterator<Item = String> + Send + 'static) {
    let run = move || {
        for source in sources {
            let start = source.get(..20).unwrap_or(&source);
            let compiled = compile(&source, &scope()).unwrap_or_else(|errors| panic!("{start}: {errors:#?}"));
            let compiled = Arc::new(compiled);
            let native = Evaluator::new(&compiled).eval(&inputs());
            let scripted = Evaluator::scripted(&compiled).eval(&inputs());
            match (&native, &scripted) {
                (Err(ours), Err(theirs)) => assert_eq!(ours.message, theirs.message, "{start}"),
                _ => assert_eq!(native, scripted, "{start}"),
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread starts");
    thread.join().expect("no panic");
}

#[test]
fn the_deepest_expressions_need_little_stack() {
    let nests = [
        ("(", ")"),
        ("-(", ")"),
        ("!(!", ")"),
        ("1 + (", ")"),
        ("", " + 1"),
        ("if true { ", " } else { 1 }"),
        ("abs(", ")"),
        ("[", "][0]"),
        ("{ let a = 1; ", " + a }"),
    ];
    let depths = [1, 2, 10, 50, 100, 120, 500, 2_000, 10_000].into_iter();
    alike(depths.flat_map(move |n| {
        let deep = nests.into_iter().filter(move |(open, _)| n < 128 || *open != "[");
        deep.map(move |(open, close)| {
            let leaf = if open == "!(!" { "(x > 1)" } else { "x" };
            format!("{}{leaf}{}", open.repeat(n), close.repeat(n))
        })
    }));
}

#[test]
fn the_longest_expressions_have_the_value_of_rhai() {
    let n = 100_000;
    let sources = [
        vec!["x"; n].join(" + "),
        vec!["x"; n].join(" - "),
        vec!["x * gain"; n / 2].join(" - "),
        vec!["s"; 5_000].join(" + ") + " + s[0]",
        vec!["x > 1"; n / 2].join(" && "),
        // Fails far from the start.
        format!("{} * 9223372036854775807", vec!["x"; n - 1].join(" + ")),
        vec!["len(s)"; 30_000].join(" + "),
    ];
    alike(sources.into_iter());
}
