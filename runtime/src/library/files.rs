//! `Files`: the paths that match a pattern.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{self, Component, Path, PathBuf};

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamFault, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;
use glob::{MatchOptions, Pattern, PatternError};

use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Files",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the paths of the files that match a pattern.",
        diagram: r"
             +-------------+
  folders -> | Files: glob |> out
             +-------------+",
        order: "By name, folder by folder; each path once. Folders themselves are no files. `**` goes into no folder \
                through a symbolic link, which might lead back; a name or a pattern does.",
        ending: "Ends after the last one, or when nobody reads its output; fails when a folder cannot be read, or a \
                 name that matches is not UTF-8.",
        complexity: "O(names in the folders that it looks into); keeps what matches in one folder and in those \
                     above it.",
        example: r#"Network(
    processes: {
        "tables": (run: Files(glob: "graphs/data/*.csv")),
        "print": (run: Print()),
    },
    channels: [
        (from: "tables", to: "print"),
    ],
)
"#,
        output: "graphs/data/planets.csv\n",
        source: "Unix: glob(7); Python: pathlib.Path.glob",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::Text), "the paths")]),
    params: &[ParamSpec::required(
        "glob",
        ParamType::Path,
        "the pattern: `*` any name, `?` a character, `[a-z]` one of these, `**` folders at any depth, at the end \
         all files in them; names that begin with a point are left out",
    )
    .rule(is_pattern)
    .example("\"data/*.csv\"")],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// As a shell matches.
const AS_A_SHELL: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// It can be matched.
fn is_pattern(params: &Params) -> Result<(), ParamFault> {
    let pattern = params.text("glob");
    Pattern::new(pattern).map(drop).map_err(|error| {
        ParamFault::new(no_pattern(pattern, &error), "`[[]` and `[*]` stand for the characters themselves")
    })
}

fn no_pattern(pattern: &str, error: &PatternError) -> String {
    format!("`{pattern}` is no pattern: {}, at character {} (from 0)", error.msg, error.pos)
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    is_pattern(&params)?;
    let mut walk = Walk::new(params.text("glob")).map_err(Ended::fail)?;
    while let Some(path) = walk.next().map_err(Ended::fail)? {
        output.send(path).await?;
    }
    Ok(())
}

/// One part of a pattern, between separators.
enum Part {
    /// Exactly this name: nobody has to read the folder for it.
    Name(String),
    Pattern(Pattern),
    /// `**`
    Depth,
}

/// What matches in a folder, and is still to be looked at.
struct Found {
    name: String,
    /// Parts of the pattern that may come next; the number of parts where there are none left.
    next: Vec<usize>,
    is_folder: bool,
}

/// A way through folders, one after the other. Each path comes once, however many ways the pattern matches it.
struct Walk {
    parts: Vec<Part>,
    /// The folders that lead to where it is, each with what is left of it, in the order of names from behind.
    folders: Vec<(PathBuf, Vec<Found>)>,
}

impl Walk {
    fn new(pattern: &str) -> Result<Walk, String> {
        let is_root = |part: &Component<'_>| matches!(part, Component::Prefix(_) | Component::RootDir);
        let root: PathBuf = Path::new(pattern).components().take_while(is_root).collect();
        let rest = pattern.get(root.as_os_str().len()..).unwrap_or_default();
        let names = rest.split(path::is_separator).filter(|name| !matches!(*name, "" | "."));
        let part = |name: &str| match name {
            "**" => Ok(Part::Depth),
            name if name.contains(['*', '?', '[']) => Pattern::new(name).map(Part::Pattern),
            name => Ok(Part::Name(name.to_owned())),
        };
        let parts = names.map(part).collect::<Result<Vec<_>, _>>();
        let mut parts = parts.map_err(|error| no_pattern(pattern, &error))?;
        if matches!(parts.last(), Some(Part::Depth)) {
            // Folders alone are no files.
            parts.push(part("*").map_err(|error| no_pattern(pattern, &error))?);
        }
        let mut walk = Walk { parts, folders: Vec::new() };
        // A separator at the end asks for folders, which are no files.
        if !pattern.ends_with(path::is_separator) && !walk.parts.is_empty() {
            walk.enter(root, &[0])?;
        }
        Ok(walk)
    }

    /// The next path.
    fn next(&mut self) -> Result<Option<String>, String> {
        while let Some((folder, left)) = self.folders.last_mut() {
            let Some(found) = left.pop() else {
                self.folders.pop();
                continue;
            };
            let path = folder.join(&found.name);
            if found.is_folder {
                self.enter(path, &found.next)?;
            } else if found.next.contains(&self.parts.len()) {
                return match path.into_os_string().into_string() {
                    Ok(path) => Ok(Some(path)),
                    Err(path) => Err(format!("the path `{}` is not UTF-8", path.display())),
                };
            }
        }
        Ok(None)
    }

    /// Looks into a folder in which these parts come next.
    fn enter(&mut self, folder: PathBuf, next: &[usize]) -> Result<(), String> {
        let mut here = Vec::new();
        for &part in next {
            // `**` may stand for no folder at all.
            let n_depths = self.parts[part..].iter().take_while(|part| matches!(part, Part::Depth)).count();
            here.extend(part..=part + n_depths);
        }
        here.retain(|part| *part < self.parts.len());
        here.sort_unstable();
        here.dedup();
        let mut found = self.found(&folder, &here)?;
        found.sort_unstable_by(|a, b| b.name.cmp(&a.name));
        self.folders.push((folder, found));
        Ok(())
    }

    fn found(&self, folder: &Path, here: &[usize]) -> Result<Vec<Found>, String> {
        let unread =
            |folder: &Path, error: &io::Error| format!("cannot look into `{}`: {error}", folder.display());
        if let [part] = here
            && let Part::Name(name) = &self.parts[*part]
        {
            let path = folder.join(name);
            return match fs::metadata(&path) {
                Ok(metadata) => {
                    Ok(vec![Found { name: name.clone(), next: vec![part + 1], is_folder: metadata.is_dir() }])
                }
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    Ok(Vec::new())
                }
                Err(error) => Err(unread(&path, &error)),
            };
        }
        let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut found = Vec::new();
        for entry in fs::read_dir(place).map_err(|error| unread(place, &error))? {
            let entry = entry.map_err(|error| unread(place, &error))?;
            found.extend(self.matching(place, &entry, here)?);
        }
        Ok(found)
    }

    /// What is found of an entry, if one of these parts matches it.
    fn matching(&self, folder: &Path, entry: &DirEntry, here: &[usize]) -> Result<Option<Found>, String> {
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        let file_type = entry.file_type().ok();
        let is_real_folder = file_type.is_some_and(|file_type| file_type.is_dir());
        let next = here.iter().filter_map(|&at| match &self.parts[at] {
            Part::Name(wanted) => (*wanted == shown).then_some(at + 1),
            Part::Pattern(pattern) => pattern.matches_with(&shown, AS_A_SHELL).then_some(at + 1),
            // A link to a folder may lead back to where it stands.
            Part::Depth => (is_real_folder && !shown.starts_with('.')).then_some(at),
        });
        let next: Vec<usize> = next.collect();
        let is_link = file_type.is_some_and(|file_type| file_type.is_symlink());
        let is_folder = is_real_folder || is_link && entry.path().is_dir();
        let is_used = next.iter().any(|at| is_folder == (*at < self.parts.len()));
        if !is_used {
            return Ok(None);
        }
        if name.to_str().is_none() {
            let folder = folder.display();
            return Err(format!("the name `{shown}` in `{folder}` is not UTF-8: rename it, or leave it out"));
        }
        Ok(Some(Found { name: shown.into_owned(), next, is_folder }))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::Value;

    fn files(glob: String) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("glob", Param::Text(glob)))
    }

    #[test]
    fn files_are_found_as_a_shell_finds_them() {
        let folder = std::env::temp_dir().join(format!("csprun-files-{}", std::process::id()));
        let name = folder.to_str().expect("the test's path is text");
        fs::create_dir_all(folder.join("b.txt/c")).expect("the test's folder can be made");
        for file in ["b.txt/c/x.txt", "a.txt", ".a.txt", "d.csv"] {
            fs::write(folder.join(file), "").expect("it can be written");
        }
        let found = |glob: &str| -> Vec<String> {
            let ran = files(format!("{name}/{glob}"));
            assert_eq!(ran.fate, Some(Fate::Done));
            let paths = ran.output("out").iter().filter_map(Value::as_text);
            paths.map(|path| path.strip_prefix(name).expect("it is inside")[1..].to_owned()).collect()
        };
        assert_eq!(found("*.txt"), ["a.txt"]);
        assert_eq!(found("**/*.txt"), ["a.txt", "b.txt/c/x.txt"]);
        assert_eq!(found("[a-c]*/*/?.txt"), ["b.txt/c/x.txt"]);
        assert_eq!(found("**"), found("**/*"));
        assert_eq!(found("b*/**"), ["b.txt/c/x.txt"]);
        assert!(found("none/*").is_empty());
        fs::remove_dir_all(folder).expect("it is there");
    }

    #[cfg(unix)]
    #[test]
    fn links_to_folders_are_followed_by_name_and_not_in_depth() {
        let folder = std::env::temp_dir().join(format!("csprun-links-{}", std::process::id()));
        let name = folder.to_str().expect("the test's path is text");
        fs::create_dir_all(folder.join("a")).expect("the test's folder can be made");
        fs::write(folder.join("a/x.txt"), "").expect("it can be written");
        std::os::unix::fs::symlink("..", folder.join("a/up")).expect("a link can be made");
        let found = |glob: &str| files(format!("{name}/{glob}")).output("out").len();
        assert_eq!(found("**/*.txt"), 1);
        assert_eq!(found("**/a/**/*.txt"), 1);
        assert_eq!(found("a/up/a/*.txt"), 1);
        assert_eq!(found("a/*/a/*.txt"), 1);
        assert_eq!(found("**/"), 0);
        fs::remove_dir_all(folder).expect("it is there");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_text_is_a_failure_where_it_matches() {
        use std::os::unix::ffi::OsStrExt;

        let folder = std::env::temp_dir().join(format!("csprun-names-{}", std::process::id()));
        let name = folder.to_str().expect("the test's path is text");
        fs::create_dir_all(folder.join("a")).expect("the test's folder can be made");
        let bad = std::ffi::OsStr::from_bytes(b"bad\xff.txt");
        fs::write(folder.join("a").join(bad), "").expect("it can be written");
        let failed = files(format!("{name}/**/*.txt")).fate;
        let why =
            format!("the name `bad\u{fffd}.txt` in `{name}/a` is not UTF-8: rename it, or leave it out");
        assert_eq!(failed, Some(Fate::Failed(why)));
        assert_eq!(files(format!("{name}/**/*.csv")).fate, Some(Fate::Done));
        fs::remove_dir_all(folder).expect("it is there");
    }

    #[test]
    fn what_is_no_pattern_is_shown() {
        let Some(Fate::Failed(why)) = files("a[".to_owned()).fate else { panic!("it is no pattern") };
        assert!(why.starts_with("`a[` is no pattern: "), "{why}");
    }
}
