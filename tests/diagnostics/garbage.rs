//! Texts that no person would write: every one is answered, none is a panic.
