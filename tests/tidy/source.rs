//! Rust source as the house rules see it: text without comments and literals, and who imports whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder, sorted, as paths from the root; build outputs and git's own are left out.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    folders.retain(|folder| folder.is_dir());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if [".git", "target", "corpus", "artifacts", "coverage"].contains(&name.as_ref()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root()).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// The text of a file, `None` when it is not text.
pub fn text(path: &Path) -> Option<String> {
    String::from_utf8(fs::read(root().join(path)).unwrap()).ok()
}

/// Whether a file is Rust source.
pub fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// Source with comments and the insides of literals blanked; lines stay where they are.
pub fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = blank_length(rest, code.chars().next_back());
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// Bytes of the comment or literal that starts here; 0 when none does.
fn blank_length(rest: &str, before: Option<char>) -> usize {
    let to = |end: Option<usize>| end.unwrap_or(rest.len());
    if rest.starts_with("//") {
        return to(rest.find('\n'));
    }
    if rest.starts_with("/*") {
        return to(rest.find("*/").map(|at| at + 2));
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with('r') && !in_word {
        let hashes = rest[1..].bytes().take_while(|&b| b == b'#').count();
        if rest[1 + hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            return to(rest[hashes + 2..].find(&close).map(|at| hashes + 2 + at + close.len()));
        }
    }
    match rest.as_bytes()[0] {
        b'"' => literal_end(rest, '"'),
        // A lifetime has no closing quote after one character.
        b'\'' if rest[1..].starts_with('\\') => literal_end(rest, '\''),
        b'\'' => match rest[1..].char_indices().nth(1) {
            Some((at, '\'')) => at + 2,
            _ => 0,
        },
        _ => 0,
    }
}

/// Bytes up to and with the closing quote.
fn literal_end(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A crate's modules, tests left out: `plan/copies` to its code. The crate's own file is the module ``.
pub struct Modules(pub BTreeMap<String, String>);

impl Modules {
    /// Reads the crate whose first file is `folder/top.rs`.
    pub fn read(folder: &str, top: &str) -> Modules {
        let mut modules = BTreeMap::new();
        let mut tests = BTreeSet::new();
        for path in files(folder).into_iter().filter(|path| is_rust(path)) {
            let name = path.strip_prefix(folder).unwrap().with_extension("").display().to_string();
            let name = if name == top { String::new() } else { name };
            let code = code(&text(&path).unwrap());
            let is_test = |(at, _): (usize, &str)| code[..at].trim_end().ends_with("#[cfg(test)]");
            let mods = code.match_indices("mod ").filter(|&found| is_test(found));
            tests.extend(mods.map(|(at, _)| child(&name, &word(&code[at + 4..]))));
            // Tests inside a file stand at its end; what they import is their own matter.
            let end = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
            modules.insert(name, code[..end].to_owned());
        }
        // What a module of tests has below itself is tests.
        let is_test = |name: &str| tests.iter().any(|test| Path::new(name).starts_with(test));
        modules.retain(|name, _| !is_test(name));
        Modules(modules)
    }

    /// The modules that each module imports from, by `use` or by a path in its code.
    pub fn imports(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let of = |(name, code): (&'_ String, &'_ String)| -> BTreeSet<&str> {
            let paths = self.heads(name, code).into_iter().flat_map(|(head, rest)| branches(head, rest));
            paths.map(|path| self.file_of(&path)).filter(|to| *to != name.as_str()).collect()
        };
        self.0.iter().map(|entry| (entry.0.as_str(), of(entry))).collect()
    }

    /// Where a path into this crate starts, and what follows its `::`.
    fn heads<'a>(&self, name: &str, code: &'a str) -> Vec<(Vec<String>, &'a str)> {
        let here: Vec<String> = name.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let mut found = Vec::new();
        for (at, _) in code.match_indices("::") {
            let first = code[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            let before = &code[..at - first.len()];
            let start = match first {
                // Who may see it: no import.
                _ if before.ends_with("(in ") => continue,
                "crate" => Vec::new(),
                "self" => here.clone(),
                "super" if before.ends_with("super::") => here[..here.len().saturating_sub(2)].to_vec(),
                "super" => here[..here.len().saturating_sub(1)].to_vec(),
                _ if !before.ends_with("::") && self.0.contains_key(&child(name, first)) => {
                    [here.clone(), vec![first.to_owned()]].concat()
                }
                _ => continue,
            };
            found.push((start, &code[at + 2..]));
        }
        found
    }

    /// The file that holds a path: the longest part of it that is a module.
    fn file_of(&self, path: &[String]) -> &str {
        let longest = (0..=path.len()).rev().map(|n| path[..n].join("/"));
        longest.into_iter().find_map(|name| self.0.get_key_value(&name)).map_or("", |(name, _)| name)
    }
}

/// All paths of a use tree: `a::{b, c::D}` after `crate` gives `[a, b]` and `[a, c, D]`.
fn branches(head: Vec<String>, rest: &str) -> Vec<Vec<String>> {
    let rest = rest.trim_start();
    if let Some(list) = rest.strip_prefix('{') {
        return items(list).into_iter().flat_map(|item| branches(head.clone(), item)).collect();
    }
    let first = word(rest);
    if first.is_empty() || first == "super" {
        return vec![head];
    }
    let after = &rest[first.len()..];
    let head = if first == "self" { head } else { [head, vec![first]].concat() };
    match after.strip_prefix("::") {
        Some(deeper) => branches(head, deeper),
        None => vec![head],
    }
}

/// The items of a list up to its closing brace.
fn items(list: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The identifier at the start of a text.
fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The name of a module inside another.
fn child(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") }
}
