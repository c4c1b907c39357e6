//! What the command answers to the shell.

/// Done.
pub const DONE: u8 = 0;

/// A process failed, or a file could not be written.
pub const FAILED: u8 = 1;

/// The graph has errors.
pub const ERRORS: u8 = 2;

/// Wrong usage.
pub const USAGE: u8 = 3;
