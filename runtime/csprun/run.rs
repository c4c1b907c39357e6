//! `csprun [run] graph.ron`: from the file to the exit code.

use std::io;
use std::sync::Arc;

use csprun_dsl::diagnostic::{Diagnostic, Diagnostics};
use csprun_dsl::network::Network;
use csprun_dsl::span::SourceMap;
use csprun_runtime::library::library;
use csprun_runtime::supervisor::Tell;
use csprun_runtime::{Options, Outcome};

use crate::about::about;
use crate::cli::{RunArgs, When};
use crate::exit;
use crate::expected;
use crate::explore::explore;
use crate::metrics::{Page, metrics};
use crate::prepare::{Asked, machine, prepare, rank};
use crate::progress::Board;
use crate::summary::summarize;
use crate::terminal::{complain, show};

/// Runs the graph, or shows its help.
pub fn run(args: &RunArgs) -> u8 {
    if args.help {
        return about(args);
    }
    let (rank, n_ranks) = if args.place.local { (0, 1) } else { rank() };
    if rank > 0 {
        // The first one speaks for all.
        return exit::DONE;
    }
    let library = library();
    let asked = Asked {
        graph: args.graph.as_deref().unwrap_or_default(),
        set: &args.set,
        deploy: args.deploy.as_ref().filter(|_| !args.place.local),
        machine: machine(&args.place, n_ranks),
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
    let board = if args.quiet || args.progress == When::Never { None } else { Board::new(&plan) };
    let mut report = match csprun_runtime::start(&plan, &library, &options(args, &network, board.as_ref())) {
        Ok(run) => run.wait(),
        Err(error) => return failed(&error.to_string()),
    };
    board.inspect(Board::clear);
    let mut found = Diagnostics::default();
    report.diagnostics.iter().for_each(|diagnostic| found.push(diagnostic.clone()));
    if report.outcome == Outcome::Done {
        let differences = expected::differences(&network, &report);
        if differences.has_errors() {
            report.outcome = Outcome::Failed;
        }
        found.append(differences);
    }
    let mut code = report.exit_code();
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
        capture: expected::processes(network),
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
