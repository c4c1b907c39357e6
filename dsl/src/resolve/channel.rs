//! Channels of one scope: `each`, ends, kind.

use super::dealt::Dealt;
use super::end::Named;
use super::kind::{check_initial, read_initial, read_kind, read_tap};
use super::state::{Member, Resolver, Side, Spot, Use};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{entries, integer, text, wrong_kind};
use crate::network::{Channel, ChannelId, ChannelKind, End, Spread};
use crate::signature::{Arity, Direction};
use crate::span::Span;
use crate::substitute::Env;
use crate::syntax::{ChannelDecl, PortDecl};
use crate::tree::{Body, Node, Tree};
use crate::ty::{Constant, Type};
use crate::type_name::read_type;

/// Entries that one `each` may give.
const MAX_REPEATS: u64 = 4_000_000;

/// One side of a channel: spots with their places.
#[derive(Clone)]
struct Joined {
    spots: Vec<(Spot, Span)>,
    spread: Spread,
    /// A bare `w[*].out`, as many channels as ends: how many of the spots each end is.
    star: Option<Vec<usize>>,
    deals: Vec<Dealt>,
    broken: bool,
    /// As shown in the channel's name.
    shown: String,
}

impl Joined {
    /// One side for each end of a bare `w[*].out`.
    fn each(&self, of_each: &[usize]) -> Vec<Joined> {
        let mut first = 0;
        let one = |&n: &usize| {
            let spots = first..first + n;
            first = spots.end;
            let deals = self.deals.iter().filter_map(|deal| deal.within(spots.clone())).collect();
            let (spots, shown) = (self.spots[spots].to_vec(), String::new());
            Joined { spots, spread: self.spread, star: None, deals, broken: self.broken, shown }
        };
        of_each.iter().map(one).collect()
    }
}

impl Resolver<'_> {
    pub(super) fn make_channels(&mut self, scope: usize) {
        let graph = self.scopes[scope].graph.clone();
        let env = self.scopes[scope].env.clone();
        for decl in &graph.channels {
            match &decl.each {
                None => self.make_channel(scope, decl, &env),
                Some(each) => self.each(scope, decl, each, &env),
            }
        }
        for (name, members) in &graph.barriers {
            self.make_barrier(scope, name, members, &env);
        }
        if self.scopes[scope].parent.is_none() {
            self.open_ports(scope, &graph.ports);
        }
    }

    /// The ports of a sub-network that is checked by itself: joined, but to nothing that is here.
    fn open_ports(&mut self, scope: usize, ports: &[PortDecl]) {
        for decl in ports {
            let side = if Side::To.takes(decl.direction) { Side::To } else { Side::From };
            let mut named = Named::default();
            for end in self.inner_ends(scope, &decl.end, &mut named) {
                // Left out here by its `when:`, it may be there where another file uses this one.
                if self.is_left_out(scope, &end) {
                    continue;
                }
                for spot in self.end(scope, &end, side).spots {
                    self.uses.push(Use { channel: None, spot, span: end.span, position: 0, side });
                }
            }
            self.network.open_ports.push((decl.name.span, decl.name.text.clone()));
        }
    }

    fn is_left_out(&self, scope: usize, end: &Node) -> bool {
        let name = end.as_text().and_then(|text| text.split(['[', '.']).next()).unwrap_or("");
        let entry = self.scopes[scope].names.get(name);
        entry.is_some_and(|entry| entry.members.contains(&Member::Absent))
    }

    fn each(&mut self, scope: usize, decl: &ChannelDecl, each: &Node, env: &Env) {
        let Some(each) = self.substituted(each, env) else { return self.blame_ends(scope, decl) };
        let mut ranges = Vec::new();
        for (name, range) in entries(&each, "`each`", &mut self.found) {
            let mut bound = |node: &Node| {
                integer(node, "a bound of `each`", (0, u64::MAX >> 1), Code::E0704, &mut self.found)
            };
            let range = match &range.tree {
                Tree::List(items) if items.len() == 2 => bound(&items[0]).zip(bound(&items[1])),
                Tree::List(_) => {
                    self.found.push(wrong_kind(&range, "`each` takes `n` or `[first, end]`"));
                    None
                }
                _ => bound(&range).map(|end| (0, end)),
            };
            let Some((first, end)) = range else { return self.blame_ends(scope, decl) };
            ranges.push((name.text, first, end.max(first)));
        }
        let total = ranges.iter().try_fold(1u64, |total, (_, first, end)| total.checked_mul(end - first));
        let Some(total) = total.filter(|&total| total <= MAX_REPEATS) else {
            let message = format!("`each` gives more than {MAX_REPEATS} channels");
            let error = Diagnostic::new(Code::E0007, each.span, message).label("too many");
            self.found
                .push(error.help(format!("the bounds multiply; keep them below {MAX_REPEATS} together")));
            return self.blame_ends(scope, decl);
        };
        for flat in 0..total {
            let (mut env, mut rest) = (env.clone(), flat);
            for (name, first, end) in ranges.iter().rev() {
                let extent = end - first;
                env.set(name.clone(), Constant::I64((first + rest % extent).cast_signed()));
                rest /= extent;
            }
            let clean = self.found.len();
            self.make_channel(scope, decl, &env);
            if self.found.len() > clean {
                if self.found.since(clean).iter().all(|diagnostic| diagnostic.code == Code::E0107) {
                    // An index too far is too far at both ends.
                    self.found.truncate(clean + 1);
                }
                self.show_index(clean, &ranges, &env);
                return self.blame_ends(scope, decl);
            }
        }
    }

    /// Says for which index a mistake in a repeated entry was found; the other indices are not tried.
    fn show_index(&mut self, clean: usize, ranges: &[(String, u64, u64)], env: &Env) {
        let shown: Vec<String> = ranges
            .iter()
            .filter_map(|(name, ..)| env.get(name).map(|value| format!("{name} = {value}")))
            .collect();
        self.found.note_from(clean, &format!("for {}", shown.join(", ")));
    }

    fn make_channel(&mut self, scope: usize, decl: &ChannelDecl, env: &Env) {
        match self.condition(decl.when.as_ref(), env) {
            Some(true) => {}
            Some(false) => return,
            None => return self.blame_ends(scope, decl),
        }
        let mut end = |node: &Option<Node>| node.as_ref().and_then(|node| self.substituted(node, env));
        let (Some(from), Some(to)) = (end(&decl.from), end(&decl.to)) else {
            return self.blame_ends(scope, decl);
        };
        let spans = (from.span, to.span);
        let clean = self.found.len();
        let from = self.joined(scope, &from, Side::From);
        let to = self.joined(scope, &to, Side::To);
        self.backwards(clean, spans, &from, &to);
        let model = self.model(scope, decl, env, &from, &to);
        let Some(model) = model.filter(|_| !(from.broken || to.broken)) else {
            self.half_used(&from, &to);
            return self.blame_ends(scope, decl);
        };
        if from.star.is_none() && to.star.is_none() {
            return self.add_channel(model, from, to);
        }
        let list = |resolver: &Self, joined: &Joined| match joined.spots.as_slice() {
            [(spot, _)] => resolver.specs[spot.process.idx()][spot.spec].arity == Arity::List,
            _ => false,
        };
        if let (Some(of_each), None) = (&from.star, &to.star)
            && list(self, &to)
        {
            for one in from.each(of_each) {
                self.add_channel(model.clone(), one, to.clone());
            }
        } else if let (None, Some(of_each)) = (&from.star, &to.star)
            && list(self, &from)
        {
            for one in to.each(of_each) {
                self.add_channel(model.clone(), from.clone(), one);
            }
        } else {
            let (span, shown) =
                if from.star.is_some() { (spans.0, &from.shown) } else { (spans.1, &to.shown) };
            let message = format!("`{shown}` stands for several ends of one channel");
            let error = Diagnostic::new(Code::E0204, span, message).label("shared, or one channel for each?");
            // Nothing that is shared stands in `AllOf`.
            let may_copy = to.star.as_ref().is_some_and(|of_each| of_each.iter().all(|&n| n == 1));
            let all = if from.star.is_none() && may_copy {
                format!(", `AllOf([{shown:?}])` gives each token to all")
            } else {
                String::new()
            };
            let help = format!(
                "`AnyOf([{shown:?}])` shares the channel{all}; `each: {{\"i\": ..}}` makes one for each"
            );
            self.found.push(error.help(help));
            self.half_used(&from, &to);
        }
    }

    /// Two ends that both stand on the wrong side are one mistake.
    fn backwards(&mut self, clean: usize, spans: (Span, Span), from: &Joined, to: &Joined) {
        let both =
            matches!(self.found.since(clean), [a, b] if a.code == Code::E0206 && b.code == Code::E0206);
        if !both || from.shown.is_empty() || to.shown.is_empty() {
            return;
        }
        self.found.truncate(clean);
        let message = "this channel runs backwards: tokens go from an output to an input";
        let error = Diagnostic::new(Code::E0206, spans.0, message).label("takes tokens");
        let help = format!("write `from: {:?}, to: {:?}`", to.shown, from.shown);
        self.found.push(error.also(spans.1, "gives tokens").help(help));
    }

    /// Ends whose other side is broken still count as joined.
    fn half_used(&mut self, from: &Joined, to: &Joined) {
        for (side, joined) in [(Side::From, from), (Side::To, to)] {
            for &(spot, span) in &joined.spots {
                self.uses.push(Use { channel: None, spot, span, position: 0, side });
            }
        }
    }

    fn joined(&mut self, scope: usize, node: &Node, side: Side) -> Joined {
        let mut joined = Joined {
            spots: Vec::new(),
            spread: Spread::AnyOf,
            star: None,
            deals: Vec::new(),
            broken: true,
            shown: String::new(),
        };
        match &node.tree {
            Tree::Text(text) => {
                let named = self.end(scope, node, side);
                joined.shown.clone_from(text);
                joined.broken = named.broken;
                joined.star = named.star.then_some(named.of_each);
                joined.deals = named.deals;
                joined.spots = named.spots.iter().map(|&spot| (spot, node.span)).collect();
            }
            Tree::Group { name: Some(word), body: Body::Items(items) }
                if matches!(word.text.as_str(), "AnyOf" | "AllOf") =>
            {
                let [Node { tree: Tree::List(ends), .. }] = items.as_slice() else {
                    let wanted = format!("`{}` takes a list of ends", word.text);
                    self.found.push(
                        Diagnostic::new(Code::E0004, node.span, wanted)
                            .help(format!("for example `{}([\"a\", \"b\"])`", word.text)),
                    );
                    return joined;
                };
                if word.text == "AllOf" && side == Side::From {
                    let error = Diagnostic::new(Code::E0206, word.span, "`AllOf` stands only in `to`");
                    self.found.push(error.help("writers share a channel with `AnyOf([..])`"));
                    return joined;
                }
                joined.spread = if word.text == "AllOf" { Spread::AllOf } else { Spread::AnyOf };
                self.several(scope, ends, side, &mut joined);
                let names: Vec<&str> = ends.iter().filter_map(Node::as_text).collect();
                joined.shown = format!("{}({})", word.text, names.join(", "));
            }
            Tree::List(_) => {
                let error = Diagnostic::new(Code::E0204, node.span, "a bare list of ends");
                let (label, help) = if side == Side::From {
                    ("several writers", "`AnyOf([..])` says that they share the channel")
                } else {
                    (
                        "shared or copied?",
                        "`AnyOf([..])` gives each token to one of them, `AllOf([..])` to all of them",
                    )
                };
                self.found.push(error.label(label).help(help));
            }
            _ => {
                let error = wrong_kind(node, "an end is a text, `AnyOf([..])` or `AllOf([..])`");
                let quoted = node.as_word().map(|word| format!("write `\"{word}\"`"));
                self.found.push(error.help("for example `\"process.port\"`").maybe_help(quoted));
            }
        }
        joined
    }

    fn several(&mut self, scope: usize, ends: &[Node], side: Side, joined: &mut Joined) {
        joined.broken = false;
        for end in ends {
            if let Tree::Group { name: Some(word), .. } = &end.tree
                && matches!(word.text.as_str(), "AnyOf" | "AllOf")
            {
                let message = "`AnyOf` and `AllOf` do not stand inside one another";
                let error = Diagnostic::new(Code::E0205, end.span, message);
                self.found.push(error.help("put a process between, such as `Delta` or `Identity`"));
                joined.broken = true;
                continue;
            }
            let named: Named = self.end(scope, end, side);
            joined.broken |= named.broken;
            if named.shared && joined.spread == Spread::AllOf {
                let message = "several processes share this end, and it stands in `AllOf` here";
                let error = Diagnostic::new(Code::E0205, end.span, message);
                self.found.push(error.help("put a process between, such as `Identity`"));
                joined.broken = true;
            }
            let before = joined.spots.len();
            joined.deals.extend(named.deals.into_iter().map(|deal| deal.behind(before)));
            joined.spots.extend(named.spots.iter().map(|&spot| (spot, end.span)));
        }
        if ends.is_empty() {
            joined.broken = true;
        }
    }

    /// The channel but for its ends.
    fn model(
        &mut self,
        scope: usize,
        decl: &ChannelDecl,
        env: &Env,
        from: &Joined,
        to: &Joined,
    ) -> Option<Channel> {
        let mut field = |node: &Option<Node>| node.as_ref().and_then(|node| self.substituted(node, env));
        let (kind, name, tap) = (field(&decl.kind), field(&decl.name), field(&decl.tap));
        let (ty, initial) = (field(&decl.ty), field(&decl.initial));
        let prefix = &self.scopes[scope].prefix;
        let found = &mut self.found;
        let clean = found.len();
        let name = match name.and_then(|node| text(&node, "`name`", found)) {
            Some(name) => format!("{prefix}{name}"),
            None => format!("{prefix}{} -> {prefix}{}", from.shown, to.shown),
        };
        let channel = Channel {
            id: ChannelId(0),
            name,
            writers: Vec::new(),
            readers: Vec::new(),
            spread: to.spread,
            deals: Vec::new(),
            collects: Vec::new(),
            call: false,
            kind: kind
                .map_or(Some(ChannelKind::Auto), |node| read_kind(&node, found))
                .unwrap_or(ChannelKind::Auto),
            ty: ty.and_then(|node| read_type(&node, found)).unwrap_or(Type::Any),
            initial: initial.map_or_else(Vec::new, |node| read_initial(&node, found)),
            tap: tap.and_then(|node| read_tap(&node, found)),
            span: decl.span,
            writer_spans: Vec::new(),
            reader_spans: Vec::new(),
        };
        let usable = found.len() == clean;
        check_initial(&channel, decl, found);
        usable.then_some(channel)
    }

    fn add_channel(&mut self, mut channel: Channel, from: Joined, to: Joined) {
        let calls = |resolver: &Self, ends: &[(Spot, Span)]| {
            let direction = |spot: &Spot| resolver.specs[spot.process.idx()][spot.spec].direction;
            let n =
                ends.iter().filter(|(spot, _)| matches!(direction(spot), Direction::Call | Direction::Serve));
            n.count()
        };
        let (n_calls, n_serves) = (calls(self, &from.spots), calls(self, &to.spots));
        channel.call = n_calls + n_serves > 0;
        let all = |n: usize, ends: &[(Spot, Span)]| n == ends.len();
        if n_calls + n_serves > 0 && !(all(n_calls, &from.spots) && all(n_serves, &to.spots)) {
            let message = "a call port joins a serve port, and nothing else";
            let error = Diagnostic::new(Code::E0209, channel.span, message);
            self.found.push(
                error.help(
                    "requests go `from` a call port `to` a serve port; the reply comes back the same way",
                ),
            );
        }
        let id = ChannelId(u32::try_from(self.network.channels.len()).unwrap_or(u32::MAX));
        channel.id = id;
        channel.deals = self.dealings(id, to.deals);
        channel.collects = Self::collectings(from.deals);
        for (side, ends) in [(Side::From, from.spots), (Side::To, to.spots)] {
            for (position, (spot, span)) in ends.into_iter().enumerate() {
                self.uses.push(Use { channel: Some(id), spot, span, position, side });
                let end = End { process: spot.process, port_idx: spot.spec };
                let (list, spans) = match side {
                    Side::From => (&mut channel.writers, &mut channel.writer_spans),
                    Side::To => (&mut channel.readers, &mut channel.reader_spans),
                };
                list.push(end);
                spans.push(span);
            }
        }
        self.network.channels.push(channel);
    }
}
