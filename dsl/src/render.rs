//! What was found, as text and JSON; the network as DOT, Mermaid, SVG, and as a flat graph file.
//!
//! Everything here is a function from what `check` made to a `String`: no files, no terminal.

mod dot;
mod json;
mod layout;
mod lines;
mod mermaid;
mod palette;
mod picture;
#[cfg(test)]
mod sample;
mod svg;
mod text;
mod xml;

pub use dot::dot;
pub use json::json;
pub use mermaid::mermaid;
pub use svg::svg;
pub use text::{Style, summary, text};
