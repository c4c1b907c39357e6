//! Expressions that the IR cannot hold are evaluated by Rhai, and so are the scripts of processes. Their names
//! are checked all the same: functions and their arguments in the syntax tree, variables in the tokens, scopes by
//! Rhai's strict mode.

use rhai::{AST, ASTNode, Expr as Tree, FnCallExpr, Position, Stmt};

use crate::diagnostic::{Code, did_you_mean};
use crate::expr::compiled::{ExprError, Scope};
use crate::expr::functions::Function;
use crate::expr::host::HostFunction;
use crate::expr::mistake::{unknown_function, unknown_variable, wrong_count};
use crate::expr::port_name::Ports;
use crate::expr::syntax;
use crate::expr::token::{Kind, Tokens};

/// Words of the language that look like names.
const KEYWORDS: [&str; 26] = [
    "let", "const", "if", "else", "switch", "while", "until", "loop", "for", "in", "do", "break", "continue",
    "return", "throw", "try", "catch", "fn", "private", "true", "false", "this", "Fn", "call", "curry", "_",
];

/// All that is wrong with the names of an expression.
pub(super) fn check(ast: &AST, tokens: &Tokens<'_>, scope: &Scope) -> Vec<ExprError> {
    check_with(ast, tokens, scope, None)
}

/// All that is wrong with the names in the script of a process that has these ports.
pub(super) fn check_process(
    ast: &AST,
    tokens: &Tokens<'_>,
    scope: &Scope,
    ports: &Ports<'_>,
) -> Vec<ExprError> {
    check_with(ast, tokens, scope, Some(ports))
}

fn check_with(ast: &AST, tokens: &Tokens<'_>, scope: &Scope, ports: Option<&Ports<'_>>) -> Vec<ExprError> {
    let bound = bound_names(tokens);
    let unknown = unknown_words(tokens, scope, &bound);
    let mut errors = functions(ast, tokens, ports, &unknown);
    errors.extend(variables(tokens, scope, ports, &bound, unknown));
    if errors.is_empty() {
        let names: Vec<&str> = scope.names().collect();
        let engine = if ports.is_some() { syntax::script_engine() } else { syntax::engine() };
        errors.extend(syntax::parse_strictly(engine, tokens, &names).err());
    }
    errors.sort_by_key(|error| error.range.start);
    errors
}

/// The tokens that are names of variables and that nothing binds.
fn unknown_words(tokens: &Tokens<'_>, scope: &Scope, bound: &[&str]) -> Vec<usize> {
    let is_unknown = |index: &usize| {
        let word = tokens.word(*index);
        let is_name = tokens.list[*index].kind == Kind::Word && is_variable(tokens, *index);
        is_name
            && !KEYWORDS.contains(&word)
            && !bound.contains(&word)
            && !scope.names().any(|name| name == word)
    };
    (0..tokens.list.len()).filter(is_unknown).collect()
}

/// What is said of the unknown names.
fn variables(
    tokens: &Tokens<'_>,
    scope: &Scope,
    ports: Option<&Ports<'_>>,
    bound: &[&str],
    unknown: Vec<usize>,
) -> Vec<ExprError> {
    let mut without_let = Vec::new();
    for &index in &unknown {
        let starts = matches!(index.checked_sub(1).map_or("", |at| tokens.word(at)), "" | ";" | "{" | "}");
        if starts && tokens.word(index + 1) == "=" && !without_let.contains(&tokens.word(index)) {
            without_let.push(tokens.word(index));
        }
    }
    let mut errors: Vec<ExprError> = Vec::new();
    let mut blamed = Vec::new();
    for index in unknown {
        let (word, range) = (tokens.word(index), tokens.list[index].range.clone());
        let lacks_let = without_let.contains(&word);
        if lacks_let && blamed.contains(&word) {
            continue;
        }
        blamed.push(word);
        let mut error = unknown_variable(tokens, word, range, scope, bound);
        if lacks_let {
            error.help = Some(format!("write `let {word} = ..` where it gets its first value"));
        } else if ports.is_some_and(|ports| ports.has(word)) {
            error.help = Some(format!("a port is named by a text: `\"{word}\"`"));
        }
        errors.push(error);
    }
    errors
}

fn functions(ast: &AST, tokens: &Tokens<'_>, ports: Option<&Ports<'_>>, unknown: &[usize]) -> Vec<ExprError> {
    let own: Vec<&str> = ast.iter_functions().map(|function| function.name).collect();
    let known = Known { tokens, own: &own, ports, unknown };
    let mut errors = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        let indexed = matches!(path.iter().rev().nth(1), Some(ASTNode::Expr(Tree::Index(..))));
        match path.last() {
            Some(ASTNode::Expr(Tree::FnCall(call, position))) => {
                known.call(call, *position, 0, indexed, &mut errors);
            }
            Some(ASTNode::Expr(Tree::MethodCall(call, position))) => {
                known.call(call, *position, 1, indexed, &mut errors);
            }
            Some(ASTNode::Stmt(Stmt::FnCall(call, position))) => {
                known.call(call, *position, 0, indexed, &mut errors);
            }
            _ => {}
        }
        true
    });
    errors
}

/// What calls are checked against.
struct Known<'a> {
    tokens: &'a Tokens<'a>,
    /// Functions that the script defines.
    own: &'a [&'a str],
    /// Present in the script of a process.
    ports: Option<&'a Ports<'a>>,
    /// Tokens that are unknown names.
    unknown: &'a [usize],
}

impl Known<'_> {
    /// What is wrong with one call that has `n_before` arguments in front of its dot.
    fn call(
        &self,
        call: &FnCallExpr,
        position: Position,
        n_before: usize,
        indexed: bool,
        errors: &mut Vec<ExprError>,
    ) {
        let tokens = self.tokens;
        let name = tokens.at(position);
        if &*call.name == "contains" && matches!(tokens.text.get(name.clone()), Some("in" | "!")) {
            return;
        }
        if call.op_token.is_some() && n_before == 0 {
            if indexed && matches!(&*call.name, ".." | "..=") {
                errors.push(slice_in_script(name));
            }
            return;
        }
        if let ("call", 0, Some(_), Some(Tree::StringConstant(..))) =
            (&*call.name, n_before, self.ports, call.args.first())
        {
            errors.push(ask_is_meant(tokens.call(&name)));
        }
        if matches!(&*call.name, "Fn" | "call" | "curry") || self.own.contains(&&*call.name) {
            return;
        }
        if n_before == 1 && self.is_of_unknown(&name) {
            return;
        }
        let host = self.ports.and_then(|ports| Some((ports, HostFunction::parse(&call.name)?)));
        let n_arguments = call.args.len() + n_before;
        match (host, Function::called(&call.name, n_arguments)) {
            (Some((ports, function)), _) => {
                ports.check(call, function, n_before, tokens, &name, errors);
                errors.extend(self.spawned(call));
            }
            (None, Some(function)) => {
                errors.extend(wrong_count(function.spec(), n_arguments, tokens.call(&name)));
            }
            (None, None) => errors.push(unknown_function(&call.name, name, self.ports.is_some())),
        }
    }
}

impl Known<'_> {
    /// Whether the function is called on an unknown name, `math.sqrt(x)`: then the name alone is a mistake.
    fn is_of_unknown(&self, function: &std::ops::Range<usize>) -> bool {
        let of = self.tokens.index_at(function.start).and_then(|at| at.checked_sub(2));
        of.is_some_and(|of| self.unknown.contains(&of) && self.tokens.word(of + 1) == ".")
    }

    /// What is wrong with the function that a `spawn` names.
    fn spawned(&self, call: &FnCallExpr) -> Option<ExprError> {
        let ("spawn", [Tree::StringConstant(name, position), _]) = (&*call.name, &call.args[..]) else {
            return None;
        };
        if self.own.contains(&name.as_str()) {
            return None;
        }
        let named: Vec<&str> = self.own.iter().copied().filter(|own| !own.contains('$')).collect();
        let help = match did_you_mean(name, named.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if named.is_empty() => {
                format!("write `fn {name}(..) {{ .. }}`; a kind is spawned with its parameters and ports")
            }
            None => format!("its functions are `{}`", named.join("`, `")),
        };
        Some(ExprError {
            code: Code::E0803,
            range: self.tokens.at(*position),
            message: format!("the script has no function `{name}`"),
            label: "no function has this name".to_owned(),
            help: Some(help),
        })
    }
}

/// Rhai keeps `call` for closures, and a text is none.
fn ask_is_meant(range: std::ops::Range<usize>) -> ExprError {
    ExprError {
        code: Code::E0803,
        range,
        message: "`call` calls a closure, which no text is".to_owned(),
        label: "a text is called".to_owned(),
        help: Some("requests are sent by `ask`: `ask(port, request)`".to_owned()),
    }
}

/// Rhai cuts lists not at all and texts in its own way, so scripts use the function.
fn slice_in_script(range: std::ops::Range<usize>) -> ExprError {
    ExprError {
        code: Code::E0805,
        range,
        message: "a slice beside a loop, a closure or an assignment is a function call".to_owned(),
        label: "a slice in a script".to_owned(),
        help: Some("write `slice(x, from, to)`".to_owned()),
    }
}

/// Whether the word at `index` reads a variable: not a field, not a key of a record, not a call.
fn is_variable(tokens: &Tokens<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).map_or("", |index| tokens.word(index));
    let after = tokens.word(index + 1);
    let key = after == ":" && matches!(before, "#{" | ",");
    !key && !matches!(before, "." | "?.") && !matches!(after, "(" | "::")
}

/// Names that the script binds anywhere: `let`, `const`, `for`, parameters, `catch`.
fn bound_names<'a>(tokens: &Tokens<'a>) -> Vec<&'a str> {
    let mut bound = Vec::new();
    let mut params: Option<&str> = None;
    for (index, token) in tokens.list.iter().enumerate() {
        let word = tokens.word(index);
        let before = index.checked_sub(1).map_or("", |index| tokens.word(index));
        let earlier = index.checked_sub(2).map_or("", |index| tokens.word(index));
        if params == Some(word) {
            params = None;
        } else if word == "|" && !is_operand(before) {
            params = Some("|");
        } else if word == "(" && (earlier == "fn" || matches!(before, "for" | "catch")) {
            params = Some(")");
        } else if token.kind == Kind::Word && (params.is_some() || matches!(before, "let" | "const" | "for"))
        {
            bound.push(word);
        }
    }
    bound
}

/// Whether a `|` behind this word is an operator.
fn is_operand(word: &str) -> bool {
    let last = word.chars().last();
    !matches!(word, "return" | "in" | "else")
        && last.is_some_and(|c| c.is_alphanumeric() || "_)]}\"'`".contains(c))
}
