//! What goes through a channel, as its ends in the plan say, and what is checked of it where.

use csprun_dsl::network::Collect;
use csprun_dsl::plan::{ChannelPlan, Plan, PortPlan, Role};
use csprun_dsl::ty::Type;

use crate::process::Check;

/// What its ends say of a channel.
pub(super) struct Carried {
    /// It leads to where firings are put in order: it carries lists of what one firing gave.
    pub(super) firings: bool,
    /// The type of a writer's tokens is not known.
    unknown: bool,
}

impl Carried {
    pub(super) fn by(plan: &Plan, channel: &ChannelPlan) -> Carried {
        let in_order = |&(reader, port): &(usize, usize)| {
            let reader = &plan.processes[reader];
            matches!(reader.role, Role::Collect(Collect::InOrder)) && reader.ports[port].index.is_some()
        };
        let ty = |&(process, port): &(usize, usize)| &plan.processes[process].ports[port].ty;
        Carried {
            firings: channel.readers.iter().any(in_order),
            unknown: channel.writers.iter().map(ty).any(has_any),
        }
    }
}

/// What a writer's tokens must become: its own type is known, so only integers on a channel of floats can differ.
/// Tokens of unknown type are checked where they arrive.
pub(super) fn writing_check(channel: &ChannelPlan, port: &PortPlan) -> Option<Check> {
    let same = port.ty == channel.ty || channel.ty == Type::Any || has_any(&port.ty);
    (!same).then(|| Check { ty: channel.ty.clone(), channel: channel.name.clone() })
}

pub(super) fn reading_check(carried: &Carried, channel: &ChannelPlan, port: &PortPlan) -> Option<Check> {
    let ty = if has_any(&port.ty) { &channel.ty } else { &port.ty };
    if carried.firings {
        return None;
    }
    let needed = (carried.unknown || channel.ty != port.ty) && *ty != Type::Any;
    needed.then(|| Check { ty: ty.clone(), channel: channel.name.clone() })
}

pub(super) fn has_any(ty: &Type) -> bool {
    match ty {
        Type::Any => true,
        Type::List(ty) => has_any(ty),
        Type::Record(fields) => fields.values().any(has_any),
        Type::OneOf(types) => types.iter().any(has_any),
        _ => false,
    }
}
