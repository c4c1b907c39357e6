//! The types as they ended up, into the network.

use super::state::Resolver;
use crate::params::{Param, Params};
use crate::signature::{Direction, PortSpec, PortType};
use crate::ty::{Constant, Type};

impl Resolver<'_> {
    /// Writes the type of each port. Constants that become tokens take the type that their port ended up with: in
    /// `Values(values: [1, 0.5])` the 1 is a float.
    pub(super) fn write_types(&mut self, types: &[Vec<Option<Type>>]) {
        for ((process, types), specs) in self.network.processes.iter_mut().zip(types).zip(&self.specs) {
            for (port, ty) in process.ports.iter_mut().zip(types) {
                port.ty = ty.clone().unwrap_or(Type::Any);
                let of_port = |spec: &&PortSpec| spec.name == port.name && spec.direction == Direction::Out;
                let Some(spec) = specs.iter().find(of_port) else { continue };
                constants(&mut process.params, &spec.ty, &port.ty);
                for copy in process.replicate.iter_mut().flat_map(|replicate| &mut replicate.params) {
                    constants(copy, &spec.ty, &port.ty);
                }
            }
        }
    }
}

/// Makes the constants that an output port gives tokens of its type, where they fit.
fn constants(params: &mut Params, port: &PortType, ty: &Type) {
    let fitted = |value: &Constant| value.clone().coerce(ty).unwrap_or_else(|| value.clone());
    let (name, value) = match port {
        PortType::OfParam(name) => match params.get(name) {
            Some(Param::Constant(value)) => (name, Param::Constant(fitted(value))),
            _ => return,
        },
        PortType::ElementOf(name) => match params.get(name) {
            Some(Param::Constants(values)) => (name, Param::Constants(values.iter().map(fitted).collect())),
            _ => return,
        },
        _ => return,
    };
    params.set(name, value);
}
