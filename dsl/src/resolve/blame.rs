//! What was spoken of already. A port without a channel is a mistake of its own only where no other mistake
//! can be the reason.

use super::state::{Member, Resolver, Side};
use crate::diagnostic::did_you_mean;
use crate::network::ProcessId;
use crate::signature::PortSpec;
use crate::syntax::ChannelDecl;
use crate::tree::{Body, Node, Tree};

impl Resolver<'_> {
    /// Whether a port may be reported; after that it no longer may.
    pub(super) fn may_report(&mut self, process: ProcessId, port: &PortSpec) -> bool {
        let owner = self.network.process(process).within;
        let blamed = &self.blamed;
        let side = if Side::From.takes(port.direction) { Side::From } else { Side::To };
        let mut scopes = std::iter::successors(Some(owner), |&scope| self.scopes[scope].parent);
        if blamed.processes.contains(&process)
            || blamed.sides.contains(&(owner, side))
            || scopes.any(|scope| blamed.scopes.contains(&scope))
        {
            return false;
        }
        let span = self.network.process(process).span;
        self.blamed.ports.insert((span, port.name.to_string()))
    }

    pub(super) fn blame_process(&mut self, process: ProcessId) {
        self.blamed.processes.insert(process);
    }

    /// All that the ends of an entry could join: the entry has a mistake and makes no channel.
    pub(super) fn blame_ends(&mut self, scope: usize, decl: &ChannelDecl) {
        for (side, end) in [(Side::From, &decl.from), (Side::To, &decl.to)] {
            match end {
                Some(node) => self.blame_end(scope, side, node),
                None => _ = self.blamed.sides.insert((scope, side)),
            }
        }
    }

    fn blame_end(&mut self, scope: usize, side: Side, node: &Node) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match &node.tree {
                Tree::Text(text) => self.blame_name(scope, side, text),
                Tree::List(items) | Tree::Group { body: Body::Items(items), .. } => open.extend(items),
                _ => _ = self.blamed.sides.insert((scope, side)),
            }
        }
    }

    /// What an end names, or nearly names; where that is nobody, all that could stand there.
    fn blame_name(&mut self, scope: usize, side: Side, end: &str) {
        let name = end.split(['[', '.', '/']).next().unwrap_or(end);
        let names = &self.scopes[scope].names;
        let near = || names.get(did_you_mean(name, names.keys().map(String::as_str))?);
        let Some(entry) = names.get(name).or_else(near) else {
            self.blamed.sides.insert((scope, side));
            return;
        };
        for member in &entry.members {
            match *member {
                Member::Process(process) => _ = self.blamed.processes.insert(process),
                Member::Scope(inner) => _ = self.blamed.scopes.insert(inner),
                Member::Broken | Member::Absent => {}
            }
        }
    }
}
