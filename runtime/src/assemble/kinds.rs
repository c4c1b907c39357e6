//! The kinds of the library for processes that are started while a run goes on. Such a process is checked as a graph
//! file that holds nothing else, so its mistakes are found, and worded, as those of any file.

use csprun_dsl::arithmetic::is_name;
use csprun_dsl::check;
use csprun_dsl::diagnostic::{Code, Diagnostics, Severity};
use csprun_dsl::network::{Port, Process};
use csprun_dsl::render::alone;
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Direction, PortType};
use csprun_dsl::span::{ReadError, Sources};

use super::carried::has_any;
use crate::library::Library;
use crate::process::{Check, Kinds, Prepared, PreparedPort, Wanted};

impl Kinds for Library {
    fn prepare(&self, wanted: &Wanted) -> Result<Prepared, String> {
        let Wanted { kind, params, inputs, outputs } = wanted;
        if let Some(odd) = std::iter::once(kind).chain(params.keys()).find(|name| !is_name(name)) {
            return Err(format!("`{odd}` is no name of a kind or a parameter"));
        }
        let text = alone(self.catalog(), kind, params, inputs, outputs);
        let (mut network, found) = check(kind, &Alone(text), self.catalog(), &Request::default());
        if found.has_errors() {
            return Err(in_words(kind, &found));
        }
        let process = network.processes.pop().filter(|_| network.processes.is_empty());
        let process = process.ok_or_else(|| format!("`{kind}` is no kind of process to start"))?;
        let meets = |port: &&Port| matches!(port.direction, Direction::Call | Direction::Serve);
        if let Some(port) = process.ports.iter().find(meets) {
            let (kind, port) = (process.signature.kind, port.label());
            return Err(format!(
                "no `{kind}` can be started while the network runs: its port `{port}` is for calls, which only the graph \
                 file connects"
            ));
        }
        let params = process.params.clone();
        let start = self.start(process.signature.kind, params);
        let start = start.ok_or_else(|| format!("`{kind}` is not available in this build"))?;
        Ok(Prepared {
            start,
            inputs: inputs.iter().map(|port| prepared(&process, Direction::In, port)).collect(),
            outputs: outputs.iter().map(|port| prepared(&process, Direction::Out, port)).collect(),
            when_all_retired: process.signature.traits.when_all_retired,
        })
    }
}

/// The one file there is.
struct Alone(String);

impl Sources for Alone {
    fn read(&self, from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        match from {
            None => Ok((path.to_owned(), self.0.clone())),
            Some(_) => Err(ReadError("a process that is started while running has no files".to_owned())),
        }
    }
}

/// The errors without their places, which are in a text that nobody wrote.
fn in_words(kind: &str, found: &Diagnostics) -> String {
    let errors = found.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
    let words = errors.map(|error| match (error.code, &error.help) {
        // A channel of a file would be no help.
        (Code::E0201, _) => format!("{}: {}, so give it an end", error.message, error.label),
        (_, Some(help)) => format!("{}; {help}", error.message),
        (_, None) => error.message.clone(),
    });
    let words: Vec<String> = words.collect();
    format!("no `{kind}` can be started: {}", words.join("; "))
}

fn prepared(process: &Process, direction: Direction, wanted: &str) -> PreparedPort {
    // A list port without an index has one end.
    let is_meant = |port: &&Port| {
        port.direction == direction
            && (port.label() == wanted || port.name == wanted && port.index == Some(0))
    };
    let port = process.ports.iter().find(is_meant).expect("the check knows all ports that have an end");
    let specs = process.signature.ports.of(&process.params);
    let declared = specs.into_iter().find(|spec| direction == Direction::In && spec.name == port.name);
    let check = match declared.map(|spec| spec.ty) {
        Some(PortType::Is(ty)) if !has_any(&ty) => {
            Some(Check { ty, channel: format!("{}.{wanted}", process.name) })
        }
        _ => None,
    };
    PreparedPort { name: port.name.clone(), index: port.index, check }
}
