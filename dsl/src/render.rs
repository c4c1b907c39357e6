//! What was found, as text and JSON; the network as DOT, Mermaid, SVG, and as a flat graph file.
//!
//! Everything here is a function from what `check` made to a `String`: no files, no terminal.

mod json;
mod lines;
mod text;

pub use json::json;
pub use text::{Style, summary, text};
