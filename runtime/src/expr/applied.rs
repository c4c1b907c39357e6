//! An operation between arrays where there is no program for it.

use csprun_dsl::expr::ir::Unary;

use super::elementwise::Operation;
use super::fault::Fault;
use super::{function, operator};
use crate::value::Value;

/// An operation of a program, by itself.
pub(super) fn applied(operation: Operation, operands: &mut [Value]) -> Result<Value, Fault> {
    match (operation, operands) {
        (Operation::Binary(operator), [a, b]) => operator::binary(operator, a, b),
        (Operation::Negate, [a]) => operator::unary(Unary::Negate, a),
        (Operation::Call(function), operands) => function::call(function, operands),
        // Each operation has as many operands as it takes.
        _ => Ok(Value::UNIT),
    }
}
