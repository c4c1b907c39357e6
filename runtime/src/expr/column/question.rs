//! What a column program asks of tokens that are no numbers, about texts and fields: a token at a time, before its steps
//! run. An answer is a number or a Bool; texts stay where they are.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node};
use csprun_dsl::ty::{Constant, Type};
use regex::Regex;

use super::kind::{Kind, truth};
use crate::expr::function::text;
use crate::expr::number::compare;
use crate::value::{Value, View};

/// Something that a token answers by itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Question {
    /// The number or Bool in this place.
    Field(Place),
    /// How many characters.
    Len(Text),
    /// A comparison.
    Compare(Binary, [Text; 2]),
    /// Whether the second is a part of the first, or how it starts or ends.
    Part(Function, [Text; 2]),
    Matches(Text, Pattern),
    /// The number that is written there, if it is one.
    Parse(Function, Text),
}

/// A variable, or a field of a field of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    variable: usize,
    /// The names of the fields, the outermost first.
    fields: Vec<String>,
}

/// A text that needs no memory of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    source: Source,
    /// Without white space at both ends.
    trimmed: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    Place(Place),
    Constant(String),
}

/// A regular expression.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// What a token answers.
pub(super) enum Answer {
    Is(u64),
    /// It has no value: a failure in the lanes that count.
    None,
}

impl Question {
    /// What an expression whose value is a number or a Bool asks; `None` where it is no question. `texts` are those that
    /// the names of the expression stand for.
    pub(super) fn of(expr: &Expr, texts: &[Option<Text>]) -> Option<Question> {
        let text = |expr| Text::of(expr, texts);
        let pair = |a, b| Some([text(a)?, text(b)?]);
        match &expr.node {
            Node::Field(..) => Place::of(expr).map(Question::Field),
            Node::Binary(operator, of) => pair(&of[0], &of[1]).map(|pair| Question::Compare(*operator, pair)),
            Node::Call(function, arguments) => match (function, &arguments[..]) {
                (Function::Len, [x]) => text(x).map(Question::Len),
                (Function::Contains | Function::StartsWith | Function::EndsWith, [x, part]) => {
                    pair(x, part).map(|pair| Question::Part(*function, pair))
                }
                (Function::Matches, [x, pattern]) => match &pattern.node {
                    Node::Constant(Constant::Text(pattern)) => {
                        Some(Question::Matches(text(x)?, Pattern(Regex::new(pattern).ok()?)))
                    }
                    _ => None,
                },
                (Function::ParseInt | Function::ParseFloat, [x]) => {
                    text(x).map(|text| Question::Parse(*function, text))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a token may have no value.
    pub(super) fn may_fail(&self) -> bool {
        matches!(self, Question::Parse(..))
    }

    /// Whether it costs so much that it is asked only where its answer is wanted.
    pub(super) fn is_dear(&self) -> bool {
        matches!(self, Question::Matches(..))
    }

    /// The variables that it is about; of those that it has none for, `None`.
    pub(super) fn variables(&self) -> [Option<usize>; 2] {
        match self {
            Question::Field(place) => [Some(place.variable), None],
            Question::Len(text) | Question::Matches(text, _) | Question::Parse(_, text) => {
                [text.variable(), None]
            }
            Question::Compare(_, pair) | Question::Part(_, pair) => pair.each_ref().map(Text::variable),
        }
    }

    /// The answer, given the values of its variables; `None` where those are of another type.
    pub(super) fn answer(&self, kind: Kind, values: [Option<&Value>; 2]) -> Option<Answer> {
        let [first, second] = values;
        let holds = |holds: bool| Some(Answer::Is(truth(holds)));
        match self {
            Question::Field(place) => bits(place.value(first?)?, kind).map(Answer::Is),
            Question::Len(text) => Some(Answer::Is(text.of_value(first)?.chars().count() as u64)),
            Question::Compare(operator, [a, b]) => {
                holds(compare(*operator, a.of_value(first)?, b.of_value(second)?)?)
            }
            Question::Part(function, [a, b]) => {
                holds(text::has_part(*function, a.of_value(first)?, b.of_value(second)?))
            }
            Question::Matches(text, pattern) => holds(pattern.0.is_match(text.of_value(first)?)),
            Question::Parse(function, text) => {
                let text = text.of_value(first)?;
                let number = match function {
                    Function::ParseInt => text::int(text).map(i64::cast_unsigned),
                    _ => text::float(text).map(f64::to_bits),
                };
                Some(number.map_or(Answer::None, Answer::Is))
            }
        }
    }
}

/// A number or a Bool in a register.
pub(super) fn bits(value: &Value, kind: Kind) -> Option<u64> {
    match kind {
        Kind::Int => value.as_i64().map(i64::cast_unsigned),
        Kind::Float => value.as_f64().map(f64::to_bits),
        Kind::Bool => value.as_bool().map(truth),
    }
}

impl Place {
    fn of(mut expr: &Expr) -> Option<Place> {
        let mut fields = Vec::new();
        loop {
            match &expr.node {
                Node::Field(base, name) => {
                    fields.push(name.clone());
                    expr = base;
                }
                Node::Variable(variable) => {
                    fields.reverse();
                    return Some(Place { variable: *variable, fields });
                }
                _ => return None,
            }
        }
    }

    /// What stands there.
    fn value<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.fields.iter().try_fold(value, |value, name| match value.view() {
            View::Record(record) => record.get(name),
            _ => None,
        })
    }
}

impl Text {
    pub(super) fn of(mut expr: &Expr, texts: &[Option<Text>]) -> Option<Text> {
        let mut trimmed = false;
        while let Node::Call(Function::Trim, arguments) = &expr.node {
            expr = arguments.first()?;
            trimmed = true;
        }
        let source = match &expr.node {
            _ if expr.ty != Type::Text => return None,
            Node::Constant(Constant::Text(text)) => Source::Constant(text.clone()),
            Node::Local(slot) => {
                let text = texts[*slot].clone()?;
                return Some(Text { trimmed: trimmed || text.trimmed, ..text });
            }
            _ => Source::Place(Place::of(expr)?),
        };
        Some(Text { source, trimmed })
    }

    fn variable(&self) -> Option<usize> {
        match &self.source {
            Source::Place(place) => Some(place.variable),
            Source::Constant(_) => None,
        }
    }

    /// The text, given the value of its variable.
    fn of_value<'a>(&'a self, value: Option<&'a Value>) -> Option<&'a str> {
        let text = match &self.source {
            Source::Place(place) => place.value(value?)?.as_text()?,
            Source::Constant(text) => text,
        };
        Some(if self.trimmed { text.trim() } else { text })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use csprun_dsl::expr::{Scope, compile};
    use csprun_dsl::ty::Type;

    use crate::expr::column::Columns;
    use crate::value::Value;

    fn columns(source: &str) -> Option<Columns> {
        let inner = Type::Record(BTreeMap::from([("k".to_owned(), Type::I64)]));
        let record = Type::Record(BTreeMap::from([("inner".to_owned(), inner)]));
        let variables = [("s", Type::Text), ("r", record)].map(|(name, ty)| (name.to_owned(), ty)).into();
        let scope = Scope { variables, ..Scope::default() };
        Columns::new(&compile(source, &scope).unwrap_or_else(|errors| panic!("{source}: {errors:#?}")))
    }

    /// What comes out for these values of `s`.
    fn answers(source: &str, texts: &[&str]) -> Option<Vec<Value>> {
        let mut given = Vec::new();
        let token = |_, lane: usize| Value::from(texts[lane]);
        columns(source)?.eval(texts.len(), token, |column| column.append_to(&mut given))?;
        Some(given)
    }

    #[test]
    fn texts_are_asked_token_by_token() {
        let texts = ["", " häß ", "abc"];
        let ints = |ints: [i64; 3]| Some(ints.map(Value::from).to_vec());
        assert_eq!(answers("len(s) * 10 + len(trim(s))", &texts), ints([0, 53, 33]));
        let bools = |bools: [bool; 3]| Some(bools.map(Value::from).to_vec());
        assert_eq!(answers("s > \"a\" || s.starts_with(\" \")", &texts), bools([false, true, true]));
        assert_eq!(answers("let t = trim(s); t != s", &texts), bools([false, true, false]));
    }

    #[test]
    fn a_text_without_a_number_fails_only_where_the_number_is_wanted() {
        let source = "if len(s) > 1 { 0 } else { parse_int(s) }";
        assert_eq!(answers(source, &["abc", "7"]), Some(vec![Value::from(0), Value::from(7)]));
        assert_eq!(answers(source, &["abc", "x"]), None);
    }

    #[test]
    fn a_pattern_is_looked_for_only_where_every_token_is_asked() {
        let found = answers("matches(s, \"^[a-c]+$\") && len(s) > 1", &["abc", "abd"]);
        assert_eq!(found, Some(vec![Value::from(true), Value::from(false)]));
        assert!(columns("len(s) > 1 && matches(s, \"^[a-c]+$\")").is_none());
        assert!(columns("matches(s, s)").is_none());
    }

    #[test]
    fn a_field_is_a_number_like_any_other() {
        let token = |k: i64| {
            let inner = Value::record(BTreeMap::from([("k".to_owned(), Value::from(k))]));
            Value::record(BTreeMap::from([("inner".to_owned(), inner)]))
        };
        let columns = columns("r.inner.k * 2").expect("it has a program");
        assert!(columns.ignores(0) && !columns.ignores(1));
        let mut given = Vec::new();
        columns.eval(2, |_, lane| token(lane as i64), |column| column.append_to(&mut given));
        assert_eq!(given, [0, 2].map(Value::from));
        assert!(columns.eval(1, |_, _| Value::from(1), |_| ()).is_none(), "no record");
    }
}
