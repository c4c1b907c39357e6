//! A few kinds of processes, for checks that need no bodies.

use csprun_dsl::signature::{
    Catalog, Cost, Doc, ExprSpec, Group, INT, NATURAL, ParamSpec, ParamType, PortSpec, PortType, Ports,
    ResultType, Signature, Traits, VarType,
};
use csprun_dsl::ty::Type;

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
const X: &[(&str, VarType)] = &[("x", VarType::Port("in"))];

const fn kind(
    kind: &'static str,
    ports: &'static [PortSpec],
    params: &'static [ParamSpec],
    traits: Traits,
) -> Signature {
    Signature {
        kind,
        group: Group::User,
        doc: DOC,
        ports: Ports::Fixed(ports),
        params,
        cost: Cost::Light,
        traits,
    }
}

pub fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    catalog.add(kind(
        "Range",
        const { &[PortSpec::output("out", PortType::Is(Type::I64), "integers")] },
        const {
            &[
                ParamSpec::with_default("from", INT, "0", "the first"),
                ParamSpec::required("to", INT, "one past the last"),
                ParamSpec::with_default("step", INT, "1", "the difference"),
            ]
        },
        Traits::KAHN,
    ));
    catalog.add(kind(
        "Print",
        const { &[PortSpec::input("in", PortType::Var("T"), "what is printed")] },
        const {
            &[ParamSpec::with_default(
                "format",
                ParamType::Template(ExprSpec { variables: X, result: ResultType::Any }),
                "\"{x}\"",
                "what is written",
            )]
        },
        Traits { terminal: true, ..Traits::KAHN },
    ));
    catalog.add(kind(
        "Map",
        const { &[IN, PortSpec::output("out", PortType::OfExpr("expr"), "the results")] },
        const {
            &[ParamSpec::required(
                "expr",
                ParamType::Expr(ExprSpec { variables: X, result: ResultType::Any }),
                "of `x`, the token",
            )]
        },
        Traits::FIRING,
    ));
    catalog.add(kind(
        "Filter",
        const { &[IN, OUT.rate(csprun_dsl::signature::Rate::Dynamic)] },
        const {
            &[ParamSpec::required(
                "expr",
                ParamType::Expr(ExprSpec { variables: X, result: ResultType::Bool }),
                "of `x`, the token",
            )]
        },
        Traits::FIRING,
    ));
    catalog.add(kind("Identity", const { &[IN, OUT] }, &[], Traits::FIRING));
    catalog.add(kind(
        "Take",
        const { &[IN, OUT] },
        const { &[ParamSpec::required("n", NATURAL, "how many")] },
        Traits::KAHN,
    ));
    catalog.add(kind("Plex", const { &[IN.list(), OUT] }, &[], Traits::KAHN));
    catalog.add(kind(
        "Length",
        const {
            &[
                PortSpec::input("in", PortType::Is(Type::Text), "texts"),
                PortSpec::output("out", PortType::Is(Type::I64), "their lengths"),
            ]
        },
        &[],
        Traits::FIRING,
    ));
    catalog.add(kind("BlackHole", const { &[IN] }, &[], Traits::KAHN));
    let mut serve = PortSpec::input("serve", PortType::Is(Type::Any), "requests");
    serve.direction = csprun_dsl::signature::Direction::Serve;
    let serve: &'static [PortSpec] = Box::leak(Box::new([serve]));
    catalog.add_unavailable(kind("Lock", serve, &[], Traits::KAHN));
    catalog.add_unavailable(Signature {
        ports: Ports::From(script_ports),
        ..kind(
            "Script",
            &[],
            const {
                &[
                    ParamSpec::required("file", ParamType::Path, "the script"),
                    ParamSpec::with_default("inputs", ParamType::Names, "[\"in\"]", "inputs"),
                    ParamSpec::with_default("outputs", ParamType::Names, "[\"out\"]", "outputs"),
                    ParamSpec::with_default("calls", ParamType::Names, "[]", "calls"),
                    ParamSpec::with_default("serves", ParamType::Names, "[]", "serves"),
                ]
            },
            Traits::KAHN,
        )
    });
    catalog
}

fn script_ports(params: &csprun_dsl::params::Params) -> Vec<PortSpec> {
    use csprun_dsl::signature::Direction;
    let fields = [
        ("inputs", Direction::In),
        ("outputs", Direction::Out),
        ("calls", Direction::Call),
        ("serves", Direction::Serve),
    ];
    let mut ports = Vec::new();
    for (field, direction) in fields {
        for name in params.maybe_names(field).unwrap_or_default() {
            let port = PortSpec::input("", PortType::Is(Type::Any), "of the script");
            ports.push(PortSpec { name: name.clone().into(), direction, ..port });
        }
    }
    ports
}
