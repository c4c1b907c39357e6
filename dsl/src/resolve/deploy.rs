//! What only the root file says: deployments, expectations, `run:`.

use super::state::{Request, Resolver};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, duration, integer, n_bytes, text, truth, wrong_kind};
use crate::network::{Claim, Expectation, Place};
use crate::span::Span;
use crate::substitute::Env;
use crate::syntax::Graph;
use crate::tree::{Body, Node, Tree};

impl Resolver<'_> {
    pub(super) fn finish_root(&mut self, request: &Request) {
        let Some(scope) = self.scopes.first() else { return };
        let (graph, env) = (scope.graph.clone(), scope.env.clone());
        self.settings(&graph, &env);
        for item in &graph.expect {
            if let Some(item) = self.substituted(item, &env) {
                self.expectation(&item);
            }
        }
        self.deployments(&graph, request, &env);
    }

    fn settings(&mut self, graph: &Graph, env: &Env) {
        let Some(run) = &graph.run else { return };
        let mut field = |node: &Option<Node>| node.as_ref().and_then(|node| self.substituted(node, env));
        let (timeout, seed, memory) = (field(&run.timeout), field(&run.seed), field(&run.memory));
        let found = &mut self.found;
        let settings = &mut self.network.settings;
        settings.timeout = timeout.and_then(|node| duration(&node, "`timeout`", found));
        settings.seed = seed.and_then(|node| integer(&node, "`seed`", (0, u64::MAX), Code::E0704, found));
        settings.memory = memory.and_then(|node| n_bytes(&node, "`memory`", found));
    }

    fn expectation(&mut self, node: &Node) {
        let claim = match (node.as_word(), &node.tree) {
            (Some("DeadlockFree"), _) => Some(Claim::DeadlockFree),
            (Some("Bounded"), _) => Some(Claim::Bounded),
            (Some("Determinate"), _) => Some(Claim::Determinate),
            (Some("Terminates"), _) => Some(Claim::Terminates),
            (_, Tree::Group { name: Some(word), body: Body::Fields(_) }) if word.text == "Output" => {
                self.output(node)
            }
            _ => {
                let error = Diagnostic::new(Code::E0004, node.span, "unknown expectation");
                self.found.push(error.help(
                    "expectations are DeadlockFree, Bounded, Determinate, Terminates, Output(of: \"print\", file: \"expected.txt\")",
                ));
                None
            }
        };
        if let Some(claim) = claim {
            self.network.expectations.push(Expectation { claim, span: node.span });
        }
    }

    fn output(&mut self, node: &Node) -> Option<Claim> {
        let mut fields = Fields::of(node, "`Output`", Some("Output"), &["of", "file"], &mut self.found)?;
        let of = fields.require("of", "\"print\"", &mut self.found);
        let file = fields.require("file", "\"expected.txt\"", &mut self.found);
        let (of, file) = (of?, file?);
        let name = text(&of, "`of`", &mut self.found)?;
        let path = text(&file, "`file`", &mut self.found)?;
        let process = self.network.find(&name).map(|process| process.id);
        if process.is_none() && self.scopes[0].names.contains_key(&name) {
            return None;
        }
        if process.is_none() {
            let names = self.network.processes.iter().map(|process| process.name.as_str());
            let near = did_you_mean(&name, names).map(|near| format!("did you mean `{near}`?"));
            let error = Diagnostic::new(Code::E0102, of.span, format!("unknown process `{name}`"));
            self.found.push(error.maybe_help(near));
        }
        let from = self.scopes[0].file.clone();
        match self.sources.read(Some(&from), &path) {
            Ok((_, text)) => Some(Claim::Output { of: process?, file: path, text }),
            Err(why) => {
                let error = Diagnostic::new(Code::E0008, file.span, format!("cannot read `{path}`: {why}"));
                self.found.push(error.help("the path is relative to the graph file"));
                None
            }
        }
    }

    fn deployments(&mut self, graph: &Graph, request: &Request, env: &Env) {
        if let Some(wanted) = &request.deploy
            && !graph.deploy.iter().any(|deploy| deploy.name.text == *wanted)
        {
            let names: Vec<&str> = graph.deploy.iter().map(|deploy| deploy.name.text.as_str()).collect();
            let help = match did_you_mean(wanted, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "the file has no deployments".to_owned(),
                None => format!("its deployments are {}", names.join(", ")),
            };
            let message = format!("unknown deployment `{wanted}`");
            self.found.push(Diagnostic::without_place(Code::E0108, message).help(help));
        }
        for deploy in &graph.deploy {
            let chosen = request.deploy.as_ref() == Some(&deploy.name.text);
            let default = deploy.default.as_ref().and_then(|node| self.substituted(node, env));
            let default = default.and_then(|node| read_place(&node, &mut self.found)).unwrap_or_default();
            let mut places = Vec::new();
            for (pattern, node) in &deploy.place {
                let node = self.substituted(node, env);
                let place = node.and_then(|node| read_place(&node, &mut self.found));
                let matches = |name: &str| pattern.text == name || glob(&pattern.text, name);
                if !self
                    .network
                    .processes
                    .iter()
                    .any(|process| matches(base(&process.name)) || matches(&process.name))
                {
                    let names = self.network.processes.iter().map(|process| base(&process.name));
                    let near =
                        did_you_mean(&pattern.text, names).map(|near| format!("did you mean `{near}`?"));
                    let message = format!("`{}` names no process", pattern.text);
                    self.found.push(Diagnostic::new(Code::E0102, pattern.span, message).maybe_help(near));
                }
                places.extend(place.map(|place| (pattern.text.clone(), pattern.span, place)));
            }
            self.place(&default, &places, chosen);
        }
    }

    /// Gives each process its place; an exact name beats a glob, and two globs must agree.
    fn place(&mut self, default: &Place, places: &[(String, Span, Place)], chosen: bool) {
        let found = &mut self.found;
        for process in &mut self.network.processes {
            let name = process.name.clone();
            let fits = |pattern: &str| glob(pattern, &name) || glob(pattern, base(&name));
            let exact = places.iter().find(|(pattern, ..)| *pattern == name);
            let exact = exact.or_else(|| places.iter().find(|(pattern, ..)| pattern == base(&name)));
            let mut globs = places.iter().filter(|(pattern, ..)| fits(pattern));
            let mut place = exact.map(|(.., place)| place);
            if place.is_none()
                && let Some((_, first, one)) = globs.next()
            {
                place = Some(one);
                if let Some((_, second, _)) = globs.find(|(.., other)| other != one) {
                    let message = format!("`{name}` matches two patterns with different places");
                    let error = Diagnostic::new(Code::E0602, *second, message)
                        .label("this pattern")
                        .also(*first, "and this one");
                    found.push(error.help(format!("write the place of `{name}` by its exact name")));
                }
            }
            if chosen {
                process.place = place.unwrap_or(default).clone();
            }
        }
    }
}

/// `w` of `w[2]`: a pattern without index means all members.
fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// Whether `name` matches a pattern in which `*` stands for anything.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    let mut rest = rest;
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn read_place(node: &Node, found: &mut Diagnostics) -> Option<Place> {
    let known = ["worker", "thread", "child", "rank", "ranks", "gpu", "pin"];
    let mut fields = Fields::of(node, "a place", None, &known, found)?;
    let small = |node: &Node, what: &str, found: &mut Diagnostics| {
        integer(node, what, (0, 1 << 20), Code::E0704, found).and_then(|n| u32::try_from(n).ok())
    };
    let list = |node: Option<Node>, what: &str, found: &mut Diagnostics| match node {
        None => Vec::new(),
        Some(Node { tree: Tree::List(items), .. }) => {
            items.iter().filter_map(|item| small(item, what, found)).collect()
        }
        Some(other) => {
            found.push(wrong_kind(&other, &format!("{what}s are a list")));
            Vec::new()
        }
    };
    Some(Place {
        worker: fields.take("worker").and_then(|node| small(&node, "a worker", found)),
        thread: fields.take("thread").and_then(|node| truth(&node, "`thread`", found)).unwrap_or(false),
        child: fields.take("child").and_then(|node| text(&node, "`child`", found)),
        rank: fields.take("rank").and_then(|node| small(&node, "a rank", found)),
        ranks: list(fields.take("ranks"), "a rank", found),
        gpu: fields.take("gpu").and_then(|node| small(&node, "a device", found)),
        pin: list(fields.take("pin"), "a core", found),
    })
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(glob("w*", "w[3]") && glob("*", "x") && glob("a*c", "abc") && glob("a", "a"));
        assert!(!glob("w*", "v") && !glob("a*c", "ab") && !glob("a", "ab"));
    }
}
