//! What people write who know other languages, and what it is called here.

use crate::expr::functions::Function;
use crate::expr::token::{Kind, Tokens};

/// How to write a function that has another name here, or why there is none.
pub(super) fn function(name: &str) -> Option<String> {
    let here = match name.to_lowercase().as_str() {
        "str" | "string" | "tostring" | "to_s" | "to_str" | "repr" => "to_text",
        "length" | "size" | "count" | "strlen" => "len",
        "touppercase" | "uppercase" | "upcase" | "to_uppercase" | "toupper" => "upper",
        "tolowercase" | "lowercase" | "downcase" | "to_lowercase" | "tolower" => "lower",
        "append" | "add" => "push",
        "substr" | "substring" => "slice",
        "strip" => "trim",
        "tofixed" => "fixed",
        "startswith" => "starts_with",
        "endswith" => "ends_with",
        "includes" => "contains",
        "sorted" => "sort",
        "reduce" => "fold",
        "power" => "pow",
        "log" => return Some("write `ln(..)`, or `log10(..)`".to_owned()),
        "int" | "integer" | "parseint" => {
            return Some("write `to_int(..)` for a number, `parse_int(..)` for a text".to_owned());
        }
        "float" | "double" | "parsefloat" => {
            return Some("write `to_float(..)` for a number, `parse_float(..)` for a text".to_owned());
        }
        "now" | "time" | "clock" | "timestamp" | "date" => {
            return Some("there is no clock in expressions".to_owned());
        }
        "random" | "rand" | "randint" => {
            return Some(
                "there is no chance in expressions: a `Random` process gives such numbers".to_owned(),
            );
        }
        _ => return None,
    };
    Some(format!("write `{here}(..)`"))
}

/// How to write a value that has another name here.
pub(super) fn word(name: &str) -> Option<String> {
    Some(match name {
        "True" | "TRUE" => "write `true`".to_owned(),
        "False" | "FALSE" => "write `false`".to_owned(),
        "None" | "null" | "nil" | "NULL" | "undefined" | "nothing" => {
            "`()` is the value that stands for none".to_owned()
        }
        word if is_module(word) => "functions stand alone: `sqrt(x)`".to_owned(),
        "fn" | "function" | "lambda" | "def" => {
            "a function of one's own is a closure: `|x| x + 1`".to_owned()
        }
        _ => return None,
    })
}

/// Whether other languages have functions of numbers inside something of that name.
fn is_module(name: &str) -> bool {
    matches!(name, "math" | "Math" | "cmath" | "np" | "numpy")
}

/// How to write what stands at a token behind a module of another language: `math.sqrt(x)`.
pub(super) fn in_module(tokens: &Tokens<'_>, at: usize) -> Option<String> {
    let (module, dot, name) = (tokens.word(at), tokens.word(at + 1), tokens.word(at + 2));
    if !is_module(module) || dot != "." {
        return None;
    }
    // Here every function stands alone, so one that has another name is best told by that.
    let called = tokens.word(at + 3) == "(" && Function::parse(name).is_some();
    if called { Some(format!("functions stand alone: write `{name}(..)`")) } else { function(name) }
}

/// How to mend what stands at a token and means nothing there.
pub(super) fn symbol(tokens: &Tokens<'_>, at: usize) -> Option<String> {
    let before = |n: usize| at.checked_sub(n).map_or("", |at| tokens.word(at));
    let is_next = |kind: Kind| tokens.list.get(at + 1).is_some_and(|token| token.kind == kind);
    let text = match (before(1), tokens.word(at)) {
        (_, "$") if is_next(Kind::Word) => {
            let name = tokens.word(at + 1);
            return Some(format!("in an expression a parameter has no `$`: write `{name}`"));
        }
        (key, ":") if before(2) == "{" => return Some(format!("a record is written `#{{{key}: ..}}`")),
        (_, "=") => "write `==` to compare",
        (_, "#") => "a comment begins with `//`",
        ("<", ">") | (_, "<>") => "write `!=`",
        (_, "=>" | "->") => "a closure is written `|x| x + 1`",
        (_, "++" | "--") => "write `x += 1`",
        (")" | "]" | "}" | "", _) => return None,
        ("lambda" | "def" | "function", _) => "a closure is written `|x| x + 1`",
        ("f", word) if word.starts_with(['"', '\'']) => "write `` `${x} of ${n}` ``",
        (_, "not") => "write `!`, and `!in` for `not in`",
        _ => return None,
    };
    Some(text.to_owned())
}
