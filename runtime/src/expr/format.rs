//! Templates filled with values.

use std::fmt::Write as _;
use std::sync::Arc;

use csprun_dsl::expr::{Piece, Template};

use super::evaluate::Evaluator;
use super::fault::EvalError;
use crate::value::Value;

/// Prints values by a template.
pub struct Formatter {
    pieces: Vec<Prepared>,
}

enum Prepared {
    Text(String),
    Expr(Box<Evaluator>),
}

impl Formatter {
    /// Prepares a template.
    pub fn new(template: &Arc<Template>) -> Formatter {
        let prepare = |piece: &Piece| match piece {
            Piece::Text(text) => Prepared::Text(text.clone()),
            Piece::Expr(compiled) => Prepared::Expr(Box::new(Evaluator::new(&Arc::new(compiled.clone())))),
        };
        Formatter { pieces: template.pieces.iter().map(prepare).collect() }
    }

    /// Appends the text for these variables to `out`.
    ///
    /// # Errors
    /// When an expression has no value; `out` then ends with what stands before it.
    pub fn write(&mut self, inputs: &[Value], out: &mut String) -> Result<(), EvalError> {
        for piece in &mut self.pieces {
            match piece {
                Prepared::Text(text) => out.push_str(text),
                // Writing to a String cannot fail.
                Prepared::Expr(evaluator) => drop(write!(out, "{}", evaluator.eval(inputs)?)),
            }
        }
        Ok(())
    }
}
