//! The straightforward program that word count is held against: what one writes without csprun, on one thread.

use std::collections::HashMap;
use std::fs;
use std::hash::BuildHasher;

use super::text;
use crate::benchmark::scenario::Ran;

/// Reads the file, splits it at white space, counts in the hash map of the standard library with this hash.
pub(super) fn counted<S: BuildHasher + Default>(path: &str) -> Ran {
    Ran::timed(|| {
        let text = fs::read(path).unwrap_or_default();
        let mut counts: HashMap<&[u8], u64, S> = HashMap::default();
        for word in text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            *counts.entry(word).or_default() += 1;
        }
        text::told(counts.into_values().collect())
    })
}
