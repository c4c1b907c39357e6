//! Which names get new values.

use std::mem;

use csprun_dsl::expr::ir::{Expr, Node};

/// Which slots get a value more than once.
pub(super) fn assigned(expr: &Expr, n_locals: usize) -> Vec<bool> {
    let (mut once, mut more) = (vec![false; n_locals], vec![false; n_locals]);
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.node {
            Node::Let(bindings, value) => {
                open.push(value);
                for (slot, bound) in bindings {
                    more[*slot] |= mem::replace(&mut once[*slot], true);
                    open.push(bound);
                }
            }
            Node::Unary(_, operand) => open.push(operand),
            Node::Binary(_, pair) | Node::While(pair) => open.extend(pair.iter()),
            Node::If(parts) => open.extend(parts.iter()),
            Node::All(parts) | Node::Any(parts) | Node::Call(_, parts) => open.extend(parts),
            // Of these there is no program.
            _ => {}
        }
    }
    more
}
