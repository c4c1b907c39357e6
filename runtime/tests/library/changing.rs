//! Files that change while they are read: the reader sees what is there when it comes to it, and ends.

use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;

use csprun_dsl::signature::{
    Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Ports as PortSpecs, Signature, Traits,
};
use csprun_runtime::library::{Library, library};
use csprun_runtime::process::{Ended, Params, Ports};
use csprun_runtime::testing::within;

use crate::hostile::a_token_a_line;
use crate::run;
use crate::tables::file;

/// Passes tokens on; when the first has come it changes the file of its `path`.
const MEDDLE: Signature = Signature {
    kind: "Meddle",
    group: Group::User,
    doc: Doc { summary: "Changes a file that others read.", ..Doc::NONE },
    ports: PortSpecs::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "the same"),
    ]),
    params: &[
        ParamSpec::required("path", ParamType::Path, "the file"),
        ParamSpec::required("how", ParamType::Word(&["Grow", "Truncate", "Remove"]), "what becomes of it"),
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

async fn meddle(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    output.send(input.recv().await?).await?;
    let path = params.text("path");
    match params.text("how") {
        "Grow" => OpenOptions::new().append(true).open(path)?.write_all(b"22\n")?,
        "Truncate" => drop(OpenOptions::new().write(true).truncate(true).open(path)?),
        _ => std::fs::remove_file(path)?,
    }
    loop {
        output.send(input.recv().await?).await?;
    }
}

fn kinds() -> Library {
    let mut library = library();
    library.add(MEDDLE, |params, ports| Box::pin(meddle(params, ports)));
    library
}

/// More than a reader takes before anybody has its first token.
const N_LINES: usize = 1 << 19;

/// How many tokens a reader gives of a file of lines of a digit to which that happens.
fn read_while(reader: &str, how: &str) -> Result<usize, String> {
    let kind = reader.split('(').next().expect("a text has a first part");
    let path = file(&format!("{kind}-{how}.txt"), "1\n".repeat(N_LINES));
    // Of blocks, 64 are more than the file.
    let kind_of_channel = if kind == "ReadText" { ", kind: Buffer(4)" } else { "" };
    let graph = format!(
        "Network(processes: {{ \"read\": (run: {}), \"meddle\": (run: Meddle(path: {path:?}, how: {how})), \
         \"lines\": (run: {}), \"count\": (run: Fold(init: 0, expr: \"acc + 1\")), \"print\": (run: Print()) }}, \
         channels: [ (from: \"read\", to: \"meddle\"{kind_of_channel}), (from: \"meddle\", to: \"lines\"), \
         (from: \"lines\", to: \"count\"), (from: \"count\", to: \"print\") ])",
        reader.replace("PATH", &format!("{path:?}")),
        a_token_a_line(kind),
    );
    let given = within(Duration::from_secs(60), move || run(&graph, &kinds()))?;
    given.trim().parse().map_err(|_| given)
}

/// Each gives a token for two bytes of the file, or a block of such.
const READERS: [&str; 6] = [
    "ReadLines(path: PATH)",
    "ReadText(path: PATH)",
    "ReadCsv(path: PATH, type: List(Text), header: false)",
    "ReadJson(path: PATH)",
    "ReadBytes(path: PATH, block: 2)",
    "ReadArray(path: PATH, type: Array(U8, [2]))",
];

#[test]
fn what_a_file_gains_while_it_is_read_is_read() {
    for reader in &READERS[..4] {
        assert_eq!(read_while(reader, "Grow"), Ok(N_LINES + 1), "{reader}");
    }
    assert_eq!(read_while(READERS[4], "Grow"), Ok(N_LINES + 2));
    let half = read_while(READERS[5], "Grow").expect_err("half an array was added");
    assert!(half.contains("1 byte is left, and Array(U8, [2]) has 2"), "{half}");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_ends_there() {
    for reader in READERS {
        let n_given = read_while(reader, "Truncate").unwrap_or_else(|why| panic!("{reader}: {why}"));
        assert!((1..N_LINES).contains(&n_given), "{reader}: {n_given}");
    }
}

#[test]
fn a_file_that_is_removed_while_it_is_read_is_read_to_its_end() {
    for reader in READERS {
        assert_eq!(read_while(reader, "Remove"), Ok(N_LINES), "{reader}");
    }
}
