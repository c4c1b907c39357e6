//! How an expression will be evaluated, for those who plan a run.

use csprun_dsl::expr::{Body, Compiled, Piece, Template};

/// How an expression will be evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// From its typed tree, without Rhai.
    Native,
    /// By Rhai.
    Rhai {
        /// What the typed tree cannot hold: "`switch`".
        reason: &'static str,
    },
}

impl Way {
    /// That of an expression.
    pub fn of(compiled: &Compiled) -> Way {
        match compiled.body {
            Body::Ir { .. } => Way::Native,
            Body::Rhai { reason } => Way::Rhai { reason },
        }
    }

    /// That of a template: the slowest of its pieces. `None` when there is nothing to evaluate in it.
    pub fn of_template(template: &Template) -> Option<Way> {
        let ways = template.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Expr(compiled) => Some(Way::of(compiled)),
        });
        ways.reduce(|slowest, way| if slowest == Way::Native { way } else { slowest })
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::{Scope, compile, compile_template};
    use csprun_dsl::ty::Type;

    use super::Way;

    fn scope() -> Scope {
        Scope { variables: vec![("x".to_owned(), Type::I64)], ..Scope::default() }
    }

    #[test]
    fn what_the_tree_holds_is_native_and_the_rest_has_a_reason() {
        let way = |text: &str| Way::of(&compile(text, &scope()).unwrap());
        assert_eq!(way("x * 2 + 1"), Way::Native);
        assert!(matches!(way("switch x { 1 => 2, _ => 3 }"), Way::Rhai { reason } if !reason.is_empty()));
    }

    #[test]
    fn a_template_is_as_slow_as_its_slowest_piece() {
        let way = |text: &str| Way::of_template(&compile_template(text, &scope()).unwrap());
        assert_eq!(way("nothing"), None);
        assert_eq!(way("{x} and {x + 1}"), Some(Way::Native));
        assert!(matches!(way("{x} {switch x { 1 => 2, _ => 3 }} {x}"), Some(Way::Rhai { .. })));
    }
}
