//! `Files`: the paths that match a pattern.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamFault, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;
use glob::{MatchOptions, Pattern};

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
        order: "By name, folder by folder. Folders themselves are no files.",
        ending: "Ends after the last one, or when nobody reads its output; fails when a folder cannot be read, or a \
                 path is not UTF-8.",
        complexity: "O(names in the folders that it looks into); keeps those of one folder at a time.",
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
        "the pattern: `*` any name, `?` a character, `[a-z]` one of these, `**` folders at any depth; names that begin \
         with a point are left out",
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
        let (at, why) = (error.pos, error.msg);
        let message = format!("`{pattern}` is no pattern: {why}, at character {at} (from 0)");
        ParamFault::new(message, "`[[]` and `[*]` stand for the characters themselves")
    })
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    is_pattern(&params)?;
    for path in glob::glob_with(params.text("glob"), AS_A_SHELL)? {
        let path = path.map_err(|error| {
            Ended::fail(format!("cannot look into `{}`: {}", error.path().display(), error.error()))
        })?;
        if path.is_dir() {
            continue;
        }
        let text = path.to_str().ok_or_else(|| {
            Ended::fail(format!("the path `{}` is not UTF-8: rename it, or leave it out", path.display()))
        })?;
        output.send(text).await?;
    }
    Ok(())
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
        assert!(found("none/*").is_empty());
        fs::remove_dir_all(folder).expect("it is there");
    }

    #[test]
    fn what_is_no_pattern_is_shown() {
        let Some(Fate::Failed(why)) = files("a[".to_owned()).fate else { panic!("it is no pattern") };
        assert!(why.starts_with("`a[` is no pattern: "), "{why}");
    }
}
