//! Standard input, and standard output and error, shared by processes line by line.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the lines of several processes come together.
pub type Sink = Arc<Mutex<dyn Write + Send>>;

/// What several processes may read, each byte once.
pub type Source = Arc<Mutex<dyn Read + Send>>;

/// Standard input, or what the run was given for it.
pub(crate) struct Stdin(pub(crate) Option<Source>);

impl Read for Stdin {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &self.0 {
            Some(source) => source.lock().unwrap_or_else(PoisonError::into_inner).read(into),
            None => io::stdin().read(into),
        }
    }
}

/// Lines are passed on from here at the latest.
const N_HELD: usize = 1 << 13;
/// A line of which more than this is held is passed on in parts.
const N_LONGEST: usize = 1 << 20;

/// A process's own writer. Lines of several processes never mix: they are passed on whole, on `flush` (which
/// keeps back an unfinished line) or when enough have come together, and the rest when it is dropped. Only a line of
/// more than a megabyte may be broken by others, since what is kept back has a limit.
pub struct Console {
    sink: Sink,
    /// Gets a copy, when the run wants to know what this process wrote.
    copy: Option<Arc<Mutex<Vec<u8>>>>,
    held: Vec<u8>,
    /// Bytes of it in whole lines.
    n_whole: usize,
}

impl Console {
    pub(crate) fn new(sink: Sink, copy: Option<Arc<Mutex<Vec<u8>>>>) -> Console {
        Console { sink, copy, held: Vec::new(), n_whole: 0 }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// When passing lines on fails; [`io::ErrorKind::BrokenPipe`] when nobody reads any more.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.held.extend_from_slice(text.as_bytes());
        self.held.push(b'\n');
        self.n_whole = self.held.len();
        self.pass_on_at(N_HELD)
    }

    fn pass_on_at(&mut self, n_held: usize) -> io::Result<()> {
        if self.held.len() < n_held {
            return Ok(());
        }
        let is_too_long = self.n_whole == 0 && self.held.len() >= N_LONGEST;
        self.pass_on(if is_too_long { self.held.len() } else { self.n_whole })
    }

    fn pass_on(&mut self, n: usize) -> io::Result<()> {
        if n == 0 {
            return Ok(());
        }
        self.n_whole = 0;
        let mut lines: Vec<u8> = self.held.drain(..n).collect();
        {
            let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
            sink.write_all(&lines)?;
            sink.flush()?;
        }
        if let Some(copy) = &self.copy {
            copy.lock().unwrap_or_else(PoisonError::into_inner).append(&mut lines);
        }
        Ok(())
    }
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(last) = bytes.iter().rposition(|&byte| byte == b'\n') {
            self.n_whole = self.held.len() + last + 1;
        }
        self.held.extend_from_slice(bytes);
        self.pass_on_at(N_HELD)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on_at(0)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // Nobody is left to tell: the process has ended, and a failing flush of its own was reported.
        let _ = self.pass_on(self.held.len());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::{Console, N_LONGEST};

    #[test]
    fn an_unfinished_line_is_kept_back_until_its_writer_ends() {
        let sink = Arc::new(Mutex::new(Vec::new()));
        let mut console = Console::new(sink.clone(), None);
        console.write_all(b"one\ntwo").expect("memory");
        console.flush().expect("memory");
        assert_eq!(*sink.lock().unwrap(), b"one\n");
        drop(console);
        assert_eq!(*sink.lock().unwrap(), b"one\ntwo");
    }

    #[test]
    fn a_line_without_an_end_takes_no_memory_without_end() {
        let sink = Arc::new(Mutex::new(Vec::new()));
        let mut console = Console::new(sink.clone(), None);
        for _ in 0..4 {
            console.write_all(&vec![b'x'; N_LONGEST / 2 + 1]).expect("memory");
            assert!(console.held.len() < N_LONGEST);
        }
        console.write_all(b"\ny").expect("memory");
        console.flush().expect("memory");
        assert_eq!(console.held, b"y");
        drop(console);
        let written = sink.lock().unwrap();
        assert_eq!(written.len(), 4 * (N_LONGEST / 2 + 1) + 2);
        assert!(written.ends_with(b"x\ny"));
    }
}
