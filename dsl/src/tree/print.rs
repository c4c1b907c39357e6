//! Tree to text.

use std::fmt;

use super::leaf;
use super::node::{Body, Node, Tree};

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
