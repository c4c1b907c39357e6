//! Lists of the pieces of a text, given part after part: a text of any length needs no list.

use csprun_dsl::expr::functions::Function;

use super::words::Words;
use crate::value::{Cut, Value};

/// What becomes of a list.
pub(in crate::expr) enum Items {
    /// All of it was given.
    All,
    /// There is more.
    Some(Pieces),
    /// It is to be evaluated whole.
    Unknown,
}

/// What the pieces are.
#[derive(Clone, Copy, Debug)]
pub(in crate::expr) enum Sort {
    Words,
    Split,
}

impl Sort {
    /// Those that a function gives.
    pub(in crate::expr) fn of(function: Function) -> Option<Sort> {
        match function {
            Function::Words => Some(Sort::Words),
            Function::Split => Some(Sort::Split),
            _ => None,
        }
    }
}

impl Items {
    /// Appends the first pieces of the text `x`, at least `n` unless there are fewer.
    pub(in crate::expr) fn of(
        sort: Sort,
        x: &Value,
        separator: Value,
        n: usize,
        into: &mut Vec<Value>,
    ) -> Items {
        match (sort, x.cut(), separator.as_text()) {
            (Sort::Words, Some(cut), _) => match words_behind(&cut, 0, n, into) {
                None => Items::All,
                Some(from) => Items::Some(Pieces { whole: x.clone(), separator: None, from }),
            },
            (Sort::Split, Some(cut), Some(text)) if !text.is_empty() => {
                match split_behind(&cut, text, 0, n, into) {
                    None => Items::All,
                    Some(from) => Items::Some(Pieces { whole: x.clone(), separator: Some(separator), from }),
                }
            }
            _ => Items::Unknown,
        }
    }
}

/// The pieces of a text that are still to be given.
pub(crate) struct Pieces {
    whole: Value,
    /// What stands between them; `None`: white space.
    separator: Option<Value>,
    /// Where they begin.
    from: usize,
}

impl Pieces {
    /// Appends the next `n`; what is left behind them.
    pub(crate) fn give(self, n: usize, into: &mut Vec<Value>) -> Option<Pieces> {
        let cut = self.whole.cut()?;
        let from = match self.separator.as_ref().and_then(Value::as_text) {
            None => words_behind(&cut, self.from, n, into),
            Some(separator) => split_behind(&cut, separator, self.from, n, into),
        }?;
        Some(Pieces { from, ..self })
    }
}

/// All words of the text `x` as a list.
pub(super) fn words(x: &Value) -> Value {
    let mut words = Vec::new();
    if let Some(cut) = x.cut() {
        words_behind(&cut, 0, usize::MAX, &mut words);
    }
    Value::from(words)
}

/// Appends `n` words behind byte `from`; the place where they end, unless these are all.
fn words_behind(cut: &Cut<'_>, from: usize, n: usize, into: &mut Vec<Value>) -> Option<usize> {
    let (mut n_left, mut end) = (n, from);
    for word in Words::new(cut.text(), from).take(n) {
        (n_left, end) = (n_left - 1, word.end);
        into.push(cut.part(word));
    }
    (n_left == 0).then_some(end)
}

/// Appends `n` parts that begin with byte `from`; the place where the next one begins, unless these are all.
fn split_behind(
    cut: &Cut<'_>,
    separator: &str,
    from: usize,
    n: usize,
    into: &mut Vec<Value>,
) -> Option<usize> {
    let mut next = from;
    for part in cut.text()[from..].split(separator).take(n) {
        into.push(cut.part(next..next + part.len()));
        next += part.len() + separator.len();
    }
    // Behind the last part there is no separator.
    (next <= cut.text().len()).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::{Items, Sort};
    use crate::value::Value;

    fn given(sort: Sort, text: &str, separator: &str, n: usize) -> Vec<Value> {
        let mut given = Vec::new();
        let items = Items::of(sort, &Value::from(text), Value::from(separator), n, &mut given);
        let mut left = match items {
            Items::All => None,
            Items::Some(pieces) => Some(pieces),
            Items::Unknown => panic!("it is a text"),
        };
        while let Some(pieces) = left {
            let n_before = given.len();
            left = pieces.give(n, &mut given);
            assert!(given.len() <= n_before + n);
        }
        given
    }

    #[test]
    fn pieces_are_the_same_in_parts_of_any_size() {
        for text in [
            "",
            " ",
            "a",
            "a b",
            " a\u{2003}b  c ",
            "a,b,,c,",
            ",",
            "ab a word of more than twenty-two bytes,",
        ] {
            for n in 1..6 {
                let words: Vec<Value> = text.split_whitespace().map(Value::from).collect();
                assert_eq!(given(Sort::Words, text, "", n), words, "{text:?} by {n}");
                let parts: Vec<Value> = text.split(',').map(Value::from).collect();
                assert_eq!(given(Sort::Split, text, ",", n), parts, "{text:?} by {n}");
            }
        }
    }
}
