//! Rows of a CSV file, out of blocks of bytes.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::file::N_LONGEST;

/// Reads rows; one may begin in one block and end in a later one.
pub(super) struct Rows {
    reader: Reader,
    /// The fields of the row so far, one behind the other, in front of room for more; and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    n_bytes: usize,
    n_ends: usize,
    /// The last row is given.
    is_whole: bool,
    /// Line ends in the blocks before.
    n_lines: usize,
}

/// The fields of one row.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Row<'a> {
    /// How many fields.
    pub(super) fn len(self) -> usize {
        self.ends.len()
    }

    /// Field `idx`.
    pub(super) fn field(self, idx: usize) -> &'a [u8] {
        let start = idx.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[idx]]
    }

    /// All fields.
    pub(super) fn fields(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map(move |idx| self.field(idx))
    }
}

impl Rows {
    pub(super) fn new(separator: u8) -> Rows {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        let (bytes, ends) = (vec![0; 1 << 10], vec![0; 1 << 4]);
        Rows { reader, bytes, ends, n_bytes: 0, n_ends: 0, is_whole: false, n_lines: 0 }
    }

    /// Takes a block apart: each row goes to `take`.
    ///
    /// # Errors
    /// The line at which the row that is the cause begins, and why.
    pub(super) fn block(
        &mut self,
        block: &[u8],
        mut take: impl FnMut(Row<'_>) -> Result<(), String>,
    ) -> Result<(), (usize, String)> {
        let mut at = 0;
        loop {
            let row = match self.next(block, &mut at) {
                Ok(true) => Row { bytes: &self.bytes[..self.n_bytes], ends: &self.ends[..self.n_ends] },
                Ok(false) => break,
                Err(why) => return Err((self.line(&block[..at]), why)),
            };
            take(row).map_err(|why| (self.line(&block[..at]), why))?;
        }
        self.n_lines += n_lines(block);
        Ok(())
    }

    /// The last row may lack its line end.
    ///
    /// # Errors
    /// As [`Rows::block`]; also when a quoted field has no end.
    pub(super) fn finish(
        &mut self,
        take: impl FnMut(Row<'_>) -> Result<(), String>,
    ) -> Result<(), (usize, String)> {
        self.block(b"\n", take)?;
        if self.is_whole || self.n_bytes + self.n_ends == 0 {
            return Ok(());
        }
        let n_inside = n_lines(&self.bytes[..self.n_bytes]);
        Err((self.n_lines + 1 - n_inside, "a quote opens in this row and is never closed".to_owned()))
    }

    /// Reads a row; `false` when the block ends first.
    fn next(&mut self, block: &[u8], at: &mut usize) -> Result<bool, String> {
        if self.is_whole {
            (self.is_whole, self.n_bytes, self.n_ends) = (false, 0, 0);
        }
        // To the reader, no bytes are the end of the file.
        while *at < block.len() {
            let (into, ends) = (&mut self.bytes[self.n_bytes..], &mut self.ends[self.n_ends..]);
            let (read, n_in, n_bytes, n_ends) = self.reader.read_record(&block[*at..], into, ends);
            *at += n_in;
            self.n_bytes += n_bytes;
            self.n_ends += n_ends;
            match read {
                ReadRecordResult::Record => {
                    self.is_whole = true;
                    return Ok(true);
                }
                ReadRecordResult::OutputFull if self.bytes.len() >= N_LONGEST => {
                    let limit = N_LONGEST >> 20;
                    return Err(format!("the row is longer than {limit} MiB; is a quote left open?"));
                }
                ReadRecordResult::OutputFull => self.bytes.resize(2 * self.bytes.len(), 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() >= N_LONGEST >> 3 => {
                    return Err(format!("the row has more than {} fields", N_LONGEST >> 3));
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        Ok(false)
    }

    /// Where the row begins that ends, so far, with `read` of the current block.
    fn line(&self, read: &[u8]) -> usize {
        let before = read.strip_suffix(b"\n").unwrap_or(read);
        let n_inside = n_lines(&self.bytes[..self.n_bytes]);
        (self.n_lines + n_lines(before) + 1).saturating_sub(n_inside)
    }
}

fn n_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::{Row, Rows};

    /// The rows of `text` that come so many bytes at a time, and why there are no more.
    fn rows(text: &[u8], n_at_a_time: usize) -> (Vec<Vec<String>>, Option<(usize, String)>) {
        let mut given = Vec::new();
        let mut rows = Rows::new(b',');
        let mut take = |row: Row<'_>| {
            let fields: Vec<String> = row.fields().map(|field| field.escape_ascii().to_string()).collect();
            if fields[0] == "stop" {
                return Err("stopped".to_owned());
            }
            given.push(fields);
            Ok(())
        };
        let taken = text.chunks(n_at_a_time).try_for_each(|block| rows.block(block, &mut take));
        let ended = taken.and_then(|()| rows.finish(&mut take));
        (given, ended.err())
    }

    #[test]
    fn rows_are_the_same_however_they_arrive() {
        let text = b"a,b\r\n1,\"x,\n\"\"y\"\"\"\n\n\n,\nlast,\xff";
        let expected = [["a", "b"], ["1", "x,\\n\\\"y\\\""], ["", ""], ["last", "\\xff"]];
        for n_at_a_time in 1..=text.len() {
            assert_eq!(
                rows(text, n_at_a_time),
                (expected.map(|row| row.map(str::to_owned).to_vec()).to_vec(), None)
            );
        }
        assert_eq!(rows(b"", 1), (Vec::new(), None));
        assert_eq!(rows(b"\n\r\n\n", 1), (Vec::new(), None));
        assert_eq!(rows(b"\xef\xbb\xbfa\n", 5).0, [["a"]]);
    }

    #[test]
    fn a_mistake_has_the_line_at_which_its_row_begins() {
        for n_at_a_time in 1..40 {
            let line = |text: &[u8]| rows(text, n_at_a_time).1.map(|(line, _)| line);
            assert_eq!(line(b"a\nstop\n"), Some(2), "{n_at_a_time}");
            assert_eq!(line(b"a\r\n\r\nstop\r\n"), Some(3));
            assert_eq!(line(b"\"a\nb\nc\"\nstop,\"1\n2\""), Some(4));
            assert_eq!(line(b"a\nb\nc,\"d\ne\nf\n"), Some(3));
            assert_eq!(line(b"a,\""), Some(1));
        }
        assert_eq!(rows(b"a,\"b\nc\n", 1).0, Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_row_without_an_end_is_refused() {
        let mut rows = Rows::new(b',');
        let mut endless = || rows.block(&[b'x'; 1 << 16], |_| Ok(()));
        let ended = (0..1 << 11).try_for_each(|_| endless()).expect_err("128 MiB are too much");
        assert_eq!(ended, (1, "the row is longer than 64 MiB; is a quote left open?".to_owned()));
        let mut rows = Rows::new(b',');
        let mut endless = || rows.block(&[b','; 1 << 16], |_| Ok(()));
        let ended = (0..1 << 11).try_for_each(|_| endless()).expect_err("too many fields");
        assert_eq!(ended, (1, "the row has more than 8388608 fields".to_owned()));
    }
}
