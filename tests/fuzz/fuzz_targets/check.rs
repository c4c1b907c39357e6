//! Any text is checked: without a panic, with every label at a place of its text, and with words for each mistake.
//! What has no errors can be planned.

#![no_main]

use std::sync::LazyLock;

use csprun_dsl::plan::Machine;
use csprun_dsl::render;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_runtime::library::{Library, library};
use libfuzzer_sys::{Corpus, fuzz_target};

static LIBRARY: LazyLock<Library> = LazyLock::new(library);

/// Knows the one text; a graph that uses itself finds it again.
struct One<'a>(&'a str);

impl Sources for One<'_> {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        if path == "fuzz.ron" {
            return Ok((path.to_owned(), self.0.to_owned()));
        }
        Err(ReadError("there is only `fuzz.ron`".to_owned()))
    }
}

/// Large families take their time rightly; what is looked for here shows in small ones.
fn is_small(text: &str) -> bool {
    !text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_digit))
}

fuzz_target!(|text: &str| -> Corpus {
    if !is_small(text) {
        return Corpus::Reject;
    }
    let (network, found) = csprun_dsl::check("fuzz.ron", &One(text), LIBRARY.catalog(), &Request::default());
    for diagnostic in &found {
        for span in diagnostic.secondary.iter().map(|label| label.span).chain(diagnostic.span) {
            let text = &network.sources.get(span.source).text;
            assert!(text.get(span.range()).is_some(), "a place outside its text: {diagnostic:?}");
        }
    }
    assert_eq!(render::text(&found, &network.sources, render::Style::default()).is_empty(), found.is_empty());
    if !found.has_errors() {
        let (plan, missing) = csprun_dsl::plan(&network, &Machine::with_workers(2));
        assert!(plan.is_some() || missing.has_errors(), "no plan, and no reason why");
        render::dot(&network);
    }
    Corpus::Keep
});
