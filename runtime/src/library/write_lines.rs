//! `WriteLines`: tokens as lines of a file.

use std::io::BufWriter;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::file::{APPEND, WRITTEN, create, unwritten};
use super::lines::{LINE, write_lines};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "WriteLines",
    group: Group::Sink,
    doc: Doc {
        summary: "Writes each token as a line of a file.",
        diagram: r"
      +------------+
  in >| WriteLines |  -> file
      +------------+",
        order: "Lines in the order of the tokens.",
        ending: "Ends with its input; fails when the file cannot be made or written.",
        complexity: "O(length of the line); lines are passed on whenever no more tokens are ready.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "copies": (run: Delta()),
        "store": (run: WriteLines(path: "/tmp/numbers.txt")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "copies"),
        (from: "copies", to: "store"),
        (from: "copies", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "Unix: tee -a; JCSP: none",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Var("T"), "what is written")]),
    params: &[
        WRITTEN,
        APPEND,
        ParamSpec::with_default(
            "format",
            ParamType::Template(LINE),
            "\"{x}\"",
            "a line, with expressions of `x` in braces",
        ),
    ],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let mut file = BufWriter::new(create(&params, ports)?);
    let explain = |error| unwritten(params.text("path"), &error);
    write_lines(&mut input, params.template("format"), &mut file, explain).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{run, template};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn write(path: &str, append: bool) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("path", Param::Text(path.to_owned())).param("append", Param::Bool(append));
        run(bench.param("format", template("<{x}>", &["x"])).input("in", [1, 2]))
    }

    #[test]
    fn a_file_is_made_anew_or_continued() {
        let path = std::env::temp_dir().join(format!("csprun-write-lines-{}", std::process::id()));
        let name = path.to_str().expect("the test's path is text");
        for (append, held) in [(false, "<1>\n<2>\n"), (true, "<1>\n<2>\n<1>\n<2>\n"), (false, "<1>\n<2>\n")] {
            assert_eq!(write(name, append).fate, Some(Fate::Done));
            assert_eq!(std::fs::read_to_string(&path).expect("it was written"), held);
        }
        std::fs::remove_file(path).expect("it was written");
    }

    #[test]
    fn a_full_disk_is_a_failure() {
        let ran = write("/dev/full", false);
        let why = "cannot write `/dev/full`: No space left on device (os error 28)".to_owned();
        assert_eq!((ran.fate, ran.exit_code), (Some(Fate::Failed(why)), 1));
    }
}
