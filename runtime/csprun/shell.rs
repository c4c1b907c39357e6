//! `csprun completions` and `csprun man`: what shells and `man` read, from the one definition of the command line.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate};
use clap_mangen::Man;
use csprun_dsl::diagnostic::Code;
use csprun_runtime::library::library;

use crate::cli::{Cli, CompletionsArgs, ManArgs, NAMES, near};
use crate::exit;
use crate::pages::TOPICS;
use crate::terminal::{complain, print};

/// Prints what completes the command in a shell.
pub fn completions(args: &CompletionsArgs) -> u8 {
    print(&completing(args.shell))
}

fn completing(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut with_words(Cli::command()), "csprun", &mut script);
    with_graphs(shell, &String::from_utf8_lossy(&script))
}

/// With the words that a command knows, which other words may be given for all the same.
fn with_words(command: Command) -> Command {
    let library = library();
    let kinds: Vec<&'static str> = library.catalog().iter().map(|signature| signature.kind).collect();
    let codes = Code::ALL.iter().map(ToString::to_string).chain(TOPICS.map(str::to_owned));
    let topics: Vec<PossibleValue> = codes.map(PossibleValue::new).collect();
    let known = |command: Command, of: &'static str, arg: &'static str, words: PossibleValuesParser| {
        command.mut_subcommand(of, |command| command.mut_arg(arg, |arg| arg.value_parser(words)))
    };
    let command = known(command, "list", "kind", kinds.into());
    let command = known(command, "explain", "topic", topics.into());
    known(command, "man", "command", NAMES.into())
}

/// The first word may be a graph as well as a command, and then what belongs to `run` follows. Bash completes files by
/// itself where nothing else fits.
fn with_graphs(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => script.replacen(
            "            csprun,run)\n",
            "            csprun,run|csprun,*.ron|csprun,*/*|csprun,-)\n",
            1,
        ),
        Shell::Zsh => script
            .replacen("\":: :_csprun_commands\"", "\":: :{_csprun_commands; _files -g '*.ron(-.)'}\"", 1)
            .replacen("            (run)\n", "            (run|*.ron|*/*|-)\n", 1),
        Shell::Fish => {
            let of_run = "\"__fish_csprun_using_subcommand run";
            let script = script.replace(of_run, "\"__fish_csprun_runs");
            format!("{script}{FISH}")
        }
        _ => script.to_owned(),
    }
}

const FISH: &str = "\
complete -c csprun -n \"__fish_csprun_needs_command\" -a \"(__fish_complete_suffix .ron)\"

# `csprun graph.ron` is `csprun run graph.ron`.
function __fish_csprun_runs
    set -l cmd (__fish_csprun_needs_command)
    string match -qr '^run$|\\.ron$|/|^-$' -- \"$cmd[1]\"
end
";

/// Prints a manual page.
pub fn man(args: &ManArgs) -> u8 {
    let mut all = Cli::command();
    all.build();
    let command = match &args.command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(command) => command.clone().display_name(format!("csprun-{name}")),
            None => {
                complain(&format!("there is no command `{name}`; {}", near(name).0));
                return exit::USAGE;
            }
        },
    };
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut page = Vec::new();
    match Man::new(command.after_help(None::<&str>)).render(&mut page) {
        Ok(()) => {
            let page = String::from_utf8_lossy(&page);
            let (upper, lower) = page.find("\n.SH VERSION").map_or((&*page, ""), |at| page.split_at(at + 1));
            print(&format!("{upper}{}{lower}", verbatim(&after)))
        }
        Err(error) => {
            complain(&error.to_string());
            exit::FAILED
        }
    }
}

/// What the help of a command ends with, line by line: a command that is filled and broken cannot be copied.
fn verbatim(after: &str) -> String {
    let mut page = String::new();
    for block in after.split("\n\n").filter(|block| !block.is_empty()) {
        let headed = block.split_once(":\n").filter(|(heading, _)| !heading.contains([' ', '\n']));
        let (heading, lines) = match headed {
            Some((heading, lines)) => (heading.to_uppercase(), lines),
            None if page.is_empty() => ("NOTES".to_owned(), block),
            None => (String::new(), block),
        };
        page.push_str(&if heading.is_empty() { ".PP\n".to_owned() } else { format!(".SH {heading}\n") });
        page.push_str(".nf\n");
        for line in lines.lines() {
            let signs = [('\\', "\\e"), ('-', "\\-"), ('`', "\\(ga"), ('\'', "\\(aq")];
            let line = signs.iter().fold(line.to_owned(), |line, (sign, name)| line.replace(*sign, name));
            // A line that begins so would be a request.
            let guard = if line.starts_with('.') { "\\&" } else { "" };
            page.push_str(&format!("{guard}{line}\n"));
        }
        page.push_str(".fi\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap_complete::{Shell, generate};

    use super::{completing, verbatim, with_graphs, with_words};
    use crate::cli::Cli;

    #[test]
    fn what_the_scripts_are_given_is_in_them() {
        for (shell, n) in [(Shell::Bash, 1), (Shell::Zsh, 2), (Shell::Fish, 1)] {
            let mut script = Vec::new();
            generate(shell, &mut with_words(Cli::command()), "csprun", &mut script);
            let script = String::from_utf8(script).unwrap();
            let with = with_graphs(shell, &script);
            assert!(with.matches("ron").count() >= script.matches("ron").count() + n, "{shell}");
        }
        // That of fish does not complete words without an option.
        for script in [Shell::Bash, Shell::Zsh].map(completing) {
            assert!(["FlatMap", "E0203", "exploring"].iter().all(|word| script.contains(word)), "{script}");
        }
        assert!(!completing(Shell::Fish).contains("using_subcommand run"));
    }

    #[test]
    fn lines_of_a_manual_page_stay_as_they_are() {
        let page = verbatim("Examples:\n  a --b\n.c\n\nsaid at\nthe end");
        assert_eq!(page, ".SH EXAMPLES\n.nf\n  a \\-\\-b\n\\&.c\n.fi\n.PP\n.nf\nsaid at\nthe end\n.fi\n");
    }
}
