//! The script of a process: checked before the network starts, and able to say where in the file a line of it
//! stands.

use std::collections::BTreeSet;

use crate::expr::compiled::{ExprError, Scope};
use crate::expr::port_name::{PortNames, Ports};
use crate::expr::token::Tokens;
use crate::expr::{literal, script, syntax, unused};
use crate::span::{SourceId, Span};
use crate::tree::inner_span;
use crate::ty::{Constant, Type};

/// A checked script.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptCode {
    /// Its text.
    pub text: String,
    /// Names with fixed values: the graph's parameters, `i`, `j`, `replica`.
    pub constants: Vec<(String, Constant)>,
    /// Where it stands.
    pub home: ScriptHome,
}

/// Where a script stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptHome {
    /// The file, as the user wrote it.
    pub file: String,
    /// The literal that holds it in a graph file; `None`: the file is the script.
    pub literal: Option<String>,
    /// Line of the literal, from 1.
    pub line: usize,
    /// Column of the literal in characters, from 1.
    pub column: usize,
}

impl ScriptHome {
    /// Of a script that stands in no file.
    pub fn nowhere() -> ScriptHome {
        ScriptHome { file: "script".to_owned(), literal: None, line: 1, column: 1 }
    }

    /// Line and column in the file of a line and column of `text`, the script.
    pub fn place(&self, text: &str, line: usize, column: usize) -> (usize, usize) {
        let Some(raw) = &self.literal else { return (line, column) };
        let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let within = text[start..].char_indices().nth(column.saturating_sub(1));
        let offset = within.map_or(text.len(), |(at, _)| start + at);
        let whole = Span::new(SourceId(0), 0, raw.len());
        let before = &raw[..inner_span(whole, raw, offset..offset).range().start];
        match before.rsplit_once('\n') {
            Some((lines, last)) => (self.line + lines.matches('\n').count() + 1, last.chars().count() + 1),
            None => (self.line, self.column + before.chars().count()),
        }
    }
}

/// Checks the script of a process: what to warn of.
///
/// # Errors
/// All that is wrong in it.
pub fn check_script(
    text: &str,
    constants: &[(String, Constant)],
    ports: &PortNames,
) -> Result<Vec<ExprError>, Vec<ExprError>> {
    let tokens = Tokens::new(text);
    let ast = syntax::parse_script(&tokens)
        .map_err(|error| vec![in_our_words(literal::lone_point(&tokens).unwrap_or(error))])?;
    let scope = Scope {
        variables: constants.iter().map(|(name, _)| (name.clone(), Type::Any)).collect(),
        constants: Vec::new(),
    };
    let mut errors = script::check_process(&ast, &tokens, &scope, &Ports(ports));
    errors.extend(literal::check(&tokens));
    let mut seen = BTreeSet::new();
    errors.retain(|error| seen.insert((error.range.start, error.message.clone())));
    if errors.is_empty() {
        Ok(unused::unused(&ast, &tokens))
    } else {
        Err(errors.into_iter().map(in_our_words).collect())
    }
}

/// What is said of expressions, said of scripts.
fn in_our_words(mut error: ExprError) -> ExprError {
    for text in [&mut error.message, &mut error.label] {
        *text = text.replace("the expression", "the script");
    }
    error
}

#[cfg(test)]
mod tests {
    use super::{PortNames, ScriptHome, check_script};
    use crate::diagnostic::Code;
    use crate::ty::Constant;

    fn ports() -> PortNames {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        PortNames {
            inputs: names(&["in", "many[]"]),
            outputs: names(&["out"]),
            calls: names(&["server"]),
            ..PortNames::default()
        }
    }

    fn codes(text: &str) -> Vec<(Code, String)> {
        let constants = [("limit".to_owned(), Constant::I64(3))];
        let errors = check_script(text, &constants, &ports()).err().unwrap_or_default();
        errors.into_iter().map(|error| (error.code, text[error.range].to_owned())).collect()
    }

    #[test]
    fn a_script_may_use_ports_parameters_functions_and_all_of_rhai() {
        for text in [
            "",
            "for x in stream(\"in\") { send(\"out\", x * limit); }",
            "loop { let x = recv(\"many[1]\"); if x > limit { break; } print(x); }",
            "fn twice(x) { 2 * x * limit }\nsend(\"out\", twice(2));",
            "try { recv(\"in\") } catch (e) { debug(e.kind); throw e; }",
            "let f = |x| x + limit; send(\"out\", f.call(1));",
            "ask(\"server\", 1); poison(\"server\", 1); retire(\"server\"); is_retired(\"server\");",
            "poison(2); poison(\"in\", 1); retire(\"out\"); sleep(\"1ms\"); print(name());",
        ] {
            assert_eq!(codes(text), [], "{text}");
        }
    }

    #[test]
    fn mistakes_have_codes_and_places() {
        let one = |text: &str, code, at: &str| assert_eq!(codes(text), [(code, at.to_owned())], "{text}");
        one("let x = recv(\"inn\"); print(x);", Code::E0807, "\"inn\"");
        one("let x = recv(\"out\"); print(x);", Code::E0807, "\"out\"");
        one("let x = recv(\"many[x]\"); print(x);", Code::E0807, "\"many[x]\"");
        one("send(\"in\", 1)", Code::E0807, "\"in\"");
        one("sned(\"out\", 1)", Code::E0803, "sned");
        one("send(\"out\")", Code::E0804, "send(\"out\")");
        one("call(\"in\", 1)", Code::E0803, "call(\"in\", 1)");
        one("send(\"out\", y)", Code::E0802, "y");
        one("fn f(x) { x + z }\nf(1)", Code::E0802, "z");
        one("let x = ;", Code::E0801, ";");
    }

    #[test]
    fn values_that_are_dropped_are_warned_of() {
        let text = "let l = []; for x in stream(\"in\") { l.push(x); send(\"out\", x); } print(l);";
        let warned = check_script(text, &[], &ports()).unwrap_or_default();
        let places: Vec<&str> = warned.into_iter().map(|warning| &text[warning.range]).collect();
        assert_eq!(places, ["l.push(x)"]);
    }

    #[test]
    fn a_line_of_a_script_has_a_place_in_the_graph_file() {
        let home = |literal: &str| ScriptHome {
            file: "a.ron".to_owned(),
            literal: Some(literal.to_owned()),
            line: 7,
            column: 20,
        };
        assert_eq!(home("r#\"\n  recv(x);\n\"#").place("\n  recv(x);\n", 2, 3), (8, 3));
        assert_eq!(home("r#\"recv(x);\"#").place("recv(x);", 1, 6), (7, 28));
        assert_eq!(home("\"a;\\n recv(x);\"").place("a;\n recv(x);", 2, 2), (7, 26));
    }
}
