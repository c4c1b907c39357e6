//! RON as a tree with spans. The structure is read here, in one pass, because a graph file needs what
//! [`ron::Value`] forgets: places, kind names, duplicate keys. Leaves (texts, numbers) are read by the `ron`
//! crate, and a test holds this reader against it.

mod leaf;
mod read;

pub use leaf::inner_span;
pub use read::{MAX_DEPTH, read};

use std::fmt;

use crate::span::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// All of it, without surrounding space.
    pub span: Span,
    /// What it is.
    pub tree: Tree,
}

/// A bare word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// All of it.
    pub span: Span,
    /// The word.
    pub text: String,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `true`
    Bool(bool),
    /// `7`; any that 64 bits hold, signed or not.
    Int(i128),
    /// `0.5`
    Float(f64),
    /// `"text"`, also raw; a character literal is a text of one.
    Text(String),
    /// `b"raw"`
    Bytes(Vec<u8>),
    /// `[a, b]`
    List(Vec<Node>),
    /// `{"a": 1}`, with duplicates.
    Map(Vec<(Node, Node)>),
    /// `Name`, `Name(..)` or `(..)`: what stands in the brackets is `body`.
    Group {
        /// The word before the bracket.
        name: Option<Word>,
        /// In the brackets.
        body: Body,
    },
}

/// In the brackets of a group.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// No brackets: a bare word.
    None,
    /// `(a: 1, b: 2)`, with duplicates.
    Fields(Vec<(Word, Node)>),
    /// `(1, 2)`; also `()`.
    Items(Vec<Node>),
}

impl Node {
    /// What it is, for a message: "a text", "a list".
    pub fn describe(&self) -> &'static str {
        match &self.tree {
            Tree::Bool(_) => "a truth value",
            Tree::Int(_) => "an integer",
            Tree::Float(_) => "a float",
            Tree::Text(_) => "a text",
            Tree::Bytes(_) => "a byte string",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a map",
            Tree::Group { name: None, body: Body::Items(items) } if items.is_empty() => "the unit `()`",
            Tree::Group { name: None, .. } => "a struct",
            Tree::Group { body: Body::None, .. } => "a bare word",
            Tree::Group { .. } => "a named struct",
        }
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The word, when it is a bare one.
    pub fn as_word(&self) -> Option<&str> {
        match &self.tree {
            Tree::Group { name: Some(word), body: Body::None } => Some(&word.text),
            _ => None,
        }
    }
}

/// Prints RON that reads back as the same tree (spans aside).
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tree {
            Tree::Bool(value) => write!(f, "{value}"),
            Tree::Int(value) => write!(f, "{value}"),
            Tree::Float(value) => write!(f, "{value:?}"),
            Tree::Text(text) => leaf::write_text(f, text),
            Tree::Bytes(bytes) => leaf::write_bytes(f, bytes),
            Tree::List(items) => write_items(f, ("[", "]"), items),
            Tree::Map(pairs) => {
                f.write_str("{")?;
                for (i, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key}: {value}", comma(i))?;
                }
                f.write_str("}")
            }
            Tree::Group { name, body } => {
                f.write_str(name.as_ref().map_or("", |word| &word.text))?;
                match body {
                    Body::None => Ok(()),
                    Body::Items(items) => write_items(f, ("(", ")"), items),
                    Body::Fields(fields) => {
                        f.write_str("(")?;
                        for (i, (word, value)) in fields.iter().enumerate() {
                            write!(f, "{}{}: {value}", comma(i), word.text)?;
                        }
                        f.write_str(")")
                    }
                }
            }
        }
    }
}

fn write_items(f: &mut fmt::Formatter<'_>, (open, close): (&str, &str), items: &[Node]) -> fmt::Result {
    f.write_str(open)?;
    for (i, item) in items.iter().enumerate() {
        write!(f, "{}{item}", comma(i))?;
    }
    f.write_str(close)
}

fn comma(i: usize) -> &'static str {
    if i == 0 { "" } else { ", " }
}
