//! Tables and trees of data: CSV and JSON, from files and to them.

use std::path::PathBuf;

use crate::chain;

/// A file of this test run.
pub fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).expect("the test's folder can be written");
    path
}

/// What a kind gives of a file with this content, as `Print` shows it.
pub fn read(kind: &str, name: &str, content: impl AsRef<[u8]>, params: &str) -> Result<String, String> {
    let path = file(name, content);
    let given = chain(&[&format!("{kind}(path: {path:?}, {params})"), "Print()"]);
    given.map_err(|why| why.replace(path.to_str().expect("the path is text"), name))
}

fn csv(name: &str, content: impl AsRef<[u8]>, params: &str) -> Result<String, String> {
    read("ReadCsv", &format!("{name}.csv"), content, params)
}

/// The failure of reading so.
pub fn why(given: Result<String, String>) -> String {
    match given {
        Ok(given) => panic!("it gave\n{given}"),
        Err(why) => why.lines().last().unwrap_or_default().to_owned(),
    }
}

#[test]
fn a_record_has_the_columns_that_its_type_names() {
    let text = "name,size,note\nsmall,1,\n\"very, \"\"very\"\" large\",20,x\n";
    let typed = |ty: &str| csv("record", text, &format!("type: {ty}"));
    assert_eq!(
        typed("Record({\"size\": I64, \"name\": Text})").as_deref(),
        Ok("{\"name\": \"small\", \"size\": 1}\n{\"name\": \"very, \\\"very\\\" large\", \"size\": 20}\n")
    );
    assert_eq!(
        typed("Record({\"note\": OneOf([Unit, Text])})").as_deref(),
        Ok("{\"note\": ()}\n{\"note\": \"x\"}\n")
    );
    assert!(why(typed("Record({\"siz\": I64})")).ends_with("there is no column `siz`: did you mean `size`?"));
    assert!(why(typed("Record({\"q\": I64})")).ends_with("its columns are name, size, note"));
}

#[test]
fn columns_are_named_where_no_row_names_them() {
    let numbers = "1;2.5\n3;4\n";
    let with = |params: &str| csv("unnamed", numbers, &format!("separator: \";\", {params}"));
    assert_eq!(with("header: false, type: List(F64)").as_deref(), Ok("[1.0, 2.5]\n[3.0, 4.0]\n"));
    assert_eq!(with("type: List(F64)").as_deref(), Ok("[3.0, 4.0]\n"));
    assert_eq!(
        with("columns: [\"b\", \"a\"], type: Record({\"a\": F64})").as_deref(),
        Ok("{\"a\": 2.5}\n{\"a\": 4.0}\n")
    );
    let refused = |given: Result<String, String>| given.expect_err("the check refuses it");
    let unnamed = refused(with("header: false, type: Record({\"a\": F64})"));
    assert!(unnamed.contains("E0704") && unnamed.contains("name them in `columns`"), "{unnamed}");
    assert!(refused(with("type: I64")).contains("a row is a record or a list"));
    assert!(refused(with("type: List(List(I64))")).contains("a cell is a text, a number"));
    let separator = refused(csv("unnamed", numbers, "separator: \"<>\", type: List(Text)"));
    assert!(separator.contains("one ASCII character"), "{separator}");
}

#[test]
fn a_wrong_cell_is_shown_with_its_line_and_column() {
    let params = "type: Record({\"n\": I64})";
    for (text, message) in [
        ("n,x\n1,\n\nx,\n", "line 4: `n` is \"x\", which is no I64"),
        ("n,x\n1\n", "line 2: the row has 1 cells, and not 2"),
        ("n,x\n1,2\n3,4,5\n", "line 3: the row has 3 cells, and not 2"),
        ("n,n\n1,2\n", "line 1: two columns are called `n`: name all of them in `columns`"),
        ("n,x\n1,\"2\n3,4\n", "line 2: a quote opens in this row and is never closed"),
        ("n,x\n1,\"2\n3\"\nx,4\n", "line 4: `n` is \"x\", which is no I64"),
    ] {
        let why = why(csv("wrong", text, params));
        assert!(why.contains(&format!("`wrong.csv` {message}")), "{why}");
    }
    let cell = why(csv("wrong", "1\nx\n", "header: false, type: List(I64)"));
    assert!(cell.ends_with("line 2: cell 1 is \"x\", which is no I64"), "{cell}");
}

#[test]
fn what_comes_before_a_wrong_row_is_given() {
    let path = file("before.csv", "n\n1\n2\nx\n");
    let ty = "Record({\"n\": I64})";
    let failed = chain(&[
        &format!("ReadCsv(path: {path:?}, type: {ty})"),
        "Map(expr: \"x.n\")",
        "Expect(values: [1])",
    ]);
    // Both fail, in either order.
    let why = failed.expect_err("a row is wrong");
    assert!(why.contains("token 1 (from 0): expected the end of the stream, got 2"), "{why}");
}

#[test]
fn json_is_read_as_its_type() {
    let json = |text: &str, ty: &str| read("ReadJson", "typed.jsonl", text, &format!("type: {ty}"));
    for (text, ty, given) in [
        (
            "1\n\n[2, \"x\", null]\r\n{\"b\": true, \"a\": 1.5}",
            "Any",
            "1\n[2, \"x\", ()]\n{\"a\": 1.5, \"b\": true}\n",
        ),
        ("3\n18446744073709551616\n", "F64", "3.0\n1.8446744073709552e19\n"),
        (
            "{\"a\": 1, \"z\": [{}]}",
            "Record({\"a\": F64, \"b\": OneOf([Unit, I64])})",
            "{\"a\": 1.0, \"b\": ()}\n",
        ),
        ("[[1, 2], [3, 4]]", "Array(U8, [2, Any])", "[[1, 2], [3, 4]]\n"),
        ("[1, 255]", "Bytes", "b\"\\x01\\xff\"\n"),
        ("[1, 2.5]", "List(F64)", "[1.0, 2.5]\n"),
        ("\"\\u00e9\\n\"", "Text", "é\n\n"),
    ] {
        assert_eq!(json(text, ty).as_deref(), Ok(given), "{ty} of {text}");
    }
    for (text, ty, message) in [
        ("1\n{\"a\": }", "Any", "line 2, column 7: expected value"),
        ("[1,\n2]", "Any", "line 1, column 3: EOF while parsing a value; a line holds a whole value"),
        ("1 2", "Any", "line 1, column 3: trailing characters"),
        ("1.5", "I64", "line 1, column 3: 1.5 is no I64"),
        ("{\"a\": 1, \"a\": 2}", "Any", "the field `a` stands there twice"),
        ("{\"a\": 1, \"a\": 2}", "Record({\"a\": I64})", "the field `a` stands there twice"),
        ("{}", "Record({\"a\": I64})", "there is no field `a`"),
        ("[]", "Record({\"a\": I64})", "invalid type: sequence, expected a record of a"),
        ("7", "List(I64)", "7 is no list"),
        ("[[1], [2, 3]]", "Array(U8, [2, Any])", "is no Array(U8, [2, Any])"),
        ("[256]", "Bytes", "[256] is no Bytes"),
    ] {
        let why = why(json(text, ty));
        assert!(why.contains("`typed.jsonl` line ") && why.contains(message), "{ty} of {text}: {why}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let rows = r##"Values(values: [{"t": "a, \"b\"\n", "n": 1, "x": 0.5, "b": true}, {"t": "", "n": -2, "x": 1e300, "b": false}])"##;
    let ty = r#"Record({"t": Text, "n": I64, "x": F64, "b": Bool})"#;
    let shown = chain(&[rows, "Print()"]);
    for (write, read) in [("WriteCsv", "ReadCsv"), ("WriteJson", "ReadJson")] {
        let path = file(&format!("again.{write}"), "what was there before");
        assert_eq!(chain(&[rows, &format!("{write}(path: {path:?})")]).as_deref(), Ok(""));
        assert_eq!(chain(&[&format!("{read}(path: {path:?}, type: {ty})"), "Print()"]), shown);
        let append = format!("{write}(path: {path:?}, append: true)");
        assert_eq!(chain(&[rows, &append]).as_deref(), Ok(""));
        let twice =
            chain(&[&format!("{read}(path: {path:?}, type: {ty})"), "Print()"]).expect("no second header");
        assert_eq!(twice, shown.clone().expect("it prints").repeat(2));
    }
}

#[test]
fn rows_are_written_in_the_order_of_the_columns() {
    let csv = |values: &str, params: &str| {
        chain(&[&format!("Values(values: {values})"), &format!("WriteCsv({params})")])
    };
    let records = "[{\"a\": 1, \"b\": \"x\"}]";
    assert_eq!(csv(records, "").as_deref(), Ok("a,b\n1,x\n"));
    assert_eq!(csv(records, "columns: [\"b\", \"a\"]").as_deref(), Ok("b,a\nx,1\n"));
    assert_eq!(csv(records, "header: false, separator: \"\\t\"").as_deref(), Ok("1\tx\n"));
    assert_eq!(csv("[[1, 2], [3]]", "").as_deref(), Ok("1,2\n3\n"));
    assert_eq!(csv("[\"\", \"a\"]", "").as_deref(), Ok("\"\"\na\n"));
    assert_eq!(csv("[]", "columns: [\"a\"]").as_deref(), Ok("a\n"));
    assert!(why(csv(records, "columns: [\"a\"]")).ends_with("add it to `columns`"));
    assert!(why(csv(records, "columns: [\"a\", \"b\", \"c\"]")).ends_with("it has no field `c`"));
    assert!(why(csv("[[[1]]]", "")).contains("[1] is no cell"));
}

#[test]
fn a_row_without_names_has_as_many_cells_as_there_are_columns() {
    let csv =
        |values: &str| chain(&[&format!("Values(values: {values})"), "WriteCsv(columns: [\"a\", \"b\"])"]);
    assert_eq!(csv("[[1, 2], [3, 4]]").as_deref(), Ok("a,b\n1,2\n3,4\n"));
    for (values, row, n_cells) in [("[[1, 2], [1]]", 2, 1), ("[[1, 2, 3]]", 1, 3), ("[7]", 1, 1)] {
        let failed = why(csv(values));
        let wanted = format!("row {row} has {n_cells} cells, but there are 2 columns: a, b");
        assert!(failed.ends_with(&wanted), "{failed}");
    }
}

#[test]
fn json_after_a_byte_order_mark_is_json() {
    let json = |text: &str| read("ReadJson", "mark.jsonl", text, "type: I64");
    assert_eq!(json("\u{feff}1\n2\n").as_deref(), Ok("1\n2\n"));
    assert!(json("1\n\u{feff}2\n").is_err());
}

#[test]
fn a_chart_is_written_to_no_file_of_another_sort() {
    let path = file("plot.png", "what was there before");
    let failed = why(chain(&["Range(to: 3)", &format!("Plot(path: {path:?})")]));
    assert!(
        failed.ends_with("a chart is an SVG picture, no `png`; let the name end with `.svg`"),
        "{failed}"
    );
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "what was there before");
    let limited = why(chain(&["Range(to: 30)", "Plot(memory: 100)"]));
    assert!(limited.contains("what it keeps takes more than 100 bytes"), "{limited}");
}

#[test]
fn what_json_cannot_say_is_refused() {
    for (value, shown) in [("0.0 / 0.0", "NaN"), ("-1.0 / 0.0", "-inf")] {
        let failed = why(chain(&["Range(to: 1)", &format!("Map(expr: \"{value}\")"), "WriteJson()"]));
        assert!(
            failed.contains(&format!("token 0 (from 0) cannot be written: JSON cannot say {shown}")),
            "{failed}"
        );
    }
    let json = |values: &str| chain(&[&format!("Values(values: {values})"), "WriteJson()"]);
    assert_eq!(
        json("[[(), true, \"é\\\"\\u{1}\", b\"\\x01\"]]").map_err(|why| why.contains("E0704")),
        Err(true)
    );
    assert_eq!(json("[b\"\\x01\\xff\"]").as_deref(), Ok("[1,255]\n"));
    assert_eq!(json("[\"é\\\"\\u{1}\"]").as_deref(), Ok("\"é\\\"\\u0001\"\n"));
}
