//! Copies of sub-networks, to which tokens are dealt and from which they are collected: at which ends, by which keys.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::state::{ChannelKey, CopyDeal, Key, Member, Resolver, Side};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{ExprError, Scope, compile};
use crate::network::{ChannelId, Collect, Collecting, Deal, Dealing};
use crate::signature::Direction;
use crate::tree::inner_span;

/// Copies of a sub-network among named spots: those that are dealt to, or those that are collected from.
#[derive(Clone, Debug)]
pub(super) struct Dealt {
    /// As reports show it.
    pub(super) name: String,
    /// The scope of the first copy.
    pub(super) id: usize,
    pub(super) deal: Rc<CopyDeal>,
    /// For each copy the positions of its spots.
    pub(super) copies: Vec<Vec<usize>>,
}

impl Dealt {
    /// The same with so many spots before it.
    pub(super) fn behind(mut self, n: usize) -> Dealt {
        self.copies.iter_mut().flatten().for_each(|at| *at += n);
        self
    }

    /// The same among these spots alone; `None` when it stands elsewhere.
    pub(super) fn within(&self, spots: Range<usize>) -> Option<Dealt> {
        let copies = self.copies.iter().map(|ends| {
            ends.iter().map(|at| at.checked_sub(spots.start).filter(|at| *at < spots.len())).collect()
        });
        let copies = copies.collect::<Option<Vec<_>>>()?;
        Some(Dealt { name: self.name.clone(), id: self.id, deal: Rc::clone(&self.deal), copies })
    }
}

impl Resolver<'_> {
    /// How tokens come to these copies at a port, or from them; `None` where they share it. Notes that an input is
    /// joined.
    pub(super) fn dealt_at(
        &mut self,
        scope: usize,
        name: &str,
        copies: &[Member],
        port: Option<&str>,
        side: Side,
    ) -> Option<Rc<CopyDeal>> {
        let inner = copies.iter().find_map(|member| match member {
            Member::Scope(inner) => Some(*inner),
            _ => None,
        })?;
        let deal = Rc::clone(self.scopes[scope].names.get(name)?.deal.as_ref()?);
        let graph = Rc::clone(&self.scopes[inner].graph);
        let mut facing = graph.ports.iter().filter(|decl| side.takes(decl.direction));
        let decl = facing.find(|decl| port.is_none_or(|port| decl.name.text == port))?;
        let shared = match decl.direction {
            Direction::In => {
                let entry = self.scopes[scope].names.get_mut(name)?;
                entry.joined.insert(decl.name.text.clone());
                deal.deal == Deal::Any
            }
            Direction::Out => deal.collect == Collect::Any,
            Direction::Call | Direction::Serve => true,
        };
        (!shared).then_some(deal)
    }

    /// What copies of a sub-network are called together, and the scope of the first.
    pub(super) fn name_of_copies(&self, copies: &[Member]) -> Option<(String, usize)> {
        let first = copies.iter().find_map(|member| match member {
            Member::Scope(inner) => Some(*inner),
            _ => None,
        })?;
        let prefix = self.scopes[first].prefix.trim_end_matches('/');
        Some((prefix.rsplit_once('[').map_or(prefix, |(name, _)| name).to_owned(), first))
    }

    /// The deals of a channel, their keys kept until its type is known.
    pub(super) fn dealings(&mut self, channel: ChannelId, deals: Vec<Dealt>) -> Vec<Dealing> {
        let mut dealings = Vec::with_capacity(deals.len());
        for Dealt { name, id, deal, copies } in deals {
            if deal.key.is_some() {
                self.keys.push(ChannelKey { channel, at: dealings.len(), deal: Rc::clone(&deal) });
            }
            dealings.push(Dealing { name, id, deal: deal.deal.clone(), copies });
        }
        dealings
    }

    /// The collects of a channel.
    pub(super) fn collectings(collects: Vec<Dealt>) -> Vec<Collecting> {
        let collecting = |Dealt { name, id, deal, copies }| Collecting {
            name,
            id,
            collect: deal.collect,
            by_key: deal.key.is_some(),
            copies,
            span: deal.span,
        };
        collects.into_iter().map(collecting).collect()
    }

    /// Compiles the keys with the types of their channels, and reports what is wrong in them.
    pub(super) fn compile_keys(&mut self) {
        for ChannelKey { channel, at, deal } in std::mem::take(&mut self.keys) {
            let Some(key) = &deal.key else { continue };
            let channel = &mut self.network.channels[channel.idx()];
            let variables = vec![("x".to_owned(), channel.ty.clone())];
            match compile(&key.text, &Scope { variables, constants: key.constants.clone() }) {
                Ok(compiled) => channel.deals[at].deal = Deal::Key(Arc::new(compiled)),
                Err(errors) => self.wrong_key(key, errors),
            }
        }
    }

    fn wrong_key(&mut self, key: &Key, errors: Vec<ExprError>) {
        let raw = self.network.sources.text(key.span);
        for error in errors {
            let place = inner_span(key.span, raw, error.range.clone());
            // One key deals at every input and in every member of a family.
            if !self.found.has(error.code, place) {
                self.found.push(error.at(place));
            }
        }
    }

    /// Reports sub-networks with several inputs whose copies would take tokens that do not belong together, and those
    /// without any input to deal to or output to collect.
    pub(super) fn ports_of_copies(&mut self) {
        for entry in self.scopes.iter().flat_map(|scope| scope.names.values()) {
            let Some(deal) = entry.deal.as_ref() else { continue };
            let scope = entry.members.iter().find_map(|member| match member {
                Member::Scope(inner) => Some(&self.scopes[*inner]),
                _ => None,
            });
            let Some(scope) = scope else { continue };
            let has = |direction| scope.graph.ports.iter().any(|decl| decl.direction == direction);
            let (has_inputs, has_outputs) = (has(Direction::In), has(Direction::Out));
            let Some((message, help)) = amiss(deal, entry.joined.len(), has_inputs, has_outputs) else {
                continue;
            };
            if !self.found.has(Code::E0210, deal.span) {
                self.found.push(Diagnostic::new(Code::E0210, deal.span, message).help(help));
            }
        }
    }
}

/// What the ports of a sub-network do not let its copies do, and how to mend it.
fn amiss(
    deal: &CopyDeal,
    n_joined: usize,
    has_inputs: bool,
    has_outputs: bool,
) -> Option<(String, &'static str)> {
    let together = deal.key.is_some() || deal.deal == Deal::All;
    let collects = deal.collect != Collect::Any;
    if n_joined > 1 && !together {
        let message = format!(
            "the sub-network has {n_joined} inputs, so its copies would take tokens that do not belong together"
        );
        Some((message, "with several inputs `deal` is `All` or `Key(\"..\")`"))
    } else if collects && !has_outputs {
        Some(("the sub-network has no output to collect".to_owned(), "leave `collect` out"))
    } else if collects && !has_inputs {
        let message = "the sub-network has no input, so nothing says whose turn it is to give a token";
        Some((message.to_owned(), "leave `collect` out"))
    } else if deal.deal != Deal::Any && !has_inputs {
        Some(("the sub-network has no input to deal to".to_owned(), "leave `deal` out"))
    } else {
        None
    }
}
