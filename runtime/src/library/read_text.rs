//! `ReadText`: the text of a file in blocks.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::file::{READ, open};
use super::lines::send_blocks;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ReadText",
    group: Group::Source,
    doc: Doc {
        summary: "Gives a file of UTF-8 text in blocks of whole lines.",
        diagram: r"
          +----------+
  file -> | ReadText |> out
          +----------+",
        order: "As in the file. Line ends are kept, a byte order mark at the beginning is not; no block ends within a \
                line.",
        ending: "Ends with the file, or when nobody reads its output; fails when the file cannot be \
                 read, is not UTF-8, or has a line of more than 64 MiB.",
        complexity: "O(1) a byte; a block takes about 64 KiB. Where the work is per word and not per line, \
                     blocks make less of a stream than the lines of `ReadLines`, and copies of a process \
                     take turns more rarely.",
        example: r#"Network(
    processes: {
        "blocks": (run: ReadText(path: "graphs/data/planets.csv")),
        "rows": (run: FlatMap(expr: "x.words()")),
        "first": (run: Take(n: 2)),
        "print": (run: Print()),
    },
    channels: [
        (from: "blocks", to: "rows"),
        (from: "rows", to: "first"),
        (from: "first", to: "print"),
    ],
)
"#,
        output: "name,distance,radius,moons\nMercury,0.387,2439.7,0\n",
        source: "Unix: dd; Hadoop: TextInputFormat's splits",
    },
    ports: signature::Ports::Fixed(
        &[PortSpec::output("out", PortType::Is(Type::Text), "the blocks").large()],
    ),
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
    send_blocks(file, &format!("`{}`", params.text("path")), ports, &mut output, |block, tokens| {
        tokens.push(block.slice(0..block.as_str().len()));
    })
    .await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::Bench;
    use crate::value::Value;

    #[test]
    fn blocks_are_the_text_up_to_what_is_none() {
        let path = std::env::temp_dir().join(format!("csprun-read-text-{}", std::process::id()));
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("the test's folder can be written");
            let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
            run(bench.param("path", Param::Text(path.display().to_string())))
        };
        let text = "a line of é\r\n\n".repeat(20_000) + "the last one";
        let ran = read(text.as_bytes());
        let blocks: Vec<&str> = ran.output("out").iter().filter_map(Value::as_text).collect();
        assert_eq!(blocks.concat(), text);
        let (last, rest) = blocks.split_last().expect("there are some");
        assert!(!last.is_empty() && rest.len() > 2 && rest.iter().all(|block| block.ends_with('\n')));
        let ran = read(b"one\ntwo\n\xffthree");
        assert_eq!(ran.output("out"), [Value::from("one\ntwo\n")]);
        let why = format!("cannot read `{}`: line 3 is not UTF-8: byte 0xff", path.display());
        assert_eq!(ran.fate, Some(Fate::Failed(why)));
        std::fs::remove_file(&path).expect("it is there");
    }
}
