//! Expressions of a flat file. What was a parameter of a sub-network or an index of a family is bound by a
//! `let` before the expression; the root file's own parameters stay parameters.

use std::collections::BTreeSet;

use crate::expr::{Compiled, Piece, ScriptCode, Template};
use crate::network::Parameter;
use crate::ty::Constant;

/// What a name in an expression can mean in the flat file.
pub struct Names<'a> {
    /// The root file's parameters.
    pub parameters: &'a [Parameter],
    /// Those that an expression needs.
    pub used: BTreeSet<String>,
}

impl Names<'_> {
    /// The text of an expression that means the same in the flat file; `replica` keeps its meaning in a
    /// replicated process.
    pub fn expression(&mut self, code: &Compiled, replicated: bool) -> String {
        self.bound(&code.source, &code.scope.constants, replicated)
    }

    /// The same for a script.
    pub fn script(&mut self, code: &ScriptCode, replicated: bool) -> String {
        self.bound(&code.text, &code.constants, replicated)
    }

    fn bound(&mut self, source: &str, constants: &[(String, Constant)], replicated: bool) -> String {
        let mut text = String::new();
        for (name, value) in constants.iter().filter(|(name, _)| mentions(source, name)) {
            if replicated && name == "replica" {
                continue;
            }
            let mut parameters = self.parameters.iter();
            if parameters.any(|parameter| parameter.name == *name && parameter.value.as_ref() == Some(value))
            {
                self.used.insert(name.clone());
            } else if let Some(value) = literal(value) {
                text.push_str(&format!("let {name} = {value}; "));
            }
        }
        text.push_str(source);
        text
    }

    /// The same for a template.
    pub fn template(&mut self, template: &Template, replicated: bool) -> String {
        let mut text = String::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(&piece.replace('{', "{{").replace('}', "}}")),
                Piece::Expr(code) => text.push_str(&format!("{{{}}}", self.expression(code, replicated))),
            }
        }
        text
    }
}

/// Whether `name` stands in `source` as a word. A word inside a text counts too: a binding too many does no
/// harm.
fn mentions(source: &str, name: &str) -> bool {
    source.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// A constant as an expression writes it; `None` where it has no way to.
fn literal(value: &Constant) -> Option<String> {
    Some(match value {
        Constant::Unit => "()".to_owned(),
        Constant::Bool(value) => value.to_string(),
        Constant::I64(value) => value.to_string(),
        Constant::F64(value) if value.is_finite() => {
            let text = format!("{value:?}");
            // Rhai reads `1e300` as a name after an integer.
            if text.contains('.') { text } else { text.replace('e', ".0e") }
        }
        Constant::Text(value) => quote(value),
        Constant::List(items) => {
            format!("[{}]", items.iter().map(literal).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Constant::Record(fields) => {
            let field =
                |(name, value): (&String, &Constant)| Some(format!("{}: {}", quote(name), literal(value)?));
            format!("#{{{}}}", fields.iter().map(field).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Constant::F64(_) | Constant::Bytes(_) => return None,
    })
}

fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Names, literal};
    use crate::expr::{Scope, compile, compile_template};
    use crate::ty::{Constant, Type};

    fn scope() -> Scope {
        Scope {
            variables: vec![("x".to_owned(), Type::I64)],
            constants: vec![("i".to_owned(), Constant::I64(-3)), ("n".to_owned(), Constant::I64(7))],
        }
    }

    #[test]
    fn constants_are_bound_before_the_expression() {
        let mut names = Names { parameters: &[], used: BTreeSet::new() };
        let code = compile("x + i", &scope()).unwrap();
        assert_eq!(names.expression(&code, false), "let i = -3; x + i");
        let template = compile_template("{{{x}}} of {x * n}", &scope()).unwrap();
        assert_eq!(names.template(&template, false), "{{{x}}} of {let n = 7; x * n}");
    }

    #[test]
    fn every_literal_is_an_expression_of_its_value() {
        let record = BTreeMap::from([("a \"b\"".to_owned(), Constant::Bool(true))]);
        let values = [
            Constant::I64(-3),
            Constant::F64(1e300),
            Constant::F64(-0.5),
            Constant::F64(1e-7),
            Constant::Text("a\"\\\n\u{1}é{}".to_owned()),
            Constant::List(vec![Constant::I64(1), Constant::I64(2)]),
            Constant::Record(record),
            Constant::Bool(false),
            Constant::Unit,
        ];
        for value in values {
            let text = format!("let a = {}; a", literal(&value).unwrap());
            let code = compile(&text, &Scope::default()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            assert_eq!(Some(code.ty.clone()), value.ty(), "{text}");
        }
    }
}
