//! Text to Rhai's syntax tree, or one syntax error in our words.

use std::ops::Range;

use rhai::{AST, Engine, LexError, OptimizationLevel, ParseError, ParseErrorType, Scope, Token};

use crate::diagnostic::Code;
use crate::expr::compiled::ExprError;
use crate::expr::habit;
use crate::expr::token::Tokens;

/// Most tokens of an expression: each may take some of the stack (`room.rs`).
const MAX_TOKENS: usize = 300_000;

/// Most lines, and characters of a line: Rhai counts up to 65,535. Long lines are broken for it where they can be.
const MAX_POSITION: usize = 65_000;

/// How deep lists and records may stand inside one another: so are the values, and their types.
const MAX_NESTED: usize = 128;

/// How many operators in a row or brackets inside one another the script of a process may have, and a function or
/// closure of an expression, which may call itself.
const MAX_DEPTH: usize = 256;

/// Longest script of a process.
const MAX_SCRIPT: usize = 60_000;

/// Rhai set up so that it parses what the language has: no modules, no `eval`, no constant folding. The
/// runtime builds its engine on this one, so that both read the same language.
pub fn engine() -> Engine {
    let mut engine = base();
    // No limit: there is room for what `measure` lets through.
    engine.set_max_expr_depths(0, MAX_DEPTH);
    for word in ["print", "debug"] {
        engine.disable_symbol(word);
    }
    engine
}

/// The same for the scripts of processes, which may print and spawn.
pub fn script_engine() -> Engine {
    let mut engine = base();
    allow_reserved(&mut engine);
    engine
}

fn base() -> Engine {
    let mut engine = Engine::new_raw();
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_max_expr_depths(MAX_DEPTH, MAX_DEPTH)
        .set_fast_operators(false)
        .set_fail_on_invalid_map_property(true);
    for word in ["eval", "import", "export", "this"] {
        engine.disable_symbol(word);
    }
    engine
}

/// Rhai keeps these words for later; a script has functions of these names.
fn allow_reserved(engine: &mut Engine) {
    #[expect(deprecated, reason = "it is volatile, and the version of rhai is exact")]
    engine.on_parse_token(|token, _, _| match token {
        Token::Reserved(word) if matches!(word.as_str(), "spawn" | "sync") => Token::Identifier(word),
        other => other,
    });
}

/// Parses an expression.
pub(super) fn parse(tokens: &Tokens<'_>) -> Result<AST, ExprError> {
    if tokens.list.is_empty() {
        return Err(error(0..tokens.text.len(), "the expression is empty", "a value is expected here"));
    }
    parse_with(&engine(), tokens)
}

/// Refuses an expression that is too large.
pub(super) fn measure(tokens: &Tokens<'_>) -> Result<(), ExprError> {
    let here = |index: usize| tokens.list.get(index).map_or(0..0, |token| token.range.clone());
    let n_tokens = tokens.list.len();
    if n_tokens > MAX_TOKENS {
        let message =
            format!("the expression has {n_tokens} words, numbers and signs; the limit is {MAX_TOKENS}");
        return Err(too_large(here(MAX_TOKENS), message));
    }
    if let Some(at) = tokens.past_position(MAX_POSITION) {
        let message =
            format!("more than {MAX_POSITION} lines, or characters without a place to break the line");
        return Err(too_large(at..at, message));
    }
    match tokens.nested_beyond(MAX_NESTED) {
        Some(index) => {
            let message = format!("lists and records inside one another more than {MAX_NESTED} deep");
            Err(too_large(here(index), message))
        }
        None => Ok(()),
    }
}

/// Parses the script of a process.
pub(super) fn parse_script(tokens: &Tokens<'_>) -> Result<AST, ExprError> {
    if tokens.text.len() > MAX_SCRIPT {
        let message = format!("the script has {} bytes; the limit is {MAX_SCRIPT}", tokens.text.len());
        return Err(too_large(0..0, message));
    }
    parse_with(&script_engine(), tokens)
}

fn parse_with(engine: &Engine, tokens: &Tokens<'_>) -> Result<AST, ExprError> {
    let text = tokens.text;
    if let Some(token) = tokens.list.iter().find(|token| &text[token.range.clone()] == "::") {
        return Err(error(token.range.clone(), "there are no modules", "means nothing here"));
    }
    engine.compile(&tokens.laid_out).map_err(|error| explain(&error, tokens))
}

/// What strict parsing finds on top: a name that is used outside the block that binds it.
pub(super) fn parse_strictly(
    mut engine: Engine,
    tokens: &Tokens<'_>,
    names: &[&str],
) -> Result<(), ExprError> {
    engine.set_strict_variables(true);
    let mut scope = Scope::new();
    for name in names {
        scope.push(*name, ());
    }
    engine.compile_with_scope(&scope, &tokens.laid_out).map(drop).map_err(|error| explain(&error, tokens))
}

fn error(range: Range<usize>, message: &str, label: &str) -> ExprError {
    ExprError { code: Code::E0801, range, message: message.to_owned(), label: label.to_owned(), help: None }
}

fn too_large(range: Range<usize>, message: String) -> ExprError {
    ExprError {
        code: Code::E0806,
        range,
        message,
        label: "too much from here on".to_owned(),
        help: Some("read large data from a file, or use a Script process".to_owned()),
    }
}

fn explain(fault: &ParseError, tokens: &Tokens<'_>) -> ExprError {
    let end = tokens.text.trim_end().len();
    let mut range = match fault.position() {
        position if position.is_none() => end..end,
        position => tokens.at(position),
    };
    if range.start >= end {
        range = end..end;
    }
    let found = tokens.text[range.clone()].to_owned();
    let here =
        if range.is_empty() { "the expression ends here".to_owned() } else { format!("found `{found}`") };
    let help = tokens.index_at(range.start).and_then(|index| habit::symbol(tokens, index));
    let said = |message: String| ExprError { help: help.clone(), ..error(range.clone(), &message, &here) };
    match fault.err_type() {
        ParseErrorType::ExprTooDeep => {
            let message = format!("more than {MAX_DEPTH} operators in a row or brackets inside one another");
            too_large(range, message)
        }
        ParseErrorType::LiteralTooLarge(what, max) => {
            too_large(range, format!("{} is larger than {max}", what.to_lowercase()))
        }
        ParseErrorType::UnexpectedEOF => said("the expression is not complete".to_owned()),
        ParseErrorType::BadInput(fault) => lexical(fault, range, tokens),
        ParseErrorType::UnknownOperator(symbol) => {
            let help = (symbol == "?").then(|| "write `if .. { .. } else { .. }`".to_owned());
            let help = help.or_else(|| said(String::new()).help);
            ExprError { help, ..said(format!("`{symbol}` is not an operator")) }
        }
        ParseErrorType::MissingToken(token, _) if token == ";" => trailing(range, tokens),
        ParseErrorType::MissingToken(token, what) => match what.strip_prefix("for a matching ") {
            Some(rest) => {
                said(format!("expected `{token}` to close `{}`", rest.split(' ').next().unwrap_or(rest)))
            }
            None => said(format!("expected `{token}` {what}")),
        },
        ParseErrorType::MissingSymbol(what) => said(first_lower(what)),
        ParseErrorType::Reserved(word) if word.starts_with(char::is_alphabetic) => {
            ExprError { help: habit::word(word), ..said(format!("`{word}` is a reserved word")) }
        }
        ParseErrorType::Reserved(symbol) => said(format!("`{symbol}` means nothing here")),
        ParseErrorType::AssignmentToInvalidLHS(_) => no_assignment(range, tokens),
        ParseErrorType::PropertyExpected => said("expected the name of a field".to_owned()),
        ParseErrorType::VariableExpected => said("expected the name of a variable".to_owned()),
        ParseErrorType::ExprExpected(_) => said("expected a value".to_owned()),
        ParseErrorType::VariableUndefined(_)
        | ParseErrorType::MismatchedType(..)
        | ParseErrorType::MalformedIndexExpr(_) => of_meaning(fault.err_type(), range),
        other => said(first_lower(&other.to_string())),
    }
}

/// A `=` behind what can get no value.
fn no_assignment(left: Range<usize>, tokens: &Tokens<'_>) -> ExprError {
    let is_equals = |index: &usize| tokens.word(*index) == "=";
    let start = tokens.list.partition_point(|token| token.range.start < left.start);
    let sign = (start..tokens.list.len()).find(is_equals);
    let range = sign.map_or(left, |index| tokens.list[index].range.clone());
    let help = Some("write `==` to compare".to_owned());
    ExprError { help, ..error(range, "what stands before `=` can get no value", "an assignment") }
}

/// What the parser finds that is no matter of syntax.
fn of_meaning(fault: &ParseErrorType, range: Range<usize>) -> ExprError {
    let (code, message, label, help) = match fault {
        ParseErrorType::VariableUndefined(name) => (
            Code::E0802,
            format!("unknown variable `{name}`"),
            "not known here".to_owned(),
            Some(format!("`{name}` exists only inside the block that binds it")),
        ),
        ParseErrorType::MismatchedType(wanted, actual) => {
            (Code::E0805, format!("expected {wanted}, found {actual}"), format!("this is {actual}"), None)
        }
        other => (Code::E0805, first_lower(&other.to_string()), "wrong index".to_owned(), None),
    };
    ExprError { code, range, message, label, help }
}

/// Something stands where an operator or the end should.
fn trailing(range: Range<usize>, tokens: &Tokens<'_>) -> ExprError {
    let found = &tokens.text[range.clone()];
    let before = tokens.index_at(range.start).and_then(|index| index.checked_sub(1));
    let help = match (before.map_or("", |index| tokens.word(index)), found) {
        (_, ")" | "]" | "}") => Some(format!("this `{found}` closes nothing")),
        ("not", _) => Some("write `!` for `not`".to_owned()),
        (_, "and") => Some("write `&&` for `and`".to_owned()),
        (_, "or") => Some("write `||` for `or`".to_owned()),
        (_, "is") => Some("write `==` for `is`".to_owned()),
        (_, "as") => Some("write `to_float(..)`, `to_int(..)` or `to_text(..)`".to_owned()),
        _ => tokens.index_at(range.start).and_then(|index| habit::symbol(tokens, index)),
    };
    let message = "expected an operator or the end of the expression";
    ExprError { help, ..error(range.clone(), message, &format!("found `{found}`")) }
}

fn lexical(fault: &LexError, range: Range<usize>, tokens: &Tokens<'_>) -> ExprError {
    let text = tokens.text;
    match fault {
        LexError::UnterminatedString => {
            let mut fault = error(range, "this text has no closing quote", "it starts here");
            fault.help = Some("close it with the quote that opens it".to_owned());
            fault
        }
        LexError::MalformedChar(_) if text[range.start..].starts_with('\'') => {
            let mut fault = error(range, "single quotes hold one character", "found more or less than one");
            fault.help = Some("write a text in double quotes".to_owned());
            fault
        }
        LexError::MalformedNumber(_) => {
            let message = format!("`{}` is not a number", &text[range.clone()]);
            error(range, &message, "not a number")
        }
        LexError::MalformedEscapeSequence(escape) => {
            let help = format!(
                "write `\\{escape}`; a text between back-ticks, such as a regular expression, has no escapes"
            );
            let message = format!("`{escape}` is not an escape");
            ExprError { help: Some(help), ..error(range, &message, "in this text") }
        }
        LexError::UnexpectedInput(input) => {
            let help = tokens.index_at(range.start).and_then(|index| habit::symbol(tokens, index));
            ExprError { help, ..error(range, &format!("unexpected `{input}`"), "not expected here") }
        }
        LexError::ImproperSymbol(symbol, _) => {
            let mut fault = error(range, &format!("`{symbol}` means nothing here"), "not expected here");
            fault.help = match symbol.as_str() {
                "===" => Some("write `==`".to_owned()),
                "!==" => Some("write `!=`".to_owned()),
                _ => tokens.index_at(fault.range.start).and_then(|index| habit::symbol(tokens, index)),
            };
            fault
        }
        other => error(range, &first_lower(&other.to_string()), "not expected here"),
    }
}

/// Rhai's own words in our style: lower case, no full stop.
fn first_lower(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
