//! `csprun [run] graph.ron`: from the file to the exit code.

use std::io;
use std::sync::Arc;

use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::network::{Claim, Network};
use csprun_dsl::span::SourceMap;
use csprun_runtime::library::library;
use csprun_runtime::supervisor::Tell;
use csprun_runtime::{Options, Report};

use crate::about::about;
use crate::cli::{RunArgs, When};
use crate::difference::first_difference;
use crate::exit;
use crate::explore::explore;
use crate::metrics::{Page, metrics};
use crate::prepare::{Asked, prepare};
use crate::progress::Board;
use crate::summary::summarize;
use crate::terminal::{complain, show};

/// Runs the graph, or shows its help.
pub fn run(args: &RunArgs) -> u8 {
    if args.help {
        return about(args);
    }
    let library = library();
    let asked = Asked {
        graph: args.graph.as_deref().unwrap_or_default(),
        set: &args.set,
        deploy: args.deploy.as_ref().filter(|_| !args.local),
        workers: args.workers,
        quiet: args.quiet,
    };
    let Some((network, plan)) = prepare(&asked, &library) else { return exit::ERRORS };
    if let Some(n) = args.explore {
        return explore(args, n, &network, &plan, &library);
    }
    let wanted = args.metrics.iter().chain(&args.profile);
    let pages = match wanted.map(|path| Page::create(path)).collect::<Result<Vec<Page>, String>>() {
        Ok(pages) => pages,
        Err(wrong) => return failed(&wrong),
    };
    let board = if args.quiet || args.progress == When::Never { None } else { Board::new(&network.name) };
    let report = match csprun_runtime::start(&plan, &library, &options(args, &network, board.as_ref())) {
        Ok(run) => run.wait(),
        Err(error) => return failed(&error.to_string()),
    };
    board.inspect(Board::clear);
    let mut found = Diagnostics::default();
    report.diagnostics.iter().for_each(|diagnostic| found.push(diagnostic.clone()));
    let mut code = report.exit_code();
    if code == exit::DONE {
        compare_outputs(&network, &report, &mut found);
        if found.has_errors() {
            code = exit::FAILED;
        }
    }
    show(&found, &network.sources);
    if !args.quiet {
        summarize(&network.name, &report);
    }
    for page in pages {
        if let Err(wrong) = page.write(&metrics(&plan, &report)) {
            code = code.max(failed(&wrong));
        }
    }
    code
}

fn failed(wrong: &str) -> u8 {
    complain(wrong);
    exit::FAILED
}

fn options(args: &RunArgs, network: &Network, board: Option<&Board>) -> Options {
    let own = board.cloned();
    let tell: Tell = Arc::new(move |diagnostic| {
        own.as_ref().inspect(|board| board.clear());
        tell(diagnostic);
    });
    Options {
        timeout: args.timeout,
        seed: args.seed,
        interrupt: true,
        virtual_time: args.virtual_time,
        capture: expected_outputs(network).map(|(name, ..)| name.to_owned()).collect(),
        tell: (!args.quiet).then_some(tell),
        stdout: board.map(|board| board.above(io::stdout())),
        stderr: board.map(|board| board.above(io::stderr())),
        profile: args.profile.is_some(),
        watch: board.map(Board::watcher),
        ..Options::default()
    }
}

/// Shows what should be known while the run goes on.
fn tell(diagnostic: &Diagnostic) {
    let mut found = Diagnostics::default();
    found.push(diagnostic.clone());
    show(&found, &SourceMap::default());
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
