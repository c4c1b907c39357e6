//! Replication: how many copies a process or a sub-network has, and how they share its ends.

use std::borrow::Cow;

use super::process::constants_used;
use super::state::{CopyDeal, DEAL_KEY, Expression, Key, Resolver};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Fields, integer, wrong_kind};
use crate::network::{Collect, Deal, ProcessId, Replicate};
use crate::params::Params;
use crate::signature::{Direction, ExprSpec, ParamType, ResultType, Signature, VarType};
use crate::span::Span;
use crate::substitute::Env;
use crate::syntax::ProcessDecl;
use crate::tree::{Body, Node, Tree};
use crate::ty::{Constant, Type};

/// Copies of one process or sub-network.
const MAX_REPLICAS: u64 = 100_000;

/// A field `replicate` as it is written.
struct Copies {
    /// `None`: it is not there, or no number of copies (reported).
    n: Option<u64>,
    deal: Option<Node>,
    collect: Option<Node>,
}

impl Resolver<'_> {
    /// How many copies a sub-network has, and how tokens come to them and from them; `None` when the file does not say
    /// it rightly (reported).
    pub(super) fn copies_of_network(&mut self, replicate: &Node, env: &Env) -> Option<(u64, CopyDeal)> {
        let span = replicate.span;
        let Copies { n, deal, collect } = self.copies(replicate, env)?;
        let deal = self.deal(deal.as_ref(), span, env);
        let collect = collect.map_or(Some(Collect::Any), |node| self.collect(&node));
        let mut deal = CopyDeal { collect: collect?, ..deal? };
        // What is collected by turns is dealt by turns.
        if deal.collect != Collect::Any && deal.deal == Deal::Any {
            deal.deal = Deal::RoundRobin;
        }
        Some((n?, deal))
    }

    pub(super) fn replicate(
        &mut self,
        process: ProcessId,
        signature: &Signature,
        decl: &ProcessDecl,
        node: &Node,
        env: &Env,
    ) -> Option<Replicate> {
        let Copies { n, deal, collect } = self.copies(node, env)?;
        let CopyDeal { deal, key, .. } = self.deal(deal.as_ref(), node.span, env)?;
        if let Some(key) = key {
            self.key(process, signature, key);
        }
        let collect = collect.map_or(Some(Collect::Any), |node| self.collect(&node))?;
        let n = n?;
        let mut params = Vec::new();
        // What stands in the file of a script is seen when it is read.
        let has_file = |name: &str| {
            signature.params.iter().any(|spec| spec.name == name && matches!(spec.ty, ParamType::ScriptFile))
        };
        if decl.args.iter().any(|(word, node)| mentions(node, "replica") || has_file(&word.text)) {
            for replica in 0..n {
                let mut env = env.clone();
                env.set("replica", Constant::I64(replica.cast_signed()));
                let replica = usize::try_from(replica).ok();
                params.push(self.params(process, signature, decl, &env, replica));
            }
        }
        Some(Replicate { n: u32::try_from(n).ok()?, deal, collect, params, span: node.span })
    }

    /// `span` is that of the whole field.
    fn deal(&mut self, node: Option<&Node>, span: Span, env: &Env) -> Option<CopyDeal> {
        let plain = |deal| Some(CopyDeal { deal, key: None, collect: Collect::Any, span });
        let Some(node) = node else { return plain(Deal::Any) };
        match (&node.tree, node.as_word()) {
            (_, Some("Any")) => plain(Deal::Any),
            (_, Some("RoundRobin")) => plain(Deal::RoundRobin),
            (_, Some("All")) => plain(Deal::All),
            (Tree::Group { name: Some(word), body: Body::Items(items) }, _) if word.text == "Key" => {
                let [Node { tree: Tree::Text(text), span: place }] = items.as_slice() else {
                    self.found.push(wrong_kind(node, "a key is an expression `Key(\"x % 10\")`"));
                    return None;
                };
                let key = Key { text: text.clone(), span: *place, constants: constants_used(text, env) };
                // `All` takes the place of the key until `infer` has compiled it.
                Some(CopyDeal { deal: Deal::All, key: Some(key), collect: Collect::Any, span })
            }
            _ => {
                let error = Diagnostic::new(Code::E0004, node.span, "unknown way to deal");
                self.found.push(error.help("ways to deal are Any, RoundRobin, Key(\"expr\"), All"));
                None
            }
        }
    }

    fn key(&mut self, process: ProcessId, signature: &Signature, key: Key) {
        let specs = signature.ports.of(&Params::default());
        let input = specs.iter().find(|spec| spec.direction == Direction::In);
        let name: &'static str = match input.map(|spec| &spec.name) {
            Some(Cow::Borrowed(name)) => name,
            _ => "in",
        };
        let variables: &'static [(&'static str, VarType)] =
            if name == "in" { &[("x", VarType::Port("in"))] } else { &[("x", VarType::Is(Type::Any))] };
        let spec = ExprSpec { variables, result: ResultType::Any };
        let Key { text, span, constants } = key;
        let (param, replica) = (DEAL_KEY, None);
        self.expressions.push(Expression {
            process,
            param,
            spec,
            is_template: false,
            text,
            span,
            constants,
            replica,
        });
    }

    fn collect(&mut self, node: &Node) -> Option<Collect> {
        match node.as_word() {
            Some("Any") => Some(Collect::Any),
            Some("RoundRobin") => Some(Collect::RoundRobin),
            Some("InOrder") => Some(Collect::InOrder),
            _ => {
                let error = Diagnostic::new(Code::E0004, node.span, "unknown way to collect");
                self.found.push(error.help("ways to collect are Any, RoundRobin, InOrder"));
                None
            }
        }
    }

    /// `4`, or `(n: 4, deal: .., collect: ..)`.
    fn copies(&mut self, node: &Node, env: &Env) -> Option<Copies> {
        let node = self.substituted(node, env)?;
        let (mut deal, mut collect) = (None, None);
        let n = if matches!(node.tree, Tree::Group { .. }) {
            let known = ["n", "deal", "collect"];
            let mut fields = Fields::of(&node, "`replicate`", None, &known, &mut self.found)?;
            (deal, collect) = (fields.take("deal"), fields.take("collect"));
            fields.require("n", "4", &mut self.found)
        } else {
            Some(node)
        };
        let n = n.and_then(|n| {
            integer(&n, "the number of copies", (1, MAX_REPLICAS), Code::E0704, &mut self.found)
        });
        Some(Copies { n, deal, collect })
    }
}

fn mentions(node: &Node, name: &str) -> bool {
    match &node.tree {
        Tree::Text(text) => text.contains(name),
        Tree::List(items) | Tree::Group { body: Body::Items(items), .. } => {
            items.iter().any(|item| mentions(item, name))
        }
        Tree::Map(pairs) => pairs.iter().any(|(_, value)| mentions(value, name)),
        Tree::Group { body: Body::Fields(fields), .. } => {
            fields.iter().any(|(_, value)| mentions(value, name))
        }
        _ => false,
    }
}
