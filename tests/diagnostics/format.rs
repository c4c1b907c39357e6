//! The graphs of the format's page: nothing is wrong with them but what a build may lack.

use std::fs;
use std::path::Path;

use csprun_dsl::diagnostic::Code;
use csprun_dsl::render::{Style, text};
use csprun_dsl::resolve::Request;

use crate::given::{Texts, check};

fn texts(folder: &Path, prefix: &str, texts: &mut Texts) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            self::texts(&path, &format!("{name}/"), texts);
        } else {
            texts.0.insert(name, fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn every_graph_of_the_format_is_right() {
    let mut all = Texts::default();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format"), "", &mut all);
    let mut failures = String::new();
    let roots = all.0.keys().filter(|name| name.ends_with(".ron") && !name.contains('/'));
    for root in roots {
        let declared = all.0[root].split('"').skip(1).step_by(2);
        let deployments =
            ["procs", "cluster", "rows"].into_iter().filter(|name| declared.clone().any(|d| d == *name));
        for deploy in deployments.map(|name| Some(name.to_owned())).chain([None]) {
            let request = Request { deploy, ..Request::default() };
            let (network, found) = check(root, &all, &request);
            if found.iter().any(|one| !matches!(one.code, Code::W0601 | Code::W0602)) {
                failures.push_str(&format!("{root}:\n{}", text(&found, &network.sources, Style::default())));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
