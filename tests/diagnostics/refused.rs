//! Values of parameters that no process can take: found before a run, each told once, with what would do.

use csprun_dsl::diagnostic::{Code, Diagnostic};
use csprun_dsl::signature::Default;

use crate::catalog::catalog;
use crate::given::check_text;

/// What is said of the parameters of one process that nothing joins.
fn said(run: &str) -> Vec<Diagnostic> {
    let (_, found) = check_text(&format!("(processes: {{\"p\": (run: {run})}}, channels: [])"));
    let of_params = |one: &&Diagnostic| !matches!(one.code, Code::E0201 | Code::W0201 | Code::W0601);
    found.iter().filter(of_params).cloned().collect()
}

#[test]
fn what_can_never_run_is_told_before_a_run() {
    for (run, message, help) in [
        ("Range(to: 3, step: 0)", "`step` is 0", "again and again"),
        ("Random(from: 2, to: 1)", "`from` is 2 and `to` is 1", "must be below"),
        ("Random(from: 2)", "`from` is 2 and `to` is 1", "must be below"),
        ("ReadArray(path: \"a\", type: I64)", "and not of arrays", "Array(F32, [64, 64])"),
        ("ReadArray(path: \"a\", type: Array(F32, [Any]))", "no size is known", "Array(F32, [64, 64])"),
        ("GenerateArray(type: List(F64), expr: \"i\")", "and not of arrays", "Array(F32, [64, 64])"),
        ("GenerateArray(type: Array(F32, [1, 1, 1, 1]), expr: \"i\")", "with 4 extents", "one to three"),
        ("ReadCsv(path: \"a\", type: Text)", "a row is a record or a list", "Record("),
        ("ReadCsv(path: \"a\", type: List(List(Text)))", "has List(Text) in a row", "a cell is"),
        ("ReadCsv(path: \"a\", type: Record({\"a\": Text}), header: false)", "no row names", "`columns`"),
        (
            "ReadCsv(path: \"a\", type: Record({\"size\": Text}), columns: [\"siz\"])",
            "no column `size`",
            "one of",
        ),
        ("ReadCsv(path: \"a\", type: List(Text), separator: \"ab\")", "`separator` is \"ab\"", "one ASCII"),
        ("WriteCsv(separator: \"\")", "`separator` is \"\"", "one ASCII"),
        ("TcpSource()", "neither `listen` nor `connect`", "give either"),
        ("TcpSink(listen: \"a:1\", connect: \"a:1\")", "both `listen` and `connect`", "give either"),
        ("TcpSource(listen: \"a:1\", type: I64)", "`type` is I64", "`Text` or `Bytes`"),
        ("Http(type: I64)", "`type` is I64", "`Text` or `Bytes`"),
        ("Files(glob: \"[\")", "`[` is no pattern", "[[]"),
        ("Parse(type: Array(F32, [2]))", "no text is an array", "array(x)"),
        ("Parse(type: List(Array(F32, [2])))", "no text is an array", "array(x)"),
    ] {
        let found = said(run);
        let [one] = &found[..] else { panic!("{run}: {found:?}") };
        assert_eq!(one.code, Code::E0704, "{run}");
        assert!(one.message.contains(message), "{run}: {}", one.message);
        assert!(one.help.as_ref().is_some_and(|text| text.contains(help)), "{run}: {:?}", one.help);
    }
    assert!(said("Parse(type: OneOf([I64, Array(F32, [2])]))").is_empty());
    assert!(said("Random(from: -1)").is_empty());
}

#[test]
fn a_value_of_a_wrong_form_is_told_by_what_is_wrong_with_it() {
    for (run, code, message, help) in [
        ("Values(values: [1, null])", Code::E0703, "`null` is no token", "`()`"),
        ("Values(values: [{a: 2}])", Code::E0703, "the bare word `a`", "`\"a\"`"),
        ("Values(values: [{1: 2}])", Code::E0703, "a key of a record is a text", "`\"1\"`"),
        ("Values(values: [[9223372036854775808]])", Code::E0703, "64 bits", "9223372036854775808.0"),
        ("Values(values: [{\"a\": Big(1)}])", Code::E0703, "`Big(..)` is no token", "{\"name\": value}"),
        ("Delay(time: \"5msec\")", Code::E0703, "\"5msec\" is none", "ns, us, ms, s, min, h"),
        ("Delay(time: \"5\")", Code::E0703, "\"5\" is none", "ns, us, ms, s, min, h"),
        ("Delay(time: 5)", Code::E0703, "this is an integer", "\"100ms\""),
        ("Clock(period: \"0s\")", Code::E0704, "must be above 0", ""),
        ("Clock(period: \"-1s\")", Code::E0704, "must be above 0", ""),
        ("Sort(memory: \"1 GiBi\")", Code::E0703, "\"1 GiBi\" is none", "GiB"),
        ("Sort(memory: 0)", Code::E0704, "must be above 0", ""),
        ("Range(to: n)", Code::E0703, "a bare word", "`\"$n\"`"),
        ("Range(to: \"$n * 2\")", Code::E0703, "a text", "`\"${n * 2}\"`"),
        ("Parse(type: String)", Code::E0303, "`String`", "write `Text`"),
        ("Parse(type: List(Int))", Code::E0303, "`Int`", "write `I64`"),
        ("Parse(type: float)", Code::E0303, "`float`", "write `F64`"),
        ("Parse(type: bool)", Code::E0303, "`bool`", "`Bool`"),
        ("Sort(key: \"-x.mean\")", Code::E0701, "no parameter `key`", "`by`"),
    ] {
        let found = said(run);
        let [one] = &found[..] else { panic!("{run}: {found:?}") };
        assert_eq!(one.code, code, "{run}");
        assert!(one.message.contains(message), "{run}: {}", one.message);
        assert!(one.help.as_deref().unwrap_or("").contains(help), "{run}: {:?}", one.help);
    }
}

/// The help of E0702 shows a value: it must not be refused in turn.
#[test]
fn the_examples_of_values_that_help_lines_show_are_taken() {
    for signature in catalog().iter() {
        let kind = signature.kind;
        let example = |one: Diagnostic| {
            let help = one.help.filter(|_| one.code == Code::E0702)?;
            let (_, example) = help.rsplit_once(&format!("`{kind}("))?;
            example.strip_suffix(")`").map(str::to_owned)
        };
        let given: Vec<String> = said(&format!("{kind}()")).into_iter().filter_map(example).collect();
        let required = signature.params.iter().filter(|spec| spec.default == Default::Required).count();
        if given.is_empty() || given.len() != required {
            continue;
        }
        let run = format!("{kind}({})", given.join(", "));
        let refused: Vec<Diagnostic> = said(&run)
            .into_iter()
            .filter(|one| matches!(one.code, Code::E0303 | Code::E0702 | Code::E0703))
            .collect();
        assert!(refused.is_empty(), "{run}: {refused:?}");
        let broken = said(&run).into_iter().find(|one| one.code == Code::E0704);
        assert!(broken.is_none_or(|one| one.message.contains("neither")), "{run}");
    }
}
