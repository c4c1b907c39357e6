//! A graph file of one process, whose ports are those of the file: what [`check`](crate::check) is asked of a process
//! that is started while a network runs.

use std::collections::BTreeMap;

use super::notation;
use crate::signature::{Catalog, ParamType};
use crate::span::SourceId;
use crate::tree;
use crate::ty::Constant;

/// A process of that kind with these parameters, and the ports that have an end. The process has the kind's name.
///
/// Nothing is replaced in its texts: who starts it has computed them.
pub fn alone(
    catalog: &Catalog,
    kind: &str,
    params: &BTreeMap<String, Constant>,
    inputs: &[String],
    outputs: &[String],
) -> String {
    let specs = catalog.get(kind).map_or(&[][..], |signature| signature.params);
    let param = |(name, value): (&String, &Constant)| {
        let ty = specs.iter().find(|spec| spec.name == name).map(|spec| &spec.ty);
        format!("{name}: {}", argument(ty, value))
    };
    let params = params.iter().map(param).collect::<Vec<_>>().join(", ");
    let ports = |side: &str, ports: &[String]| {
        let port = |(n, port): (usize, &String)| {
            format!("\"{side}{n}\": {}", notation::quote(&format!("{kind}.{port}")))
        };
        ports.iter().enumerate().map(port).collect::<Vec<_>>().join(", ")
    };
    format!(
        "Network(processes: {{\"{kind}\": (run: {kind}({params}))}}, channels: [], inputs: {{{}}}, outputs: {{{}}})",
        ports("i", inputs),
        ports("o", outputs)
    )
}

/// A parameter as the file writes it.
fn argument(ty: Option<&ParamType>, value: &Constant) -> String {
    match (ty, value) {
        (
            Some(ParamType::Expr(_) | ParamType::Template(_) | ParamType::Script | ParamType::ScriptFile),
            Constant::Text(code),
        ) => notation::quote(code),
        // Its notation is no value: `List(I64)`.
        (Some(ParamType::Type), Constant::Text(ty)) if tree::read(SourceId(0), ty).is_ok() => ty.clone(),
        _ => notation::constant(value),
    }
}
