//! `ReadLines`: the lines of a file.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::file::{READ, open};
use super::lines::send_lines;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ReadLines",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the lines of a file of UTF-8 text, without their line ends.",
        diagram: r"
          +-----------+
  file -> | ReadLines |> out
          +-----------+",
        order: "As in the file. A last line without a line end counts; a byte order mark at the beginning \
                does not.",
        ending: "Ends with the file, or when nobody reads its output; fails when the file cannot be \
                 read, is not UTF-8, or has a line of more than 64 MiB.",
        complexity: "O(length of the line); a line of more than 15 bytes shares the block of 64 KiB in \
                 which it was read.",
        example: r#"Network(
    processes: {
        "lines": (run: ReadLines(path: "/dev/null")),
        "count": (run: Fold(init: 0, expr: "acc + 1")),
        "print": (run: Print(format: "{x} lines")),
    },
    channels: [
        (from: "lines", to: "count"),
        (from: "count", to: "print"),
    ],
)
"#,
        output: "0 lines\n",
        source: "Unix: cat; JCSP: none",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output(
        "out",
        PortType::Is(Type::Text),
        "the lines, without `\\n` or `\\r\\n`",
    )]),
    params: &[READ],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let file = open(&params, ports)?;
    send_lines(file, &format!("`{}`", params.text("path")), ports, &mut output).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn read(path: &str) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("path", Param::Text(path.to_owned())))
    }

    fn why(path: &str) -> String {
        match read(path).fate {
            Some(Fate::Failed(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_file_is_named() {
        assert_eq!(why("/no/such.txt"), "cannot open `/no/such.txt`: No such file or directory (os error 2)");
        assert_eq!(why("/"), "cannot read `/`: Is a directory (os error 21)");
    }

    #[test]
    fn a_file_without_a_size_is_read() {
        let ran = read("/proc/self/status");
        let first = ran.output("out").first().and_then(crate::value::Value::as_text).unwrap_or_default();
        assert!(first.starts_with("Name:"), "{first}");
    }
}
