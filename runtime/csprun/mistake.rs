//! Words that are no command line, and what may have been meant by them.

use std::ffi::OsString;
use std::path::Path;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use csprun_dsl::resolve::Request;
use csprun_runtime::Files;
use csprun_runtime::library::library;

use crate::cli::{NAMES, near};
use crate::exit;
use crate::quote::quote;
use crate::terminal::{complain, say};

/// Says what is wrong where clap would not know better; gives the exit code then.
pub fn before(args: &[OsString]) -> Option<u8> {
    let words: Vec<&str> = args.iter().skip(1).map_while(|word| word.to_str()).collect();
    match words[..] {
        ["help", word, ..] if !word.starts_with('-') && !NAMES.contains(&word) => {
            complain(&format!("there is no command `{word}`; {}", near(word).0));
            Some(exit::USAGE)
        }
        ["run", word, ..] if is_stranger(word) => {
            let (help, is_command) = near(word);
            let file =
                Files::near(Path::new(word)).map(|file| format!("did you mean `csprun {}`?", quote(&file)));
            // A word that is near a file, or near none of the commands, is a graph that is not there, as `no-such.ron` is.
            let is_graph = file.is_some() || !is_command;
            let both =
                file.into_iter().chain(is_command.then_some(help.clone())).collect::<Vec<_>>().join(" ");
            let help = if both.is_empty() { help } else { both };
            complain(&format!("there is no command or file `{word}`; {help}"));
            Some(if is_graph { exit::ERRORS } else { exit::USAGE })
        }
        _ => None,
    }
}

/// Whether the first word of a run is no file and does not look like one.
fn is_stranger(word: &str) -> bool {
    !word.contains(['.', '/']) && !word.starts_with('-') && !Path::new(word).exists()
}

/// Says what clap has to say: help that was asked for, or what is wrong with the words.
pub fn after(mut said: Error, args: &[OsString]) -> u8 {
    if said.kind() == ErrorKind::UnknownArgument {
        if let Some(ContextValue::String(option)) = said.get(ContextKind::InvalidArg)
            && let Some(set) = parameter(option, args)
        {
            complain(&format!("unknown option `{option}`; to set the graph's parameter write `{set}`"));
            return exit::USAGE;
        }
        // It says how to pass the option as a value, which nobody means.
        if !said.get(ContextKind::Suggested).is_some_and(|tips| tips.to_string().contains("exists")) {
            said.remove(ContextKind::Suggested);
        }
    }
    say(&said)
}

/// `--set top=2`, where `--top` was written for a parameter of the graph that the words name.
fn parameter(option: &str, args: &[OsString]) -> Option<String> {
    let name = option.strip_prefix("--")?;
    let words: Vec<&str> = args.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let graph = words.iter().find(|word| word.ends_with(".ron") && Path::new(word).is_file())?;
    let (network, _) = csprun_dsl::check(graph, &Files, library().catalog(), &Request::default());
    network.parameters.iter().find(|parameter| parameter.name == name)?;
    let at = words.iter().position(|word| word.split('=').next() == Some(option))?;
    let next = || words.get(at + 1).filter(|word| !word.starts_with('-')).copied();
    let value = words[at].split_once('=').map(|(_, value)| value).or_else(next).unwrap_or("VALUE");
    Some(format!("--set {}", quote(&format!("{name}={value}"))))
}
