//! The graph file as typed: which entries and fields it has, each with its place. Values are trees still, since
//! names and arithmetic in them may differ for each member of a family.

use crate::span::Span;
use crate::tree::{Node, Word};

/// One graph file.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// The whole file.
    pub span: Span,
    /// `name:`.
    pub name: Option<Node>,
    /// `doc:`.
    pub doc: Option<Node>,
    /// `params:`.
    pub params: Vec<ParamDecl>,
    /// `processes:`.
    pub processes: Vec<ProcessDecl>,
    /// `channels:`.
    pub channels: Vec<ChannelDecl>,
    /// `barriers:` name and members.
    pub barriers: Vec<(Word, Node)>,
    /// `inputs:`, `outputs:`, `calls:`, `serves:` of a sub-network: port name and inner end.
    pub ports: Vec<PortDecl>,
    /// `expect:`.
    pub expect: Vec<Node>,
    /// `deploy:` by name.
    pub deploy: Vec<DeployDecl>,
    /// `run:`.
    pub run: Option<RunDecl>,
}

/// `"name": (default:, type:, min:, max:, one_of:, doc:)`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are those of the file")]
pub struct ParamDecl {
    /// It is no struct, which was reported.
    pub broken: bool,
    pub name: Word,
    pub default: Option<Node>,
    pub ty: Option<Node>,
    pub min: Option<Node>,
    pub max: Option<Node>,
    pub one_of: Option<Node>,
    pub doc: Option<Node>,
}

/// `"id": (run: Kind(..), ..)`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are those of the file")]
pub struct ProcessDecl {
    pub name: Word,
    /// The word after `run:`.
    pub kind: Word,
    /// The kind's parameters.
    pub args: Vec<(Word, Node)>,
    pub family: Option<Node>,
    pub when: Option<Node>,
    pub replicate: Option<Node>,
    pub rates: Option<Node>,
    pub time: Option<Node>,
    pub restart: Option<Node>,
    pub on_end: Option<Node>,
    pub immunity: Option<Node>,
    pub fuse: Option<Node>,
    pub doc: Option<Node>,
}

/// `(from:, to:, ..)`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are those of the file")]
pub struct ChannelDecl {
    /// The whole entry.
    pub span: Span,
    /// `None`: it is missing, which was reported.
    pub from: Option<Node>,
    pub to: Option<Node>,
    pub kind: Option<Node>,
    pub ty: Option<Node>,
    pub initial: Option<Node>,
    pub name: Option<Node>,
    pub each: Option<Node>,
    pub when: Option<Node>,
    pub tap: Option<Node>,
}

/// A port of a sub-network.
#[derive(Clone, Debug, PartialEq)]
pub struct PortDecl {
    /// `inputs`, `outputs`, `calls` or `serves`.
    pub direction: crate::signature::Direction,
    /// Its name outside.
    pub name: Word,
    /// The inner end.
    pub end: Node,
}

/// `"name": (default: PLACE, place: {"id": PLACE})`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are those of the file")]
pub struct DeployDecl {
    pub name: Word,
    pub default: Option<Node>,
    /// Pattern and place.
    pub place: Vec<(Word, Node)>,
}

/// `run: (timeout:, seed:, memory:)`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are those of the file")]
pub struct RunDecl {
    pub timeout: Option<Node>,
    pub seed: Option<Node>,
    pub memory: Option<Node>,
}
