//! Arithmetic in `${ }` and `when:`: integers and truth values over declared names. The syntax is that of
//! expressions (Rhai's); the value is computed here, while the file is read.

use std::ops::Range;

use rhai::{AST, ASTNode, Engine, Expr, OptimizationLevel, Position, Stmt};

use crate::diagnostic::{did_you_mean, headline};
use crate::ty::Constant;

/// Nesting that an arithmetic may have; evaluation walks it by recursion.
const MAX_DEPTH: usize = 64;

const WHAT_IT_KNOWS: &str = "arithmetic knows integers, names, + - * / % **, comparisons, && || !";

const COMPARE: &str = "compare it: `i + 1 < n`";
const BITS: &str = "integers have 64 bits, and one of them is the sign";
const DIVISOR: &str = "`min: 1` at the declaration of a parameter keeps it from being 0";

/// What is wrong, and how to mend it.
type Fault = (String, &'static str);

/// What is wrong in an arithmetic: bytes of its own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArithmeticError {
    /// Where.
    pub range: Range<usize>,
    /// What.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Whether it is a name that nobody declared.
    pub unknown_name: bool,
}

/// Reads and computes arithmetics.
pub struct Arithmetic {
    engine: Engine,
}

impl Default for Arithmetic {
    fn default() -> Self {
        let mut engine = Engine::new_raw();
        engine.set_optimization_level(OptimizationLevel::None);
        engine.set_max_expr_depths(MAX_DEPTH, MAX_DEPTH);
        Arithmetic { engine }
    }
}

impl std::fmt::Debug for Arithmetic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arithmetic")
    }
}

type Computed = Result<Constant, ArithmeticError>;

impl Arithmetic {
    /// The value of `text`, where `lookup` knows the declared names and `names` lists them.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn compute(
        &self,
        text: &str,
        lookup: &dyn Fn(&str) -> Option<Constant>,
        names: &dyn Fn() -> Vec<String>,
    ) -> Computed {
        // Nearly all are a single name; the engine need not see those.
        let trimmed = text.trim();
        let start = text.len() - text.trim_start().len();
        let walk = Walk { text, lookup, names };
        if is_name(trimmed) {
            return walk.name(trimmed, start..start + trimmed.len());
        }
        let ast: AST = self.engine.compile_expression(text).map_err(|error| {
            let mut wrong = walk.wrong(error.position(), headline(&error.err_type().to_string()));
            wrong.help = Some(WHAT_IT_KNOWS.to_owned());
            wrong
        })?;
        walk.root(&ast)
    }
}

/// Whether `text` is one identifier.
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(is_word)
        && !matches!(text, "true" | "false")
}

struct Walk<'a> {
    text: &'a str,
    lookup: &'a dyn Fn(&str) -> Option<Constant>,
    names: &'a dyn Fn() -> Vec<String>,
}

impl Walk<'_> {
    fn root(&self, ast: &AST) -> Computed {
        let mut found = None;
        ast.walk(&mut |path| {
            if let [ASTNode::Stmt(Stmt::Expr(expr))] = path {
                found = Some(self.expr(expr));
            }
            false
        });
        let nothing = || Err(self.outside(Position::NONE, "an arithmetic is one expression".to_owned()));
        found.unwrap_or_else(nothing)
    }

    fn expr(&self, expr: &Expr) -> Computed {
        match expr {
            Expr::BoolConstant(value, _) => Ok(Constant::Bool(*value)),
            Expr::IntegerConstant(value, _) => Ok(Constant::I64(*value)),
            Expr::Variable(variable, _, at) => self.name(&variable.1, self.word_at(*at)),
            Expr::And(sides, _) => self.all(sides, true),
            Expr::Or(sides, _) => self.all(sides, false),
            Expr::FnCall(call, at) => match call.args.as_slice() {
                [a, b] if call.op_token.is_some() => {
                    binary(&call.name, &self.expr(a)?, &self.expr(b)?).map_err(|fault| self.fault(*at, fault))
                }
                [a] if call.op_token.is_some() => {
                    unary(&call.name, &self.expr(a)?).map_err(|fault| self.fault(*at, fault))
                }
                _ => Err(self.outside(*at, format!("arithmetic has no function `{}`", call.name))),
            },
            other => Err(self.outside(other.position(), "this is no arithmetic".to_owned())),
        }
    }

    /// `&&` (stops at the first false) or `||` (stops at the first true) over all sides.
    fn all(&self, sides: &[Expr], neutral: bool) -> Computed {
        for side in sides {
            match self.expr(side)? {
                Constant::Bool(value) if value == neutral => {}
                Constant::Bool(value) => return Ok(Constant::Bool(value)),
                other => {
                    return Err(
                        self.fault(side.position(), (format!("`{other}` is not true or false"), COMPARE))
                    );
                }
            }
        }
        Ok(Constant::Bool(neutral))
    }

    fn name(&self, name: &str, range: Range<usize>) -> Computed {
        (self.lookup)(name).ok_or_else(|| {
            let names = (self.names)();
            let near = did_you_mean(name, names.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "the file declares no parameters".to_owned(),
                None => format!("names that stand for something here: {}", names.join(", ")),
            };
            let message = format!("unknown name `{name}`");
            ArithmeticError { range, message, help: Some(help), unknown_name: true }
        })
    }

    /// Something of the language of expressions that arithmetic has not.
    fn outside(&self, at: Position, message: String) -> ArithmeticError {
        self.fault(at, (message, WHAT_IT_KNOWS))
    }

    fn fault(&self, at: Position, (message, help): Fault) -> ArithmeticError {
        ArithmeticError { help: Some(help.to_owned()), ..self.wrong(at, message) }
    }

    fn wrong(&self, at: Position, message: String) -> ArithmeticError {
        ArithmeticError { range: self.word_at(at), message, help: None, unknown_name: false }
    }

    /// The word or operator that begins at a position of the engine's; the whole text when there is none.
    fn word_at(&self, at: Position) -> Range<usize> {
        let (Some(line), Some(column)) = (at.line(), at.position()) else { return 0..self.text.len() };
        let line_start: usize = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let rest = self.text.get(line_start..).unwrap_or("");
        let offset = rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at);
        let start = line_start + offset;
        let word = &self.text[start..];
        let n_word = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
        start..start + n_word.max(word.chars().next().map_or(0, char::len_utf8))
    }
}

fn unary(operator: &str, a: &Constant) -> Result<Constant, Fault> {
    match (operator, a) {
        ("-", Constant::I64(a)) => {
            a.checked_neg().map(Constant::I64).ok_or_else(|| (format!("`-({a})` overflows"), BITS))
        }
        ("+", Constant::I64(a)) => Ok(Constant::I64(*a)),
        ("!", Constant::Bool(a)) => Ok(Constant::Bool(!a)),
        _ => Err((format!("`{operator}` does not apply to `{a}`"), WHAT_IT_KNOWS)),
    }
}

fn binary(operator: &str, a: &Constant, b: &Constant) -> Result<Constant, Fault> {
    let (x, y) = match (a, b) {
        (Constant::I64(x), Constant::I64(y)) => (*x, *y),
        _ if operator == "==" => return Ok(Constant::Bool(a == b)),
        _ if operator == "!=" => return Ok(Constant::Bool(a != b)),
        _ => return Err((format!("`{operator}` takes integers here, not `{a}` and `{b}`"), WHAT_IT_KNOWS)),
    };
    let overflow = || (format!("`{x} {operator} {y}` overflows"), BITS);
    let divisor = || (format!("`{x} {operator} {y}` divides by zero"), DIVISOR);
    let value = match operator {
        "+" => x.checked_add(y).ok_or_else(overflow)?,
        "-" => x.checked_sub(y).ok_or_else(overflow)?,
        "*" => x.checked_mul(y).ok_or_else(overflow)?,
        "/" | "%" if y == 0 => return Err(divisor()),
        "/" => x.checked_div(y).ok_or_else(overflow)?,
        "%" => x.checked_rem(y).ok_or_else(overflow)?,
        "**" => {
            let exponent =
                u32::try_from(y).map_err(|_| (format!("`{y}` is not a possible exponent"), WHAT_IT_KNOWS))?;
            x.checked_pow(exponent).ok_or_else(overflow)?
        }
        "==" => return Ok(Constant::Bool(x == y)),
        "!=" => return Ok(Constant::Bool(x != y)),
        "<" => return Ok(Constant::Bool(x < y)),
        "<=" => return Ok(Constant::Bool(x <= y)),
        ">" => return Ok(Constant::Bool(x > y)),
        ">=" => return Ok(Constant::Bool(x >= y)),
        _ => return Err((format!("arithmetic has no operator `{operator}`"), WHAT_IT_KNOWS)),
    };
    Ok(Constant::I64(value))
}

#[cfg(test)]
mod tests {
    use super::Arithmetic;
    use crate::ty::Constant;

    fn compute(text: &str) -> Result<Constant, (String, String)> {
        let lookup = |name: &str| match name {
            "n" => Some(Constant::I64(4)),
            "i" => Some(Constant::I64(3)),
            _ => None,
        };
        Arithmetic::default()
            .compute(text, &lookup, &|| vec!["n".into(), "i".into()])
            .map_err(|error| (text[error.range.clone()].to_owned(), error.message))
    }

    #[test]
    fn operators_bind_as_in_expressions() {
        assert_eq!(compute("(i + 1) % n"), Ok(Constant::I64(0)));
        assert_eq!(compute("2 * n + 1"), Ok(Constant::I64(9)));
        assert_eq!(compute("i + 1 < n || n == 4 && i != 0"), Ok(Constant::Bool(true)));
        assert_eq!(compute("-i"), Ok(Constant::I64(-3)));
    }

    #[test]
    fn errors_name_the_place() {
        assert_eq!(compute("n / 0").unwrap_err(), ("/".into(), "`4 / 0` divides by zero".into()));
        assert_eq!(compute("2 * workers").unwrap_err(), ("workers".into(), "unknown name `workers`".into()));
        assert!(compute("n +").is_err());
        assert!(compute("9223372036854775807 + n").unwrap_err().1.contains("overflows"));
        assert!(compute("f(n)").unwrap_err().1.contains("no function"));
        assert!(compute("").is_err());
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(compute(&format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000))).is_err());
        assert!(compute(&"1+".repeat(10_000)).is_err());
    }
}
