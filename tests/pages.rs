//! What the pages show is what the command does.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use std::fs;

use csprun::{csprun as command, file, finish, root};

/// The blocks of a page in a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```\n").next().unwrap().to_owned()).collect()
}

/// Runs the command on `graph` as a file of that name, both streams together.
fn shown(subcommand: &[&str], name: &str, graph: &str) -> String {
    let path = file(&format!("pages/{name}"), graph);
    let mut command = command(subcommand.iter().chain([&name]));
    command.current_dir(path.parent().unwrap()).stdout(std::process::Stdio::piped());
    let ended = finish(command.stderr(std::process::Stdio::piped()).spawn().unwrap());
    format!("{}{}", ended.stdout, ended.stderr)
}

#[test]
fn the_readmes_graph_gives_what_the_readme_shows() {
    let (graphs, consoles) = (blocks("README.md", "ron"), blocks("README.md", "console"));
    let output = shown(&[], "perfect.ron", &graphs[0]);
    assert_eq!(format!("$ csprun perfect.ron\n{output}"), consoles[0]);
}

#[test]
fn the_readmes_mistakes_are_told_as_the_readme_shows() {
    let (graphs, consoles) = (blocks("README.md", "ron"), blocks("README.md", "console"));
    let graph = graphs[0].replace("sum()", "summ()").replace("from: \"divide\"", "from: \"divde\"");
    let output = shown(&["check"], "typo.ron", &graph);
    assert_eq!(format!("$ csprun check typo.ron\n{output}"), consoles[1]);
}

#[test]
fn the_readmes_picture_is_of_its_graph() {
    let (graphs, pictures) = (blocks("README.md", "ron"), blocks("README.md", "mermaid"));
    let drawn = shown(&["draw", "--format", "mmd"], "perfect.ron", &graphs[0]);
    assert_eq!(drawn, pictures[0]);
}

#[test]
fn the_graph_files_of_the_crates_page_are_right() {
    for (idx, graph) in blocks("dsl/README.md", "ron").iter().enumerate() {
        let name = format!("page-{idx}.ron");
        let found = shown(&["check"], &name, graph);
        assert!(found.ends_with("no errors\n"), "{graph}\n{found}");
    }
}

#[test]
fn the_readmes_commands_are_what_the_test_runs() {
    let commands = blocks("README.md", "console");
    let script = fs::read_to_string(root().join("tests/all.sh")).unwrap();
    let (run, test) = commands[2].split_once('\n').unwrap();
    assert_eq!(test, "tests/all.sh\n");
    assert!(script.contains(&run.replace("run", "run --locked")), "{run} is not run by tests/all.sh");
}

/// FORMAT.md also describes what this version does not do yet: that is a warning, and nothing else may be.
#[test]
fn the_graph_files_of_the_format_page_are_right() {
    for stub in ["tiles.raw", "score.py", "ctl.rhai", "image-farm.expected"] {
        file(&format!("pages/{stub}"), "");
    }
    file("pages/lib/stats.ron", fs::read_to_string(root().join("tests/format/lib/stats.ron")).unwrap());
    let graphs = blocks("dsl/FORMAT.md", "ron");
    assert!(graphs.len() >= 2);
    for (idx, graph) in graphs.iter().enumerate() {
        let name = format!("format-{idx}.ron");
        let found = shown(&["check"], &name, graph);
        assert!(!found.contains("error["), "{graph}\n{found}");
        let warnings = found.lines().filter(|line| line.starts_with("warning["));
        for warning in warnings {
            assert!(warning.contains("W0601") || warning.contains("W0602"), "{graph}\n{found}");
        }
    }
}

/// `UPDATE_EXPECT=1 cargo test --test pages` writes them anew.
#[test]
fn the_reference_pages_are_current() {
    let library = csprun_runtime::library::library();
    let kinds = csprun_dsl::render::reference(library.catalog());
    expect_test::expect_file![root().join("runtime/src/library/README.md")].assert_eq(&kinds);
    let expressions = csprun_dsl::expr::reference();
    expect_test::expect_file![root().join("dsl/src/expr/README.md")].assert_eq(&expressions);
}
