//! One value of a parameter, read as the type that the signature declares.

use super::argument::example;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{SIZES, TIMES, amiss, n_bytes, parse_duration};
use crate::params::Param;
use crate::signature::{ParamSpec, ParamType, Signature};
use crate::substitute::to_constant;
use crate::tree::{Node, Tree};
use crate::ty::{Constant, exact_f64};
use crate::type_name::read_type;

/// Reads a parameter that is no code.
pub(super) fn value(
    signature: &Signature,
    spec: &ParamSpec,
    node: &Node,
    found: &mut Diagnostics,
) -> Option<Param> {
    match (Value { kind: signature.kind, spec, node }).read(found) {
        Ok(value) => Some(value),
        Err(mistake) => {
            mistake.into_iter().for_each(|mistake| found.push(*mistake));
            None
        }
    }
}

/// A value as it stands in the file.
struct Value<'a> {
    kind: &'static str,
    spec: &'a ParamSpec,
    node: &'a Node,
}

/// What was read, or the mistake in it; none that was reported already.
type Read<T> = Result<T, Option<Box<Diagnostic>>>;

impl Value<'_> {
    fn read(&self, found: &mut Diagnostics) -> Read<Param> {
        match (&self.spec.ty, &self.node.tree) {
            (ParamType::Bool, Tree::Bool(value)) => Ok(Param::Bool(*value)),
            (ParamType::Bool, _) => self.wrong("`true` or `false`"),
            (ParamType::Int { min, max }, Tree::Int(value)) => match i64::try_from(*value) {
                Ok(value) if (*min..=*max).contains(&value) => Ok(Param::Int(value)),
                _ => self.outside(&value.to_string(), &int_limits(*min, *max)),
            },
            (ParamType::Int { .. }, _) => self.wrong("an integer"),
            (ParamType::Float { min, max }, Tree::Int(_) | Tree::Float(_)) => match float(self.node) {
                Some(value) if (*min..=*max).contains(&value) => Ok(Param::Float(value)),
                _ => self.outside(&self.node.to_string(), &format!("{min:?} to {max:?}")),
            },
            (ParamType::Float { .. }, _) => self.wrong("a number"),
            (ParamType::Text | ParamType::Path, Tree::Text(text)) => Ok(Param::Text(text.clone())),
            (ParamType::Text, _) => self.wrong("a text"),
            (ParamType::Path, _) => self.wrong("the path of a file, a text"),
            (ParamType::Duration, _) => self.time(),
            (ParamType::Memory, _) => self.memory(),
            (ParamType::Word(words), _) => self.word(words),
            (ParamType::Constant, _) => self.token("a token").map(Param::Constant),
            (ParamType::Constants, Tree::List(_)) => match self.token("a list of tokens")? {
                Constant::List(items) => Ok(Param::Constants(items)),
                _ => self.wrong("a list of tokens"),
            },
            (ParamType::Constants, _) => self.wrong("a list of tokens"),
            (ParamType::Type, _) => read_type(self.node, found).map(Param::Type).ok_or(None),
            (ParamType::Names, Tree::List(items)) => {
                let names = items.iter().map(|item| item.as_text().map(str::to_owned));
                names
                    .collect::<Option<_>>()
                    .map(Param::Names)
                    .map_or_else(|| self.wrong("a list of names"), Ok)
            }
            (ParamType::Names, _) => self.wrong("a list of names"),
            (ParamType::Expr(_) | ParamType::Template(_) | ParamType::Script | ParamType::ScriptFile, _) => {
                self.wrong("code in a text")
            }
        }
    }

    /// A value of another type.
    fn wrong<T>(&self, what: &str) -> Read<T> {
        let (name, is) = (self.spec.name, self.node.describe());
        let message = format!("`{name}` of `{}` is {what}, and this is {is}", self.kind);
        let error = Diagnostic::new(Code::E0703, self.node.span, message).label(is);
        Err(Some(Box::new(error.help(self.instead()))))
    }

    /// A value of the right type that is out of its range.
    fn outside<T>(&self, shown: &str, limits: &str) -> Read<T> {
        let message = format!("`{}` of `{}` is {shown}, and must be {limits}", self.spec.name, self.kind);
        let error = Diagnostic::new(Code::E0704, self.node.span, message);
        Err(Some(Box::new(error.label(format!("must be {limits}")))))
    }

    /// A text that cannot be read as what it stands for.
    fn misread<T>(&self, text: &str, what: &str, help: &str) -> Read<T> {
        let message = format!("`{}` of `{}` is {what}, and {text:?} is none", self.spec.name, self.kind);
        let help = amiss(text).unwrap_or_else(|| format!("write {help}"));
        Err(Some(Box::new(Diagnostic::new(Code::E0703, self.node.span, message).help(help))))
    }

    fn time(&self) -> Read<Param> {
        let what = "a time such as \"100ms\"";
        let Some(text) = self.node.as_text() else { return self.wrong(what) };
        let is_negative = text.strip_prefix('-').is_some_and(|time| parse_duration(time).is_some());
        match parse_duration(text) {
            Some(time) if !time.is_zero() => Ok(Param::Duration(time)),
            None if !is_negative => self.misread(text, what, TIMES),
            _ => self.outside(text, "above 0"),
        }
    }

    fn memory(&self) -> Read<Param> {
        let what = "a number of bytes such as \"1GiB\"";
        let n = n_bytes(self.node, "", &mut Diagnostics::default());
        match (n.and_then(|n| i64::try_from(n).ok()), &self.node.tree) {
            (Some(n), _) => Ok(Param::Int(n)),
            (None, Tree::Int(n)) => self.outside(&n.to_string(), "above 0"),
            (None, Tree::Text(text)) => self.misread(text, what, SIZES),
            (None, _) => self.wrong(what),
        }
    }

    fn word(&self, words: &[&str]) -> Read<Param> {
        let given = self.node.as_word().or_else(|| self.node.as_text()).unwrap_or("");
        if let Some(word) = words.iter().find(|word| **word == given) {
            return Ok(Param::Text((*word).to_owned()));
        }
        let message = format!("`{}` of `{}` is one of {}", self.spec.name, self.kind, words.join(", "));
        let near = did_you_mean(given, words.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        Err(Some(Box::new(Diagnostic::new(Code::E0703, self.node.span, message).maybe_help(near))))
    }

    /// A token, or a list of them.
    fn token(&self, what: &str) -> Read<Constant> {
        let odd = match to_constant(self.node) {
            Ok(value) if value.ty().is_some() => return Ok(value),
            Ok(_) => return self.outside("a list of tokens of several types", "of one type"),
            Err(odd) => odd,
        };
        let (why, help) = no_token(odd);
        let message = format!("`{}` of `{}` is {what}, and {why}", self.spec.name, self.kind);
        Err(Some(Box::new(Diagnostic::new(Code::E0703, odd.span, message).label("this one").help(help))))
    }

    /// What belongs in the place of a value of the wrong type.
    fn instead(&self) -> String {
        let Some(word) = self.node.as_word() else {
            let example = || format!("for example `{}: {}`", self.spec.name, example(self.spec));
            return self.node.as_text().and_then(amiss).unwrap_or_else(example);
        };
        match self.spec.ty {
            ParamType::Text | ParamType::Path => {
                format!("write `{word:?}`, or `\"${word}\"` for the value of the parameter `{word}`")
            }
            _ => format!("write `\"${word}\"` for the value of the parameter `{word}`"),
        }
    }
}

/// Why a part of a value is no token, and what to write.
fn no_token(odd: &Node) -> (String, String) {
    match (&odd.tree, odd.as_word()) {
        (Tree::Int(n), _) if i64::try_from(*n).is_err() => {
            (format!("`{n}` does not fit into an integer of 64 bits"), format!("for a float write `{n}.0`"))
        }
        (_, Some(word @ ("null" | "nil" | "none" | "undefined"))) => {
            (format!("`{word}` is no token"), "`()` is the empty token".to_owned())
        }
        (_, Some(word)) => {
            (format!("the bare word `{word}` is no token"), format!("a text stands in quotes: `{word:?}`"))
        }
        (Tree::Group { name: Some(word), .. }, _) => {
            (format!("`{}(..)` is no token", word.text), "a record is written `{\"name\": value}`".to_owned())
        }
        _ => (
            format!("a key of a record is a text, and this is {}", odd.describe()),
            format!("write `\"{odd}\"`"),
        ),
    }
}

fn float(node: &Node) -> Option<f64> {
    match &node.tree {
        Tree::Int(value) => i64::try_from(*value).ok().and_then(exact_f64),
        Tree::Float(value) => Some(*value),
        _ => None,
    }
}

fn int_limits(min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => "an integer of 64 bits".to_owned(),
        (min, i64::MAX) => format!("at least {min}"),
        (min, max) => format!("{min} to {max}"),
    }
}
