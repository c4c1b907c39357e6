//! The csprun runtime.
