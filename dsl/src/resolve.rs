//! Syntax to network: names to ids; families, `each` and sub-networks expanded; types inferred; expressions typed.
//!
//! Two walks, neither by recursion, so that a recursive sub-network of thousands of levels needs no stack: first
//! every file that is used is opened as a *scope* and its processes are made; then the channels of every scope
//! are joined to the processes that the first walk made. Types come last, over the flat network.

mod argument;
mod blame;
mod channel;
mod dealt;
mod deploy;
mod end;
mod flow;
mod infer;
mod kind;
mod mismatch;
mod parameter;
mod process;
mod replicate;
mod scope;
mod script;
mod state;
mod types;
mod value;
mod wire;

use std::collections::HashMap;
use std::rc::Rc;

use state::{Blamed, Resolver, Scripts, environment};
pub use state::{MAX_PROCESSES, Request};

use crate::arithmetic::Arithmetic;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::Network;
use crate::parse::parse;
use crate::signature::Catalog;
use crate::span::{Sources, Span};
use crate::substitute::Env;
use crate::syntax::Graph;
use crate::tree::Word;

/// Reads the file `root` and all that it uses.
pub fn resolve(
    root: &str,
    sources: &dyn Sources,
    catalog: &Catalog,
    request: &Request,
) -> (Network, Diagnostics) {
    let mut resolver = Resolver {
        sources,
        catalog,
        arithmetic: Arithmetic::default(),
        network: Network::default(),
        found: Diagnostics::default(),
        scopes: Vec::new(),
        files: HashMap::new(),
        scripts: Scripts::default(),
        specs: Vec::new(),
        expressions: Vec::new(),
        keys: Vec::new(),
        uses: Vec::new(),
        blamed: Blamed::default(),
        immunity: HashMap::new(),
    };
    resolver.run(root, request);
    resolver.found.sort();
    (resolver.network, resolver.found)
}

impl Resolver<'_> {
    fn run(&mut self, root: &str, request: &Request) {
        let (name, text) = match self.sources.read(None, root) {
            Ok(read) => read,
            Err(why) => {
                self.found
                    .push(Diagnostic::without_place(Code::E0008, format!("cannot read `{root}`: {why}")));
                return;
            }
        };
        let source = self.network.sources.add(name.clone(), text.clone());
        let (graph, mistakes) = parse(source, &text);
        self.found.append(mistakes);
        let Some(graph) = graph.map(Rc::new) else { return };
        let given = self.given(&request.set);
        self.network.parameters = parameter::parameters(&graph.params, &given, None, &mut self.found);
        let env = environment(&self.network.parameters);
        self.head(&graph, root, &env);
        self.open_root(graph, name, env);
        let mut next = 0;
        while next < self.scopes.len() {
            self.make_processes(next);
            next += 1;
        }
        self.network.parents = self.scopes.iter().map(|scope| scope.parent.unwrap_or(0)).collect();
        for scope in 0..self.scopes.len() {
            self.make_channels(scope);
        }
        self.ports_of_copies();
        self.wire();
        self.infer();
        self.finish_root(request);
    }

    /// Each `--set` becomes a source of its own, so that a mistake in it can be shown.
    fn given(&mut self, set: &[(String, String)]) -> Vec<parameter::Given> {
        set.iter()
            .map(|(name, value)| {
                let text = format!("--set {name}={value}");
                let end = text.len();
                let source = self.network.sources.add("<command line>", text);
                let name = Word { span: Span::new(source, 0, end), text: name.clone() };
                parameter::Given { name, value: parameter::GivenValue::Text(value.clone()) }
            })
            .collect()
    }

    fn head(&mut self, graph: &Graph, root: &str, env: &Env) {
        let stem = std::path::Path::new(root).file_stem().map_or(root, |stem| stem.to_str().unwrap_or(root));
        self.network.name = stem.to_owned();
        if let Some(name) = &graph.name {
            let name = self.substituted(name, env);
            let name = name.and_then(|name| crate::fields::text(&name, "`name`", &mut self.found));
            self.network.name = name.unwrap_or_default();
        }
        if let Some(doc) = &graph.doc {
            self.network.doc = crate::fields::text(doc, "`doc`", &mut self.found).unwrap_or_default();
        }
    }
}
