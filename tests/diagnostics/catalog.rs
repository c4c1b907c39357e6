//! The process library, and kinds that only checks need: they have no bodies.

use csprun_dsl::params::Params;
use csprun_dsl::signature::{
    Catalog, Cost, Direction, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Ports, Signature, Traits,
};
use csprun_dsl::ty::Type;
use csprun_runtime::library::library;

const DOC: Doc = Doc {
    summary: "",
    diagram: "",
    order: "",
    ending: "",
    complexity: "",
    example: "",
    output: "",
    source: "",
};
const IN: PortSpec = PortSpec::input("in", PortType::Var("T"), "any tokens");
const OUT: PortSpec = PortSpec::output("out", PortType::Var("T"), "the same tokens");
const TEXT_IN: PortSpec = PortSpec::input("in", PortType::Is(Type::Text), "texts");
const COUNT: PortSpec = PortSpec::output("out", PortType::Is(Type::I64), "their lengths");
const BYTES_IN: PortSpec = PortSpec::input("in", PortType::Is(Type::Bytes), "bytes");
const BYTES_OUT: PortSpec = PortSpec::output("out", PortType::Is(Type::Bytes), "bytes");
const TYPED: PortSpec = PortSpec::output("out", PortType::OfParam("type"), "arrays");
const ENCODED: PortSpec = PortSpec::input("in", PortType::Is(Type::Any), "any tokens");
const FILE: ParamSpec = ParamSpec::required("file", ParamType::Path, "the script");
const PATH: ParamSpec = ParamSpec::required("path", ParamType::Path, "the file");

/// All kinds.
pub fn catalog() -> Catalog {
    let mut catalog = library().catalog().clone();
    catalog.add(kind("Length", Ports::Fixed(const { &[TEXT_IN, COUNT] }), &[]));
    for mut signature in wanted() {
        // A Python function keeps nothing between two tokens.
        if signature.kind == "Python" {
            signature.traits = Traits::FIRING;
        }
        if catalog.get(signature.kind).is_none() {
            catalog.add_unavailable(signature);
        }
    }
    catalog
}

/// Kinds of the language that this build may lack.
fn wanted() -> [Signature; 8] {
    [
        kind("Plex", Ports::Fixed(const { &[IN.list(), OUT] }), &[]),
        kind("Lock", Ports::From(|_| vec![facing("serve", Direction::Serve)]), &[]),
        kind("Script", Ports::From(declared), const { &[FILE, INPUTS, OUTPUTS, CALLS, SERVES] }),
        kind("Python", Ports::From(declared), const { &[FILE, FUNCTION, INPUTS, OUTPUTS, CALLS, SERVES] }),
        kind(
            "Command",
            Ports::Fixed(const { &[BYTES_IN, BYTES_OUT] }),
            const { &[ARGV, STDIN, STDOUT, ENV] },
        ),
        kind("ReadArray", Ports::Fixed(const { &[TYPED] }), const { &[PATH, TYPE] }),
        kind("Encode", Ports::Fixed(const { &[ENCODED, BYTES_OUT] }), &[]),
        kind("WriteBytes", Ports::Fixed(const { &[BYTES_IN] }), const { &[PATH] }),
    ]
}

const INPUTS: ParamSpec = ParamSpec::with_default("inputs", ParamType::Names, "[\"in\"]", "input ports");
const OUTPUTS: ParamSpec = ParamSpec::with_default("outputs", ParamType::Names, "[\"out\"]", "output ports");
const CALLS: ParamSpec = ParamSpec::with_default("calls", ParamType::Names, "[]", "call ports");
const SERVES: ParamSpec = ParamSpec::with_default("serves", ParamType::Names, "[]", "serve ports");
const FUNCTION: ParamSpec = ParamSpec::required("function", ParamType::Text, "the function");
const ARGV: ParamSpec = ParamSpec::required("argv", ParamType::Names, "the program and its arguments");
const STDIN: ParamSpec = ParamSpec::required("stdin", ParamType::Word(&["Bytes", "Lines"]), "how it reads");
const STDOUT: ParamSpec =
    ParamSpec::required("stdout", ParamType::Word(&["Bytes", "Lines"]), "how it writes");
const ENV: ParamSpec = ParamSpec::optional("env", ParamType::Constant, "its environment");
const TYPE: ParamSpec = ParamSpec::required("type", ParamType::Type, "what it reads");

fn kind(kind: &'static str, ports: Ports, params: &'static [ParamSpec]) -> Signature {
    let (group, cost, traits) = (Group::User, Cost::Light, Traits::KAHN);
    Signature { kind, group, doc: DOC, ports, params, cost, traits }
}

fn facing(name: &str, direction: Direction) -> PortSpec {
    let port = PortSpec::input("", PortType::Is(Type::Any), "as the file declares");
    PortSpec { name: name.to_owned().into(), direction, ..port }
}

/// The ports that the file gives a process.
fn declared(params: &Params) -> Vec<PortSpec> {
    let fields = [
        ("inputs", Direction::In),
        ("outputs", Direction::Out),
        ("calls", Direction::Call),
        ("serves", Direction::Serve),
    ];
    let ports = fields.into_iter().flat_map(|(field, direction)| {
        let names = params.maybe_names(field).unwrap_or_default();
        names.iter().map(move |name| facing(name, direction))
    });
    ports.collect()
}
