//! What people write who know other languages: the help says how it is written here.

use csprun_dsl::diagnostic::{Code, Diagnostic, Severity};

use crate::given::check_text;

fn errors(text: &str) -> Vec<Diagnostic> {
    let (_, found) = check_text(text);
    found.iter().filter(|one| one.severity() == Severity::Error).cloned().collect()
}

/// The one error of an expression of `x`, a record, beside a parameter `k`.
fn of_expression(kind: &str, expr: &str) -> Diagnostic {
    let text = format!(
        "(params: {{\"k\": (default: 3)}}, processes: {{\"a\": (run: Values(values: [{{\"v\": 0.5, \"n\": 1}}])), \
         \"b\": (run: {kind}: r##\"{expr}\"##)), \"c\": (run: BlackHole())}}, \
         channels: [(from: \"a\", to: \"b\"), (from: \"b\", to: \"c\")])"
    );
    let mut errors = errors(&text);
    assert_eq!(errors.len(), 1, "{expr}: {errors:#?}");
    errors.remove(0)
}

#[test]
fn expressions_of_other_languages_are_answered_with_how_they_are_written_here() {
    for (expr, help) in [
        ("{n: 1}", "#{n: ..}"),
        ("{\"n\": 1}", "#{\"n\": ..}"),
        ("x.n % 2 = 0", "`==`"),
        ("x.n = 2", "`==`"),
        ("if x.n = 2 { 1 } else { 2 }", "`==`"),
        ("$k + 1", "write `k`"),
        ("str(x)", "to_text"),
        ("int(x.v)", "to_int"),
        ("float(x.n)", "to_float"),
        ("[1].length()", "len"),
        ("x.n.toString()", "to_text"),
        ("x.n.to_s()", "to_text"),
        ("True", "`true`"),
        ("False", "`false`"),
        ("None", "`()`"),
        ("null", "`()`"),
        ("now()", "no clock"),
        ("x.n .. 3", "range("),
        ("\"a\" * 3", "join("),
        ("matches(\"a\", \"\\S\")", "back-ticks"),
        ("math.sqrt(x.v)", "stand alone: write `sqrt(..)`"),
        ("np.log(x.v)", "`ln(..)`"),
        ("Math.random()", "no chance in expressions"),
        ("math.tau", "stand alone"),
        ("[4.0].map(|v| math.sqrt(v))", "stand alone: write `sqrt(..)`"),
        ("[4.0].map(|v| Math.max(v, 1.0))", "stand alone: write `max(..)`"),
        ("[4.0].map(|v| math.log(v))", "`ln(..)`"),
        ("x.n <> 2", "`!=`"),
        ("[1].map(v => v)", "|x|"),
        ("x.n # two", "`//`"),
    ] {
        let error = of_expression("Map(expr", expr);
        assert!(error.help.as_ref().is_some_and(|text| text.contains(help)), "{expr}: {error:#?}");
        assert!(!error.message.contains("i64"), "{error:#?}");
    }
    assert_eq!(of_expression("Map(expr", "5.").help.as_deref(), Some("write `5.0`"));
    let layout = of_expression("Format(format", "{x.v:.3f}");
    assert_eq!(layout.help.as_deref(), Some("write `{fixed(x.v, 3)}` for digits after the point"));
    assert!(of_expression("Map(expr", "x.n?.y").message.contains("`I64` has no fields"));
}

#[test]
fn numbers_are_refused_alike_in_and_out_of_closures() {
    for number in ["9223372036854775808", "0xffffffffffffffff", "1e400", "5."] {
        let (plain, inside) = (
            of_expression("Map(expr", &format!("[{number}][0]")),
            of_expression("Map(expr", &format!("[1].map(|v| {number})[0]")),
        );
        assert_eq!((plain.code, &plain.message), (inside.code, &inside.message), "{number}");
    }
}

/// The one error of a script with an input `in` and an output `out`.
fn of_script(code: &str) -> Diagnostic {
    let text = format!(
        "(processes: {{\"a\": (run: Range(to: 3)), \"b\": (run: Script(code: r##\"{code}\"##)), \
         \"c\": (run: BlackHole())}}, channels: [(from: \"a\", to: \"b\"), (from: \"b\", to: \"c\")])"
    );
    let mut errors = errors(&text);
    assert_eq!(errors.len(), 1, "{code}: {errors:#?}");
    errors.remove(0)
}

#[test]
fn slips_in_scripts_are_told_once() {
    for (script, code, message, help) in [
        ("c = recv(\"in\"); send(\"out\", c); print(c);", Code::E0802, "`c`", "let c = .."),
        ("send(\"out\", math.sqrt(2.0))", Code::E0802, "`math`", "stand alone: write `sqrt(..)`"),
        ("send(\"out\", [2.0].map(|v| np.sqrt(v)))", Code::E0802, "`np`", "stand alone: write `sqrt(..)`"),
        ("send(out, 1)", Code::E0802, "`out`", "`\"out\"`"),
        ("spawn(\"nofn\", [])", Code::E0803, "no function `nofn`", "fn nofn("),
        ("fn twice(x) { 2 * x }\nspawn(\"twic\", [1])", Code::E0803, "`twic`", "`twice`"),
        ("is_retired(\"nix\")", Code::E0807, "`nix` is no port of this process", "`in`"),
        ("send(\"out\", 9223372036854775808)", Code::E0805, "does not fit", ".0"),
    ] {
        let error = of_script(script);
        assert_eq!(error.code, code, "{script}");
        assert!(error.message.contains(message), "{error:#?}");
        assert!(error.help.as_ref().is_some_and(|text| text.contains(help)), "{error:#?}");
    }
}

#[test]
fn slips_in_ron_are_told_with_their_sign() {
    for (text, help) in [
        ("# numbers\n(processes: {}, channels: [])", "`//`"),
        ("(processes = {}, channels: [])", "`:`"),
        ("(processes: {\"a\" = (run: Range(to: 3))}, channels: [])", "`:`"),
        ("(processes: {} channels: [])", "one is missing"),
        ("(processes: {}; channels: [])", "`,`"),
        ("(processes: {\"a\": (run: Map(expr: \"matches(x, `\\S`)\"))}, channels: [])", "raw text"),
        (
            "(processes: {\"a\": (run: Range(to: 3)), \"b\": (run: Print())}, \
             channels: [(from: \"a\", to: \"b\", capacity: 3)])",
            "`kind: Buffer(3)`",
        ),
    ] {
        let errors = errors(text);
        let [error] = &errors[..] else { panic!("{text}: {errors:#?}") };
        assert!(error.help.as_ref().is_some_and(|said| said.contains(help)), "{error:#?}");
    }
}
