//! `csprun new`: what it makes runs as it is, and nothing is overwritten.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

/// The program of a new Rust project.
#[path = "../runtime/csprun/new/src/main.rs.txt"]
#[expect(dead_code, reason = "its `main` gives what `run` gives")]
mod starter;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use csprun::{Ended, csprun, finish};

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new").join(name);
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the command in a folder.
fn run_in(folder: &Path, args: &[&str]) -> Ended {
    let mut command = csprun(args);
    finish(command.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn a_new_graph_runs_as_it_is() {
    let folder = folder("graph");
    run_in(&folder, &["new", "first"]).with_code(0).complaining_of(&["csprun first.ron"]);
    let ended = run_in(&folder, &["first.ron", "--set", "n=5"]).with_code(0);
    assert_eq!(ended.stdout, "0 is even\n4 is even\n16 is even\n");
    assert_eq!(ended.stderr, "");
    run_in(&folder, &["fmt", "--check", "first.ron"]).with_code(0);
    let text = fs::read_to_string(folder.join("first.ron")).unwrap();
    assert!(text.contains("csprun check first.ron") && !text.contains("THIS"), "{text}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder("there");
    fs::write(folder.join("mine.ron"), "mine").unwrap();
    fs::create_dir(folder.join("project")).unwrap();
    run_in(&folder, &["new", "mine.ron"]).with_code(1).complaining_of(&["mine.ron is there already"]);
    run_in(&folder, &["new", "--rust", "project"]).with_code(1).complaining_of(&["project is there already"]);
    assert_eq!(fs::read_to_string(folder.join("mine.ron")).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.join("project")).unwrap().count(), 0);
}

#[test]
fn a_new_rust_project_is_whole_and_its_program_runs() {
    let folder = folder("rust");
    run_in(&folder, &["new", "--rust", "embed"]).with_code(0).complaining_of(&["cd embed && cargo run"]);
    let manifest = fs::read_to_string(folder.join("embed/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"embed\"") && manifest.contains("csprun-runtime = "), "{manifest}");
    let program = include_str!("../runtime/csprun/new/src/main.rs.txt");
    assert_eq!(fs::read_to_string(folder.join("embed/src/main.rs")).unwrap(), program);
    let output = cargo(&folder.join("embed"), &["tree", "--offline"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo does not find what it needs: {stderr}");
    assert_eq!(starter::run(), 0);
}

/// It builds everything once more, as a user's does.
#[test]
#[ignore = "takes minutes"]
fn a_new_rust_project_is_built_by_cargo_and_tells_what_goes_wrong_as_the_command_does() {
    let folder = folder("built");
    run_in(&folder, &["new", "--rust", "embed"]).with_code(0);
    let project = folder.join("embed");
    let output = cargo(&project, &["run", "--offline", "--quiet"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !output.stdout.is_empty(), "{stderr}");
    let graph = r#"Network(
        processes: {"a": (run: Identity()), "b": (run: Identity())},
        channels: [(from: "a", to: "b"), (from: "b", to: "a")],
    )"#;
    fs::write(project.join("graph.ron"), graph).unwrap();
    let output = cargo(&project, &["run", "--offline", "--quiet"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("error[E0901]: ") && stderr.contains(" = note: "), "{stderr}");
}

/// Runs cargo in a project, with the versions that are there already.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn cargo(project: &Path, args: &[&str]) -> Output {
    fs::copy(csprun::root().join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-target");
    let mut command = Command::new(env!("CARGO"));
    command.args(args).env("CARGO_TARGET_DIR", target).env("NO_COLOR", "1").current_dir(project);
    command.output().unwrap()
}

#[test]
fn what_is_no_name_of_a_file_is_wrong_usage_and_nothing_is_written() {
    let folder = folder("nameless");
    for name in ["", "/", ".", "..", "a/", ".ron"] {
        run_in(&folder, &["new", name]).with_code(3).complaining_of(&["give the graph a name"]);
    }
    run_in(&folder, &["new", "--rust", ""]).with_code(3).complaining_of(&["package of Cargo"]);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    run_in(&folder, &["new", "a b"]).with_code(0).complaining_of(&["run it: csprun 'a b.ron'"]);
    run_in(&folder, &["new", "--", "-x"]).with_code(0).complaining_of(&["run it: csprun ./-x.ron"]);
    run_in(&folder, &["./-x.ron"]).with_code(0);
    fs::create_dir(folder.join("in it")).unwrap();
    run_in(&folder, &["new", "--rust", "in it/x"])
        .with_code(0)
        .complaining_of(&["cd 'in it/x' && cargo run"]);
}

#[test]
fn a_name_that_no_package_has_is_wrong_usage() {
    run_in(&folder("wrong"), &["new", "--rust", "1 2"]).with_code(3).complaining_of(&["package of Cargo"]);
    let taken = folder("taken");
    for name in
        ["build", "deps", "test", "core", "fn", "proc_macro", "csprun", "csprun-dsl", "csprun_runtime"]
    {
        run_in(&taken, &["new", "--rust", name]).with_code(3).complaining_of(&["the name is taken", "`my-"]);
    }
    assert_eq!(fs::read_dir(&taken).unwrap().count(), 0);
}
