//! Several mistakes in one file: each is said, in the order of the file, and none because of another.

use csprun_dsl::diagnostic::Code;
use csprun_dsl::span::Span;

use crate::given::{check_text, errors};

#[test]
fn independent_mistakes_are_all_said_at_once_in_the_order_of_the_file() {
    let (_, found) = check_text(
        r#"Network(
            params: {"n": (default: 9, max: 4), "m": (type: Int)},
            processes: {
                "numbers": (run: Range(to: "${1 / 0}"), tmie: "1s"),
                "kind": (run: Nothing(a: 1), family: 3),
                "double": (run: Map(expr: "x +"), family: "$m"),
                "all": (run: Paraplex(), family: "${m + 1}"),
                "take": (run: Take(n: -1)),
                "alone": (run: Identity()),
                "print": (run: Print(format: "{y}")),
            },
            channels: [
                (from: "numbers", to: "take", kind: Buffer(0)),
                (each: {"i": 3}, from: "kind[${i}].out", to: "double[${i}]"),
                (each: {"i": 3}, from: "double[${i}]", to: "all[${i + 1}]", when: "i < 2"),
                (from: "take", to: "pirnt"),
                (from: "alone", to: ["print", "alone"], type: Int),
            ],
            deploy: {"here": (place: {"takes": (thread: true)})},
            expect: [Fast],
        )"#,
    );
    let spans: Vec<Option<Span>> = found.iter().map(|diagnostic| diagnostic.span).collect();
    assert!(spans.is_sorted());
    let expected = [
        Code::E0707, // the default of `n`
        Code::E0702, // `m`
        Code::E0706, // 1 / 0
        Code::E0002, // tmie
        Code::E0101, // Nothing
        Code::E0704, // Take(n: -1)
        Code::E0802, // y
        Code::E0401, // Buffer(0)
        Code::E0102, // pirnt
        Code::E0204, // the bare list
        Code::E0303, // Int
        Code::E0102, // takes
        Code::E0004, // Fast
    ];
    assert_eq!(errors(&found), expected);
}

#[test]
fn a_wrong_way_to_deal_is_said_beside_a_wrong_number_of_copies() {
    for (replicate, number) in [("(n: 0, deal: Sometimes)", Code::E0704), ("(deal: Sometimes)", Code::E0005)]
    {
        let (_, found) = check_text(&format!(
            r#"Network(
                processes: {{
                    "numbers": (run: Range(to: 10)),
                    "same": (run: Identity(), replicate: {replicate}),
                    "print": (run: Print()),
                }},
                channels: [(from: "numbers", to: "same"), (from: "same", to: "print")],
            )"#
        ));
        let mut codes = errors(&found);
        codes.sort_unstable_by_key(|code| *code != number);
        assert_eq!(codes, [number, Code::E0004], "{replicate}");
    }
}

#[test]
fn a_mistake_in_a_file_that_is_used_twice_is_said_once() {
    let texts = [
        (
            "graph.ron",
            r#"(processes: {
                "one": (run: Network(file: "half.ron")), "other": (run: Network(file: "half.ron")),
                "all": (run: Network(file: "half.ron"), family: 3), "copies": (run: Network(file: "half.ron"), replicate: 2),
            }, channels: [])"#,
        ),
        (
            "half.ron",
            r#"(processes: {"a": (run: Range(to: "ten")), "b": (run: Print()), "c": (run: Map(expr: "z"))},
                channels: [(from: "a", to: "b"), (from: "a", to: "nobody")])"#,
        ),
    ];
    let texts = crate::given::Texts(texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
    let (_, found) = crate::given::check("graph.ron", &texts, &csprun_dsl::resolve::Request::default());
    assert_eq!(
        errors(&found),
        [Code::E0703, Code::E0201, Code::E0802, Code::E0202, Code::E0102],
        "{found:?}"
    );
}
