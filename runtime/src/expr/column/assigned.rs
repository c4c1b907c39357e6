//! Which names get new values, and where names are read.

use std::mem;

use csprun_dsl::expr::ir::{Expr, Node};

/// Which slots get a value more than once.
pub(super) fn assigned(expr: &Expr, n_locals: usize) -> Vec<bool> {
    let (mut once, mut more) = (vec![false; n_locals], vec![false; n_locals]);
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if let Node::Let(bindings, _) = &expr.node {
            for (slot, _) in bindings {
                more[*slot] |= mem::replace(&mut once[*slot], true);
            }
        }
        parts(expr, &mut open);
    }
    more
}

/// How often each slot is read.
pub(super) fn reads<'a>(exprs: impl IntoIterator<Item = &'a Expr>, n_locals: usize) -> Vec<u32> {
    let mut n_reads = vec![0; n_locals];
    let mut open: Vec<&Expr> = exprs.into_iter().collect();
    while let Some(expr) = open.pop() {
        if let Node::Local(slot) = expr.node {
            n_reads[slot] += 1;
        }
        parts(expr, &mut open);
    }
    n_reads
}

/// Adds the parts of an expression.
fn parts<'a>(expr: &'a Expr, open: &mut Vec<&'a Expr>) {
    match &expr.node {
        Node::Let(bindings, value) => {
            open.push(value);
            open.extend(bindings.iter().map(|(_, bound)| bound));
        }
        Node::Unary(_, operand) => open.push(operand),
        Node::Binary(_, pair) | Node::While(pair) => open.extend(pair.iter()),
        Node::If(parts) => open.extend(parts.iter()),
        Node::All(parts) | Node::Any(parts) | Node::Call(_, parts) => open.extend(parts),
        // Of these there is no program.
        _ => {}
    }
}
