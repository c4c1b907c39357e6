//! Tokens: what channels carry.
//!
//! A [`Value`] takes 24 bytes. Text, bytes, arrays, lists and records are shared and immutable, so a copy to ten
//! readers copies ten pointers; a sole owner gets its content back without a copy ([`Value::into_list`] and its
//! like). Text and bytes are slices of shared blocks ([`TextBlock`]), short ones stand in the token itself.

mod array;
mod block;
mod convert;
mod order;
mod record;
mod show;
mod slice;
mod token;
mod wire;

pub use array::{Array, ArrayData};
pub(crate) use block::Cut;
pub use block::{BytesBlock, TextBlock};
pub use record::{Fields, RecordOf};
pub use token::{Opaque, Record, Value, View};
pub use wire::{N_LARGEST, WireError, decode, encode};
