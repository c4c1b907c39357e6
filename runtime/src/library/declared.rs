//! Ports that the file declares: those of kinds whose code decides them.

use std::borrow::Cow;

use csprun_dsl::params::Params;
use csprun_dsl::signature::{Arity, Direction, ParamSpec, ParamType, PortSpec, PortType, Ports, Rate};
use csprun_dsl::ty::Type;

/// `inputs`, `outputs`, `calls` and `serves` of the process.
pub(super) const DECLARED: Ports = Ports::From(declared);

/// The parameter that names the inputs.
pub(super) const INPUTS: ParamSpec =
    ParamSpec::with_default("inputs", ParamType::Names, "[\"in\"]", "its inputs");
/// The parameter that names the outputs.
pub(super) const OUTPUTS: ParamSpec =
    ParamSpec::with_default("outputs", ParamType::Names, "[\"out\"]", "its outputs");
/// The parameter that names the ports that call.
pub(super) const CALLS: ParamSpec =
    ParamSpec::with_default("calls", ParamType::Names, "[]", "ports through which it calls");
/// The parameter that names the ports that take calls.
pub(super) const SERVES: ParamSpec =
    ParamSpec::with_default("serves", ParamType::Names, "[]", "ports that take calls");

/// The ports that the file declares.
fn declared(params: &Params) -> Vec<PortSpec> {
    let sides = [
        ("inputs", Direction::In, "in"),
        ("outputs", Direction::Out, "out"),
        ("calls", Direction::Call, ""),
        ("serves", Direction::Serve, ""),
    ];
    // `"in[]"` declares a list port.
    let port = |name: String, direction| match name.strip_suffix("[]") {
        Some(list) => spec(list.to_owned(), direction, Arity::List),
        None => spec(name, direction, Arity::One),
    };
    // A page shows the ports without a process.
    let usual = |name: &str| if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
    let of = |(param, direction, name)| {
        let names = params.maybe_names(param).map_or_else(|| usual(name), <[String]>::to_vec);
        names.into_iter().map(move |name| port(name, direction))
    };
    sides.into_iter().flat_map(of).collect()
}

fn spec(name: String, direction: Direction, arity: Arity) -> PortSpec {
    let (ty, rate) = (PortType::Is(Type::Any), Rate::Open);
    PortSpec {
        name: Cow::Owned(name),
        direction,
        arity,
        ty,
        rate,
        is_large: false,
        doc: "declared in the file",
    }
}
