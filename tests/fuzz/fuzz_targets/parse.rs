//! Any text gives a graph or says what is wrong, with places inside the text.

#![no_main]

use csprun_dsl::parse::parse;
use csprun_dsl::span::SourceMap;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = SourceMap::default().add("fuzz.ron", text.to_owned());
    let (graph, found) = parse(source, text);
    assert!(graph.is_some() || found.has_errors(), "no graph, and no reason why");
});
