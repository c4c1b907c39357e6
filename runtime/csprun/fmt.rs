//! `csprun fmt`: graph files in the form that all share.

use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::span::{SourceMap, Sources};
use csprun_dsl::tree::format;
use csprun_runtime::Files;

use crate::cli::FmtArgs;
use crate::exit;
use crate::replace::replace;
use crate::terminal::{complain, print, show};

/// Formats every file, or says which are not formatted.
pub fn fmt(args: &FmtArgs) -> u8 {
    let codes = args.files.iter().map(|path| one(path, args.check));
    codes.max().unwrap_or(exit::DONE)
}

fn one(path: &str, check: bool) -> u8 {
    let (mut sources, mut found) = (SourceMap::default(), Diagnostics::default());
    let (name, text) = match Files.read(None, path) {
        Ok(read) => read,
        Err(error) => {
            let message = format!("cannot read `{path}`: {error}");
            found.push(Diagnostic::without_place(Code::E0008, message));
            show(&found, &sources);
            return exit::ERRORS;
        }
    };
    let source = sources.add(name, text.clone());
    let formatted = match format(source, &text) {
        Ok(formatted) => formatted,
        Err(error) => {
            found.push(*error);
            show(&found, &sources);
            return exit::ERRORS;
        }
    };
    match (check, path) {
        (true, _) if formatted == text => exit::DONE,
        (true, _) => print(&format!("{path}\n")).max(exit::FAILED),
        (false, "-") => print(&formatted),
        (false, _) if formatted == text => exit::DONE,
        (false, _) => match replace(path, &formatted) {
            Ok(()) => exit::DONE,
            Err(error) => {
                complain(&format!("cannot write {path}: {error}"));
                exit::FAILED
            }
        },
    }
}
