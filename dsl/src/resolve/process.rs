//! One process: its kind, parameters and the other fields of its entry.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use super::argument;
use super::state::{Expression, Immunity, Resolver};
use super::value::value;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::expr::{comment_behind, unused_values};
use crate::fields::{Fields, duration, entries, integer, text, truth, wrong_kind};
use crate::network::{Family, OnEnd, Place, Process, ProcessId, Restart};
use crate::params::Params;
use crate::signature::{ParamType, PortSpec, Signature};
use crate::span::Span;
use crate::substitute::Env;
use crate::syntax::ProcessDecl;
use crate::tree::{Node, Tree, Word, inner_span};
use crate::ty::Constant;

impl Resolver<'_> {
    /// Makes a process; `None` when its kind is unknown (reported).
    pub(super) fn make_process(
        &mut self,
        scope: usize,
        decl: &ProcessDecl,
        env: &Env,
        name: String,
        family: Option<Family>,
    ) -> Option<ProcessId> {
        let catalog = self.catalog;
        let Some(signature) = catalog.get(&decl.kind.text) else {
            self.unknown_kind(decl);
            return None;
        };
        let id = ProcessId(u32::try_from(self.network.processes.len()).ok()?);
        argument::names(signature, &decl.kind, &decl.args, &mut self.found);
        let params = if decl.replicate.is_some() {
            // Where copies differ, the process itself has what copy 0 has.
            let mut env = env.clone();
            env.set("replica", Constant::I64(0));
            self.params(id, signature, decl, &env, None)
        } else {
            self.params(id, signature, decl, env, None)
        };
        let specs = signature.ports.of(&params);
        let replicate =
            decl.replicate.as_ref().and_then(|node| self.replicate(id, signature, decl, node, env));
        let mut field = |node: &Option<Node>| node.as_ref().and_then(|node| self.substituted(node, env));
        let immunity = field(&decl.immunity);
        let (time, restart, on_end) = (field(&decl.time), field(&decl.restart), field(&decl.on_end));
        let (fuse, doc, rates) = (field(&decl.fuse), field(&decl.doc), field(&decl.rates));
        let found = &mut self.found;
        let process = Process {
            id,
            name,
            family,
            within: scope,
            signature: signature.clone(),
            available: catalog.is_available(signature.kind),
            params,
            ports: Vec::new(),
            replicate,
            rates: rates.map_or_else(BTreeMap::new, |node| read_rates(&node, &specs, found)),
            time: time.and_then(|node| duration(&node, "`time`", found)),
            restart: restart.and_then(|node| read_restart(&node, found)).unwrap_or(Restart::Never),
            on_end: on_end.and_then(|node| read_on_end(&node, found)).unwrap_or(OnEnd::Retire),
            fuse: fuse.and_then(|node| truth(&node, "`fuse`", found)).unwrap_or(true),
            doc: doc.and_then(|node| text(&node, "`doc`", found)).unwrap_or_default(),
            place: Place::default(),
            span: decl.name.span,
        };
        if let Some(node) = immunity {
            self.immunity.insert(id, read_immunity(&node, &specs, found));
        }
        self.network.processes.push(process);
        self.specs.push(Rc::new(specs));
        Some(id)
    }

    fn unknown_kind(&mut self, decl: &ProcessDecl) {
        let message = format!("unknown kind of process `{}`", decl.kind.text);
        let near = did_you_mean(&decl.kind.text, self.catalog.iter().map(|signature| signature.kind));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`csprun list` shows the kinds".to_owned(),
        };
        self.found.push(Diagnostic::new(Code::E0101, decl.kind.span, message).help(help));
    }

    /// The parameters, defaults filled in; expressions wait until types are known.
    pub(super) fn params(
        &mut self,
        process: ProcessId,
        signature: &Signature,
        decl: &ProcessDecl,
        env: &Env,
        replica: Option<usize>,
    ) -> Params {
        let mut params = Params::default();
        let n_before = self.found.len();
        for spec in signature.params {
            let given =
                decl.args.iter().find(|(word, _)| word.text == spec.name).map(|(_, node)| node.clone());
            // A misspelt parameter may stand for it, and what the default gives is no mistake of the file.
            if given.is_none() && spec.ty.is_code() && argument::any_unknown(signature, decl) {
                continue;
            }
            let Some(node) = given.or_else(|| argument::default_node(spec)) else { continue };
            match &spec.ty {
                ParamType::Expr(code) | ParamType::Template(code) => {
                    let Some(text) = argument::code(signature, spec, &node, &mut self.found) else {
                        continue;
                    };
                    if env.is_unknown(&text) {
                        continue;
                    }
                    let is_template = matches!(spec.ty, ParamType::Template(_));
                    let span = argument::place(&node, &decl.kind);
                    if !is_template {
                        self.comment(&text, span);
                        self.unused(&text, span);
                    }
                    let constants = constants_used(&text, env);
                    let (spec, param) = (code.clone(), spec.name);
                    self.expressions.push(Expression {
                        process,
                        param,
                        spec,
                        is_template,
                        text,
                        span,
                        constants,
                        replica,
                    });
                }
                // It is checked when the ports are known.
                ParamType::Script | ParamType::ScriptFile => {}
                _ => {
                    let node = self.substituted(&node, env);
                    let read = node.and_then(|node| value(signature, spec, &node, &mut self.found));
                    if let Some(read) = read {
                        params.set(spec.name, read);
                    }
                }
            }
        }
        if self.found.len() == n_before {
            argument::rules(signature, decl, &params, &mut self.found);
        }
        self.script(signature, decl, env, &mut params);
        params
    }
}

impl Resolver<'_> {
    /// Warns of a comment behind an expression of one line.
    fn comment(&mut self, text: &str, span: Span) {
        let Some(range) = comment_behind(text) else { return };
        let place = inner_span(span, self.network.sources.text(span), range);
        if !self.found.has(Code::W0801, place) {
            let message = "`//` begins a comment, so what follows it is not computed";
            let warning = Diagnostic::new(Code::W0801, place, message).label("a comment");
            self.found
                .push(warning.help("`/` divides, integers towards zero; a comment may stand in `/* .. */`"));
        }
    }
}

impl Resolver<'_> {
    /// Warns of values that statements of an expression drop.
    fn unused(&mut self, text: &str, span: Span) {
        for said in unused_values(text) {
            let place = inner_span(span, self.network.sources.text(span), said.range.clone());
            if !self.found.has(said.code, place) {
                self.found.push(said.at(place));
            }
        }
    }
}

/// The names of `env` that stand in the text as words: the others would only make equal expressions differ.
pub(super) fn constants_used(text: &str, env: &Env) -> Vec<(String, Constant)> {
    let words: std::collections::BTreeSet<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let used = env.iter().filter(|(name, _)| words.contains(name));
    used.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

type Found = crate::diagnostic::Diagnostics;

fn read_immunity(node: &Node, specs: &[PortSpec], found: &mut Found) -> Immunity {
    let mut immunity = Immunity::default();
    let level = |node: &Node, found: &mut Found| {
        let level = integer(node, "immunity", (0, u64::from(u32::MAX)), Code::E0704, found);
        level.and_then(|level| u32::try_from(level).ok()).unwrap_or(0)
    };
    if !matches!(node.tree, Tree::Map(_)) {
        immunity.all = level(node, found);
        return immunity;
    }
    for (word, value) in entries(node, "`immunity`", found) {
        if known_port(&word, specs, found) {
            immunity.by_port.insert(word.text, level(&value, found));
        }
    }
    immunity
}

fn known_port(word: &Word, specs: &[PortSpec], found: &mut Found) -> bool {
    let known = specs.iter().any(|spec| spec.name == word.text);
    if !known {
        let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_ref()).collect();
        let error = Diagnostic::new(Code::E0103, word.span, format!("unknown port `{}`", word.text));
        found.push(error.help(format!("its ports are {}", names.join(", "))));
    }
    known
}

fn read_rates(node: &Node, specs: &[PortSpec], found: &mut Found) -> BTreeMap<String, Vec<u32>> {
    let mut rates = BTreeMap::new();
    for (word, value) in entries(node, "`rates`", found) {
        if !known_port(&word, specs, found) {
            continue;
        }
        if specs.iter().any(|spec| spec.name == word.text && spec.rate != crate::signature::Rate::Open) {
            let message = format!("the rate of `{}` is fixed by its kind", word.text);
            found.push(Diagnostic::new(Code::E0404, word.span, message).help("remove it"));
            continue;
        }
        let items = match &value.tree {
            Tree::List(items) if !items.is_empty() => items.clone(),
            _ => vec![value],
        };
        let limits = (0, u64::from(u32::MAX));
        let read: Vec<u64> =
            items.iter().filter_map(|item| integer(item, "a rate", limits, Code::E0404, found)).collect();
        rates.insert(word.text, read.into_iter().filter_map(|rate| u32::try_from(rate).ok()).collect());
    }
    rates
}

fn read_restart(node: &Node, found: &mut Found) -> Option<Restart> {
    let name = match &node.tree {
        Tree::Group { name: Some(word), .. } => word.text.as_str(),
        _ => "",
    };
    match name {
        "Never" => Some(Restart::Never),
        "OnFailure" => {
            let known = ["max", "backoff", "state"];
            let mut fields = Fields::of(node, "`OnFailure`", Some("OnFailure"), &known, found)?;
            let max = fields
                .take("max")
                .map_or(Some(3), |node| integer(&node, "`max`", (1, 1_000_000), Code::E0704, found));
            let backoff = fields.take("backoff").and_then(|node| duration(&node, "`backoff`", found));
            let state = fields.take("state");
            if let Some(state) = state.as_ref().filter(|state| state.as_word() != Some("Lost")) {
                found.push(wrong_kind(state, "`state` can only be `Lost`"));
            }
            let backoff = backoff.unwrap_or(Duration::from_millis(100));
            Some(Restart::OnFailure { max: u32::try_from(max?).ok()?, backoff, state_lost: state.is_some() })
        }
        _ => {
            found.push(wrong_kind(node, "`restart` is `Never` or `OnFailure(max: 3, backoff: \"200ms\")`"));
            None
        }
    }
}

fn read_on_end(node: &Node, found: &mut Found) -> Option<OnEnd> {
    match node.as_word() {
        Some("Retire") => Some(OnEnd::Retire),
        Some("Poison") => Some(OnEnd::Poison),
        _ => {
            found.push(wrong_kind(node, "`on_end` is `Retire` or `Poison`"));
            None
        }
    }
}
