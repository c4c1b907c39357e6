//! `csprun fmt`: a formatted graph is the same graph, with the same comments, and is formatted once and for all.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
mod csprun;

use std::fs;
use std::path::PathBuf;

use csprun::{file, root, run, run_with_input};
use csprun_dsl::span::SourceId;
use csprun_dsl::tree::{format, read};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};

/// The graph files of the repository.
fn graphs() -> Vec<PathBuf> {
    let folders = ["graphs", "graphs/lib", "tests/format", "tests/format/lib"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let mut graphs: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    graphs.retain(|path| path.extension().is_some_and(|ending| ending == "ron"));
    graphs.sort();
    graphs
}

/// What a text means, without its places.
fn meaning(text: &str) -> Option<String> {
    read(SourceId(0), text).ok().map(|node| node.to_string())
}

/// The marks of comments that [`noise`] leaves.
fn marks(text: &str) -> usize {
    text.matches("mark").count()
}

/// Formatting keeps what a text means, and is over after once. What is no RON is not formatted.
fn is_kept(text: &str) {
    let Some(before) = meaning(text) else {
        assert!(format(SourceId(0), text).is_err());
        return;
    };
    let formatted = format(SourceId(0), text).unwrap();
    let after = meaning(&formatted);
    assert_eq!(after.as_ref(), Some(&before), "\n--- before\n{text}\n--- after\n{formatted}");
    assert_eq!(marks(&formatted), marks(text), "\n--- before\n{text}\n--- after\n{formatted}");
    let again = format(SourceId(0), &formatted).unwrap();
    assert_eq!(again, formatted, "\n--- once\n{formatted}\n--- twice\n{again}");
}

fn noise() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(" "),
        Just("\n"),
        Just("\n\n\n"),
        Just("\t"),
        Just("\r\n"),
        Just(" // mark\n"),
        Just("/* mark */"),
        Just("\n/* mark\n mark */\n"),
        Just(","),
        Just("(a: [1, 2], \"b\": {})"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn a_graph_with_noise_between_its_tokens_keeps_its_meaning_and_its_comments(
        which in any::<prop::sample::Index>(),
        noise in prop::collection::vec((any::<prop::sample::Index>(), noise()), 0..8),
        crlf in any::<bool>(),
    ) {
        let graphs = graphs();
        let mut text = fs::read_to_string(which.get(&graphs)).unwrap();
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        for (at, noise) in noise {
            // Where something ends or begins, so that most texts are RON still.
            let mut places = text.char_indices().filter(|(_, c)| "()[]{}:, \n".contains(*c));
            let places: Vec<usize> = places.by_ref().map(|(place, _)| place).collect();
            text.insert_str(places[at.index(places.len())], noise);
        }
        is_kept(&text);
    }
}

#[test]
fn every_graph_file_of_the_repository_is_formatted() {
    let graphs = graphs();
    for graph in &graphs {
        is_kept(&fs::read_to_string(graph).unwrap());
    }
    let graphs = graphs.iter().map(|path| path.to_str().unwrap());
    run(["fmt", "--check"].into_iter().chain(graphs)).with_code(0);
}

#[test]
fn a_file_is_formatted_in_place() {
    let graph = file("fmt/place.ron", "(processes:{},\n// why\nchannels:[ ])");
    assert_eq!(run(["fmt", graph.to_str().unwrap()]).with_code(0).stdout, "");
    assert_eq!(
        fs::read_to_string(graph).unwrap(),
        "(\n    processes: {},\n    // why\n    channels: [],\n)\n"
    );
}

/// What lies in the folder of a file.
#[cfg(unix)]
fn names_beside(path: &std::path::Path) -> Vec<std::ffi::OsString> {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// No file may grow past 4096 bytes, as on a full disk.
#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the watchdog ends it")]
fn a_file_that_cannot_be_written_is_as_it_was_and_nothing_lies_beside_it() {
    let text = format!("(a:[{}])", "1,".repeat(4000));
    let path = file("fmt/full/long.ron", &text);
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" fmt \"$1\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_csprun"), path.to_str().unwrap()]);
    let ended = csprun::finish(command.stderr(std::process::Stdio::piped()).spawn().unwrap());
    ended.with_code(1).complaining_of(&["cannot write", "long.ron"]);
    assert!(fs::read_to_string(&path).unwrap() == text, "the file has changed");
    assert_eq!(names_beside(&path), ["long.ron"]);
}

#[cfg(unix)]
#[test]
fn a_formatted_file_keeps_its_permissions_and_a_link_stays_one() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let path = file("fmt/kept/real.ron", "(a:1)");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = path.with_file_name("link.ron");
    fs::remove_file(&link).ok();
    symlink("real.ron", &link).unwrap();
    run(["fmt", link.to_str().unwrap()]).with_code(0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), "(a: 1)\n");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names_beside(&path), ["link.ron", "real.ron"]);
}

#[test]
fn a_file_keeps_its_line_ends() {
    let graphs = graphs().into_iter().map(|graph| fs::read_to_string(graph).unwrap());
    for (idx, text) in graphs.enumerate() {
        let text = text.replace('\n', "\r\n");
        let path = file(&format!("fmt/crlf-{idx}.ron"), &text);
        run(["fmt", "--check", path.to_str().unwrap()]).with_code(0);
        // Blanks that are wrong do not change them.
        fs::write(&path, text.replace(": ", ":")).unwrap();
        run(["fmt", path.to_str().unwrap()]).with_code(0);
        let formatted = fs::read_to_string(&path).unwrap();
        assert_eq!(formatted.matches('\n').count(), formatted.matches("\r\n").count(), "{formatted}");
    }
}

#[test]
fn a_check_names_the_files_and_changes_none() {
    let (good, bad) = (file("fmt/good.ron", "(a: 1)\n"), file("fmt/bad.ron", "(a:1)"));
    let paths = [good.to_str().unwrap(), bad.to_str().unwrap()];
    let ended = run(["fmt", "--check"].iter().chain(&paths)).with_code(1);
    assert_eq!(ended.stdout, format!("{}\n", bad.display()));
    assert_eq!(fs::read_to_string(bad).unwrap(), "(a:1)");
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    assert_eq!(run_with_input(["fmt", "-"], "(a:1)").with_code(0).stdout, "(a: 1)\n");
}

#[test]
fn a_file_that_is_no_ron_is_an_error_that_leaves_it_and_formats_the_others() {
    let (wrong, other) = (file("fmt/wrong.ron", "(a: "), file("fmt/other.ron", "(a:1)"));
    let paths = [wrong.to_str().unwrap(), other.to_str().unwrap()];
    run(["fmt"].iter().chain(&paths)).with_code(2).complaining_of(&["E0001", "wrong.ron"]);
    assert_eq!(fs::read_to_string(wrong).unwrap(), "(a: ");
    assert_eq!(fs::read_to_string(other).unwrap(), "(a: 1)\n");
    run(["fmt", "no-such.ron"]).with_code(2).complaining_of(&["no-such.ron", "no such file"]);
    run(["fmt"]).with_code(3).complaining_of(&["<FILE>"]);
}
