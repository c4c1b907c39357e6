//! Numbers as they are written: Rhai wraps or rounds what has no place in 64 bits, and reads `5.` as a float. Both
//! ways of evaluating get only numbers that mean what they say.

use std::ops::Range;

use crate::diagnostic::Code;
use crate::expr::compiled::ExprError;
use crate::expr::token::{Kind, Tokens};

/// All numbers that cannot be what they say.
pub(super) fn check(tokens: &Tokens<'_>) -> Vec<ExprError> {
    let numbers = tokens.list.iter().enumerate().filter(|(_, token)| token.kind == Kind::Number);
    numbers.filter_map(|(index, token)| wrong(tokens, index, &token.range)).collect()
}

/// A number that ends with its point, for which Rhai looks for a field's name.
pub(super) fn lone_point(tokens: &Tokens<'_>) -> Option<ExprError> {
    check(tokens).into_iter().find(|error| error.code == Code::E0801)
}

fn wrong(tokens: &Tokens<'_>, index: usize, range: &Range<usize>) -> Option<ExprError> {
    let text = tokens.word(index);
    let digits = text.replace('_', "");
    let based = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)];
    let based = based.iter().find_map(|(prefix, base)| Some((digits.strip_prefix(prefix)?, *base)));
    let error = |code, range: Range<usize>, message, label: &str, help: Option<String>| {
        Some(ExprError { code, range, message, label: label.to_owned(), help })
    };
    let no_integer = |help: Option<String>| {
        let message = format!("`{text}` does not fit into an integer");
        error(Code::E0805, range.clone(), message, "past 64 bits", help)
    };
    if let Some((digits, base)) = based {
        return match i64::from_str_radix(digits, base) {
            Ok(_) => None,
            Err(_) => no_integer(Some(format!("the greatest integer is `{:#x}`", i64::MAX))),
        };
    }
    if digits.contains(['.', 'e', 'E']) {
        let is_infinite = digits.parse::<f64>().is_ok_and(f64::is_infinite);
        let message = format!("`{text}` does not fit into a float");
        let help = Some(format!("the greatest float is `{:e}`; `1.0 / 0.0` is infinite", f64::MAX));
        return is_infinite.then(|| error(Code::E0805, range.clone(), message, "past all floats", help))?;
    }
    if let Some(point) = point_behind(tokens, index) {
        let message = format!("`{text}.` has no digit behind its point");
        return error(Code::E0801, point, message, "a digit is missing", Some(format!("write `{text}.0`")));
    }
    let signed = if is_negative(tokens, index) { format!("-{digits}") } else { digits };
    match signed.parse::<i64>() {
        Ok(_) => None,
        Err(_) => no_integer(Some(format!("for a float write `{text}.0`"))),
    }
}

/// The point behind a number when nothing follows that could be the name of a method.
fn point_behind(tokens: &Tokens<'_>, number: usize) -> Option<Range<usize>> {
    let token = tokens.list.get(number)?;
    let point = tokens.list.get(number + 1).filter(|_| tokens.word(number + 1) == ".")?;
    let called = tokens.list.get(number + 2).is_some_and(|next| next.kind == Kind::Word);
    (point.range.start == token.range.end && !called).then_some(token.range.start..point.range.end)
}

/// Whether a sign belongs to the number: it touches it, and is neither a subtraction nor negated itself, for then the
/// number would be a float to Rhai.
fn is_negative(tokens: &Tokens<'_>, number: usize) -> bool {
    let Some(sign) = number.checked_sub(1).filter(|sign| is_unary_minus(tokens, *sign)) else { return false };
    let touches = tokens.list[sign].range.end == tokens.list[number].range.start;
    let outer = (0..sign).rev().find(|at| tokens.word(*at) != "(");
    touches && !outer.is_some_and(|outer| is_unary_minus(tokens, outer))
}

/// Whether the token is a `-` before which nothing stands that it could subtract from.
fn is_unary_minus(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| (tokens.list[before].kind, tokens.word(before)));
    let subtracts = match before {
        None => false,
        Some((Kind::Symbol, word)) => matches!(word, ")" | "]" | "}"),
        Some((_, word)) => !matches!(word, "return" | "throw" | "in" | "if" | "while" | "until"),
    };
    tokens.word(at) == "-" && !subtracts
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::expr::token::Tokens;

    #[test]
    fn numbers_are_what_they_say_or_are_refused() {
        let refused = |text: &str| -> Vec<String> {
            check(&Tokens::new(text)).into_iter().map(|error| error.message).collect()
        };
        let none: Vec<String> = Vec::new();
        for text in [
            "9_223_372_036_854_775_807",
            "-9223372036854775808",
            "x - (-9223372036854775808)",
            "0x7fff_ffff_ffff_ffff",
            "0b101",
            "1e308 + 5.0 + 2.5e-400",
            "5.abs()",
            "x[1..2]",
            "x[1..]",
        ] {
            assert_eq!(refused(text), none, "{text}");
        }
        for (text, message) in [
            ("9223372036854775808", "`9223372036854775808` does not fit into an integer"),
            ("-9223372036854775809", "`9223372036854775809` does not fit into an integer"),
            ("x -9223372036854775808", "`9223372036854775808` does not fit into an integer"),
            ("-(-9223372036854775808)", "`9223372036854775808` does not fit into an integer"),
            ("0xffffffffffffffff", "`0xffffffffffffffff` does not fit into an integer"),
            ("1e400", "`1e400` does not fit into a float"),
            ("[5.]", "`5.` has no digit behind its point"),
            ("5. + 1", "`5.` has no digit behind its point"),
        ] {
            assert_eq!(refused(text), [message], "{text}");
        }
    }
}
