//! What the command itself says: results on standard output, diagnostics on standard error.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::render::{Style, summary, text};
use csprun_dsl::span::SourceMap;

use crate::exit;

/// Prints a result. A reader that has gone (`| head`) is no failure.
pub fn print(result: &str) -> u8 {
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(result.as_bytes()).and_then(|()| stdout.flush()))
}

/// Prints what the reader of the command line says: help that was asked for, or what is wrong with the words.
pub fn say(said: &clap::Error) -> u8 {
    let written = said.print();
    if said.use_stderr() { exit::USAGE } else { printed(written.and_then(|()| io::stdout().flush())) }
}

fn printed(written: io::Result<()>) -> u8 {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("cannot write to standard output: {error}"));
            exit::FAILED
        }
        _ => exit::DONE,
    }
}

/// Says one line on standard error.
pub fn complain(line: &str) {
    // Where standard error is closed there is nobody left to tell.
    writeln!(io::stderr(), "csprun: {line}").ok();
}

/// Shows diagnostics, and how many there are.
pub fn show(found: &Diagnostics, sources: &SourceMap) {
    if found.is_empty() {
        return;
    }
    let stderr = io::stderr();
    let colour = AutoStream::choice(&stderr) != ColorChoice::Never;
    let width = if stderr.is_terminal() { terminal_width() } else { Style::default().width };
    let shown = text(found, sources, Style { colour, width });
    let counts = summary(found);
    writeln!(stderr.lock(), "{shown}csprun: {counts}").ok();
}

/// Columns of the terminal that standard error is.
pub fn terminal_width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let is = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    let columns = set.or(is).filter(|columns| (40..1000).contains(columns));
    columns.unwrap_or(Style::default().width)
}
