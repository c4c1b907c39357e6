//! Reading trees: fields of a struct with their mistakes, and the common kinds of values.

use std::time::Duration;

use crate::arithmetic::is_name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::span::Span;
use crate::tree::{Body, Node, Tree, Word};

/// The fields of one struct, each taken once by name.
#[derive(Debug, Default)]
pub struct Fields {
    what: &'static str,
    /// `None`: no field is missed, for an unknown one may stand for it, or the struct could not be read.
    span: Option<Span>,
    fields: Vec<(Word, Option<Node>)>,
}

impl Fields {
    /// The fields of `node`, a struct `(..)` of the given name or none. Unknown and duplicate fields are reported
    /// and left out. `None` when it is no struct (reported).
    pub fn of(
        node: &Node,
        what: &'static str,
        name: Option<&str>,
        known: &[&str],
        found: &mut Diagnostics,
    ) -> Option<Fields> {
        let Tree::Group { name: word, body } = &node.tree else {
            let error = wrong_kind(node, &format!("{what} is a struct"));
            found
                .push(error.help(format!("write `(field: value, ..)`; its fields are {}", known.join(", "))));
            return None;
        };
        if let Some(word) = word
            && Some(word.text.as_str()) != name
        {
            let error =
                Diagnostic::new(Code::E0004, word.span, format!("{what} has no name `{}`", word.text));
            found.push(error.help(match name {
                Some(name) => format!("write `{name}(..)`, or only the brackets"),
                None => "write only the brackets".to_owned(),
            }));
            return None;
        }
        let pairs = match body {
            Body::Fields(fields) => fields.as_slice(),
            Body::Items(items) if items.is_empty() => &[],
            Body::Items(_) | Body::None => {
                let error = wrong_kind(node, &format!("{what} has named fields"));
                found.push(
                    error.help(format!("write `(field: value, ..)`; its fields are {}", known.join(", "))),
                );
                return None;
            }
        };
        let mut fields: Vec<(Word, Option<Node>)> = Vec::new();
        let (mut misspelt, mut any_meant) = (Vec::new(), false);
        for (word, value) in pairs {
            if !known.contains(&word.text.as_str()) {
                let near = did_you_mean(&word.text, known.iter().copied());
                found.push(unknown_field((word, value), what, near, known));
                // The value counts as that of the field that was meant, so that it is not missed as well.
                match near {
                    Some(near) => misspelt.push((near, value)),
                    None => any_meant = true,
                }
            } else if let Some((first, _)) = fields.iter().find(|(other, _)| other.text == word.text) {
                found.push(duplicate(word, first.span, "field"));
            } else {
                fields.push((word.clone(), Some(value.clone())));
            }
        }
        for (near, value) in misspelt {
            if !fields.iter().any(|(word, _)| word.text == near) {
                fields.push((Word { span: value.span, text: near.to_owned() }, Some(value.clone())));
            }
        }
        Some(Fields { what, span: (!any_meant).then_some(node.span), fields })
    }

    /// The field's value, if the file has it.
    pub fn take(&mut self, name: &str) -> Option<Node> {
        self.fields.iter_mut().find(|(word, _)| word.text == name).and_then(|(_, value)| value.take())
    }

    /// The field's value; reports when the file lacks it.
    pub fn require(&mut self, name: &str, example: &str, found: &mut Diagnostics) -> Option<Node> {
        let value = self.take(name);
        if let (None, Some(span)) = (&value, self.span) {
            let message = format!("{} has no `{name}`", self.what);
            let error = Diagnostic::new(Code::E0005, span, message).label(format!("without `{name}`"));
            found.push(error.help(format!("add `{name}: {example}`")));
        }
        value
    }
}

fn unknown_field(
    (word, value): (&Word, &Node),
    what: &str,
    near: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let is_capacity = known.contains(&"kind")
        && matches!(word.text.as_str(), "capacity" | "buffer" | "buffer_size" | "bound" | "size" | "cap");
    let help = match near {
        _ if is_capacity => {
            let n_slots =
                if matches!(value.tree, Tree::Int(1..)) { value.to_string() } else { "8".to_owned() };
            format!("write `kind: Buffer({n_slots})`")
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its fields are {}", known.join(", ")),
    };
    Diagnostic::new(Code::E0002, word.span, format!("{what} has no field `{}`", word.text)).help(help)
}

/// Two fields or parameters of one name.
pub fn duplicate(word: &Word, first: Span, what: &str) -> Diagnostic {
    twice(word.span, first, format!("the {what} `{}` stands here twice", word.text))
}

fn twice(again: Span, first: Span, message: String) -> Diagnostic {
    Diagnostic::new(Code::E0003, again, message)
        .label("again")
        .also(first, "first here")
        .help("remove or rename one of the two")
}

/// A value of another kind than the place takes; `wanted` is a sentence.
pub fn wrong_kind(node: &Node, wanted: &str) -> Diagnostic {
    Diagnostic::new(Code::E0004, node.span, format!("{wanted}, and this is {}", node.describe()))
        .label(node.describe())
}

/// The pairs of `{"name": value}`; duplicate keys are reported and left out.
pub fn entries(node: &Node, what: &str, found: &mut Diagnostics) -> Vec<(Word, Node)> {
    let Tree::Map(pairs) = &node.tree else {
        let error = wrong_kind(node, &format!("{what} is a map"));
        found.push(error.help("write `{\"name\": .., \"other\": ..}`"));
        return Vec::new();
    };
    let mut seen: std::collections::HashMap<String, Span> = std::collections::HashMap::new();
    let mut list = Vec::new();
    for (key, value) in pairs {
        let Some(text) = key.as_text() else {
            found.push(wrong_kind(key, "a key is a text").help(format!("write `\"{key}\"`")));
            continue;
        };
        let word = Word { span: key.span, text: text.to_owned() };
        match seen.get(text) {
            Some(&first) => {
                let message = format!("`{text}` stands twice in {what}");
                found.push(twice(word.span, first, message));
            }
            None => {
                seen.insert(text.to_owned(), key.span);
                list.push((word, value.clone()));
            }
        }
    }
    list
}

/// A text.
pub fn text(node: &Node, what: &str, found: &mut Diagnostics) -> Option<String> {
    let text = node.as_text().map(str::to_owned);
    if text.is_none() {
        found.push(wrong_kind(node, &format!("{what} is a text")));
    }
    text
}

/// An integer from `min` to `max`; outside is `code`.
pub fn integer(
    node: &Node,
    what: &str,
    (min, max): (u64, u64),
    code: Code,
    found: &mut Diagnostics,
) -> Option<u64> {
    let Tree::Int(value) = node.tree else {
        let mut error = wrong_kind(node, &format!("{what} is an integer"));
        if let Some(word) = node.as_word() {
            error = error.help(format!("write `\"${word}\"` for the value of the parameter `{word}`"));
        }
        error = error.maybe_help(node.as_text().and_then(amiss));
        found.push(error);
        return None;
    };
    match u64::try_from(value) {
        Ok(value) if (min..=max).contains(&value) => Some(value),
        _ => {
            let message = format!("{what} is {value}, and must be {min} to {max}");
            found.push(Diagnostic::new(code, node.span, message).label(format!("must be {min} to {max}")));
            None
        }
    }
}

/// How to mend a text that begins with `$` and has become no value.
pub fn amiss(text: &str) -> Option<String> {
    let name = text.strip_prefix('$')?;
    if is_name(name) {
        return Some(format!("`{text}` names no parameter of this file"));
    }
    let is_arithmetic = !name.starts_with('{') && name.contains(['+', '-', '*', '/', '%', ' ']);
    is_arithmetic.then(|| format!("write `\"${{{}}}\"`", text.replace('$', "")))
}

/// How a time is written.
pub const TIMES: &str = "a number and one of ns, us, ms, s, min, h";

/// How a number of bytes is written.
pub const SIZES: &str = "a number and one of B, kB, KiB, MB, MiB, GB, GiB, TB, TiB";

/// `true` or `false`.
pub fn truth(node: &Node, what: &str, found: &mut Diagnostics) -> Option<bool> {
    let Tree::Bool(value) = node.tree else {
        found.push(wrong_kind(node, &format!("{what} is `true` or `false`")));
        return None;
    };
    Some(value)
}

/// A span of time such as `"120us"`, `"1.5s"`, `"2min"`.
pub fn duration(node: &Node, what: &str, found: &mut Diagnostics) -> Option<Duration> {
    let text = text(node, what, found)?;
    let value = parse_duration(&text);
    if value.is_none() {
        let message = format!("{what} is a time such as \"120us\", and this is {text:?}");
        let error = Diagnostic::new(Code::E0004, node.span, message);
        found.push(error.help(TIMES));
    }
    value
}

/// Reads `120us`, `1.5s`, `2min`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let units = [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("min", 60.0), ("s", 1.0), ("h", 3600.0)];
    with_unit(text, &units).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

/// A number of bytes such as `"1GiB"`, `"64 MB"`, or a plain integer.
pub fn n_bytes(node: &Node, what: &str, found: &mut Diagnostics) -> Option<u64> {
    if let Tree::Int(value) = node.tree
        && let Some(value) = u64::try_from(value).ok().filter(|&value| value > 0)
    {
        return Some(value);
    }
    let units = [
        ("KiB", 1024.0),
        ("MiB", 1024.0 * 1024.0),
        ("GiB", 1024.0 * 1024.0 * 1024.0),
        ("TiB", 1024.0 * 1024.0 * 1024.0 * 1024.0),
        ("kB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("TB", 1e12),
        ("B", 1.0),
    ];
    let value = node.as_text().and_then(|text| with_unit(text, &units)).filter(|n| (1.0..1e18).contains(n));
    if value.is_none() {
        let message = format!("{what} is a number of bytes such as \"1GiB\"");
        found.push(Diagnostic::new(Code::E0004, node.span, message).help(SIZES));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the filter keeps it in range"
    )]
    value.map(|n| n as u64)
}

fn with_unit(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let (unit, factor) = units.iter().find(|(unit, _)| text.ends_with(unit))?;
    let number: f64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
    Some(number * factor).filter(|value| value.is_finite() && *value >= 0.0)
}

/// A legal id: letters, digits, `_`, `-`.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
