//! `csprun [run] graph.ron`: from the file to the exit code.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Arc;

use clap::CommandFactory;
use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use csprun_dsl::network::{Claim, Network, ParameterType};
use csprun_dsl::plan::{Machine, Plan};
use csprun_dsl::resolve::Request;
use csprun_dsl::span::SourceMap;
use csprun_runtime::library::library;
use csprun_runtime::supervisor::Tell;
use csprun_runtime::{Options, Report};

use crate::cli::{Cli, NAMES, RunArgs};
use crate::difference::first_difference;
use crate::exit;
use crate::explore::explore;
use crate::files::Files;
use crate::terminal::{complain, print, show};

/// Runs the graph, or shows its help.
pub fn run(args: &RunArgs) -> u8 {
    if args.help {
        return help(args);
    }
    if let Some(command) = misspelt_command(args) {
        complain(&format!("there is no such file or command; did you mean `csprun {command}`?"));
        return exit::USAGE;
    }
    let library = library();
    let Some((network, plan)) = planned(args, &library) else { return exit::ERRORS };
    if let Some(n) = args.explore {
        return explore(args, n, &network, &plan, &library);
    }
    let mut capture: Vec<String> = Vec::new();
    for (name, ..) in expected_outputs(&network) {
        capture.extend(plan.processes.iter().filter(|process| process.name == name).map(|p| p.name.clone()));
    }
    let tell: Option<Tell> = if args.quiet { None } else { Some(Arc::new(tell)) };
    let (timeout, seed) = (args.timeout, args.seed);
    let options = Options { timeout, seed, interrupt: true, capture, tell, ..Options::default() };
    let report = match csprun_runtime::start(&plan, &library, &options) {
        Ok(run) => run.wait(),
        Err(error) => {
            complain(&error.to_string());
            return exit::FAILED;
        }
    };
    let mut found = Diagnostics::default();
    for diagnostic in &report.diagnostics {
        found.push(diagnostic.clone());
    }
    let mut code = report.exit_code();
    if code == exit::DONE {
        compare_outputs(&network, &report, &mut found);
        if found.has_errors() {
            code = exit::FAILED;
        }
    }
    show(&found, &network.sources);
    if !args.quiet {
        say_channels(&report);
    }
    if !args.quiet && std::io::stderr().is_terminal() && code == exit::DONE {
        let tokens: u64 = report.channels.iter().map(|channel| channel.counts.received).sum();
        let seconds = report.elapsed.as_secs_f64();
        complain(&format!("{}: {tokens} tokens received in {seconds:.3} s", network.name));
    }
    code
}

/// Shows what should be known while the run goes on.
fn tell(diagnostic: &Diagnostic) {
    let mut found = Diagnostics::default();
    found.push(diagnostic.clone());
    show(&found, &SourceMap::default());
}

/// The command that a first word which names no file was meant to be.
fn misspelt_command(args: &RunArgs) -> Option<&'static str> {
    let word = args.graph.as_deref().filter(|word| !word.contains(['.', '/']) && *word != "-")?;
    let near = did_you_mean(word, NAMES)?;
    (!std::path::Path::new(word).exists()).then_some(near)
}

/// What a person should know of channels: that one grew because its capacity alone would have stopped the network
/// (Parks 1995), and that a lossy one lost something.
fn say_channels(report: &Report) {
    for channel in &report.channels {
        let name = &channel.name;
        if let Some(capacity) = channel.grown_to {
            let advice = format!("write `kind: Buffer({capacity})` to have them from the start");
            complain(&format!("`{name}` grew to {capacity} slots to break an artificial deadlock; {advice}"));
        }
        let n_dropped = channel.counts.dropped;
        if n_dropped > 0 {
            let tokens = if n_dropped == 1 { "token" } else { "tokens" };
            complain(&format!("`{name}` dropped {n_dropped} {tokens}, as its kind says"));
        }
    }
}

/// The plan, if the graph has no errors; everything found is shown.
fn planned(args: &RunArgs, library: &csprun_runtime::library::Library) -> Option<(Network, Plan)> {
    let graph = args.graph.as_deref()?;
    let deploy = args.deploy.clone().filter(|_| !args.local);
    let request = Request { set: args.set.clone(), deploy };
    let (network, mut found) = csprun_dsl::check(graph, &Files, library.catalog(), &request);
    if found.has_errors() {
        show(&found, &network.sources);
        return None;
    }
    let (plan, missing) = csprun_dsl::plan(&network, &Machine { n_workers: n_workers(args) });
    if plan.is_none() {
        // The errors say what the warnings said.
        found = missing;
    } else {
        found.append(missing);
    }
    if !args.quiet || found.has_errors() {
        show(&found, &network.sources);
    }
    Some((network, plan?))
}

fn n_workers(args: &RunArgs) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    args.workers.map_or_else(cores, usize::from)
}

/// `expect: [Output(..)]`: the process, the file, its text.
fn expected_outputs(network: &Network) -> impl Iterator<Item = (&str, &str, &str, csprun_dsl::span::Span)> {
    network.expectations.iter().filter_map(|expectation| match &expectation.claim {
        Claim::Output { of, file, text } => {
            Some((network.process(*of).name.as_str(), file.as_str(), text.as_str(), expectation.span))
        }
        _ => None,
    })
}

fn compare_outputs(network: &Network, report: &Report, found: &mut Diagnostics) {
    for (name, file, expected, span) in expected_outputs(network) {
        let written = report.processes.iter().find(|process| process.name == name);
        let written = written.and_then(|process| process.output.as_deref()).unwrap_or_default();
        let written = String::from_utf8_lossy(written);
        if written == expected {
            continue;
        }
        let message = format!("the output of `{name}` differs from {file}");
        let mut error = Diagnostic::new(Code::E0905, span, message);
        match first_difference(&written, expected) {
            None => error = error.note("only the ends of lines differ"),
            Some((line, ours, theirs)) => {
                error = error.note(format!("line {line} expected: {theirs}"));
                error = error.note(format!("line {line} written:  {ours}"));
            }
        }
        found.push(error.help(format!("if the new output is right, write it into {file}")));
    }
}

/// `csprun graph.ron --help`: what the graph says of itself, then the options.
fn help(args: &RunArgs) -> u8 {
    let mut page = String::new();
    let mut errors = Diagnostics::default();
    if let Some(graph) = &args.graph {
        let request = Request::default();
        let (network, found) = csprun_dsl::check(graph, &Files, library().catalog(), &request);
        describe(&network, &mut page);
        let hides =
            |diagnostic: &&Diagnostic| !matches!(diagnostic.code, Code::E0702 | Code::W0601 | Code::W0602);
        for diagnostic in found.iter().filter(hides) {
            errors.push(diagnostic.clone());
        }
        if network.processes.is_empty() && found.has_errors() {
            show(&found, &network.sources);
            return exit::ERRORS;
        }
        show(&errors, &network.sources);
    }
    let mut command = Cli::command();
    if let Some(run) = command.find_subcommand_mut("run") {
        let mut run = run.clone().bin_name("csprun [run]");
        page.push_str(&run.render_help().to_string());
    }
    print(&page)
}

fn describe(network: &Network, page: &mut String) {
    // Writing to a `String` cannot fail.
    writeln!(page, "{}{}{}\n", network.name, if network.doc.is_empty() { "" } else { ": " }, network.doc)
        .ok();
    if network.parameters.is_empty() {
        page.push_str("The graph has no parameters.\n\n");
        return;
    }
    page.push_str("Parameters, given as --set NAME=VALUE:\n");
    let widest = network.parameters.iter().map(|parameter| parameter.name.len()).max().unwrap_or(0);
    for parameter in &network.parameters {
        let ty = match parameter.ty {
            ParameterType::Bool => "true or false",
            ParameterType::Int => "integer",
            ParameterType::Float => "float",
            ParameterType::Text => "text",
            ParameterType::List => "list",
        };
        let mut limits = Vec::new();
        match &parameter.default {
            Some(default) => limits.push(format!("default {default}")),
            None => limits.push("must be given".to_owned()),
        }
        limits.extend(parameter.min.as_ref().map(|min| format!("at least {min}")));
        limits.extend(parameter.max.as_ref().map(|max| format!("at most {max}")));
        if !parameter.one_of.is_empty() {
            let values: Vec<String> = parameter.one_of.iter().map(ToString::to_string).collect();
            limits.push(format!("one of {}", values.join(", ")));
        }
        let doc = if parameter.doc.is_empty() { String::new() } else { format!("{} ", parameter.doc) };
        writeln!(page, "  {:widest$}  {doc}[{ty}; {}]", parameter.name, limits.join("; ")).ok();
    }
    page.push('\n');
}
