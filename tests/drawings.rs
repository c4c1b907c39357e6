//! The drawings of `graphs/README.md` are those that `csprun draw` makes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use std::fmt::Write;
use std::fs;

use csprun::{root, run};

/// What a drawing is given where the network would be too large to look at.
const SMALL: &[(&str, &str)] = &[
    ("bank", "tellers=1"),
    ("barrier", "workers=2"),
    ("client_server", "clients=2"),
    ("dining", "n=3"),
    ("event", "readers=2"),
    ("grid", "rows=2"),
    ("grid", "columns=3"),
    ("heat", "pieces=2"),
    ("lock", "writers=2"),
    ("matmul_systolic", "n=2"),
    ("semaphore", "workers=2"),
    ("sieve", "root=5"),
    ("store", "counters=2"),
    ("token_ring", "n=4"),
];

/// Lines that a drawing may have.
const MOST: usize = 200;

/// Where the drawings begin.
const DRAWINGS: &str = "\n## Drawings\n";

/// The names that the table lists.
fn listed(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap()).collect()
}

/// A section with the drawing of a graph.
fn section(name: &str) -> String {
    let set: Vec<&str> = SMALL.iter().filter(|(graph, _)| *graph == name).map(|(_, set)| *set).collect();
    let path = format!("graphs/{name}.ron");
    let mut args = vec!["draw", "--format", "mmd", path.as_str()];
    args.extend(set.iter().flat_map(|set| ["--set", *set]));
    let drawn = run(args).with_code(0).stdout;
    let (_, picture) = drawn.strip_prefix("---\n").and_then(|rest| rest.split_once("---\n")).unwrap();
    assert!(picture.lines().count() <= MOST, "{name} is drawn too large: add to SMALL");
    let with = match set[..] {
        [] => String::new(),
        _ => format!(" with {}", set.iter().map(|set| format!("`{set}`")).collect::<Vec<_>>().join(" and ")),
    };
    format!("\n### {name}\n\n[{name}.ron]({name}.ron){with}\n\n```mermaid\n{picture}```\n")
}

/// `UPDATE_EXPECT=1 cargo test --test drawings` draws them anew.
#[test]
fn every_graph_is_drawn_as_it_is() {
    let path = root().join("graphs/README.md");
    let page = fs::read_to_string(&path).unwrap();
    let head = page.split(DRAWINGS).next().unwrap();
    let mut drawn = format!("{head}{DRAWINGS}");
    let how = "By `csprun draw --format mmd`; a test keeps them current. A box with double sides is several copies of a process. \
               `[n]` is a buffer of `n` tokens, `[0]` a rendezvous, and a line without a number an `Auto` channel; \
               `●` is a token that is there at the start.";
    writeln!(drawn, "\n{how}").unwrap();
    drawn.extend(listed(head).into_iter().map(section));
    expect_test::expect_file![path].assert_eq(&drawn);
}

#[test]
fn the_table_lists_every_graph() {
    let page = fs::read_to_string(root().join("graphs/README.md")).unwrap();
    let mut listed: Vec<String> = listed(&page).into_iter().map(|name| format!("{name}.ron")).collect();
    listed.sort();
    let files = fs::read_dir(root().join("graphs")).unwrap().map(|file| file.unwrap().path());
    let graphs = files.filter(|path| path.extension().is_some_and(|ending| ending == "ron"));
    let mut graphs: Vec<String> =
        graphs.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    graphs.sort();
    assert_eq!(listed, graphs);
}
