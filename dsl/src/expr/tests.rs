//! Each mistake with its place and words; what is accepted, with its type.

mod arrays;

use proptest::prelude::prop;
use proptest::proptest;

use super::{Body, Scope, compile, compile_template};
use crate::diagnostic::Code;
use crate::ty::{Constant, Type};

fn scope() -> Scope {
    let point = Type::record([("left", Type::I64), ("name", Type::Text)]);
    let variables = [
        ("x", Type::I64),
        ("y", Type::F64),
        ("s", Type::Text),
        ("list", Type::I64.list()),
        ("point", point),
        ("any", Type::Any),
    ];
    Scope {
        variables: variables.map(|(name, ty)| (name.to_owned(), ty)).into(),
        constants: vec![("gain".to_owned(), Constant::F64(0.5))],
    }
}

/// Every mistake as `code at "text": message | label | help`.
fn mistakes(source: &str) -> Vec<String> {
    mistakes_in(source, &scope())
}

fn mistakes_in(source: &str, scope: &Scope) -> Vec<String> {
    let errors = compile(source, scope).expect_err("the expression has a mistake");
    let show = |error: &super::ExprError| {
        let help = error.help.as_ref().map_or_else(String::new, |help| format!(" | {help}"));
        format!(
            "{} at `{}`: {} | {}{help}",
            error.code,
            &source[error.range.clone()],
            error.message,
            error.label
        )
    };
    errors.iter().map(show).collect()
}

#[track_caller]
fn one(source: &str, mistake: &str) {
    assert_eq!(mistakes(source), [mistake]);
}

#[track_caller]
fn ty(source: &str, ty: &Type) {
    let compiled = compile(source, &scope()).unwrap_or_else(|errors| panic!("{source}: {errors:#?}"));
    assert!(matches!(compiled.body, Body::Ir { .. }), "{source} is outside the IR");
    assert_eq!(compiled.ty, *ty, "{source}");
}

#[track_caller]
fn outside(source: &str, why: &str) {
    let compiled = compile(source, &scope()).unwrap_or_else(|errors| panic!("{source}: {errors:#?}"));
    assert!(matches!(compiled.body, Body::Rhai { reason } if reason == why), "{source}: {:?}", compiled.body);
    assert_eq!(compiled.ty, Type::Any);
}

#[test]
fn each_form_has_its_type() {
    ty("x * 2 + 1", &Type::I64);
    ty("x * gain", &Type::F64);
    ty("-x ** 2 % 3", &Type::I64);
    ty("x < y && !(s == \"a\") || true", &Type::Bool);
    ty("x << 2 | 1", &Type::I64);
    ty("if x > 0 { s } else if x < -5 { \"b\" } else { 'c' }", &Type::Text);
    ty("let a = x + 1; let b = a * y; b", &Type::F64);
    ty("{ let a = 1; a }", &Type::I64);
    ty("[x, 2, 3]", &Type::I64.list());
    ty("[]", &Type::Any.list());
    ty("#{a: x, \"b c\": s}", &Type::record([("a", Type::I64), ("b c", Type::Text)]));
    ty("list[0] + list[-1]", &Type::I64);
    ty("list[1..]", &Type::I64.list());
    ty("s[..=2]", &Type::Text);
    ty("point.left + point[\"left\"]", &Type::I64);
    ty("any.what[2].name.len()", &Type::I64);
    ty("`${x} of ${len(s)}`", &Type::Text);
    ty("2 in list && \"a\" !in s", &Type::Bool);
    ty("s.words()[0].upper()", &Type::Text);
    ty("(s + \"!\").len()", &Type::I64);
    ty("min(x, y)", &Type::F64);
    ty("any + 1", &Type::Any);
    ty("let a = 0; for i in 0..x { a += i; } a", &Type::I64);
    ty("let a = 0; for i in list { if i == 3 { continue; } a += i; } a", &Type::I64);
    ty("let a = 0; loop { a += 1; if a > x { break; } } a", &Type::I64);
    ty("()", &Type::Unit);
}

#[test]
fn what_the_ir_cannot_hold_is_left_to_rhai() {
    outside("let a = 0; for i in any { a += 1; } a", "a loop");
    outside("let a = 0; for (v, i) in list { a += i; } a", "a loop");
    outside("let a = 0; do { a += 1; } while a < x; a", "a loop");
    outside("loop { break x; }", "a loop");
    outside("for i in 0..x { i = 2; }", "an assignment");
    outside(
        "let a = 0; loop { a = if a > x { break; } else { 1 }; } a",
        "a loop that is left inside of a value",
    );
    outside("list.map(|v| v * x)", "a closure or function");
    outside("let a = 1; a = 2.0; a", "an assignment");
    outside("x = 2; x", "an assignment");
    outside("switch x { 1 => \"one\", _ => \"more\" }", "`switch`");
    outside("x in 0..10", "a range as a value");
    outside("any ?? 1", "`??`");
}

#[test]
fn a_syntax_error_stands_at_its_token() {
    one("x + * 2", "E0801 at `*`: unexpected `*` | not expected here");
    one("x +", "E0801 at ``: the expression is not complete | the expression ends here");
    one("(x + 1", "E0801 at ``: expected `)` to close `(` | the expression ends here");
    one("  ", "E0801 at `  `: the expression is empty | a value is expected here");
    one(
        "'ab'",
        "E0801 at `'ab'`: single quotes hold one character | found more or less than one | write a text in double quotes",
    );
    one(
        "x and y",
        "E0801 at `and`: expected an operator or the end of the expression | found `and` | write `&&` for `and`",
    );
    one(
        "x)",
        "E0801 at `)`: expected an operator or the end of the expression | found `)` | this `)` closes nothing",
    );
    one("x ? 1 : 2", "E0801 at `?`: `?` is not an operator | found `?` | write `if .. { .. } else { .. }`");
    one("0x", "E0801 at `0x`: `0x` is not a number | not a number");
    one("a::b", "E0801 at `::`: there are no modules | means nothing here");
    one("x === 1", "E0801 at `===`: `===` means nothing here | not expected here | write `==`");
    one(
        "\"abc",
        "E0801 at `\"abc`: this text has no closing quote | it starts here | close it with the quote that opens it",
    );
}

#[test]
fn an_unknown_variable_is_offered_its_neighbour() {
    one("gian * x", "E0802 at `gian`: unknown variable `gian` | not known here | did you mean `gain`?");
    one(
        "frequency",
        "E0802 at `frequency`: unknown variable `frequency` | not known here | known here: `x`, `y`, `s`, `list`, `point`, `any`, `gain`",
    );
    one(
        "list.map(|v| v * gian)",
        "E0802 at `gian`: unknown variable `gian` | not known here | did you mean `gain`?",
    );
    one(
        "let a = 0; for (i, k) in list { let t = i; a += t; } t",
        "E0802 at `t`: unknown variable `t` | not known here | `t` exists only inside the block that binds it",
    );
}

#[test]
fn an_unknown_function_is_offered_its_neighbour() {
    one(
        "sqr(x)",
        "E0803 at `sqr`: unknown function `sqr` | no function has this name | did you mean `sqrt`?",
    );
    one(
        "x.sqr()",
        "E0803 at `sqr`: unknown function `sqr` | no function has this name | did you mean `sqrt`?",
    );
    one(
        "list.map(|v| sqr(v))",
        "E0803 at `sqr`: unknown function `sqr` | no function has this name | did you mean `sqrt`?",
    );
}

#[test]
fn a_wrong_number_of_arguments_shows_the_call() {
    one(
        "1 + min( x, 1, 2 ) * 2",
        "E0804 at `min( x, 1, 2 )`: `min` takes 1 or 2 arguments, not 3 | 3 are given | write `min(number, number)`: the smaller one; of a NaN and a number the number",
    );
    one(
        "s.len(1)",
        "E0804 at `s.len(1)`: `len` takes 1 argument, not 2 | 2 are given | write `len(x)`: how many characters, items, fields, bytes or elements",
    );
    assert!(mistakes("let a = 0; a = len(); a")[0].starts_with("E0804 at `len()`"));
}

#[test]
fn a_type_error_shows_the_odd_operand() {
    one(
        "s + (x * 2)",
        "E0805 at `x * 2`: cannot add `Text` and `I64` | this is `I64` | write `to_text(x * 2)` to make a text of it",
    );
    one(
        "sqrt(s)",
        "E0805 at `s`: `sqrt` takes a number or an array of floats, not `Text` | this is `Text` | write `parse_float(s)` to read a number",
    );
    one(
        "if x { 1 } else { 2 }",
        "E0805 at `x`: `if` wants `Bool`, not `I64` | this is `I64` | compare it: `.. != 0`",
    );
    one(
        "if x > 0 { 1 } else { 0.5 }",
        "E0805 at `0.5`: the branches of `if` give `I64` and `F64` | this is `F64` | write `1.0` for `1`, or `to_float(..)`, so that both are floats",
    );
    one(
        "if x > 0 { 1 }",
        "E0805 at `if`: this `if` gives no value when its condition is false | an `if` without `else` | add `else { .. }`",
    );
    one("[1, \"a\"]", "E0805 at `\"a\"`: a list of `I64` has an item of `Text` | this is `Text`");
    one(
        "point.lfet",
        "E0805 at `lfet`: the record has no field `lfet` | no such field | did you mean `left`?",
    );
    one("x[0]", "E0805 at `x`: cannot index `I64` | this is `I64`");
    one(
        "s == 1",
        "E0805 at `s`: cannot compare `Text` and `I64` | this is `Text` | write `parse_float(s)` to read a number",
    );
    one(
        "s & true",
        "E0805 at `s`: cannot combine `Text` and `Bool` | this is `Text` | write `&&` for conditions",
    );
    one("!x", "E0805 at `x`: `!` wants `Bool`, not `I64` | this is `I64`");
    one("matches(s, \"(a\")", "E0805 at `\"(a\"`: `(a` is not a regular expression | unclosed group");
    one("capture(s, \"(a)\", 2)", "E0805 at `2`: the regular expression has no group 2 | the last is 1");
    one(
        "99999999999999999999",
        "E0805 at `99999999999999999999`: `99999999999999999999` does not fit into an integer | past 64 bits | for a float write `99999999999999999999.0`",
    );
}

#[test]
fn all_mistakes_are_found_and_none_follows_from_another() {
    let found = mistakes("(s + 1) * 2 + foo + len(3) + sqrt((x && true) - 1)");
    let codes: Vec<&str> = found.iter().map(|mistake| &mistake[..5]).collect();
    assert_eq!(codes, ["E0805", "E0802", "E0805", "E0805"], "{found:#?}");
}

#[test]
fn what_is_too_large_or_too_deep_is_refused() {
    let first = |source: &str| compile(source, &scope()).map(|_| ()).expect_err("too large")[0].code;
    assert_eq!(first(&vec!["x"; 200_000].join(" + ")), Code::E0806);
    assert_eq!(first(&format!("{}{}", "[".repeat(200), "]".repeat(200))), Code::E0806);
    assert_eq!(first(&format!("{}1{}", "#{a: ".repeat(200), "}".repeat(200))), Code::E0806);
    assert_eq!(first(&format!("\"{}\"", "a".repeat(70_000))), Code::E0806);
    assert_eq!(first(&format!("x{}", "\n".repeat(70_000))), Code::E0806);
    assert_eq!(first(&format!("fn f(a) {{ {} }} f(1)", vec!["a"; 300].join(" + "))), Code::E0806);
    assert!(compile(&format!("{}{}", "[".repeat(100), "]".repeat(100)), &scope()).is_ok());
}

#[test]
fn an_expression_has_100_000_terms_and_is_10_000_deep() {
    let n = 100_000;
    let ty = |source: &str| compile(source, &scope()).map(|compiled| compiled.ty.clone());
    assert_eq!(ty(&vec!["x"; n].join(" + ")), Ok(Type::I64));
    assert_eq!(ty(&vec!["x"; n].join("+ // one\n")).map_err(|errors| errors[0].code), Err(Code::E0806));
    assert_eq!(ty(&vec!["2 * y"; n / 2].join(" - ")), Ok(Type::F64));
    assert_eq!(ty(&vec!["s"; n].join(" + ")), Ok(Type::Text));
    assert_eq!(ty(&vec!["x > 1"; n / 2].join(" && ")), Ok(Type::Bool));
    assert_eq!(ty(&format!("[{}][0]", vec!["x"; n].join(", "))), Ok(Type::I64));
    assert_eq!(ty(&format!("{}x", "let a = x; ".repeat(10_000))), Ok(Type::I64));
    for (open, close) in
        [("(", ")"), ("-(", ")"), ("1 + (", ")"), ("abs(", ")"), ("if x > 1 { ", " } else { x }")]
    {
        let source = format!("{}x{}", open.repeat(10_000), close.repeat(10_000));
        assert_eq!(ty(&source), Ok(Type::I64), "{open}");
    }
}

#[test]
fn a_mistake_behind_many_terms_is_found_where_it_is() {
    let source = format!("{} + foo + 1", vec!["x"; 50_000].join(" + "));
    let errors = compile(&source, &scope()).map(drop).expect_err("foo is unknown");
    assert_eq!((errors.len(), errors[0].code), (1, Code::E0802));
    assert_eq!(&source[errors[0].range.clone()], "foo");
}

#[test]
fn positions_count_characters_and_lines() {
    one(
        "\"ä€\" +\n  foo",
        "E0802 at `foo`: unknown variable `foo` | not known here | known here: `x`, `y`, `s`, `list`, `point`, `any`, `gain`",
    );
    one(
        "`ü${\n foo}`",
        "E0802 at `foo`: unknown variable `foo` | not known here | known here: `x`, `y`, `s`, `list`, `point`, `any`, `gain`",
    );
}

#[test]
fn a_template_reports_in_its_own_bytes() {
    let source = "ä {x} {{ {len(foo)} }} {x +}";
    let errors = compile_template(source, &scope()).expect_err("two mistakes");
    let places: Vec<_> = errors.iter().map(|error| (error.code, error.range.clone())).collect();
    assert_eq!(places, [(Code::E0802, 15..18), (Code::E0801, 28..28)]);
    for open in ["{x", "x}", "{\"}\""] {
        let errors = compile_template(open, &scope()).expect_err("a brace is wrong");
        assert_eq!(errors[0].code, Code::E0801, "{open}");
    }
    let template = compile_template("{{{x}}} {`a${x}`}{\"}\"}", &scope()).expect("is right");
    assert_eq!(template.pieces.len(), 5);
}

/// What can be written inside itself, as what stands before and behind.
const NESTS: [(&str, &str); 26] = [
    ("(", ")"),
    ("[", "]"),
    ("-(", ")"),
    ("!", ""),
    ("#{a: ", "}"),
    ("{ ", " }"),
    ("abs(", ")"),
    ("x ** ", ""),
    ("if true { 1 } else ", ""),
    ("if true { ", " } else { 1 }"),
    ("if ", "{ 1 }"),
    ("`${", "}`"),
    ("|a| ", ""),
    ("any.map(|a| ", ")"),
    ("", ".abs()"),
    ("any[", "]"),
    ("", "[0]"),
    ("", ".a"),
    ("switch x { _ => ", "}"),
    ("for i in list { ", " }"),
    ("", " + 1"),
    ("1 + (", ")"),
    ("1 + 2 * (", ")"),
    ("true && (", ")"),
    ("any ?? ", ""),
    ("let a = { ", " };"),
];

#[test]
fn no_nesting_overflows_a_small_stack() {
    let depths = || (1..300).step_by(3).chain([10_000]);
    let run = move || {
        for ((open, close), n) in NESTS.into_iter().flat_map(|nest| depths().map(move |n| (nest, n))) {
            let source = format!("{}any{}", open.repeat(n), close.repeat(n));
            drop(compile(&source, &scope()));
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread starts");
    thread.join().expect("no panic");
}

/// Expressions to change at random.
const SEEDS: [&str; 8] = [
    "let y = x * 2; if y > 3 && s != \"a\" { `${y}: ${s[1..]}` } else { 'c' + s }",
    "any.map(|v| #{a: [v, 1.5e3], \"b c\": v ?? ()}).len() in [1, 2] // end",
    "for (v, i) in list { any += v << i } /* a */ switch any { 1..=3 => \"x\", _ => fixed(y, 2) }",
    "{ x ** -2 } + point[\"left\"] % len(\"ä\\u00e9\\n\") |> 3",
    "fn f(a) { this + a } f(1).x?.y[2]",
    "-(-9223372036854775807) - 0xff + 1_000 !in s",
    "`a${`b${x}`}c`",
    "try { throw 1; } catch (e) { return e } do { break 1; } while true",
];

proptest! {
    #[test]
    fn any_text_is_compiled_or_refused_in_its_bounds(text in "\\PC{0,40}") {
        check(&text);
    }

    #[test]
    fn any_tokens_are_compiled_or_refused(words in prop::collection::vec(0_usize..64, 0..24)) {
        let all: Vec<&str> = SEEDS.iter().flat_map(|seed| seed.split_inclusive([' ', '(', '`', '{'])).collect();
        check(&words.iter().map(|&word| all[word % all.len()]).collect::<String>());
    }

    #[test]
    fn a_damaged_expression_is_compiled_or_refused(
        seed in 0..SEEDS.len(), at in 0_usize..100, n_cut in 0_usize..6, put in "[-+*/(){}\\[\\]`$\"'|.;:,#?!a0 \\n\u{e4}]{0,3}",
    ) {
        let mut chars: Vec<char> = SEEDS[seed].chars().collect();
        let at = at.min(chars.len());
        let end = (at + n_cut).min(chars.len());
        chars.splice(at..end, put.chars());
        check(&chars.into_iter().collect::<String>());
    }
}

/// Compiles both as an expression and as a template; places lie inside the text, on characters.
fn check(text: &str) {
    let errors = compile(text, &scope()).err().into_iter().chain(compile_template(text, &scope()).err());
    for error in errors.flatten() {
        assert!(text.get(error.range.clone()).is_some(), "{text:?}: {error:?}");
        assert!(!error.message.is_empty() && !error.label.is_empty(), "{text:?}: {error:?}");
        assert!(error.code.as_str().starts_with("E08"), "{text:?}: {error:?}");
    }
}
