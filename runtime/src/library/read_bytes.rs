//! `ReadBytes`: the bytes of a file.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::file::{READ, open, read_block};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ReadBytes",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the bytes of a file, block by block.",
        diagram: r"
          +-----------+
  file -> | ReadBytes |> out
          +-----------+",
        order: "As in the file: blocks of `block` bytes, the last one of what is left.",
        ending: "Ends with the file, or when nobody reads its output; fails when the file cannot be read.",
        complexity: "O(1) a byte.",
        example: r#"Network(
    processes: {
        "blocks": (run: ReadBytes(path: "graphs/data/planets.csv", block: 100)),
        "sizes": (run: Map(expr: "len(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "blocks", to: "sizes"),
        (from: "sizes", to: "print"),
    ],
)
"#,
        output: "100\n100\n5\n",
        source: "Unix: dd",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::Bytes), "the blocks")]),
    params: &[
        READ,
        ParamSpec::with_default(
            "block",
            ParamType::Int { min: 1, max: 1 << 30 },
            "65536",
            "bytes of a token, up to 1 GiB",
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
    let mut output = ports.output("out");
    let mut file = open(&params, ports)?;
    let n_block = usize::try_from(params.int("block")).expect("it is from 1 to 2^30");
    loop {
        let block = read_block(&mut file, n_block, &params, ports)?;
        let is_last = block.len() < n_block;
        if !block.is_empty() {
            output.send(block).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::Value;

    fn read(path: &str, block: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("path", Param::Text(path.to_owned())).param("block", Param::Int(block)))
    }

    #[test]
    fn every_block_but_the_last_is_whole() {
        let path = std::env::temp_dir().join(format!("csprun-read-bytes-{}", std::process::id()));
        let name = path.to_str().expect("the test's path is text");
        for n in [0, 1, 9, 10, 11, 30] {
            let bytes: Vec<u8> = (0..n).collect();
            std::fs::write(&path, &bytes).expect("the test's folder can be written");
            let blocks: Vec<Value> = bytes.chunks(10).map(Value::from).collect();
            assert_eq!(read(name, 10).output("out"), blocks);
        }
        std::fs::remove_file(&path).expect("it is there");
    }

    #[test]
    fn a_block_takes_no_memory_before_it_is_read() {
        assert_eq!(read("/dev/null", 1 << 30).fate, Some(Fate::Done));
        let why = "cannot read `/`: Is a directory (os error 21)".to_owned();
        assert_eq!(read("/", 1).fate, Some(Fate::Failed(why)));
    }
}
