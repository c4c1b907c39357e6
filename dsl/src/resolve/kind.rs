//! The fields of a channel: its kind, initial tokens, tap.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{integer, text, wrong_kind};
use crate::network::{Channel, ChannelKind, Tap};
use crate::substitute::to_constant;
use crate::syntax::ChannelDecl;
use crate::tree::{Body, Node, Tree};
use crate::ty::Constant;

/// Slots that a buffer may have.
const MAX_CAPACITY: u64 = 1 << 40;

/// `kind:`.
pub(super) fn read_kind(node: &Node, found: &mut Diagnostics) -> Option<ChannelKind> {
    let (name, items) = match &node.tree {
        Tree::Group { name: Some(word), body: Body::None } => (word.text.as_str(), None),
        Tree::Group { name: Some(word), body: Body::Items(items) } => {
            (word.text.as_str(), Some(items.as_slice()))
        }
        _ => ("", None),
    };
    match (name, items) {
        ("Auto", None) => return Some(ChannelKind::Auto),
        ("Rendezvous", None) => return Some(ChannelKind::Rendezvous),
        ("Buffer" | "DropOldest" | "DropNewest", Some([capacity])) => {
            if capacity.tree == Tree::Int(0) {
                let error = Diagnostic::new(Code::E0401, capacity.span, "a capacity of 0");
                let help = "without slots a channel is a `Rendezvous`";
                found.push(error.label(format!("must be 1 to {MAX_CAPACITY}")).help(help));
                return None;
            }
            let n = integer(capacity, "a capacity", (1, MAX_CAPACITY), Code::E0401, found)?;
            return Some(match name {
                "Buffer" => ChannelKind::Buffer(n),
                "DropOldest" => ChannelKind::DropOldest(n),
                _ => ChannelKind::DropNewest(n),
            });
        }
        _ => {}
    }
    let error = Diagnostic::new(Code::E0004, node.span, "unknown kind of channel");
    let near = did_you_mean(name, ["Auto", "Rendezvous", "Buffer", "DropOldest", "DropNewest"])
        .filter(|near| *near != name)
        .map(|near| format!("did you mean `{near}`?"));
    let kinds = "kinds are Auto, Rendezvous, Buffer(64), DropOldest(64), DropNewest(64)";
    found.push(error.help(kinds).maybe_help(near));
    None
}

/// `initial:`.
pub(super) fn read_initial(node: &Node, found: &mut Diagnostics) -> Vec<Constant> {
    match to_constant(node) {
        Ok(Constant::List(items)) => items,
        _ => {
            found.push(wrong_kind(node, "`initial` is a list of tokens").help("for example `initial: [0]`"));
            Vec::new()
        }
    }
}

/// `tap:`.
pub(super) fn read_tap(node: &Node, found: &mut Diagnostics) -> Option<Tap> {
    if let Tree::Group { name: Some(word), body: Body::Items(items) } = &node.tree {
        match (word.text.as_str(), items.as_slice()) {
            ("Record", [path]) => return text(path, "the file of a tap", found).map(Tap::Record),
            ("Sample", [n]) => {
                return integer(n, "`Sample`", (1, u64::MAX), Code::E0704, found).map(Tap::Sample);
            }
            _ => {}
        }
    }
    found.push(wrong_kind(node, "`tap` is `Record(\"file\")` or `Sample(n)`"));
    None
}

/// Initial tokens against the channel's kind; their type is checked when it is known.
pub(super) fn check_initial(channel: &Channel, decl: &ChannelDecl, found: &mut Diagnostics) {
    let n = channel.initial.len() as u64;
    let (Some(initial), true) = (&decl.initial, n > 0) else { return };
    let kind = decl.kind.as_ref().map_or(channel.span, |kind| kind.span);
    match channel.kind {
        ChannelKind::Rendezvous => {
            let error = Diagnostic::new(Code::E0403, initial.span, "a rendezvous holds no tokens");
            found.push(
                error.also(kind, "no slots").help(format!("make it `Buffer({n})`, or leave `kind` out")),
            );
        }
        ChannelKind::Buffer(capacity)
        | ChannelKind::DropOldest(capacity)
        | ChannelKind::DropNewest(capacity)
            if n > capacity =>
        {
            let message = format!("{n} initial tokens in {capacity} slots");
            let error = Diagnostic::new(Code::E0402, initial.span, message);
            found.push(
                error.also(kind, format!("{capacity} slots")).help(format!("make the capacity at least {n}")),
            );
        }
        _ => {}
    }
}
