//! The script of a process: read, checked against the ports of the process, and kept with its place in the file.

use std::sync::Arc;

use super::argument;
use super::process::constants_used;
use super::state::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{PortNames, ScriptCode, ScriptHome, check_script};
use crate::params::{Param, Params};
use crate::signature::{Arity, Direction, ParamSpec, ParamType, Signature};
use crate::span::Span;
use crate::substitute::Env;
use crate::syntax::ProcessDecl;
use crate::tree::{Node, inner_span};

/// A script's text and the place that holds it: the literal, or the whole file.
struct Found {
    text: String,
    span: Span,
    in_file: bool,
}

impl Resolver<'_> {
    /// Sets the script among the parameters, if the kind has one.
    pub(super) fn script(
        &mut self,
        signature: &Signature,
        decl: &ProcessDecl,
        env: &Env,
        params: &mut Params,
    ) {
        let is_script = |spec: &&ParamSpec| matches!(spec.ty, ParamType::Script | ParamType::ScriptFile);
        let specs: Vec<&ParamSpec> = signature.params.iter().filter(is_script).collect();
        if specs.is_empty() {
            return;
        }
        let given = |spec: &ParamSpec| decl.args.iter().find(|(word, _)| word.text == spec.name);
        let given: Vec<(&ParamSpec, &Node)> =
            specs.iter().filter_map(|spec| given(spec).map(|(_, node)| (*spec, node))).collect();
        let [(spec, node)] = given[..] else {
            self.not_one_script(signature, decl, &specs, &given);
            return;
        };
        let found = match spec.ty {
            ParamType::ScriptFile => self.script_file(signature, spec, node, env),
            _ => argument::code(signature, spec, node, &mut self.found).map(|text| Found {
                text,
                span: argument::place(node, &decl.kind),
                in_file: false,
            }),
        };
        let Some(found) = found else { return };
        if env.is_unknown(&found.text) {
            return;
        }
        let constants = constants_used(&found.text, env);
        let ports = port_names(signature, params);
        let names = constants.iter().map(|(name, _)| name.clone()).collect();
        let key = (found.span, ports, names);
        let right = match self.scripts.checked.get(&key) {
            Some(&right) => right,
            None => {
                let checked = check_script(&found.text, &constants, &key.1);
                let right = checked.is_ok();
                for said in checked.unwrap_or_else(|errors| errors) {
                    let place = self.inside(&found, said.range.clone());
                    self.found.push(said.at(place));
                }
                self.scripts.checked.insert(key, right);
                right
            }
        };
        if right {
            let home = self.home(&found);
            params.set(spec.name, Param::Script(Arc::new(ScriptCode { text: found.text, constants, home })));
        }
    }

    fn not_one_script(
        &mut self,
        signature: &Signature,
        decl: &ProcessDecl,
        specs: &[&ParamSpec],
        given: &[(&ParamSpec, &Node)],
    ) {
        let known: Vec<&str> = signature.params.iter().map(|spec| spec.name).collect();
        // A misspelt parameter may stand for it.
        let misspelt = decl.args.iter().any(|(word, _)| !known.contains(&word.text.as_str()));
        if misspelt || !self.scripts.blamed.insert(decl.kind.span) {
            return;
        }
        let names: Vec<String> = specs.iter().map(|spec| format!("`{}`", spec.name)).collect();
        let (kind, names) = (signature.kind, names.join(" or "));
        self.found.push(match given {
            [_, (spec, node), ..] => {
                Diagnostic::new(Code::E0704, node.span, format!("`{kind}` takes {names}, not both"))
                    .label("one too many")
                    .help(format!("remove `{}`", spec.name))
            }
            _ => Diagnostic::new(Code::E0702, decl.kind.span, format!("`{kind}` needs {names}"))
                .label("without a script")
                .help("write the script into the graph file, `code: \"..\"`, or name its file"),
        });
    }

    /// Reads the file of a script.
    fn script_file(
        &mut self,
        signature: &Signature,
        spec: &ParamSpec,
        node: &Node,
        env: &Env,
    ) -> Option<Found> {
        let node = self.substituted(node, env)?;
        let Some(path) = node.as_text() else {
            let what = format!("`{}` of `{}` is the path of a script", spec.name, signature.kind);
            let error = Diagnostic::new(Code::E0703, node.span, what).label(node.describe());
            self.found.push(error.help(format!("for example `{}: \"process.rhai\"`", spec.name)));
            return None;
        };
        let from = self.network.sources.get(node.span.source).name.clone();
        match self.sources.read(Some(&from), path) {
            Ok((name, text)) => {
                let sources = &mut self.network.sources;
                let add = || sources.add(name.clone(), text.clone());
                let source = *self.scripts.files.entry(name.clone()).or_insert_with(add);
                let span = Span::new(source, 0, text.len());
                Some(Found { text, span, in_file: true })
            }
            Err(why) => {
                let error = Diagnostic::new(Code::E0008, node.span, format!("cannot read `{path}`: {why}"));
                self.found.push(error.help("the path is relative to the file that names it"));
                None
            }
        }
    }

    fn inside(&self, found: &Found, range: std::ops::Range<usize>) -> Span {
        if found.in_file {
            return Span::new(found.span.source, range.start, range.end);
        }
        inner_span(found.span, self.network.sources.text(found.span), range)
    }

    fn home(&self, found: &Found) -> ScriptHome {
        let sources = &self.network.sources;
        let file = sources.get(found.span.source).name.clone();
        let (line, column) = sources.line_column(found.span.source, found.span.start);
        let literal = (!found.in_file).then(|| sources.text(found.span).to_owned());
        ScriptHome { file, literal, line, column }
    }
}

/// The names of the ports that the parameters declare.
fn port_names(signature: &Signature, params: &Params) -> PortNames {
    let mut names = PortNames::default();
    for port in signature.ports.of(params) {
        let list = if port.arity == Arity::List { "[]" } else { "" };
        let name = format!("{}{list}", port.name);
        match port.direction {
            Direction::In => names.inputs.push(name),
            Direction::Out => names.outputs.push(name),
            Direction::Call => names.calls.push(name),
            Direction::Serve => names.serves.push(name),
        }
    }
    names
}
