use std::collections::BTreeMap;

use expect_test::expect;

use super::expand;
use crate::check;
use crate::network::Network;
use crate::render::{Style, text};
use crate::resolve::Request;
use crate::signature::{
    Catalog, Cost, Doc, ExprSpec, Group, INT, ParamSpec, ParamType, PortSpec, PortType, Ports, ResultType,
    Signature, Traits, VarType,
};
use crate::span::{ReadError, Sources};
use crate::ty::Type;

const IN: PortSpec = PortSpec::input("in", PortType::Var("T"), "");
const OUT: PortSpec = PortSpec::output("out", PortType::Is(Type::I64), "");
const CODE: ExprSpec = ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any };

fn kind(kind: &'static str, ports: &'static [PortSpec], params: &'static [ParamSpec]) -> Signature {
    let (group, traits) = (Group::Transform, Traits::FIRING);
    Signature { kind, group, doc: Doc::NONE, ports: Ports::Fixed(ports), params, cost: Cost::Light, traits }
}

fn catalog() -> Catalog {
    const RANGE: &[ParamSpec] =
        &[ParamSpec::with_default("from", INT, "0", ""), ParamSpec::required("to", INT, "")];
    const MAP: &[ParamSpec] = &[ParamSpec::required("expr", ParamType::Expr(CODE), "")];
    const PRINT: &[ParamSpec] = &[
        ParamSpec::with_default("format", ParamType::Template(CODE), "\"{x}\"", ""),
        ParamSpec::optional("path", ParamType::Path, ""),
    ];
    const RESULT: PortSpec = PortSpec::output("out", PortType::OfExpr("expr"), "");
    let mut catalog = Catalog::default();
    catalog.add(kind("Range", const { &[OUT] }, RANGE));
    catalog.add(kind("Map", const { &[IN, RESULT] }, MAP));
    catalog.add(kind("Print", const { &[IN] }, PRINT));
    catalog.add(kind("Delta", const { &[IN, OUT.list()] }, &[]));
    catalog.add(kind("Plex", const { &[IN.list(), OUT] }, &[]));
    catalog
}

struct Files(BTreeMap<&'static str, String>);

impl Sources for Files {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        let text = self.0.get(path).ok_or_else(|| ReadError("no such file".to_owned()))?;
        Ok((path.to_owned(), text.clone()))
    }
}

fn network(root: &str, inner: &str) -> Network {
    let files = Files(BTreeMap::from([("root.ron", root.to_owned()), ("inner.ron", inner.to_owned())]));
    let deploy = ["d", "chosen"].into_iter().find(|name| root.contains(&format!("{{\"{name}\": (place")));
    let request = Request { deploy: deploy.map(str::to_owned), ..Request::default() };
    let (network, found) = check("root.ron", &files, &catalog(), &request);
    assert!(!found.has_errors(), "{}\n{root}", text(&found, &network.sources, Style::default()));
    network
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// The flat text of a network; that text is checked, and expanding it changes nothing more.
fn flat(root: &str, inner: &str) -> String {
    let text = expand(&network(root, inner));
    let again = expand(&network(&text, ""));
    assert_eq!(again, without_comments(&text));
    text
}

#[test]
fn a_sub_network_becomes_flat_and_its_parameters_are_bound() {
    let root = r#"Network(
        name: "root",
        params: {"gain": (default: 3, min: 1, doc: "how much"), "n": (default: 2)},
        processes: {
            "src": (run: Range(to: "${10 * n}")),
            "a": (run: Network(file: "inner.ron", params: {"k": 5})),
            "b": (run: Network(file: "inner.ron")),
            "print": (run: Print(format: "{{{x}}} of {n}"), doc: "costs $${5}"),
        },
        channels: [
            (from: "src", to: "a.in"),
            (from: "a.out", to: "b.in", name: "between", kind: Buffer(4)),
            (from: "b.out", to: "print"),
        ],
        run: (timeout: "2min", seed: 1, memory: "1MiB"),
    )"#;
    let inner = r#"Network(
        params: {"k": (default: 7)},
        processes: {"one": (run: Map(expr: "x * k")), "two": (run: Map(expr: "x + 1"), time: "120us")},
        channels: [(from: "one", to: "two", initial: [0], name: "inside")],
        inputs: {"in": "one.in"},
        outputs: {"out": "two.out"},
    )"#;
    expect![[r#"
        Network(
            format: 1,
            name: "root",
            params: {
                "n": (default: 2),
            },
            processes: {
                "src": (run: Range(to: 20)),
                "print": (run: Print(format: "{{{x}}} of {n}"), doc: "costs $${5}"),
                // a/one
                "a-one": (run: Map(expr: "let k = 5; x * k")),
                // a/two
                "a-two": (run: Map(expr: "x + 1"), time: "120us"),
                // b/one
                "b-one": (run: Map(expr: "let k = 7; x * k")),
                // b/two
                "b-two": (run: Map(expr: "x + 1"), time: "120us"),
            },
            channels: [
                (from: "src.out", to: "a-one.in", type: I64),
                (from: "a-two.out", to: "b-one.in", name: "between", kind: Buffer(4), type: I64),
                (from: "b-two.out", to: "print.in", type: I64),
                // a/inside
                (from: "a-one.out", to: "a-two.in", name: "a-inside", type: I64, initial: [0]),
                // b/inside
                (from: "b-one.out", to: "b-two.in", name: "b-inside", type: I64, initial: [0]),
            ],
            run: (timeout: "120s", seed: 1, memory: 1048576),
        )
    "#]]
    .assert_eq(&flat(root, inner));
}

#[test]
fn families_copies_and_shared_ends_are_written_out() {
    let root = r#"Network(
        params: {"n": (default: 3)},
        processes: {
            "src": (run: Range(from: "${0 - n}", to: 9)),
            "w": (family: "$n", run: Map(expr: "x + i * n"), on_end: Poison, fuse: false),
            "w_0": (run: Map(expr: "x % n"), replicate: (n: 4, deal: Key("x / n"))),
            "out": (family: 2, run: Print(path: "out-${i}.txt"), restart: OnFailure(max: 3, backoff: "200ms")),
            "log": (run: Print(path: "log-${2 * replica}.txt", format: "{replica}: {x}"), replicate: 2),
        },
        channels: [
            (from: "src", to: AnyOf(["w[*].in"])),
            (from: AnyOf(["w[*].out"]), to: "w_0"),
            (from: "w_0", to: AllOf(["out[*].in", "log"]), kind: DropOldest(8)),
        ],
        deploy: {"d": (place: {"src": (thread: true, pin: [0, 1])})},
    )"#;
    expect![[r#"
        Network(
            format: 1,
            name: "root",
            params: {
                "n": (default: 3),
            },
            processes: {
                "src": (run: Range(from: -3, to: 9)),
                // w[0]
                "w_0_2": (run: Map(expr: "let i = 0; x + i * n"), on_end: Poison, fuse: false),
                // w[1]
                "w_1": (run: Map(expr: "let i = 1; x + i * n"), on_end: Poison, fuse: false),
                // w[2]
                "w_2": (run: Map(expr: "let i = 2; x + i * n"), on_end: Poison, fuse: false),
                "w_0": (run: Map(expr: "x % n"), replicate: (n: 4, deal: Key("x / n"))),
                // out[0]
                "out_0": (run: Print(path: "out-0.txt"), restart: OnFailure(max: 3, backoff: "200ms")),
                // out[1]
                "out_1": (run: Print(path: "out-1.txt"), restart: OnFailure(max: 3, backoff: "200ms")),
                "log": (run: Print(format: "{replica}: {x}", path: "log-${2 * replica}.txt"), replicate: 2),
            },
            channels: [
                (from: "src.out", to: AnyOf(["w_0_2.in", "w_1.in", "w_2.in"]), type: I64),
                (from: AnyOf(["w_0_2.out", "w_1.out", "w_2.out"]), to: "w_0.in", type: I64),
                (from: "w_0.out", to: AllOf(["out_0.in", "out_1.in", "log.in"]), kind: DropOldest(8), type: I64),
            ],
            deploy: {"chosen": (place: {"src": (thread: true, pin: [0, 1])})},
        )
    "#]].assert_eq(&flat(root, ""));
}

#[test]
fn how_copies_of_a_sub_network_are_dealt_to_and_collected_is_a_comment() {
    let root = r#"Network(
        name: "root",
        processes: {
            "src": (run: Range(to: 9)),
            "line": (run: Network(file: "inner.ron"), replicate: (n: 2, collect: InOrder)),
            "print": (run: Print()),
        },
        channels: [(from: "src", to: "line"), (from: "line", to: "print")],
    )"#;
    let inner = r#"Network(
        processes: {"w": (run: Map(expr: "x + 1"))}, channels: [],
        inputs: {"in": "w"}, outputs: {"out": "w"},
    )"#;
    let text = flat(root, inner);
    let channels: Vec<&str> = text.lines().skip_while(|line| !line.contains("channels: [")).collect();
    expect![[r#"
            channels: [
                // `deal: RoundRobin` of the copies of `line`; here they share the channel
                (from: "src.out", to: AnyOf(["line_0-w.in", "line_1-w.in"]), type: I64),
                // `collect: InOrder` of the copies of `line`; here they share the channel
                (from: AnyOf(["line_0-w.out", "line_1-w.out"]), to: "print.in", type: I64),
            ],
        )
    "#]]
    .assert_eq(&format!("{}\n", channels.join("\n")));
}

#[test]
fn a_network_of_nothing_is_a_file() {
    expect![[r#"
        Network(
            format: 1,
            processes: {},
            channels: [],
        )
    "#]]
    .assert_eq(&expand(&Network::default()));
}
