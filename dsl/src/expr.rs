//! Expressions of a graph file: Rhai's syntax, read into a typed tree.
//!
//! [`compile`] parses with Rhai and reads its syntax tree into [`ir`]. What the IR cannot hold (closures,
//! `switch`) is checked for its names and left to Rhai: [`Body::Rhai`]. Both ways use
//! the one table of [`functions`] and the same rules for operators; [`reference()`] is their documentation.

pub mod functions;
pub mod host;
pub mod ir;

mod code;
mod compile;
mod compiled;
mod flatten;
mod habit;
mod literal;
mod mistake;
mod operator;
mod port_name;
mod read;
mod reference;
mod room;
mod script;
mod syntax;
mod template;
mod token;
mod types;
mod unused;

pub use code::{ScriptCode, ScriptHome, check_script};
pub use compile::{comment_behind, compile};
pub use compiled::{Body, Compiled, ExprError, Scope};
pub use port_name::PortNames;
pub use reference::reference;
pub use room::Room;
pub use syntax::{engine, script_engine};
pub use template::{Piece, Template, compile_template};
pub use unused::unused_values;

#[cfg(test)]
mod tests;
