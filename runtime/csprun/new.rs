//! `csprun new`: something to begin with that runs as it is.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::NewArgs;
use crate::exit;
use crate::quote::quote;
use crate::terminal::complain;

const STARTER: &str = include_str!("new/starter.ron");
const GRAPH: &str = include_str!("new/graph.ron");
const MAIN: &str = include_str!("new/src/main.rs.txt");
/// The sources that this command was built from, if they are still there.
const SOURCES: &str = env!("CARGO_MANIFEST_DIR");

/// Makes it, and says how to run it.
pub fn new(args: &NewArgs) -> u8 {
    if args.rust { project(&args.name) } else { graph(&args.name) }
}

fn graph(name: &str) -> u8 {
    let mut path = PathBuf::from(name);
    if path.file_name().is_none_or(|last| last == ".ron") || name.ends_with(std::path::is_separator) {
        complain(&format!("`{name}` cannot be a file: give the graph a name"));
        return exit::USAGE;
    }
    if path.extension().is_none_or(|ending| ending != "ron") {
        path.as_mut_os_string().push(".ron");
    }
    let shown = path.display().to_string();
    let word = as_file(&shown);
    match create(&path, &STARTER.replace("THIS", &word)) {
        Ok(()) => {
            complain(&format!("created {shown}; run it: csprun {word}"));
            exit::DONE
        }
        Err(error) => failed(&path, &error),
    }
}

/// A file as the first word of a command, where what begins with `-` is none.
fn as_file(shown: &str) -> String {
    let shown = if shown.starts_with('-') { format!("./{shown}") } else { shown.to_owned() };
    quote(&shown).into_owned()
}

/// A Cargo project that embeds the runtime.
fn project(name: &str) -> u8 {
    let folder = Path::new(name);
    let package = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !package.starts_with(|c: char| c.is_ascii_alphabetic()) || !package.chars().all(is_word) {
        complain(&format!("`{name}` cannot be a package of Cargo: use letters, digits, `-` and `_`"));
        return exit::USAGE;
    }
    if is_taken(package) {
        complain(&format!(
            "`{package}` cannot be a package of Cargo: the name is taken; take another, such as `my-{package}`"
        ));
        return exit::USAGE;
    }
    // A folder that is there may hold anything.
    if let Err(error) = fs::create_dir(folder) {
        return failed(folder, &error);
    }
    let files = [
        ("Cargo.toml", manifest(package)),
        (".gitignore", "/target\n".to_owned()),
        ("graph.ron", GRAPH.to_owned()),
        ("src/main.rs", MAIN.to_owned()),
    ];
    for (file, text) in files {
        let path = folder.join(file);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| create(&path, &text));
        if let Err(error) = made {
            return failed(&path, &error);
        }
    }
    if !sources("dsl").is_dir() {
        complain(&format!(
            "the sources that this command was built from are gone ({SOURCES}), so Cargo.toml names the crates by version; \
             with sources elsewhere, write their folders there: csprun-dsl = {{ path = \"../csprun/dsl\" }}"
        ));
    }
    complain(&format!("created {name}/; run it: cd {} && cargo run", as_file(name)));
    exit::DONE
}

/// What Cargo refuses as the name of a new program, and what this one depends on.
const TAKEN: &str = "build deps examples incremental test core std alloc proc-macro csprun csprun-dsl csprun-runtime \
     Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen \
     if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try \
     type typeof unsafe unsized use virtual where while yield";

fn is_taken(package: &str) -> bool {
    TAKEN.split_whitespace().any(|taken| taken == package.replace('_', "-"))
}

/// A folder of the sources, which may be gone.
fn sources(folder: &str) -> PathBuf {
    Path::new(SOURCES).join(folder)
}

fn manifest(package: &str) -> String {
    let (version, rust) = (env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_RUST_VERSION"));
    let dependency = |name: &str, folder: &str| {
        let folder = sources(folder);
        if folder.join("Cargo.toml").is_file() {
            format!("{name} = {{ path = {folder:?} }}\n")
        } else {
            format!("{name} = {version:?}\n")
        }
    };
    format!(
        "[package]\nname = {package:?}\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = {rust:?}\n\n\
         [dependencies]\n{}{}\n\
         # A project of its own, also inside of another.\n[workspace]\n",
        dependency("csprun-dsl", "dsl"),
        dependency("csprun-runtime", "runtime/src"),
    )
}

/// Writes a file that is not there yet.
fn create(path: &Path, text: &str) -> io::Result<()> {
    File::create_new(path)?.write_all(text.as_bytes())
}

fn failed(path: &Path, error: &io::Error) -> u8 {
    let path = path.display();
    complain(&match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{path} is there already, and is left as it is"),
        _ => format!("cannot create {path}: {error}"),
    });
    exit::FAILED
}
