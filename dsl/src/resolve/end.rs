//! Ends as written, `"w[2].out"`, to ports of processes; through sub-networks to what lies inside.

use std::rc::Rc;

use super::dealt::Dealt;
use super::state::{CopyDeal, Member, Resolver, Side, Spot, index_of, join};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::network::ProcessId;
use crate::signature::{Arity, PortSpec};
use crate::span::Span;
use crate::tree::{Body, Node, Tree, inner_span};

/// What one end string names.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub spots: Vec<Spot>,
    /// Several that share (a sub-network's port that is `AnyOf` inside, or copies of a sub-network).
    pub shared: bool,
    /// `[*]` was written: the list of a family's ends.
    pub star: bool,
    /// How many of the spots each of these ends is.
    pub of_each: Vec<usize>,
    /// How copies of sub-networks among them come by their tokens, or are collected, outer ones first.
    pub deals: Vec<Dealt>,
    /// A part of it is broken or left out; nothing more is said about it.
    pub broken: bool,
}

/// An end taken apart: `name[index].port[port_index]`.
struct Parts<'t> {
    name: &'t str,
    index: Option<Index>,
    port: Option<&'t str>,
    port_index: Option<u64>,
}

enum Index {
    All,
    At(Vec<u64>),
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (name, rest) = text.split_at(text.find(['[', '.']).unwrap_or(text.len()));
    let (index, rest) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (inside, rest) = rest.split_once(']')?;
            let at = || inside.split(',').map(|part| part.trim().parse().ok()).collect::<Option<Vec<u64>>>();
            (Some(if inside.trim() == "*" { Index::All } else { Index::At(at()?) }), rest)
        }
        None => (None, rest),
    };
    let (port, port_index) = match rest.strip_prefix('.') {
        None if rest.is_empty() => (None, None),
        None => return None,
        Some(port) => match port.split_once('[') {
            None => (Some(port), None),
            Some((port, index)) => (Some(port), Some(index.strip_suffix(']')?.trim().parse().ok()?)),
        },
    };
    (!name.is_empty() && port != Some("")).then_some(Parts { name, index, port, port_index })
}

impl Resolver<'_> {
    /// The spots that an end node names in a scope.
    pub(super) fn end(&mut self, scope: usize, node: &Node, side: Side) -> Named {
        let broken = || Named { broken: true, ..Named::default() };
        let Some(text) = node.as_text() else {
            let wanted = "an end is a text `\"process.port\"`";
            self.found.push(crate::fields::wrong_kind(node, wanted));
            return broken();
        };
        let Some(parts) = parts(text) else {
            let error = Diagnostic::new(Code::E0104, node.span, format!("`{text}` is not an end"));
            self.found.push(
                error.help("an end is `process`, `process.port`, `w[2].out`, `w[*].out` or `plex.in[0]`"),
            );
            return broken();
        };
        let Some((members, n_copies)) = self.members(scope, node, &parts) else { return broken() };
        let star = matches!(parts.index, Some(Index::All));
        let mut named = Named { star, ..Named::default() };
        for copies in members.chunks(n_copies) {
            let n_before = named.spots.len();
            match self.dealt_at(scope, parts.name, copies, parts.port, side) {
                Some(deal) => self.dealt(&deal, copies, node, &parts, side, &mut named),
                None => {
                    named.shared |= n_copies > 1;
                    for member in copies {
                        self.member(*member, node, &parts, side, &mut named);
                    }
                }
            }
            named.of_each.push(named.spots.len() - n_before);
        }
        named
    }

    /// The spots that an end names of copies that tokens are dealt to, or collected from: what they share inside, each
    /// shares alone.
    fn dealt(
        &mut self,
        deal: &Rc<CopyDeal>,
        copies: &[Member],
        node: &Node,
        parts: &Parts<'_>,
        side: Side,
        named: &mut Named,
    ) {
        let (at, shared) = (named.deals.len(), named.shared);
        let mut spots = Vec::new();
        for member in copies {
            let n_before = named.spots.len();
            self.member(*member, node, parts, side, named);
            spots.push((n_before..named.spots.len()).collect());
        }
        named.shared = shared;
        if let Some((name, id)) = self.name_of_copies(copies) {
            named.deals.insert(at, Dealt { name, id, deal: Rc::clone(deal), copies: spots });
        }
    }

    /// The spots that an end names of one member, or of one copy of it.
    fn member(&mut self, member: Member, node: &Node, parts: &Parts<'_>, side: Side, named: &mut Named) {
        match member {
            Member::Broken => named.broken = true,
            Member::Absent => {
                let message = format!("`{}` is left out by its `when:`", node.as_text().unwrap_or_default());
                let error = Diagnostic::new(Code::E0107, node.span, message);
                self.found.push(error.help("give the channel the same `when:`"));
                named.broken = true;
            }
            Member::Process(process) => match self.port(process, node, parts, side) {
                Some(spec) => named.spots.push(Spot { process, spec, index: parts.port_index }),
                None => named.broken = true,
            },
            Member::Scope(inner) => self.through(inner, node, parts, side, named),
        }
    }

    /// The members that `name[index]` names, and how many of them stand behind one name.
    fn members(&mut self, scope: usize, node: &Node, parts: &Parts<'_>) -> Option<(Vec<Member>, usize)> {
        let scope = &self.scopes[scope];
        let Some(entry) = scope.names.get(parts.name) else {
            let near = did_you_mean(parts.name, scope.names.keys().map(String::as_str));
            let help = match (near, parts.name.split_once('/')) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some((outer, _))) if scope.names.contains_key(outer) => {
                    format!(
                        "`{outer}` is a sub-network: outside it only its ports can be named, as `{outer}.port`"
                    )
                }
                _ => "processes are declared in `processes: {..}`".to_owned(),
            };
            let place = self.name_span(node, parts.name);
            let message = format!("unknown process `{}`", parts.name);
            self.found.push(Diagnostic::new(Code::E0102, place, message).help(help));
            return None;
        };
        let (extents, n_copies, declared) = (&entry.extents, entry.n_copies, entry.span);
        if extents.is_empty() && entry.members.contains(&Member::Broken) {
            return Some((vec![Member::Broken], 1));
        }
        let name = parts.name;
        let (problem, label, help) = match (&parts.index, extents.as_slice()) {
            (None, []) | (Some(Index::All), [_, ..]) => {
                return Some((entry.members.clone(), n_copies));
            }
            (None, _) => (
                format!("`{name}` is a family"),
                "which member?",
                format!("name one, such as `{name}[{}]`, or all with `{name}[*]`", zeros(extents)),
            ),
            (Some(_), []) => {
                (format!("`{name}` is no family"), "an index of what?", format!("write `{name}`"))
            }
            (Some(Index::At(at)), extents) if at.len() != extents.len() => (
                format!("`{name}` has {} indices, and here stand {}", extents.len(), at.len()),
                "another number of indices",
                format!("write `{name}[{}]`", zeros(extents)),
            ),
            (Some(Index::At(at)), extents) => {
                if at.iter().zip(extents).all(|(at, extent)| at < extent) {
                    let flat = if let [i, j] = at[..] { i * extents[1] + j } else { at[0] };
                    debug_assert_eq!(index_of(flat, extents), *at);
                    let copies = entry.members.chunks(n_copies).nth(usize::try_from(flat).ok()?)?;
                    return Some((copies.to_vec(), n_copies));
                }
                let last: Vec<u64> = extents.iter().map(|n| n.saturating_sub(1)).collect();
                let help = if extents.contains(&0) {
                    format!("`{name}` has no members at all")
                } else {
                    format!("indices count from 0; the last is `{name}[{}]`", join(&last))
                };
                (format!("`{name}[{}]` does not exist", join(at)), "no such member", help)
            }
        };
        let error = Diagnostic::new(Code::E0107, node.span, problem).label(label);
        self.found.push(error.also(declared, "declared here").help(help));
        None
    }

    fn name_span(&self, node: &Node, name: &str) -> Span {
        let raw = self.network.sources.text(node.span);
        // A substituted text does not stand in the file as it is.
        if raw.contains('$') || !raw.contains(name) {
            node.span
        } else {
            inner_span(node.span, raw, 0..name.len())
        }
    }

    /// The port that `process.port`, or `process` alone, names.
    fn port(&mut self, process: ProcessId, node: &Node, parts: &Parts<'_>, side: Side) -> Option<usize> {
        let specs = self.specs[process.idx()].clone();
        let signature = self.network.process(process).signature.clone();
        let named = |test: &dyn Fn(&PortSpec) -> bool| -> Vec<String> {
            specs
                .iter()
                .filter(|spec| test(spec))
                .map(|spec| format!("`{}.{}`", parts.name, spec.name))
                .collect()
        };
        let facing = named(&|spec| side.takes(spec.direction));
        let error = match parts.port {
            Some(port) => match specs.iter().position(|spec| spec.name == port && side.takes(spec.direction))
            {
                Some(at) => {
                    if parts.port_index.is_none() || specs[at].arity == Arity::List {
                        return Some(at);
                    }
                    let message = format!("`{port}` of `{}` is no list port", signature.kind);
                    Diagnostic::new(Code::E0107, node.span, message).help("leave the index out")
                }
                None if specs.iter().any(|spec| spec.name == port) => {
                    let message = format!("`{}.{port}` is no {} port", parts.name, side.word());
                    let other = if side == Side::From { "`to`" } else { "`from`" };
                    let error = Diagnostic::new(Code::E0206, node.span, message);
                    error.label(format!("belongs in {other}")).help(facing_help(&facing, side))
                }
                None => {
                    let known = specs.iter().filter(|spec| side.takes(spec.direction));
                    let near = did_you_mean(port, known.map(|spec| spec.name.as_ref()))
                        .map(|near| format!("did you mean `{}.{near}`?", parts.name));
                    let message = format!("`{}` has no port `{port}`", signature.kind);
                    let help = near.unwrap_or_else(|| facing_help(&facing, side));
                    Diagnostic::new(Code::E0103, node.span, message).help(help)
                }
            },
            None => match specs.iter().filter(|spec| side.takes(spec.direction)).count() {
                1 => return specs.iter().position(|spec| side.takes(spec.direction)),
                0 => {
                    let message =
                        format!("`{}` ({}) has no {} port", parts.name, signature.kind, side.word());
                    Diagnostic::new(Code::E0206, node.span, message).help(facing_help(&facing, side))
                }
                _ => {
                    let message = format!("which {} of `{}`?", side.word(), parts.name);
                    Diagnostic::new(Code::E0207, node.span, message).help(facing_help(&facing, side))
                }
            },
        };
        self.found.push(error);
        self.blame_process(process);
        None
    }

    /// Follows a sub-network's port to the ends inside; level by level, without recursion.
    fn through(&mut self, inner: usize, node: &Node, parts: &Parts<'_>, side: Side, named: &mut Named) {
        let mut open = vec![(inner, parts.port.map(str::to_owned), parts.port_index)];
        while let Some((scope, port, index)) = open.pop() {
            let graph = self.scopes[scope].graph.clone();
            let facing: Vec<_> = graph.ports.iter().filter(|decl| side.takes(decl.direction)).collect();
            let decl = match &port {
                Some(port) => facing.iter().find(|decl| decl.name.text == *port),
                None if facing.len() == 1 => facing.first(),
                None => None,
            };
            let Some(decl) = decl else {
                let names: Vec<String> =
                    facing.iter().map(|decl| format!("`{}.{}`", parts.name, decl.name.text)).collect();
                let (code, message) = match port {
                    Some(port) => (
                        Code::E0103,
                        format!("the sub-network `{}` has no {} `{port}`", parts.name, side.word()),
                    ),
                    None if facing.is_empty() => {
                        (Code::E0206, format!("the sub-network `{}` has no {} port", parts.name, side.word()))
                    }
                    None => (Code::E0207, format!("which {} of `{}`?", side.word(), parts.name)),
                };
                self.found.push(Diagnostic::new(code, node.span, message).help(facing_help(&names, side)));
                named.broken = true;
                return;
            };
            let ends = self.inner_ends(scope, &decl.end.clone(), named);
            let several = ends.len() > 1;
            for end in ends {
                self.inner_end(scope, &end, side, (index, several), &mut open, named);
            }
        }
    }

    /// The end, or the ends in `AnyOf([..])`, that a sub-network's port stands for.
    pub(super) fn inner_ends(&mut self, scope: usize, end: &Node, named: &mut Named) -> Vec<Node> {
        let env = self.scopes[scope].env.clone();
        let Some(end) = self.substituted(end, &env) else {
            named.broken = true;
            return Vec::new();
        };
        match &end.tree {
            Tree::Group { name: Some(word), body: Body::Items(items) } if word.text == "AnyOf" => {
                named.shared = true;
                match items.as_slice() {
                    [Node { tree: Tree::List(ends), .. }] => ends.clone(),
                    _ => items.clone(),
                }
            }
            _ => vec![end],
        }
    }

    fn inner_end(
        &mut self,
        scope: usize,
        end: &Node,
        side: Side,
        (index, several): (Option<u64>, bool),
        open: &mut Vec<(usize, Option<String>, Option<u64>)>,
        named: &mut Named,
    ) {
        let parsed = end.as_text().and_then(parts);
        let entry = parsed.as_ref().and_then(|parts| self.scopes[scope].names.get(parts.name));
        if let (Some(parts), Some(entry)) = (&parsed, entry)
            && entry.extents.is_empty()
            && entry.deal.is_none()
            && let [Member::Scope(deeper)] = entry.members[..]
        {
            open.push((deeper, parts.port.map(str::to_owned), parts.port_index.or(index)));
            return;
        }
        let inside = self.end(scope, end, side);
        named.broken |= inside.broken;
        named.shared |= several || inside.shared || (inside.star && inside.spots.len() > 1);
        let before = named.spots.len();
        named.deals.extend(inside.deals.into_iter().map(|deal| deal.behind(before)));
        for mut spot in inside.spots {
            spot.index = spot.index.or(index);
            named.spots.push(spot);
        }
    }
}

/// The index of a family's first member: `0` or `0,0`.
fn zeros(extents: &[u64]) -> String {
    join(&vec![0; extents.len()])
}

fn facing_help(names: &[String], side: Side) -> String {
    match names {
        [] => format!("it has no {}s", side.word()),
        [one] => format!("its {} is {one}", side.word()),
        _ => format!("its {}s are {}", side.word(), names.join(", ")),
    }
}
