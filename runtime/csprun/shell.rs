//! `csprun completions` and `csprun man`: what shells and `man` read, from the one definition of the command line.

use clap::CommandFactory;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::exit;
use crate::terminal::{complain, print};

/// Prints what completes the command in a shell.
pub fn completions(args: &CompletionsArgs) -> u8 {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "csprun", &mut script);
    print(&with_graphs(args.shell, &String::from_utf8_lossy(&script)))
}

/// The first word may be a graph as well as a command. Bash completes files by itself where nothing else fits.
fn with_graphs(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Zsh => script.replacen(
            "\":: :_csprun_commands\"",
            "\":: :{_csprun_commands; _files -g '*.ron(-.)'}\"",
            1,
        ),
        Shell::Fish => {
            let graphs = "(__fish_complete_suffix .ron)";
            format!("{script}complete -c csprun -n \"__fish_csprun_needs_command\" -a \"{graphs}\"\n")
        }
        _ => script.to_owned(),
    }
}

/// Prints a manual page.
pub fn man(args: &ManArgs) -> u8 {
    let mut all = Cli::command();
    all.build();
    let command = match &args.command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(command) => command.clone().display_name(format!("csprun-{name}")),
            None => {
                complain(&format!("there is no command `{name}`; `csprun --help` lists them"));
                return exit::USAGE;
            }
        },
    };
    let mut page = Vec::new();
    match Man::new(command).render(&mut page) {
        Ok(()) => print(&String::from_utf8_lossy(&page)),
        Err(error) => {
            complain(&error.to_string());
            exit::FAILED
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap_complete::{Shell, generate};

    use super::with_graphs;
    use crate::cli::Cli;

    #[test]
    fn shells_that_would_only_complete_commands_complete_graphs_too() {
        for shell in [Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            generate(shell, &mut Cli::command(), "csprun", &mut script);
            let script = String::from_utf8(script).unwrap();
            assert_ne!(with_graphs(shell, &script), script, "{shell}");
        }
    }
}
