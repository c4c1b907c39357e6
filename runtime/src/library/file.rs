//! Files that kinds read and write.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};

use csprun_dsl::signature::{ParamSpec, ParamType};

use super::batch::N_BATCH;
use crate::process::{Course, Ended, In, Params, Ports};
use crate::value::Value;

/// Most bytes read at a time.
pub(super) const N_BLOCK: usize = 1 << 16;
/// Longest line or row.
pub(super) const N_LONGEST: usize = 1 << 26;

/// The parameter that says which file is read.
pub(super) const READ: ParamSpec =
    ParamSpec::required("path", ParamType::Path, "the file; a FIFO or a device will do");
/// The parameter that says which file is written.
pub(super) const WRITTEN: ParamSpec =
    ParamSpec::required("path", ParamType::Path, "the file; what it held before is lost");
/// The same where standard output will do.
pub(super) const TARGET: ParamSpec = ParamSpec::optional(
    "path",
    ParamType::Path,
    "the file, of which what it held before is lost; else standard output",
);
/// The parameter that keeps what the file holds.
pub(super) const APPEND: ParamSpec = ParamSpec::with_default(
    "append",
    ParamType::Bool,
    "false",
    "whether to go on behind what the file holds",
);

/// A file that is read, which tells those who watch the run how far it was.
pub(super) struct Source {
    file: File,
    n_read: u64,
    course: Course,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.n_read += n as u64;
        self.course.reached(self.n_read);
        Ok(n)
    }
}

/// Opens the file of the parameter `path` to read it. A FIFO opens when somebody writes to it.
pub(super) fn open(params: &Params, ports: &Ports) -> Result<Source, Ended> {
    let path = params.text("path");
    let opened = {
        let _blocking = ports.blocking()?;
        File::open(path)
    };
    let file = opened.map_err(|error| Ended::fail(format!("cannot open `{path}`: {error}")))?;
    // A FIFO or a device has no length.
    let length = file.metadata().ok().filter(Metadata::is_file).map_or(0, |metadata| metadata.len());
    Ok(Source { file, n_read: 0, course: ports.course(length) })
}

/// Reads so many bytes of the file of the parameter `path`; fewer at its end.
pub(super) fn read_block(
    file: &mut Source,
    n_block: usize,
    params: &Params,
    ports: &Ports,
) -> Result<Vec<u8>, Ended> {
    let mut block = Vec::new();
    let read = {
        let _blocking = ports.blocking()?;
        // Memory is taken as bytes come: a large block of a small file costs nothing.
        file.take(n_block as u64).read_to_end(&mut block)
    };
    read.map_err(|error| unread(params.text("path"), &error))?;
    Ok(block)
}

/// Why nothing more can be read from a file.
pub(super) fn unread(path: &str, error: &io::Error) -> Ended {
    Ended::fail(format!("cannot read `{path}`: {error}"))
}

/// Makes the file of the parameter `path`, or goes on behind what it holds when `append` says so.
pub(super) fn create(params: &Params, ports: &Ports) -> Result<File, Ended> {
    create_at(params.text("path"), params.bool("append"), ports)
}

/// Makes the file `path`, or goes on behind what it holds. A FIFO opens when somebody reads it.
pub(super) fn create_at(path: &str, append: bool, ports: &Ports) -> Result<File, Ended> {
    let created = {
        let _blocking = ports.blocking()?;
        OpenOptions::new().write(true).create(true).append(append).truncate(!append).open(path)
    };
    created.map_err(|error| unwritten(path, &error))
}

/// Why nothing more can be written to a file.
pub(super) fn unwritten(path: &str, error: &io::Error) -> Ended {
    Ended::fail(format!("cannot write `{path}`: {error}"))
}

/// Where tokens are written to: a file, or standard output.
pub(super) struct Target<'a> {
    pub(super) to: Box<dyn Write>,
    /// It holds nothing yet.
    pub(super) is_empty: bool,
    pub(super) place: Place<'a>,
}

/// What is written to.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// By its path.
    File(&'a str),
    Stdout,
    /// By its address.
    Peer(&'a str),
}

impl Target<'_> {
    /// The file of the parameter `path`, if there is one.
    pub(super) fn new<'a>(params: &'a Params, ports: &Ports) -> Result<Target<'a>, Ended> {
        let place = Place::of(params);
        if place.is_stdout() {
            return Ok(Target { to: Box::new(ports.stdout()), is_empty: true, place });
        }
        let append = params.maybe_bool("append").unwrap_or(false);
        let file = create_at(params.text("path"), append, ports)?;
        let is_empty = file.metadata().map_err(|error| place.unwritten(&error))?.len() == 0;
        Ok(Target { to: Box::new(file), is_empty, place })
    }
}

impl<'a> Place<'a> {
    /// The parameter `path`, if there is one.
    pub(super) fn of(params: &'a Params) -> Place<'a> {
        params.maybe_text("path").map_or(Place::Stdout, Place::File)
    }

    /// Whether it is standard output.
    pub(super) fn is_stdout(self) -> bool {
        matches!(self, Place::Stdout)
    }

    /// Why nothing more can be written. When nobody reads standard output any more, that is no failure.
    pub(super) fn unwritten(self, error: &io::Error) -> Ended {
        match self {
            Place::File(path) => unwritten(path, error),
            Place::Stdout if error.kind() == ErrorKind::BrokenPipe => Ended::Retired,
            Place::Stdout => Ended::fail(format!("cannot write to standard output: {error}")),
            Place::Peer(address) => Ended::fail(format!("lost the peer {address}: {error}")),
        }
    }
}

/// A file in the making, token by token.
pub(super) trait Form {
    /// Writes a token.
    fn write(&mut self, token: &Value) -> Result<(), NotWritten>;
    /// Passes on what is written.
    fn flush(&mut self) -> io::Result<()>;
}

/// Why a token was not written.
pub(super) enum NotWritten {
    /// It has no form in this file; how to give it one.
    Token(String),
    /// The system refused it.
    System(io::Error),
}

impl From<io::Error> for NotWritten {
    fn from(error: io::Error) -> NotWritten {
        NotWritten::System(error)
    }
}

impl From<String> for NotWritten {
    fn from(why: String) -> NotWritten {
        NotWritten::Token(why)
    }
}

/// Writes all tokens, to the end of the stream. What is written is passed on whenever no more tokens are ready.
pub(super) async fn write_each(input: &mut In, place: Place<'_>, form: &mut impl Form) -> Result<(), Ended> {
    let (mut taken, mut n_written) = (Vec::new(), 0);
    while input.next_ready(&mut taken, N_BATCH).await? {
        for token in taken.drain(..) {
            form.write(&token).map_err(|not| match not {
                NotWritten::Token(why) => {
                    Ended::fail(format!("token {n_written} (from 0) cannot be written: {why}"))
                }
                NotWritten::System(error) => place.unwritten(&error),
            })?;
            n_written += 1;
        }
        form.flush().map_err(|error| place.unwritten(&error))?;
    }
    form.flush().map_err(|error| place.unwritten(&error))
}
