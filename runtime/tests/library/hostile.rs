//! What the outside does to those who read and write it: a clear end, in bounded memory.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use csprun_runtime::testing::within;

use crate::chain;
use crate::outside::serve;
use crate::tables::{read, why};

/// Kinds that read the file of their `path`.
const READERS: [(&str, &str); 5] = [
    ("ReadLines", ""),
    ("ReadText", ""),
    ("ReadCsv", "type: List(Text), header: false"),
    ("ReadJson", ""),
    ("ReadBytes", ""),
];

/// What the tokens of a reader go through, so that there is one for a line however they were cut.
pub fn a_token_a_line(kind: &str) -> &'static str {
    if kind == "ReadText" { "FlatMap(expr: \"words(x)\")" } else { "Identity()" }
}

/// Kinds that write the file of their `path`.
const WRITERS: [&str; 4] = ["WriteLines", "WriteCsv", "WriteJson", "WriteBytes"];

fn reading(kind: &str, path: &Path, params: &str) -> Result<String, String> {
    chain(&[&format!("{kind}(path: {path:?}, {params})"), "Print()"])
}

#[test]
fn what_is_no_file_is_named() {
    for (kind, params) in READERS {
        let folder = why(reading(kind, Path::new("/proc"), params));
        assert!(folder.contains("cannot read `/proc`: Is a directory"), "{kind}: {folder}");
        let gone = why(reading(kind, Path::new("/no/such"), params));
        assert!(gone.contains("cannot open `/no/such`: No such file"), "{kind}: {gone}");
        let hidden = why(reading(kind, Path::new("/proc/self/mem"), params));
        assert!(hidden.contains("cannot read `/proc/self/mem`: Input/output error"), "{kind}: {hidden}");
    }
    for kind in WRITERS {
        let folder = why(chain(&["Values(values: [\"x\"])", &format!("{kind}(path: \"/proc\")")]));
        assert!(folder.contains("cannot write `/proc`: Is a directory"), "{kind}: {folder}");
    }
}

#[test]
fn an_empty_file_gives_nothing() {
    for (kind, params) in READERS {
        assert_eq!(reading(kind, Path::new("/dev/null"), params).as_deref(), Ok(""), "{kind}");
    }
    assert_eq!(read("ReadCsv", "header.csv", "a,b\n", "type: Record({\"a\": I64})").as_deref(), Ok(""));
}

#[test]
fn a_full_disk_is_a_failure_of_whoever_writes() {
    for kind in WRITERS {
        let full = why(chain(&["Values(values: [\"x\"])", &format!("{kind}(path: \"/dev/full\")")]));
        assert!(
            full.ends_with("cannot write `/dev/full`: No space left on device (os error 28)"),
            "{kind}: {full}"
        );
    }
    for sink in ["WritePng(path: \"/dev/full\")", "Plot(path: \"/dev/full\")"] {
        let source = if sink.starts_with("Plot") { "Range(to: 9)" } else { "Values(values: [[[0, 255]]])" };
        let full = why(chain(&[source, sink]));
        assert!(full.ends_with("cannot write `/dev/full`: No space left on device (os error 28)"), "{full}");
    }
}

#[test]
fn a_line_or_a_row_without_an_end_is_refused() {
    let line = "cannot read `/dev/zero`: line 1 is longer than 64 MiB; what has no lines is read as bytes";
    let row = "`/dev/zero` line 1: the row is longer than 64 MiB; is a quote left open?";
    for (kind, message) in [("ReadLines", line), ("ReadText", line), ("ReadCsv", row), ("ReadJson", line)] {
        let params = READERS.iter().find(|reader| reader.0 == kind).expect("it reads").1;
        let endless = why(reading(kind, Path::new("/dev/zero"), params));
        assert!(endless.ends_with(message), "{endless}");
    }
    let some = chain(&["ReadBytes(path: \"/dev/zero\")", "Take(n: 3)", "Map(expr: \"len(x)\")", "Print()"]);
    assert_eq!(some.as_deref(), Ok("65536\n65536\n65536\n"));
}

#[test]
fn a_peer_who_never_ends_its_line_is_refused() {
    let address = serve(|mut stream| {
        stream.write_all(b"first\n")?;
        std::iter::repeat(()).try_for_each(|()| stream.write_all(&[b'x'; 1 << 16]))
    });
    let source = |params: &str| format!("TcpSource(connect: {address:?}, {params})");
    let (lines, bytes) = (source(""), source("type: Bytes"));
    let (endless, some) = within(Duration::from_secs(60), move || {
        (
            chain(&[&lines, "BlackHole()"]),
            chain(&[&bytes, "Map(expr: \"len(x) <= 65536\")", "Take(n: 3)", "Print()"]),
        )
    });
    let message = "line 2 is longer than 64 MiB; what has no lines is read as bytes";
    assert!(why(endless).ends_with(&format!("cannot read from the peer {address}: {message}")));
    assert_eq!(some.as_deref(), Ok("true\ntrue\ntrue\n"));
}

#[test]
fn bytes_that_are_no_text_are_shown_with_their_line() {
    let csv = |text: &[u8], ty: &str| {
        read("ReadCsv", "binary.csv", text, &format!("header: false, type: List({ty})"))
    };
    let bytes = why(csv(b"a,b\n\xff\xfe,\x00\n", "Text"));
    assert!(bytes.ends_with("line 2: cell 1 is b\"\\xff\\xfe\", which is no Text"), "{bytes}");
    assert_eq!(csv(b"\xff,\x00\n", "Bytes").as_deref(), Ok("[b\"\\xff\", b\"\\x00\"]\n"));
    assert_eq!(csv(b"a\x00b,\x1a\r\n", "Text").as_deref(), Ok("[\"a\\0b\", \"\\u{1a}\"]\n"));
    let json = why(read("ReadJson", "binary.jsonl", b"1\n\"\xff\"\n", ""));
    assert!(json.ends_with("cannot read `binary.jsonl`: line 2 is not UTF-8: byte 0xff"), "{json}");
    let nul = why(read("ReadJson", "nul.jsonl", b"1\n\x00\n", ""));
    assert!(nul.ends_with("`nul.jsonl` line 2, column 1: expected value"), "{nul}");
}

#[test]
fn a_text_keeps_all_that_is_utf_8_and_ends_before_what_is_not() {
    let text = |bytes: &[u8]| read("ReadText", "binary.txt", bytes, "");
    let odd = "a\0b\r\nc\rd\u{1a}\u{feff}\n\n\x7fé\u{2028}\n";
    assert_eq!(text(odd.as_bytes()), Ok(format!("{odd}\n")));
    for (bytes, line, byte) in [
        (&b"a\n\xff\xfe\n"[..], 2, "0xff"),
        // Cut off, a surrogate, a character in too many bytes.
        (b"\xc3", 1, "0xc3"),
        (b"a\n\n\xed\xa0\x80\n", 3, "0xed"),
        (b"\xc0\xaf", 1, "0xc0"),
    ] {
        let why = why(text(bytes));
        let expected = format!("cannot read `binary.txt`: line {line} is not UTF-8: byte {byte}");
        assert!(why.ends_with(&expected), "{why}");
    }
}

#[test]
fn json_nested_too_deeply_is_refused() {
    for open in ["[", "{\"a\":"] {
        let deep = why(read("ReadJson", "deep.jsonl", open.repeat(100_000), ""));
        assert!(deep.contains("recursion limit exceeded"), "{deep}");
    }
    // What no type names is left out without a look into it.
    let left_out = format!("{{\"a\": 1, \"b\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let left_out = read("ReadJson", "left_out.jsonl", left_out, "type: Record({\"a\": I64})");
    assert_eq!(left_out.as_deref(), Ok("{\"a\": 1}\n"));
}

#[test]
fn json_numbers_beyond_64_bits_are_refused_or_the_nearest_float() {
    let json = |text: &str, ty: &str| read("ReadJson", "numbers.jsonl", text, &format!("type: {ty}"));
    assert_eq!(json("-9223372036854775808", "Any").as_deref(), Ok("-9223372036854775808\n"));
    assert!(why(json("9223372036854775808", "Any")).ends_with("does not fit into 64 bits; as F64 it would"));
    assert!(why(json("9223372036854775808", "I64")).ends_with("does not fit into 64 bits; as F64 it would"));
    assert_eq!(json("9223372036854775808", "F64").as_deref(), Ok("9.223372036854776e18\n"));
    assert!(why(json("1e400", "F64")).ends_with("number out of range"));
    assert_eq!(json("1e-400", "F64").as_deref(), Ok("0.0\n"));
}

/// A FIFO of this test run.
#[expect(clippy::disallowed_methods, reason = "it ends by itself")]
fn fifo(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    // One of an earlier run, if there is one.
    let _ = std::fs::remove_file(&path);
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
    assert!(made.success());
    path
}

#[test]
fn what_a_fifo_brings_is_given_when_it_comes() {
    within(Duration::from_secs(60), || {
        for (kind, params) in READERS {
            let path = fifo(&format!("{kind}.fifo"));
            let to = path.clone();
            let writer = std::thread::Builder::new().spawn(move || {
                let mut fifo = OpenOptions::new().write(true).open(to).expect("somebody reads it");
                for byte in b"\"a\"\n\"b\"\n" {
                    fifo.write_all(&[*byte]).expect("somebody reads it");
                    fifo.flush().expect("somebody reads it");
                }
            });
            let given =
                chain(&[&format!("{kind}(path: {path:?}, {params})"), a_token_a_line(kind), "Print()"]);
            writer.expect("a thread is to be had").join().expect("it wrote all");
            let expected = match kind {
                "ReadLines" | "ReadText" => "\"a\"\n\"b\"\n",
                "ReadCsv" => "[\"a\"]\n[\"b\"]\n",
                "ReadJson" => "a\nb\n",
                _ => "b\"\\\"a\\\"\\n\\\"b\\\"\\n\"\n",
            };
            assert_eq!(given.as_deref(), Ok(expected), "{kind}");
        }
    });
}

#[test]
fn a_fifo_that_goes_on_does_not_hold_its_reader_back() {
    within(Duration::from_secs(60), || {
        for (kind, params) in READERS {
            let path = fifo(&format!("{kind}.open.fifo"));
            // Both ways: it opens at once, and there never is an end.
            let mut fifo = OpenOptions::new().read(true).write(true).open(&path).expect("a FIFO");
            fifo.write_all(b"1\n2\n3").expect("a FIFO holds that");
            let params = if kind == "ReadBytes" { "block: 1" } else { params };
            // All lines that are there are one block.
            let n = if kind == "ReadText" { 1 } else { 2 };
            let given = chain(&[
                &format!("{kind}(path: {path:?}, {params})"),
                &format!("Take(n: {n})"),
                "Fold(init: 0, expr: \"acc + 1\")",
                "Print()",
            ]);
            assert_eq!(given, Ok(format!("{n}\n")), "{kind}");
        }
    });
}
