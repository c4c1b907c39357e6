//! Keeps the house: what ARCHITECTURE.md promises about files, floors and words is checked here.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "tidy/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use source::{Modules, code, files, is_rust, root, text};

/// The crates: their folder and their first file.
const CRATES: [(&str, &str); 3] = [("dsl/src", "lib"), ("runtime/src", "lib"), ("runtime/csprun", "main")];

/// What may stand at the top level, besides git's own and what git ignores.
const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "dsl",
    "examples",
    "graphs",
    "runtime",
    "rustfmt.toml",
    "tests",
];

/// The only files of more than 400 lines, at most three.
const LONG: &[(&str, &str)] = &[];

/// The only files with unsafe code.
const UNSAFE: &[(&str, &str)] = &[
    ("runtime/src/alt/select.rs", "a choice holds the locks of all its channels at once"),
    ("runtime/src/barrier/guard.rs", "a choice holds the locks of all its events at once"),
    ("runtime/src/channel/cell.rs", "a lock apart from its guard, and none at all for the flavor local"),
    ("runtime/src/channel/event.rs", "a choice holds the locks of all its channels at once"),
    ("runtime/src/channel/lane.rs", "who holds the lock has the roles that a ring asks for"),
    ("runtime/src/channel/moved.rs", "a token is moved out of what is written over"),
    ("runtime/src/channel/ring.rs", "places of a ring are written and read without a lock"),
    ("runtime/src/channel/pair.rs", "a local channel needs no lock for what runs no code of others"),
    ("runtime/src/expr/machine.rs", "instructions that not every machine has"),
    ("runtime/src/process/calls/guard.rs", "a choice holds the locks of all its events at once"),
    ("runtime/src/schedule/waker.rs", "wakers without a reference count, and clones of them with one"),
    ("runtime/src/sync.rs", "a lock apart from what it guards"),
    ("runtime/src/value/slice.rs", "a short text is known to be one"),
    ("runtime/src/value/token.rs", "what shares nothing is copied as it lies"),
];

/// The only files outside tests where threads share memory other than through a channel.
const SHARED: &[(&str, &str)] = &[
    ("runtime/csprun/scale.rs", "standard output of a measured network goes nowhere"),
    ("runtime/csprun/progress.rs", "what is drawn on a terminal, and what is written above it"),
    ("runtime/src/assemble/wired.rs", "makes what the others share"),
    ("runtime/src/assemble/surroundings.rs", "standard streams belong to all processes"),
    ("runtime/src/benchmark/farm.rs", "how long a kernel is, measured once"),
    ("runtime/src/benchmark/ours.rs", "standard output of a measured network goes nowhere"),
    ("runtime/src/benchmark/peer.rs", "mpsc of std and of tokio are what csprun is held against"),
    ("runtime/src/benchmark/ring.rs", "a ring by hand, to see what a token could cost at best"),
    ("runtime/src/channel/cell.rs", "which thread owns a local channel"),
    ("runtime/src/compose/barrier.rs", "who holds which place, before a network starts"),
    ("runtime/src/compose/held.rs", "who holds which end, before a network starts"),
    ("runtime/src/compose/shared.rs", "ends that any thread uses"),
    ("runtime/src/explore.rs", "keeps what a network under a schedule writes"),
    ("runtime/src/process/calls/desk.rs", "a server is told which of its callers have left"),
    ("runtime/src/process/console.rs", "standard output belongs to all processes"),
    ("runtime/src/process/course.rs", "how far a process is, read by the supervisor"),
    ("runtime/src/process/firing.rs", "both sides of a process share the firing that is open"),
    ("runtime/src/process/ports.rs", "what a process waits for, read by the supervisor"),
    ("runtime/src/process/readers.rs", "outputs of a process that still have readers"),
    ("runtime/src/schedule/alarm.rs", "who is told that the run shall end"),
    ("runtime/src/schedule/activity.rs", "the count of what is going on"),
    ("runtime/src/schedule/clock.rs", "virtual time, and who waits for it"),
    ("runtime/src/schedule/current.rs", "gives every thread a number"),
    ("runtime/src/schedule/made.rs", "channels made while a run goes on, read by the supervisor"),
    ("runtime/src/schedule/parker.rs", "whether a thread of its own waits, or shall end"),
    ("runtime/src/schedule/parts.rs", "threads that carry parts of one process, read by the supervisor"),
    ("runtime/src/schedule/remote.rs", "whether a worker must be woken"),
    ("runtime/src/schedule/spinner.rs", "how many threads look for a wake at a time"),
    ("runtime/src/schedule/timer.rs", "what drives timers outside of a run, made once"),
    ("runtime/src/schedule/turns.rs", "a thread and a worker run by turns"),
    ("runtime/src/schedule/worker.rs", "whether a worker shall end"),
    ("runtime/src/script/mobile.rs", "an end of a channel goes from script to script"),
    ("runtime/src/supervisor.rs", "hands the report to who waits for it"),
    ("runtime/src/supervisor/busy.rs", "how long a process ran, read by the supervisor"),
    ("runtime/src/supervisor/records.rs", "processes tell how they have ended"),
    ("runtime/src/sync.rs", "what the channels share memory with"),
    ("runtime/src/testing/bench.rs", "collects what a process under test writes"),
    ("runtime/src/testing/watchdog.rs", "a test that hangs is on another thread"),
];

/// Fails with all that was found.
fn report(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// The Rust files of the repository, with their text.
fn sources() -> Vec<(PathBuf, String)> {
    let paths = ["dsl", "runtime", "examples", "tests"].into_iter().flat_map(files);
    paths.filter(|path| is_rust(path)).map(|path| (path.clone(), text(&path).unwrap())).collect()
}

/// The same without comments, literals and, in files that are not tests themselves, tests.
fn shipped() -> Vec<(String, String)> {
    let of = |&(folder, top): &(&'static str, &str)| {
        let name = move |module: String| if module.is_empty() { top.to_owned() } else { module };
        let crates: Vec<_> = Modules::read(folder, top).0.into_iter().collect();
        crates
            .into_iter()
            .map(move |(module, code)| (format!("{folder}/{}.rs", name(module)), code))
            .collect::<Vec<_>>()
    };
    CRATES.iter().flat_map(of).collect()
}

/// Checks that exactly the files of a list, each with its reason, are of a sort.
fn only(rule: &str, list: &[(&str, &str)], are: &BTreeSet<String>) {
    let listed: BTreeSet<String> = list.iter().map(|(path, _)| (*path).to_owned()).collect();
    let new = are.difference(&listed).map(|path| format!("{path} is not on the list"));
    let old = listed.difference(are).map(|path| format!("{path} need not be on the list any more"));
    report(rule, &new.chain(old).collect::<Vec<_>>());
    assert!(list.iter().all(|(_, reason)| reason.len() > 10), "{rule}: each has a reason");
}

/// The floors of a crate as ARCHITECTURE.md lists them, roof first: modules, and `folder/file` where a file stands
/// on a floor of its own.
fn floors(folder: &str) -> Vec<String> {
    let book = text(Path::new("ARCHITECTURE.md")).unwrap();
    let start = format!("```floors {folder}\n");
    let list =
        book.split_once(&start).unwrap_or_else(|| panic!("ARCHITECTURE.md lists no floors of {folder}")).1;
    let lines = list.lines().take_while(|line| *line != "```");
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn files_import_only_from_floors_below() {
    let mut found = Vec::new();
    for (folder, top) in CRATES {
        let (modules, floors) = (Modules::read(folder, top), floors(folder));
        let floor_of = |module: &str| {
            let module = if module.is_empty() { top } else { module };
            let holds = |floor: &String| module == floor || module.starts_with(&format!("{floor}/"));
            let floor = floors
                .iter()
                .enumerate()
                .filter(|(_, floor)| holds(floor))
                .max_by_key(|(_, floor)| floor.len());
            floor.map(|(at, _)| at)
        };
        for (from, imports) in modules.imports() {
            let Some(upper) = floor_of(from) else {
                found.push(format!("{folder}/{from}.rs stands on no floor: add it to ARCHITECTURE.md"));
                continue;
            };
            let wrong = imports.into_iter().filter(|to| floor_of(to).is_some_and(|lower| lower < upper));
            found.extend(wrong.map(|to| format!("{folder}/{from}.rs imports from {to}, which is above it")));
        }
        let gone = floors.iter().filter(|floor| *floor != top && !modules.0.contains_key(*floor));
        found.extend(gone.map(|floor| format!("{folder} has no `{floor}`: take it out of ARCHITECTURE.md")));
    }
    report("a file imports only from floors below it", &found);
}

/// A circle of imports: modules, each importing the next, the last the first.
fn circle<'a>(imports: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Option<Vec<&'a str>> {
    let mut left = imports.clone();
    // What imports nothing that is left is in no circle.
    loop {
        let here: BTreeSet<&str> = left.keys().copied().collect();
        left.values_mut().for_each(|imports| imports.retain(|to| here.contains(to)));
        let n_before = left.len();
        left.retain(|_, imports| !imports.is_empty());
        if left.len() == n_before {
            break;
        }
    }
    let mut path = vec![*left.keys().next()?];
    loop {
        let next = *left[path[path.len() - 1]].first()?;
        if let Some(at) = path.iter().position(|module| *module == next) {
            return Some(path.split_off(at));
        }
        path.push(next);
    }
}

#[test]
fn no_circle_of_files() {
    let mut found = Vec::new();
    for (folder, top) in CRATES {
        let modules = Modules::read(folder, top);
        let mut imports = modules.imports();
        while let Some(circle) = circle(&imports) {
            found.push(format!("{folder}: {} -> {}", circle.join(" -> "), circle[0]));
            // Without one of its imports, the next circle shows.
            let last = circle[circle.len() - 1];
            imports.get_mut(last).unwrap().remove(circle[0]);
        }
    }
    report("no circle of files", &found);
}

#[test]
fn files_are_short() {
    let mut lengths = BTreeMap::new();
    for (path, text) in sources() {
        lengths.insert(path.display().to_string(), text.lines().count());
    }
    let long = lengths.iter().filter(|(_, n)| **n > 400).map(|(path, _)| path.clone());
    only("files have at most 400 lines", LONG, &long.collect());
    assert!(LONG.len() <= 3, "at most three files are longer than 400 lines");
    let mut lengths: Vec<usize> = lengths.into_values().collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 180, "the median file has {median} lines, more than 180");
}

#[test]
fn module_files_are_modern_and_imports_are_named() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("mod.rs") {
            found.push(format!("{}: name it after the module, one folder up", path.display()));
        }
        let globs = code(&text)
            .lines()
            .zip(1..)
            .filter(|(line, _)| line.contains("::*"))
            .map(|(_, n)| n)
            .collect::<Vec<_>>();
        found.extend(globs.iter().map(|n| format!("{}:{n}: name what is imported", path.display())));
    }
    report("no `mod.rs`, no glob imports", &found);
}

#[test]
fn unsafe_code_has_named_homes() {
    let is_unsafe =
        |code: &str| code.contains("unsafe {") || code.contains("unsafe fn") || code.contains("unsafe impl");
    let homes = sources().into_iter().filter(|(_, text)| is_unsafe(&code(text)));
    only("unsafe code", UNSAFE, &homes.map(|(path, _)| path.display().to_string()).collect());
}

#[test]
fn shared_memory_has_named_homes() {
    let shares = |code: &str| {
        ["Mutex", "RwLock", "Condvar", "atomic::", "OnceLock", "mpsc"].iter().any(|name| code.contains(name))
    };
    let homes = shipped().into_iter().filter(|(_, code)| shares(code)).map(|(path, _)| path);
    only("memory shared between threads", SHARED, &homes.collect());
}

#[test]
fn the_dsl_reads_no_file_and_starts_no_thread() {
    let outside = [
        "std::fs",
        "std::net",
        "std::thread",
        "std::process",
        "std::env",
        "std::time::Instant",
        "std::time::SystemTime",
        "std::io",
    ];
    let mut found = Vec::new();
    for (path, code) in shipped().into_iter().filter(|(path, _)| path.starts_with("dsl/")) {
        let used = outside.iter().filter(|name| code.contains(*name));
        found.extend(used.map(|name| format!("{path}: {name}")));
    }
    report("csprun-dsl knows only the texts it is given", &found);
}

#[test]
fn the_top_level_is_listed() {
    let ignored = text(Path::new(".gitignore")).unwrap();
    let ignored: BTreeSet<&str> = ignored.lines().map(|line| line.trim_matches('/')).collect();
    let entries =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let new = |name: &String| {
        name != ".git" && !TOP_LEVEL.contains(&name.as_str()) && !ignored.contains(name.as_str())
    };
    let found: Vec<String> = entries.filter(new).map(|name| format!("{name} is not on the list")).collect();
    report("the top level holds what is listed", &found);
}

#[test]
fn nothing_is_left_to_do_and_nothing_names_a_private_place() {
    // Written apart, so that this file passes.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let places = [
        concat!("../sha", "red"),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("index.crates", ".io"),
    ];
    let mut found = Vec::new();
    for path in files("") {
        let Some(text) = text(&path) else { continue };
        for (line, n) in text.lines().zip(1..) {
            let named = words.iter().chain(&places).filter(|word| line.contains(*word));
            found.extend(named.map(|word| format!("{}:{n}: {word}", path.display())));
        }
    }
    let lock = text(Path::new("Cargo.lock")).unwrap();
    let foreign = lock
        .lines()
        .filter(|line| line.starts_with("source = ") && !line.contains("/rust-lang/crates.io-index"));
    found.extend(foreign.map(|line| format!("Cargo.lock: {line}")));
    report("no unfinished work, no place that only one machine has", &found);
}

#[test]
fn every_page_has_headings_and_its_links_lead_somewhere() {
    let mut found = Vec::new();
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    for path in files("").into_iter().filter(is_page) {
        let text = text(&path).unwrap();
        // The pages of `csprun explain` have a form of their own, and their own test.
        let is_explained = path.starts_with("dsl/src/diagnostic/explain");
        let has_headings = text.contains("\n## ") || text.lines().count() < 40;
        if !(is_explained || text.starts_with("# ") && has_headings) {
            found.push(format!("{}: a title (`# `) and, when long, headings (`## `)", path.display()));
        }
        let folder = path.parent().unwrap();
        let targets =
            text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
        let is_gone = |target: &&str| !root().join(folder).join(target.split('#').next().unwrap()).exists();
        found.extend(local.filter(is_gone).map(|target| format!("{}: no {target}", path.display())));
    }
    report("pages", &found);
}

#[test]
fn a_process_of_the_library_is_one_file_with_its_signature_and_its_doc() {
    let list = code(&text(Path::new("runtime/src/library.rs")).unwrap());
    let kinds =
        list.lines().filter_map(|line| line.strip_prefix("pub mod ")).map(|rest| rest.trim_end_matches(';'));
    let parts = [
        "//! `",
        "pub const SIGNATURE: Signature",
        "diagram:",
        "order:",
        "ending:",
        "complexity:",
        "example:",
        "source:",
    ];
    let mut found = Vec::new();
    for kind in kinds {
        let path = format!("runtime/src/library/{kind}.rs");
        let text = text(Path::new(&path)).unwrap();
        found.extend(
            parts.iter().filter(|part| !text.contains(*part)).map(|part| format!("{path}: no `{part}`")),
        );
    }
    report("processes of the library", &found);
}
