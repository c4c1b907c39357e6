//! Syntax to network: names to ids; families, `each` and sub-networks expanded; types inferred; expressions typed.
//!
//! Two walks, neither by recursion, so that a recursive sub-network of thousands of levels needs no stack: first
//! every file that is used is opened as a *scope* and its processes are made; then the channels of every scope
//! are joined to the processes that the first walk made. Types come last, over the flat network.

mod argument;
mod blame;
mod channel;
mod deploy;
mod end;
mod infer;
mod kind;
mod mismatch;
mod parameter;
mod process;
mod scope;
mod types;
mod wire;

use std::collections::HashMap;
use std::rc::Rc;

use crate::arithmetic::Arithmetic;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Network, ProcessId};
use crate::parse::parse;
use crate::signature::{Catalog, ExprSpec, PortSpec};
use crate::span::{SourceId, Sources, Span};
use crate::substitute::{Env, Substitute};
use crate::syntax::Graph;
use crate::tree::{Node, Word};
use crate::ty::Constant;

/// Processes that one network may have.
pub const MAX_PROCESSES: usize = 2_000_000;

/// What is asked of the graph file beside itself.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `--set name=value`, in order; the last of a name counts.
    pub set: Vec<(String, String)>,
    /// `--deploy name`.
    pub deploy: Option<String>,
}

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
        specs: Vec::new(),
        expressions: Vec::new(),
        uses: Vec::new(),
        owners: Vec::new(),
        blamed: blame::Blamed::default(),
        immunity: HashMap::new(),
    };
    resolver.run(root, request);
    resolver.found.sort();
    (resolver.network, resolver.found)
}

/// All that is known while a network comes to be.
struct Resolver<'a> {
    sources: &'a dyn Sources,
    catalog: &'a Catalog,
    arithmetic: Arithmetic,
    network: Network,
    found: Diagnostics,
    scopes: Vec<scope::Scope>,
    /// Files read, by the name that the source gave them.
    files: HashMap<String, Option<Rc<Graph>>>,
    /// Ports as the signature has them, by process.
    specs: Vec<Rc<Vec<PortSpec>>>,
    expressions: Vec<Expression>,
    /// Ends in use, in file order.
    uses: Vec<channel::Use>,
    /// The scope of each process.
    owners: Vec<usize>,
    blamed: blame::Blamed,
    /// `immunity:` by process.
    immunity: HashMap<ProcessId, process::Immunity>,
}

/// An expression or template that waits for the types of its variables.
struct Expression {
    process: ProcessId,
    param: &'static str,
    spec: ExprSpec,
    is_template: bool,
    text: String,
    /// The literal in the file.
    span: Span,
    constants: Vec<(String, Constant)>,
    /// The copy of a replicated process that it belongs to, where copies differ.
    replica: Option<usize>,
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
        for scope in 0..self.scopes.len() {
            self.make_channels(scope);
        }
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

    /// The tree with the names of `env` replaced; `None` when one of them cannot be (reported).
    fn substituted(&mut self, node: &Node, env: &Env) -> Option<Node> {
        let clean = self.found.len();
        let substitute = Substitute { arithmetic: &self.arithmetic, sources: &self.network.sources };
        let substituted = substitute.node(node, env, &mut self.found);
        (self.found.len() == clean && !env.is_unknown_in(node)).then_some(substituted)
    }

    /// The value of a `when:`; `true` when there is none, `None` when it cannot be computed.
    fn condition(&mut self, when: Option<&Node>, env: &Env) -> Option<bool> {
        let Some(when) = when else { return Some(true) };
        let substitute = Substitute { arithmetic: &self.arithmetic, sources: &self.network.sources };
        substitute.condition(when, env, &mut self.found)
    }

    /// Opens the file `path` as named in the source `from`.
    fn open(&mut self, from: &str, path: &str, span: Span) -> Option<(Rc<Graph>, String)> {
        let (name, text) = match self.sources.read(Some(from), path) {
            Ok(read) => read,
            Err(why) => {
                let error = Diagnostic::new(Code::E0008, span, format!("cannot read `{path}`: {why}"));
                self.found.push(error.help("the path is relative to the file that names it"));
                return None;
            }
        };
        if let Some(graph) = self.files.get(&name) {
            return graph.clone().map(|graph| (graph, name));
        }
        let source: SourceId = self.network.sources.add(name.clone(), text.clone());
        let (graph, mistakes) = parse(source, &text);
        self.found.append(mistakes);
        let graph = graph.map(Rc::new);
        self.files.insert(name.clone(), graph.clone());
        graph.map(|graph| (graph, name))
    }
}

/// The values of parameters as names for substitution and expressions.
fn environment(parameters: &[crate::network::Parameter]) -> Env {
    let mut env = Env::default();
    for parameter in parameters {
        match &parameter.value {
            Some(value) => env.set(parameter.name.clone(), value.clone()),
            None => env.set_unknown(parameter.name.clone()),
        }
    }
    env
}
