//! Tokens as lines of text, and back.

use std::io::{self, ErrorKind, Read, Write};
use std::slice;
use std::str;
use std::sync::Arc;

use csprun_dsl::expr::Template;
use csprun_dsl::signature::{ExprSpec, ResultType, VarType};

use super::batch::N_BATCH;
use super::file::{N_BLOCK, N_LONGEST};
use crate::expr::Formatter;
use crate::process::{Ended, In, Out, Ports};
use crate::value::{TextBlock, Value};

/// What the template of a line may use.
pub(super) const LINE: ExprSpec =
    ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any };

/// Writes a line for each token, to the end of the stream. What is written is flushed whenever no more tokens are
/// ready: a reader behind it sees each line in time, a fast stream does not pay for that.
pub(super) async fn write_lines(
    input: &mut In,
    template: &Arc<Template>,
    to: &mut impl Write,
    explain: impl Fn(io::Error) -> Ended,
) -> Result<(), Ended> {
    let mut formatter = Formatter::new(template);
    let (mut taken, mut line) = (Vec::new(), String::new());
    while input.next_ready(&mut taken, N_BATCH).await? {
        for x in taken.drain(..) {
            line.clear();
            if let Err(error) = formatter.write(slice::from_ref(&x), &mut line) {
                return Err(Ended::fail(format!("the format fails with x = {}: {error}", x.shown())));
            }
            line.push('\n');
            to.write_all(line.as_bytes()).map_err(&explain)?;
        }
        to.flush().map_err(&explain)?;
    }
    Ok(())
}

/// Sends the lines of `source`, called `name` in errors, to its end. While it waits for the source, a run in which
/// nobody reads `output` any more may end without it.
pub(super) async fn send_lines(
    source: impl Read,
    name: &str,
    ports: &Ports,
    output: &mut Out,
) -> Result<(), Ended> {
    send_blocks(source, name, ports, output, cut).await
}

/// The same for what `tokens` makes of blocks of lines.
pub(super) async fn send_blocks(
    source: impl Read,
    name: &str,
    ports: &Ports,
    output: &mut Out,
    tokens: impl Fn(&TextBlock, &mut Vec<Value>),
) -> Result<(), Ended> {
    let mut blocks = Blocks::new(source);
    let mut given = Vec::new();
    loop {
        let read = {
            let _blocking = ports.blocking()?;
            blocks.next()
        };
        match read {
            Ok(Some(block)) => tokens(&block, &mut given),
            Ok(None) => return Ok(()),
            Err(why) => return Err(Ended::fail(format!("cannot read {name}: {why}"))),
        }
        output.send_all(&mut given).await?;
    }
}

/// Cuts whole lines apart.
fn cut(block: &TextBlock, lines: &mut Vec<Value>) {
    let mut start = 0;
    for line in block.as_str().split_inclusive('\n') {
        let text = line.strip_suffix('\n').map_or(line, |text| text.strip_suffix('\r').unwrap_or(text));
        lines.push(block.slice(start..start + text.len()));
        start += line.len();
    }
}

/// The mark that some editors put in front of a text, which is no part of it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a source gives, in blocks of whole lines of about the size of one read, which long lines share. A
/// byte order mark at its beginning is left out.
pub(super) struct Blocks<R> {
    source: R,
    /// Bytes read and not given yet: the beginning of a line, in front of room for more.
    buffer: Vec<u8>,
    n_held: usize,
    /// Nothing was given yet.
    is_new: bool,
    /// Lines given.
    pub(super) n_lines: usize,
    /// Why it ends after the block that was given last.
    broken: Option<String>,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(source: R) -> Blocks<R> {
        Blocks { source, buffer: Vec::new(), n_held: 0, is_new: true, n_lines: 0, broken: None }
    }

    /// The next lines; only the last line of all may lack its line end. `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<TextBlock>, String> {
        if let Some(why) = self.broken.take() {
            return Err(why);
        }
        loop {
            self.make_room()?;
            let room = self.n_held..self.buffer.len().min(self.n_held + N_BLOCK);
            let n_read = match self.source.read(&mut self.buffer[room]) {
                Ok(n_read) => n_read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.to_string()),
            };
            let fresh = &self.buffer[self.n_held..self.n_held + n_read];
            let n_whole = fresh.iter().rposition(|&byte| byte == b'\n').map(|at| self.n_held + at + 1);
            self.n_held += n_read;
            match n_whole {
                Some(n_whole) => return self.give(n_whole).map(Some),
                None if n_read > 0 => {}
                None if self.n_held > 0 => {
                    // There may be a mark and nothing else.
                    let last = self.give(self.n_held)?;
                    return Ok(Some(last).filter(|last| !last.as_str().is_empty()));
                }
                None => return Ok(None),
            }
        }
    }

    fn make_room(&mut self) -> Result<(), String> {
        if self.n_held == N_LONGEST {
            let (n, limit) = (self.n_lines + 1, N_LONGEST >> 20);
            return Err(format!("line {n} is longer than {limit} MiB; what has no lines is read as bytes"));
        }
        if self.n_held == self.buffer.len() {
            self.buffer.resize((2 * self.n_held).max(N_BLOCK), 0);
        }
        Ok(())
    }

    /// The first `n_whole` bytes held; those before one that is no UTF-8, if there are any.
    fn give(&mut self, n_whole: usize) -> Result<TextBlock, String> {
        let is_first = std::mem::replace(&mut self.is_new, false);
        let bytes = &self.buffer[..n_whole];
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_first).unwrap_or(bytes);
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let good = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                let n_good = good.matches('\n').count();
                let byte = bytes.get(good.len()).copied().unwrap_or_default();
                let why = format!("line {} is not UTF-8: byte {byte:#04x}", self.n_lines + n_good + 1);
                let lines = good.rfind('\n').map_or("", |at| &good[..=at]);
                if lines.is_empty() {
                    return Err(why);
                }
                self.broken = Some(why);
                lines
            }
        };
        let block = TextBlock::new(text.to_owned());
        self.n_lines += text.bytes().filter(|&byte| byte == b'\n').count();
        self.buffer.copy_within(n_whole..self.n_held, 0);
        self.n_held -= n_whole;
        Ok(block)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{Blocks, N_LONGEST, cut};
    use crate::value::Value;

    /// Gives so many bytes at a time.
    struct Dribble<'a>(&'a [u8], usize);

    impl Read for Dribble<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(into.len());
            (&mut self.0).take(n as u64).read(into)
        }
    }

    /// The lines of `bytes`, and why there are no more.
    fn lines(bytes: &[u8], n_at_a_time: usize) -> (Vec<Value>, Option<String>) {
        let mut blocks = Blocks::new(Dribble(bytes, n_at_a_time));
        let mut lines = Vec::new();
        loop {
            match blocks.next() {
                Ok(Some(block)) => cut(&block, &mut lines),
                Ok(None) => return (lines, None),
                Err(why) => return (lines, Some(why)),
            }
        }
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let text = "one\r\ntwo é\n\na line of more than twenty-two bytes\n\r\nlast\r";
        let expected =
            ["one", "two é", "", "a line of more than twenty-two bytes", "", "last\r"].map(Value::from);
        for n_at_a_time in 1..=text.len() {
            assert_eq!(lines(text.as_bytes(), n_at_a_time), (expected.to_vec(), None), "{n_at_a_time}");
        }
        assert_eq!(lines(b"", 1), (Vec::new(), None));
    }

    #[test]
    fn a_byte_order_mark_is_left_out_at_the_beginning_alone() {
        for n_at_a_time in [1, 2, 3, 4, 100] {
            let (given, why) = lines("\u{feff}one\n\u{feff}two".as_bytes(), n_at_a_time);
            assert_eq!((given, why), (["one", "\u{feff}two"].map(Value::from).to_vec(), None));
            assert_eq!(lines("\u{feff}\n".as_bytes(), n_at_a_time), (vec![Value::from("")], None));
            assert_eq!(lines("\u{feff}".as_bytes(), n_at_a_time), (Vec::new(), None));
        }
    }

    #[test]
    fn lines_before_one_that_is_no_text_are_given() {
        for n_at_a_time in [1, 3, 100] {
            let (given, why) = lines(b"one\ntwo\nthr\xffee\nfour\n", n_at_a_time);
            assert_eq!(given, ["one", "two"].map(Value::from));
            assert_eq!(why.as_deref(), Some("line 3 is not UTF-8: byte 0xff"));
        }
        assert_eq!(lines(b"\xc3", 1).1.as_deref(), Some("line 1 is not UTF-8: byte 0xc3"));
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let endless = io::repeat(b'x');
        let mut blocks = Blocks::new(io::Read::chain(&b"first\n"[..], endless));
        assert!(blocks.next().is_ok());
        assert_eq!(
            blocks.next().err(),
            Some("line 2 is longer than 64 MiB; what has no lines is read as bytes".to_owned())
        );
        let mut longest = vec![b'x'; N_LONGEST - 1];
        longest.push(b'\n');
        assert_eq!(lines(&longest, usize::MAX).0.len(), 1);
    }
}
