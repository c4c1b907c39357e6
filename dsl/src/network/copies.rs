//! Copies: of a process, and of a sub-network.

use std::sync::Arc;

use crate::expr::Compiled;
use crate::params::Params;
use crate::span::Span;

/// `replicate:`: copies of one function behind shared ends.
#[derive(Clone, Debug)]
pub struct Replicate {
    /// How many.
    pub n: u32,
    /// How tokens come to the copies.
    pub deal: Deal,
    /// How their outputs come together.
    pub collect: Collect,
    /// The parameters of each copy, where they use `replica`; else empty and all copies have the process's.
    pub params: Vec<Params>,
    /// The field in the file.
    pub span: Span,
}

/// How tokens come to the copies.
#[derive(Clone, Debug, PartialEq)]
pub enum Deal {
    /// They share the reading end.
    Any,
    /// Copy 0, 1, ..., n - 1, 0, ...
    RoundRobin,
    /// Equal keys go to one copy; an expression over the token.
    Key(Arc<Compiled>),
    /// Every copy gets every token.
    All,
}

/// How outputs of the copies come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collect {
    /// They share the writing end.
    Any,
    /// One of copy 0, one of copy 1, ...
    RoundRobin,
    /// Outputs of one firing together, in the order of the inputs.
    InOrder,
}

/// `deal:` of a replicated sub-network, at one channel that its copies read.
#[derive(Clone, Debug)]
pub struct Dealing {
    /// The sub-network: `line`, `stat/line[2]`.
    pub name: String,
    /// Its first copy, which the others follow: a position in [`Network::parents`](super::Network::parents). The same at
    /// all ends of the copies, and at those of no other.
    pub id: usize,
    /// How tokens come to its copies.
    pub deal: Deal,
    /// The ends of each copy: positions in [`Channel::readers`](super::Channel::readers).
    pub copies: Vec<Vec<usize>>,
}

/// `collect:` of a replicated sub-network, at one channel that its copies write, where it says an order.
#[derive(Clone, Debug)]
pub struct Collecting {
    /// The sub-network, as in its [`Dealing`].
    pub name: String,
    /// The same.
    pub id: usize,
    /// How their outputs come together.
    pub collect: Collect,
    /// Whether tokens are dealt by a key, so that who deals says whose turn it is.
    pub by_key: bool,
    /// The ends of each copy: positions in [`Channel::writers`](super::Channel::writers).
    pub copies: Vec<Vec<usize>>,
    /// The field `replicate` in the file.
    pub span: Span,
}
