//! RON as a tree with spans. The structure is read here, in one pass, because a graph file needs what
//! [`ron::Value`] forgets: places, kind names, duplicate keys. Leaves (texts, numbers) are read by the `ron`
//! crate, and a test holds this reader against it.

mod format;
mod leaf;
mod node;
mod print;
mod read;
mod trivia;

pub use format::format;
pub use leaf::inner_span;
pub use node::{Body, Node, Tree, Word};
pub use read::{MAX_DEPTH, read};
