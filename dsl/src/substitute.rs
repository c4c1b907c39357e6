//! Names and arithmetic in texts: `"$n"`, `"${2 * n}"`, `"out-${i}.txt"`.

use std::collections::{BTreeMap, BTreeSet};

use crate::arithmetic::{Arithmetic, is_name};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::span::{SourceMap, Span};
use crate::tree::{Body, Node, Tree, inner_span};
use crate::ty::Constant;

/// The names that stand for something at one place of a file.
#[derive(Clone, Debug, Default)]
pub struct Env {
    names: BTreeMap<String, Constant>,
    /// Names that are declared and have no value, which was reported.
    unknown: BTreeSet<String>,
}

impl Env {
    /// The same names and one more.
    pub fn set(&mut self, name: impl Into<String>, value: Constant) {
        self.names.insert(name.into(), value);
    }

    /// A name that is declared but has no value: what mentions it cannot be computed, and that is no mistake.
    pub fn set_unknown(&mut self, name: impl Into<String>) {
        self.unknown.insert(name.into());
    }

    /// Whether a text mentions a name without value.
    pub fn is_unknown(&self, text: &str) -> bool {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        !self.unknown.is_empty() && words.any(|word| self.unknown.contains(word))
    }

    /// Whether a tree mentions a name without value in a text that is computed.
    pub fn is_unknown_in(&self, node: &Node) -> bool {
        let any = |items: &[Node]| items.iter().any(|item| self.is_unknown_in(item));
        !self.unknown.is_empty()
            && match &node.tree {
                Tree::Text(text) => text.contains('$') && self.is_unknown(text),
                Tree::List(items) | Tree::Group { body: Body::Items(items), .. } => any(items),
                Tree::Map(pairs) => pairs.iter().any(|(_, value)| self.is_unknown_in(value)),
                Tree::Group { body: Body::Fields(fields), .. } => {
                    fields.iter().any(|(_, value)| self.is_unknown_in(value))
                }
                _ => false,
            }
    }

    /// The values of the names in an arithmetic: `n = 0, i = 3`.
    fn values_in(&self, text: &str) -> Option<String> {
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let used = self.iter().filter(|(name, _)| words.contains(name));
        let shown: Vec<String> = used.map(|(name, value)| format!("`{name}` is {value}")).collect();
        (!shown.is_empty()).then(|| shown.join(", "))
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&Constant> {
        self.names.get(name)
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Constant)> {
        self.names.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// What substitution needs beside the names.
#[derive(Debug)]
pub struct Substitute<'a> {
    /// Computes arithmetic.
    pub arithmetic: &'a Arithmetic,
    /// For places inside texts.
    pub sources: &'a SourceMap,
}

impl Substitute<'_> {
    /// The tree with names and arithmetic replaced; what cannot be replaced is reported and stays.
    pub fn node(&self, node: &Node, env: &Env, found: &mut Diagnostics) -> Node {
        let each = |items: &[Node], found: &mut Diagnostics| -> Vec<Node> {
            items.iter().map(|item| self.node(item, env, found)).collect()
        };
        let tree = match &node.tree {
            Tree::Text(text) if text.contains('$') => return self.text(node.span, text, env, found),
            Tree::List(items) => Tree::List(each(items, found)),
            Tree::Map(pairs) => Tree::Map(
                pairs.iter().map(|(key, value)| (key.clone(), self.node(value, env, found))).collect(),
            ),
            Tree::Group { name, body } => {
                let body = match body {
                    Body::None => Body::None,
                    Body::Items(items) => Body::Items(each(items, found)),
                    Body::Fields(fields) => Body::Fields(
                        fields
                            .iter()
                            .map(|(word, value)| (word.clone(), self.node(value, env, found)))
                            .collect(),
                    ),
                };
                Tree::Group { name: name.clone(), body }
            }
            other => other.clone(),
        };
        Node { span: node.span, tree }
    }

    /// Computes the condition of a `when:`.
    pub fn condition(&self, node: &Node, env: &Env, found: &mut Diagnostics) -> Option<bool> {
        let text = match &node.tree {
            Tree::Bool(value) => return Some(*value),
            Tree::Text(text) => text,
            _ => {
                let message = format!("`when` takes a condition in a text, not {}", node.describe());
                let wrong = Diagnostic::new(Code::E0004, node.span, message);
                found.push(wrong.help("for example `when: \"i + 1 < n\"`"));
                return None;
            }
        };
        match self.compute(node.span, text, 0, env, found)? {
            Constant::Bool(value) => Some(value),
            other => {
                let message = format!("`when` needs true or false, and this is `{other}`");
                let error = Diagnostic::new(Code::E0706, node.span, message);
                found.push(error.label(format!("gives `{other}`")).help("for example `when: \"i + 1 < n\"`"));
                None
            }
        }
    }

    fn text(&self, span: Span, text: &str, env: &Env, found: &mut Diagnostics) -> Node {
        let keep = |text: String| Node { span, tree: Tree::Text(text) };
        if let Some(name) = text.strip_prefix('$').filter(|name| is_name(name)) {
            if let Some(value) = env.get(name) {
                return to_node(value, span);
            }
            if env.is_unknown(name) {
                return keep(text.to_owned());
            }
            // A text such as `$HOME` may be meant as it is; one that nearly names a parameter is not.
            if let Some(near) = did_you_mean(name, env.iter().map(|(name, _)| name)) {
                let message = format!("unknown name `{name}`");
                found.push(
                    Diagnostic::new(Code::E0705, span, message)
                        .label("not known here")
                        .help(format!("did you mean `\"${near}\"`?")),
                );
            }
            return keep(text.to_owned());
        }
        if let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !inner.contains('}')
        {
            let value = self.compute(span, inner, 2, env, found);
            return value.map_or_else(|| keep(text.to_owned()), |value| to_node(&value, span));
        }
        keep(self.parts(span, text, env, found))
    }

    /// Replaces each `${..}` inside a longer text by the text of its value; `$${` is a literal `${`.
    fn parts(&self, span: Span, text: &str, env: &Env, found: &mut Diagnostics) -> String {
        let mut out = String::new();
        let mut at = 0;
        while let Some(dollar) = text[at..].find('$').map(|offset| at + offset) {
            out.push_str(&text[at..dollar]);
            if text[dollar..].starts_with("$${") {
                out.push_str("${");
                at = dollar + 3;
            } else if let Some(close) = text[dollar..].strip_prefix("${").and_then(|rest| rest.find('}')) {
                let inner = dollar + 2..dollar + 2 + close;
                match self.compute(span, &text[inner.clone()], inner.start, env, found) {
                    Some(Constant::Text(value)) => out.push_str(&value),
                    Some(value) => out.push_str(&value.to_string()),
                    None => {}
                }
                at = inner.end + 1;
            } else {
                out.push('$');
                at = dollar + 1;
            }
        }
        out.push_str(&text[at..]);
        out
    }

    fn compute(
        &self,
        span: Span,
        text: &str,
        from: usize,
        env: &Env,
        found: &mut Diagnostics,
    ) -> Option<Constant> {
        if env.is_unknown(text) {
            return None;
        }
        let names = || env.iter().map(|(name, _)| name.to_owned()).collect();
        let computed = self.arithmetic.compute(text, &|name| env.get(name).cloned(), &names);
        computed
            .map_err(|error| {
                let range = error.range.start + from..error.range.end + from;
                let place = inner_span(span, self.sources.text(span), range);
                let code = if error.unknown_name { Code::E0705 } else { Code::E0706 };
                let label = if error.unknown_name { "not known here" } else { "cannot be computed" };
                let mut wrong =
                    Diagnostic::new(code, place, error.message).label(label).maybe_help(error.help);
                if !error.unknown_name
                    && let Some(values) = env.values_in(text)
                {
                    wrong = wrong.note(values);
                }
                found.push(wrong);
            })
            .ok()
    }
}

/// A constant as the tree that one would have written, all at one place.
pub fn to_node(value: &Constant, span: Span) -> Node {
    let tree = match value {
        Constant::Unit => Tree::Group { name: None, body: Body::Items(Vec::new()) },
        Constant::Bool(value) => Tree::Bool(*value),
        Constant::I64(value) => Tree::Int(i128::from(*value)),
        Constant::F64(value) => Tree::Float(*value),
        Constant::Text(text) => Tree::Text(text.clone()),
        Constant::Bytes(bytes) => Tree::Bytes(bytes.clone()),
        Constant::List(items) => Tree::List(items.iter().map(|item| to_node(item, span)).collect()),
        Constant::Record(fields) => {
            let pair = |(name, value): (&String, &Constant)| {
                (Node { span, tree: Tree::Text(name.clone()) }, to_node(value, span))
            };
            Tree::Map(fields.iter().map(pair).collect())
        }
    };
    Node { span, tree }
}

/// The token that a tree stands for; the node that stands for none when there is one.
///
/// # Errors
/// The part of the tree that is no token (a bare word, a named struct, an integer past 64 bits), or a key that is no
/// text.
pub fn to_constant(node: &Node) -> Result<Constant, &Node> {
    Ok(match &node.tree {
        Tree::Bool(value) => Constant::Bool(*value),
        Tree::Int(value) => Constant::I64(i64::try_from(*value).map_err(|_| node)?),
        Tree::Float(value) => Constant::F64(*value),
        Tree::Text(text) => Constant::Text(text.clone()),
        Tree::Bytes(bytes) => Constant::Bytes(bytes.clone()),
        Tree::List(items) => Constant::List(items.iter().map(to_constant).collect::<Result<_, _>>()?),
        Tree::Map(pairs) => {
            let mut fields = BTreeMap::new();
            for (key, value) in pairs {
                fields.insert(key.as_text().ok_or(key)?.to_owned(), to_constant(value)?);
            }
            Constant::Record(fields)
        }
        Tree::Group { name: None, body: Body::Items(items) } if items.is_empty() => Constant::Unit,
        Tree::Group { name: None, body: Body::Fields(fields) } => {
            let mut record = BTreeMap::new();
            for (word, value) in fields {
                record.insert(word.text.clone(), to_constant(value)?);
            }
            Constant::Record(record)
        }
        Tree::Group { .. } => return Err(node),
    })
}
