//! `csprun graph.ron --help`: what the graph says of itself, then the options.

use std::fmt::Write;

use clap::CommandFactory;
use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::network::{Network, ParameterType};
use csprun_dsl::resolve::Request;
use csprun_runtime::Files;
use csprun_runtime::library::library;

use crate::cli::{Cli, RunArgs};
use crate::exit;
use crate::terminal::{print, show};

/// Shows the graph's parameters and the options of a run.
pub fn about(args: &RunArgs) -> u8 {
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
