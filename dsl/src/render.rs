//! What was found, as text and JSON; the network as DOT, Mermaid, SVG, HTML, and as a flat graph file; the kinds as pages.
//!
//! Everything here is a function from what `check` made to a `String`: no files, no terminal.

mod alone;
mod dot;
mod expand;
mod html;
mod json;
mod layout;
mod lines;
mod mermaid;
mod notation;
mod page;
mod palette;
mod picture;
#[cfg(test)]
mod sample;
mod svg;
mod text;
mod xml;

pub use alone::alone;
pub use dot::dot;
pub use expand::expand;
pub use html::html;
pub use json::json;
pub use mermaid::mermaid;
pub use page::{index, page, reference};
pub use svg::svg;
pub use text::{Style, summary, text};
