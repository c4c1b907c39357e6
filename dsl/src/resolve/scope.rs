//! Scopes: one for each use of a file. A scope knows its processes by name; a `Network(..)` process is a scope of
//! its own.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::parameter::{Given, GivenValue, parameters};
use super::state::{Entry, MAX_PROCESSES, Member, Resolver, Scope, environment, index_of, join};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::fields::{entries, integer, text, wrong_kind};
use crate::network::Family;
use crate::span::Span;
use crate::substitute::Env;
use crate::syntax::{Graph, ProcessDecl};
use crate::tree::{Node, Tree};
use crate::ty::Constant;

/// Files inside files inside files.
const MAX_LEVELS: usize = 10_000;
/// Levels that a name shows.
const MAX_SHOWN: usize = 100;

impl Resolver<'_> {
    pub(super) fn open_root(&mut self, graph: Rc<Graph>, file: String, env: Env) {
        self.files.insert(file.clone(), Some(graph.clone()));
        let names = HashMap::new();
        self.scopes.push(Scope { graph, file, env, prefix: String::new(), parent: None, depth: 0, names });
    }

    /// Makes the processes of one scope; sub-networks become scopes at the end of the list.
    pub(super) fn make_processes(&mut self, scope: usize) {
        let graph = self.scopes[scope].graph.clone();
        for decl in &graph.processes {
            let entry = self.make_entry(scope, decl);
            self.scopes[scope].names.insert(decl.name.text.clone(), entry);
        }
    }

    fn make_entry(&mut self, scope: usize, decl: &ProcessDecl) -> Entry {
        let env = self.scopes[scope].env.clone();
        let span = decl.name.span;
        let extents = match &decl.family {
            None => Some(Vec::new()),
            Some(family) => self.extents(family, &env),
        };
        let is_network = decl.kind.text == "Network";
        let replicate = decl.replicate.as_ref().filter(|_| is_network);
        let copies = match replicate {
            None => Some((1, None)),
            Some(replicate) => {
                self.copies_of_network(replicate, &env).map(|(n, deal)| (n, Some(Rc::new(deal))))
            }
        };
        let (Some(extents), Some((n_copies, deal))) = (extents, copies) else { return Entry::broken(span) };
        let n_members = extents.iter().product::<u64>();
        let room = (MAX_PROCESSES - self.network.processes.len().min(MAX_PROCESSES)) as u64;
        let n_all = n_members.saturating_mul(n_copies);
        if n_all > room {
            let message = format!("the network has more than {MAX_PROCESSES} processes");
            let error = Diagnostic::new(Code::E0007, span, message).label(format!("{n_all} here"));
            self.found.push(error.help("a smaller family, or tokens that stand for many things each"));
            return Entry::broken(span);
        }
        if is_network {
            self.unavailable_on_network(decl);
        }
        let clean = self.found.len();
        let mut members = Vec::new();
        for (flat, replica) in (0..n_members).flat_map(|flat| (0..n_copies).map(move |copy| (flat, copy))) {
            let reported = self.found.len();
            let mut env = env.clone();
            let index = index_of(flat, &extents);
            for (name, &at) in ["i", "j"].into_iter().zip(&index) {
                env.set(name, Constant::I64(at.cast_signed()));
            }
            let mut suffix = if index.is_empty() { String::new() } else { format!("[{}]", join(&index)) };
            if replicate.is_some() {
                env.set("replica", Constant::I64(replica.cast_signed()));
                suffix += &format!("[{replica}]");
            }
            members.push(self.make_member(scope, decl, &env, &suffix, (&extents, index)));
            if reported > clean {
                // One mistake is one diagnostic, not one a member.
                self.found.truncate(reported);
            }
        }
        let n_copies = usize::try_from(n_copies).expect("no more than a million");
        Entry { extents, n_copies, members, deal, joined: BTreeSet::new(), span }
    }

    fn make_member(
        &mut self,
        scope: usize,
        decl: &ProcessDecl,
        env: &Env,
        suffix: &str,
        (extents, index): (&[u64], Vec<u64>),
    ) -> Member {
        match self.condition(decl.when.as_ref(), env) {
            Some(true) => {}
            Some(false) => return Member::Absent,
            None => return Member::Broken,
        }
        let base = format!("{}{}", self.scopes[scope].prefix, decl.name.text);
        let name = format!("{base}{suffix}");
        match decl.kind.text.as_str() {
            "" => Member::Broken,
            "Network" => self.make_scope(scope, decl, env, &name),
            _ => {
                let family = Family { name: base, extents: extents.to_vec(), index };
                let family = (!extents.is_empty()).then_some(family);
                let process = self.make_process(scope, decl, env, name, family);
                process.map_or(Member::Broken, Member::Process)
            }
        }
    }

    /// Fields that mean nothing on a sub-network yet.
    fn unavailable_on_network(&mut self, decl: &ProcessDecl) {
        let fields = [
            ("restart", &decl.restart),
            ("on_end", &decl.on_end),
            ("immunity", &decl.immunity),
            ("rates", &decl.rates),
            ("time", &decl.time),
            ("fuse", &decl.fuse),
        ];
        for (name, field) in fields {
            if let Some(node) = field {
                self.network.unavailable.push((node.span, format!("`{name}` of a sub-network")));
            }
        }
    }

    /// `family: n` or `family: [rows, cols]`.
    fn extents(&mut self, node: &Node, env: &Env) -> Option<Vec<u64>> {
        let node = self.substituted(node, env)?;
        let limits = (0, MAX_PROCESSES as u64);
        let mut extent =
            |node: &Node| integer(node, "the size of a family", limits, Code::E0704, &mut self.found);
        match &node.tree {
            Tree::List(items) if (1..=2).contains(&items.len()) => {
                items.iter().map(&mut extent).collect::<Option<Vec<_>>>()
            }
            Tree::List(_) => {
                self.found.push(wrong_kind(&node, "a family is `n` or `[rows, cols]`"));
                None
            }
            _ => Some(vec![extent(&node)?]),
        }
    }

    /// A `Network(file:, params:)` process: a scope.
    fn make_scope(&mut self, scope: usize, decl: &ProcessDecl, env: &Env, name: &str) -> Member {
        let (mut file, mut given, mut ok) = (None, Vec::new(), true);
        for (word, value) in &decl.args {
            let Some(value) = self.substituted(value, env) else {
                ok = false;
                continue;
            };
            match word.text.as_str() {
                "file" => {
                    file = text(&value, "`file`", &mut self.found).map(|path| (path, value.span));
                    ok &= file.is_some();
                }
                "params" => {
                    let pairs = entries(&value, "`params`", &mut self.found);
                    given = pairs
                        .into_iter()
                        .map(|(name, value)| Given { name, value: GivenValue::Node(value) })
                        .collect();
                }
                other => {
                    let message = format!("`Network` has no parameter `{other}`");
                    let error = Diagnostic::new(Code::E0701, word.span, message);
                    self.found.push(error.help(match did_you_mean(other, ["file", "params"]) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "its parameters are file and params".to_owned(),
                    }));
                    ok = false;
                }
            }
        }
        if file.is_none() && ok {
            let error = Diagnostic::new(Code::E0702, decl.kind.span, "`Network` needs the parameter `file`");
            self.found.push(error.help("for example `Network(file: \"sub.ron\")`"));
        }
        let Some((path, span)) = file.filter(|_| ok) else { return Member::Broken };
        let Some((graph, file)) = self.open(&self.scopes[scope].file.clone(), &path, span) else {
            return Member::Broken;
        };
        if !self.may_nest(scope, decl, &file, span) {
            return Member::Broken;
        }
        self.ignored_in_sub_network(&graph);
        let parameters = parameters(&graph.params, &given, Some(decl.name.span), &mut self.found);
        let depth = self.scopes[scope].depth + 1;
        let (env, prefix) = (environment(&parameters), self.prefix(depth, name));
        let names = HashMap::new();
        self.scopes.push(Scope { graph, file, env, prefix, parent: Some(scope), depth, names });
        Member::Scope(self.scopes.len() - 1)
    }

    /// What stands before the names in a scope. Deep down the levels between are left out for a number of the scope's
    /// own: ten thousand names of ten thousand levels each would fill the memory.
    fn prefix(&self, depth: usize, name: &str) -> String {
        match name.split_once('/') {
            Some((first, _)) if depth > MAX_SHOWN => format!("{first}/..#{}/", self.scopes.len()),
            _ => format!("{name}/"),
        }
    }

    /// A file may use itself only where a `when:` can end it, and not for ever.
    fn may_nest(&mut self, scope: usize, decl: &ProcessDecl, file: &str, span: Span) -> bool {
        // A link among folders can give one file a new name on every level: those end here too.
        if self.scopes[scope].depth >= MAX_LEVELS {
            let message = format!("sub-networks lie more than {MAX_LEVELS} levels deep");
            let error = Diagnostic::new(Code::E0106, span, message);
            self.found.push(error.help("does the entry's `when:` ever become false?"));
            return false;
        }
        if decl.when.is_some() {
            return true;
        }
        let mut chain = Vec::new();
        let mut at = Some(scope);
        while let Some(scope) = at {
            chain.push(self.scopes[scope].file.as_str());
            if self.scopes[scope].file == file {
                chain.reverse();
                chain.push(file);
                let message = format!("the sub-network contains itself: {}", chain.join(" -> "));
                let error = Diagnostic::new(Code::E0106, span, message).label("used again here");
                self.found.push(error.help("recursion needs a `when:` in the entry that can become false"));
                return false;
            }
            at = self.scopes[scope].parent;
        }
        true
    }

    fn ignored_in_sub_network(&mut self, graph: &Graph) {
        let deploy = graph.deploy.first().map(|deploy| ("deploy", deploy.name.span));
        let expect = graph.expect.first().map(|expect| ("expect", expect.span));
        let run = graph.run.as_ref().and_then(|run| {
            let fields = [&run.timeout, &run.seed, &run.memory];
            fields.into_iter().flatten().next().map(|node| ("run", node.span))
        });
        for (field, span) in [deploy, expect, run].into_iter().flatten() {
            let message = format!("`{field}` of a sub-network is ignored");
            self.found.push(
                Diagnostic::new(Code::W0101, span, message).help("only that of the file that is run counts"),
            );
        }
    }
}
