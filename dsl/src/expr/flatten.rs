//! Chains such as `a.b[0].f(1)`: Rhai nests them to the right, people read them from the left.

use rhai::{ASTFlags, Expr, FnCallExpr, Position};

/// One step of a chain.
pub(super) enum Link<'a> {
    /// `.name`
    Field(&'a str, Position),
    /// `.name(..)`
    Method(&'a FnCallExpr, Position),
    /// `[index]`, at its bracket.
    Index(&'a Expr, Position),
    /// `?.` or `?[`, or anything else that has no place in the tree.
    Other,
}

/// What a chain starts from, and its steps in the order of reading; `None` when `expr` is no chain.
pub(super) fn flatten(expr: &Expr) -> Option<(&Expr, Vec<Link<'_>>)> {
    let (Expr::Dot(pair, ..) | Expr::Index(pair, ..)) = expr else { return None };
    let mut links = Vec::new();
    let mut rest = Some(expr);
    while let Some(part) = rest {
        rest = match part {
            Expr::Dot(_, flags, _) | Expr::Index(_, flags, _) if flags.intersects(ASTFlags::NEGATED) => {
                links.push(Link::Other);
                None
            }
            Expr::Dot(pair, ..) => after_dot(&pair.rhs, &mut links),
            Expr::Index(pair, flags, position) => {
                let ends = flags.intersects(ASTFlags::BREAK);
                after_bracket(&pair.rhs, ends, *position, &mut links)
            }
            _ => None,
        };
    }
    Some((&pair.lhs, links))
}

/// Takes the step behind a dot; gives what continues the chain.
fn after_dot<'a>(rhs: &'a Expr, links: &mut Vec<Link<'a>>) -> Option<&'a Expr> {
    match rhs {
        Expr::Property(name, position) => links.push(Link::Field(&name.2, *position)),
        Expr::MethodCall(call, position) => links.push(Link::Method(call, *position)),
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => {
            after_dot(&pair.lhs, links);
            return Some(rhs);
        }
        _ => links.push(Link::Other),
    }
    None
}

/// Takes the step inside a bracket at `position`.
fn after_bracket<'a>(
    rhs: &'a Expr,
    ends: bool,
    position: Position,
    links: &mut Vec<Link<'a>>,
) -> Option<&'a Expr> {
    match rhs {
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) if !ends => {
            links.push(Link::Index(&pair.lhs, position));
            Some(rhs)
        }
        _ => {
            links.push(Link::Index(rhs, position));
            None
        }
    }
}
