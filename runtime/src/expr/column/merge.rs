//! Two steps that become one.

use csprun_dsl::expr::ir::Binary;

use super::code::{Code, Instruction, Reg, Side};
use super::pair;

/// The step that does what `last` and then `code` do, of which one operand is what `last` gives and nobody else reads:
/// `at` says which, `other` is the other operand.
pub(super) fn merged(last: Instruction, code: Code, at: Side, other: Reg) -> Option<Instruction> {
    let code = match (last.code, code) {
        (Code::Float(first), Code::Float(second)) if pair::go_together(first, second) => {
            Code::FloatTwice(first, second, at)
        }
        (Code::CompareInts(operator), Code::Truth(Binary::And)) => Code::CompareIntsAnd(operator),
        (Code::CompareFloats(operator), Code::Truth(Binary::And)) => Code::CompareFloatsAnd(operator),
        _ => return None,
    };
    Some(Instruction { code, c: other, ..last })
}

/// The step that gives what `last` gives where `only` is true, else what stands in `old`.
pub(super) fn merged_or(last: Instruction, old: Reg, only: Reg) -> Option<Instruction> {
    match last.code {
        Code::Int(operator @ (Binary::Add | Binary::Subtract)) if last.only == only => {
            Some(Instruction { code: Code::IntOr(operator), c: old, ..last })
        }
        _ => None,
    }
}
