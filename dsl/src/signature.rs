//! What a kind of process declares of itself. Everything that needs to know a kind (checks, pictures, pages,
//! planning, wiring) reads it here; what is declared once is written nowhere else.

mod catalog;
mod kind;
mod param;
mod port;

pub use catalog::Catalog;
pub use kind::{Cost, Doc, Group, Signature, Traits};
pub use param::{
    Default, ExprSpec, FLOAT, INT, NATURAL, POSITIVE, ParamFault, ParamRule, ParamSpec, ParamType,
    ResultType, VarType,
};
pub use port::{Arity, Direction, Known, PortSpec, PortType, Ports, Rate};
