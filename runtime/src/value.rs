//! Tokens: what channels carry.
//!
//! A [`Value`] takes 24 bytes. Text, bytes, arrays, lists and records are shared and immutable, so a copy to ten
//! readers copies ten pointers; a sole owner gets its content back without a copy ([`Value::into_list`] and its
//! like). Text and bytes are slices of shared blocks ([`TextBlock`]), short ones stand in the token itself.

mod array;
mod convert;
mod order;
mod record;
mod show;
mod slice;
mod token;
mod wire;

pub use array::{Array, ArrayData};
pub use record::{Fields, RecordOf};
pub(crate) use token::Cut;
pub use token::{BytesBlock, Opaque, Record, TextBlock, Value, View};
pub use wire::{N_LARGEST, WireError, decode, encode};
