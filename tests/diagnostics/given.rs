//! Checks of texts that are given, not read from a disk.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use csprun_dsl::diagnostic::{Code, Diagnostics, Severity};
use csprun_dsl::network::Network;
use csprun_dsl::render::json;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};

use crate::catalog::catalog;

/// Texts by path, `/` between the parts.
#[derive(Default)]
pub struct Texts(pub BTreeMap<String, String>);

impl Sources for Texts {
    fn read(&self, from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        let folder = from.map_or(Path::new(""), |from| Path::new(from).parent().unwrap_or(Path::new("")));
        let parts = folder.join(path);
        let parts = parts.components().filter(|part| *part != Component::CurDir);
        let name = parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        match self.0.get(&name) {
            Some(text) => Ok((name, text.clone())),
            None => Err(ReadError("no such file".to_owned())),
        }
    }
}

/// Checks the file `root`; its diagnostics as JSON have to be sound.
pub fn check(root: &str, texts: &Texts, request: &Request) -> (Network, Diagnostics) {
    let (network, found) = csprun_dsl::check(root, texts, &catalog(), request);
    sound(&network, &found);
    (network, found)
}

/// Checks one text.
pub fn check_text(text: &str) -> (Network, Diagnostics) {
    let texts = Texts([("graph.ron".to_owned(), text.to_owned())].into());
    check("graph.ron", &texts, &Request::default())
}

/// The codes of the errors.
pub fn errors(found: &Diagnostics) -> Vec<Code> {
    let errors = found.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
    errors.map(|diagnostic| diagnostic.code).collect()
}

/// JSON can be read, and every place in it lies in its file, on the borders of characters.
fn sound(network: &Network, found: &Diagnostics) {
    let text = json(found, &network.sources);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let list = value["diagnostics"].as_array().expect("a list of diagnostics");
    assert_eq!(list.len(), found.len());
    for span in list.iter().flat_map(|diagnostic| diagnostic["spans"].as_array().expect("spans")) {
        let at = |name: &str| usize::try_from(span[name].as_u64().expect("an offset")).expect("an offset");
        let file = span["file"].as_str().expect("a file");
        let mut sources = network.sources.iter();
        let inside = sources
            .any(|(_, source)| source.name == file && source.text.get(at("start")..at("end")).is_some());
        assert!(inside, "{span} lies outside its file");
        assert!(at("line") >= 1 && at("column") >= 1, "{span}");
    }
}
