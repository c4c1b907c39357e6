//! Texts that no person would write: each is answered, none is a panic, none exhausts the stack.

use csprun_dsl::diagnostic::Code;
use csprun_dsl::network::Network;

use crate::given::{check_text, errors};

/// The fuller file of the format's page, with a recursive, a repeated and an escaped part.
const FULL: &str = r##"// A farm of workers.
Network(
    format: 1,
    name: "caf\u{e9} \"farm\"",
    params: {
        "workers": (default: 4, min: 1, doc: "width of the farm"),
        "gain": (default: 0.5),
    },
    processes: {
        "src": (run: Range(to: "${10 * workers}")),
        "scale": (run: Map(expr: r#"x * gain + 1.0"#), replicate: (n: "$workers", deal: RoundRobin), time: "120us"),
        "w": (run: Identity(), family: "$workers"),
        "merge": (run: Merge()),
        "show": (run: Print(format: "{x}")),
    },
    channels: [
        (from: "src", to: "scale"), /* kind: Auto */
        (from: "scale", to: AnyOf(["w[*].in"]), kind: Buffer(64)),
        (each: {"i": "$workers"}, from: "w[${(i + 1) % workers}]", to: "merge", type: F64, initial: [0, 1.5]),
        (from: "merge", to: "show"),
    ],
    deploy: {"apart": (default: (worker: 0), place: {"s*": (thread: true)})},
    run: (timeout: "60s", seed: 1, memory: "1GiB"),
)
"##;

const SMALL: &str =
    "(processes:{\"a\":(run:Range(to:9)),\"b\":(run:Print())},channels:[(from:\"a\",to:\"b\")])";

const WRONG: &str = r#"Network(processes: {"a": (run: Rnage(to: "${1 / 0}")), "b": (run: Map(expr: "x +"))},
    channels: [(form: "a", to: ["b", "c"]), (from: "b.out[7]", to: AnyOf([AllOf(["a"])]), kind: Buffer(0))])"#;

#[test]
fn a_file_cut_at_any_character_is_answered() {
    assert!(errors(&check_text(FULL).1).is_empty(), "{:?}", check_text(FULL).1);
    assert!(errors(&check_text(SMALL).1).is_empty());
    for text in [FULL, SMALL, WRONG] {
        let whole = text.trim_end().len();
        for (at, _) in text.char_indices().filter(|(at, _)| *at < whole) {
            let (_, found) = check_text(&text[..at]);
            assert!(!errors(&found).is_empty(), "cut at {at}: {}", &text[..at]);
        }
    }
}

#[test]
fn a_file_with_any_character_lost_or_doubled_is_answered() {
    for text in [FULL, SMALL, WRONG] {
        for (at, c) in text.char_indices() {
            let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
            check_text(&format!("{before}{after}"));
            check_text(&format!("{before}{c}{c}{after}"));
        }
    }
}

#[test]
fn ten_thousand_brackets_are_one_error() {
    let pairs = [
        ("(", ")"),
        ("[", "]"),
        ("{\"a\":", "}"),
        ("Network(", ")"),
        ("(a:", ")"),
        ("AllOf([", "])"),
        ("/*", "*/"),
    ];
    for (open, close) in pairs {
        let (open, close) = (open.repeat(10_000), close.repeat(10_000));
        for text in [format!("{open}1{close}"), open.clone(), close.clone()] {
            let (_, found) = check_text(&text);
            assert_eq!(found.len(), 1, "{}..", &text[..20]);
            assert!(matches!(errors(&found)[..], [Code::E0001 | Code::E0007]), "{}..", &text[..20]);
        }
        check_text(&format!("(processes: {{}}, channels: [], run: {open}1{close})"));
    }
}

#[test]
fn ten_thousand_brackets_in_code_are_answered() {
    let file = |expr: &str, to: &str| {
        format!(
            "(processes: {{\"a\": (run: Range(to: {to})), \"m\": (run: Map(expr: {expr:?})), \"b\": (run: Print())}},
            channels: [(from: \"a\", to: \"m\"), (from: \"m\", to: \"b\")])"
        )
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("-", ""),
        ("!", ""),
        ("if true { ", "} else { 1 }"),
        ("1+", ""),
        ("f(", ")"),
        ("|x| ", ""),
        ("#{a:", "}"),
    ] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let (_, found) = check_text(&file(&deep, "9"));
        let of_code = |code: &Code| code.as_str().starts_with("E08");
        assert!(errors(&found).iter().all(of_code), "{open}: {:?}", errors(&found).first());
        let (_, found) = check_text(&file("x", &format!("\"${{{deep}}}\"")));
        assert!(!errors(&found).is_empty(), "{open}");
    }
}

#[test]
fn recursion_of_many_levels_needs_no_stack() {
    let text = "(params: {\"n\": (default: 3000)}, processes: {\"deeper\": (run: Network(file: \"graph.ron\",
        params: {\"n\": \"${n - 1}\"}), when: \"n > 0\"), \"end\": (run: Range(to: 1), when: \"n == 0\")},
        channels: [], outputs: {\"out\": \"end\"})";
    let (network, found) = check_text(text);
    assert_eq!(errors(&found), [Code::E0201]);
    assert_eq!(network.processes.len(), 1);
}

#[test]
fn a_line_of_a_megabyte_is_answered() {
    let list = vec!["(from: \"a\", to: \"b\")"; 50_000].join(", ");
    let (network, found) = check_text(&format!(
        "(processes: {{\"a\": (run: Range(to: 9)), \"b\": (run: Print())}}, channels: [{list}])"
    ));
    assert_eq!(errors(&found).len(), 2, "two readers and two writers, each said once");
    assert_eq!(network.channels.len(), 50_000);
    check_text(&"x".repeat(1 << 20));
    check_text(&format!("\"{}\"", "\\u{e9}".repeat(1 << 17)));
    check_text(&format!("(name: \"{}\", processes: {{}}, channels: [])", "${1}".repeat(1 << 16)));
}

#[test]
fn bytes_that_are_no_graph_are_answered() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for length in 0..400 {
        let bytes: Vec<u8> = (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[3]
            })
            .collect();
        let (_, found) = check_text(&String::from_utf8_lossy(&bytes));
        assert!(!found.is_empty());
    }
    for text in [
        "\0",
        "\u{feff}",
        "\u{feff}(",
        "#![enable(",
        "'",
        "'\\",
        "b\"",
        "r#",
        "r#\"",
        "\"\\",
        "/",
        "/*/",
        "\u{202e}(",
        "é",
    ] {
        let (_, found) = check_text(text);
        assert!(matches!(errors(&found)[..], [Code::E0001 | Code::E0004]), "{text:?}");
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let counts = |network: &Network| (network.processes.len(), network.channels.len(), network.name.clone());
    let plain = check_text(FULL);
    for text in [FULL.replace('\n', "\r\n"), format!("\u{feff}{FULL}"), FULL.replace("\n", "\n\n")] {
        let (network, found) = check_text(&text);
        assert!(errors(&found).is_empty(), "{found:?}");
        assert_eq!(counts(&network), counts(&plain.0));
    }
}
