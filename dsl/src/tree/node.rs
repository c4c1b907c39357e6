//! What a tree is.

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
