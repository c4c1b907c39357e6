//! `check`, `expand`, `draw`: what can be said of a graph without running it.

use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::network::Network;
use csprun_dsl::render;
use csprun_dsl::resolve::Request;
use csprun_runtime::Files;
use csprun_runtime::library::library;

use crate::cli::{CheckArgs, DrawArgs, Format, GraphArgs, Picture};
use crate::exit;
use crate::figures::counted;
use crate::terminal::{complain, print, show};

/// `csprun check`
pub fn check(args: &CheckArgs) -> u8 {
    let (network, found) = read(&args.graph);
    let mut code = if found.has_errors() { exit::ERRORS } else { exit::DONE };
    match args.format {
        Format::Json => code = code.max(print(&render::json(&found, &network.sources))),
        Format::Text => {
            show(&found, &network.sources);
            if !found.has_errors() {
                let processes = counted(network.processes.len(), "process", "processes");
                let channels = counted(network.channels.len(), "channel", "channels");
                code = print(&format!("{}: {processes}, {channels}, no errors\n", network.name));
            }
        }
    }
    code
}

/// `csprun expand`
pub fn expand(args: &GraphArgs) -> u8 {
    let (network, found) = read(args);
    show(&found, &network.sources);
    if found.has_errors() { exit::ERRORS } else { print(&render::expand(&network)) }
}

/// `csprun draw`
pub fn draw(args: &DrawArgs) -> u8 {
    let Some(picture) = picture(args) else { return exit::USAGE };
    let (network, found) = read(&args.graph);
    // A network with errors is drawn as far as it goes, if anything of it is there.
    show(&found, &network.sources);
    if network.processes.is_empty() && found.has_errors() {
        return exit::ERRORS;
    }
    let drawn = match picture {
        Picture::Svg => render::svg(&network),
        Picture::Html => render::html(&network),
        Picture::Dot => render::dot(&network),
        Picture::Mmd => render::mermaid(&network),
    };
    let code = match &args.output {
        None => print(&drawn),
        Some(path) => match std::fs::write(path, drawn) {
            Ok(()) => exit::DONE,
            Err(error) => {
                complain(&format!("cannot write {}: {error}", path.display()));
                exit::FAILED
            }
        },
    };
    if found.has_errors() { exit::ERRORS } else { code }
}

fn picture(args: &DrawArgs) -> Option<Picture> {
    let ending = args.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    match (args.format, ending, &args.output) {
        (Some(format), ..) => Some(format),
        (None, Some("svg"), _) | (None, _, None) => Some(Picture::Svg),
        (None, Some("html" | "htm"), _) => Some(Picture::Html),
        (None, Some("dot" | "gv"), _) => Some(Picture::Dot),
        (None, Some("mmd" | "mermaid"), _) => Some(Picture::Mmd),
        (None, _, Some(path)) => {
            complain(&format!("{}: a picture's file ends in .svg, .html, .dot or .mmd", path.display()));
            None
        }
    }
}

fn read(args: &GraphArgs) -> (Network, Diagnostics) {
    let request = Request { set: args.set.clone(), deploy: args.deploy.clone() };
    csprun_dsl::check(&args.graph, &Files, library().catalog(), &request)
}
