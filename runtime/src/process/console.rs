//! Standard output and error, shared by processes line by line.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the lines of several processes come together.
pub type Sink = Arc<Mutex<dyn Write + Send>>;

/// Lines are passed on from here at the latest.
const N_HELD: usize = 1 << 13;

/// A process's own writer. Lines of several processes never mix: they are passed on whole, on `flush` (which
/// keeps back an unfinished line) or when enough have come together, and the rest when it is dropped.
pub struct Console {
    sink: Sink,
    /// Gets a copy, when the run wants to know what this process wrote.
    copy: Option<Arc<Mutex<Vec<u8>>>>,
    held: Vec<u8>,
}

impl Console {
    pub(crate) fn new(sink: Sink, copy: Option<Arc<Mutex<Vec<u8>>>>) -> Console {
        Console { sink, copy, held: Vec::new() }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// When passing lines on fails; [`io::ErrorKind::BrokenPipe`] when nobody reads any more.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.held.extend_from_slice(text.as_bytes());
        self.held.push(b'\n');
        self.pass_on_at(N_HELD)
    }

    fn pass_on_at(&mut self, n_held: usize) -> io::Result<()> {
        if self.held.len() < n_held {
            return Ok(());
        }
        match self.held.iter().rposition(|&byte| byte == b'\n') {
            Some(last) => self.pass_on(last + 1),
            None => Ok(()),
        }
    }

    fn pass_on(&mut self, n: usize) -> io::Result<()> {
        if n == 0 {
            return Ok(());
        }
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

    use super::Console;

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
}
