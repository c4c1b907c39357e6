//! Text to [`Graph`]: entries and fields, with all mistakes in them.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::fields::{Fields, entries, is_id, wrong_kind};
use crate::signature::Direction;
use crate::span::SourceId;
use crate::syntax::{ChannelDecl, DeployDecl, Graph, ParamDecl, PortDecl, ProcessDecl, RunDecl};
use crate::tree::{self, Body, Node, Tree, Word};

/// The format that this version reads.
pub const FORMAT: i128 = 1;

const GRAPH_FIELDS: [&str; 14] = [
    "format",
    "name",
    "doc",
    "params",
    "processes",
    "channels",
    "barriers",
    "inputs",
    "outputs",
    "calls",
    "serves",
    "expect",
    "deploy",
    "run",
];

/// Reads one graph file. `None`: the text is no RON, or no struct; that is then the only diagnostic.
pub fn parse(source: SourceId, text: &str) -> (Option<Graph>, Diagnostics) {
    let mut found = Diagnostics::default();
    let node = match tree::read(source, text) {
        Ok(node) => node,
        Err(error) => {
            found.push(*error);
            return (None, found);
        }
    };
    let graph = graph(&node, &mut found);
    (graph, found)
}

fn graph(node: &Node, found: &mut Diagnostics) -> Option<Graph> {
    // In another format everything else may mean something else.
    if let Tree::Group { body: Body::Fields(fields), .. } = &node.tree
        && let Some((_, format)) = fields.iter().find(|(word, _)| word.text == "format")
        && format.tree != Tree::Int(FORMAT)
    {
        let error = Diagnostic::new(Code::E0006, format.span, format!("unknown format `{format}`"));
        found.push(error.label("unknown").help(format!("this csprun reads `format: {FORMAT}`")));
        return None;
    }
    let mut fields = Fields::of(node, "a graph file", Some("Network"), &GRAPH_FIELDS, found)?;
    let before = found.len();
    let mut list = |name: &str, found: &mut Diagnostics| -> Vec<Node> {
        let Some(node) = fields.take(name) else { return Vec::new() };
        match node.tree {
            Tree::List(items) => items,
            _ => {
                found.push(
                    wrong_kind(&node, &format!("`{name}` is a list")).help(format!("write `{name}: [..]`")),
                );
                Vec::new()
            }
        }
    };
    let (channels, expect) = (list("channels", found), list("expect", found));
    let mut map = |name: &'static str, found: &mut Diagnostics| -> Vec<(Word, Node)> {
        fields.take(name).map_or_else(Vec::new, |node| entries(&node, &format!("`{name}`"), found))
    };
    let (params, processes) = (map("params", found), map("processes", found));
    let readable = !found.since(before).iter().any(|diagnostic| diagnostic.code == Code::E0004);
    let (barriers, deploy) = (map("barriers", found), map("deploy", found));
    let mut ports = Vec::new();
    for (field, direction) in [
        ("inputs", Direction::In),
        ("outputs", Direction::Out),
        ("calls", Direction::Call),
        ("serves", Direction::Serve),
    ] {
        let entry = |(name, end): (Word, Node)| PortDecl { direction, name, end };
        ports.extend(map(field, found).into_iter().map(entry));
    }
    let graph = Graph {
        span: node.span,
        params: params.into_iter().filter_map(|(name, node)| param(name, &node, found)).collect(),
        processes: processes.into_iter().map(|(name, node)| process(name, &node, found)).collect(),
        channels: channels.iter().map(|node| channel(node, found)).collect(),
        barriers,
        ports,
        expect,
        deploy: deploy.into_iter().filter_map(|(name, node)| deployment(name, &node, found)).collect(),
        run: fields.take("run").and_then(|node| run(&node, found)),
        name: fields.take("name"),
        doc: fields.take("doc"),
    };
    // Without its processes or channels nothing can be said about what is left.
    readable.then_some(graph)
}

fn param(name: Word, node: &Node, found: &mut Diagnostics) -> Option<ParamDecl> {
    let known = ["default", "type", "min", "max", "one_of", "doc"];
    let fields = Fields::of(node, "a parameter", None, &known, found);
    let broken = fields.is_none();
    let mut fields = fields.unwrap_or_default();
    if !crate::arithmetic::is_name(&name.text) {
        let message = format!("`{}` is not a name for a parameter", name.text);
        found.push(
            Diagnostic::new(Code::E0104, name.span, message).help("letters, digits and `_`, no digit first"),
        );
        return None;
    }
    Some(ParamDecl {
        broken,
        name,
        default: fields.take("default"),
        ty: fields.take("type"),
        min: fields.take("min"),
        max: fields.take("max"),
        one_of: fields.take("one_of"),
        doc: fields.take("doc"),
    })
}

fn process(name: Word, node: &Node, found: &mut Diagnostics) -> ProcessDecl {
    let known = [
        "run",
        "family",
        "when",
        "replicate",
        "rates",
        "time",
        "restart",
        "on_end",
        "immunity",
        "fuse",
        "doc",
    ];
    let mut fields = match &node.tree {
        Tree::Group { name: Some(kind), .. } => {
            let error =
                Diagnostic::new(Code::E0004, kind.span, format!("`{}` stands without `run`", kind.text));
            found.push(error.label("a kind").help(format!("write `(run: {node})`")));
            Fields::default()
        }
        _ => Fields::of(node, "a process", None, &known, found).unwrap_or_default(),
    };
    if !is_id(&name.text) {
        let message = format!("`{}` is not a name for a process", name.text);
        found.push(Diagnostic::new(Code::E0104, name.span, message).help("letters, digits, `_` and `-`"));
    }
    let run = fields.require("run", "Identity()", found);
    let (kind, args) = run.and_then(|run| kind(&run, found)).unwrap_or_else(|| {
        // An empty kind stands for one that was reported; the process's name stays known.
        (Word { span: name.span, text: String::new() }, Vec::new())
    });
    ProcessDecl {
        name,
        kind,
        args,
        family: fields.take("family"),
        when: fields.take("when"),
        replicate: fields.take("replicate"),
        rates: fields.take("rates"),
        time: fields.take("time"),
        restart: fields.take("restart"),
        on_end: fields.take("on_end"),
        immunity: fields.take("immunity"),
        fuse: fields.take("fuse"),
        doc: fields.take("doc"),
    }
}

/// `Kind(parameters)`: the kind and its parameters by name.
fn kind(node: &Node, found: &mut Diagnostics) -> Option<(Word, Vec<(Word, Node)>)> {
    let Tree::Group { name: Some(kind), body } = &node.tree else {
        found.push(
            wrong_kind(node, "`run` is a kind with its parameters").help("for example `run: Range(to: 10)`"),
        );
        return None;
    };
    let mut args: Vec<(Word, Node)> = Vec::new();
    match body {
        Body::Fields(fields) => {
            for (word, value) in fields {
                match args.iter().find(|(other, _)| other.text == word.text) {
                    Some((first, _)) => found.push(crate::fields::duplicate(word, first.span, "parameter")),
                    None => args.push((word.clone(), value.clone())),
                }
            }
        }
        Body::Items(items) => {
            if let Some(first) = items.first() {
                let message = format!("parameters of `{}` are given by name", kind.text);
                let error = Diagnostic::new(Code::E0004, first.span, message).label("which parameter?");
                found.push(error.help(format!("`csprun list {}` shows their names", kind.text)));
                return None;
            }
        }
        Body::None => {
            let message = format!("`{}` stands without its brackets", kind.text);
            let error = Diagnostic::new(Code::E0004, node.span, message);
            found.push(error.help(format!("write `{}()`", kind.text)));
            return None;
        }
    }
    Some((kind.clone(), args))
}

fn channel(node: &Node, found: &mut Diagnostics) -> ChannelDecl {
    let known = ["from", "to", "kind", "type", "initial", "name", "each", "when", "tap"];
    let mut fields = Fields::of(node, "a channel", None, &known, found).unwrap_or_default();
    let from = fields.require("from", "\"process.port\"", found);
    let to = fields.require("to", "\"process.port\"", found);
    ChannelDecl {
        span: node.span,
        from,
        to,
        kind: fields.take("kind"),
        ty: fields.take("type"),
        initial: fields.take("initial"),
        name: fields.take("name"),
        each: fields.take("each"),
        when: fields.take("when"),
        tap: fields.take("tap"),
    }
}

fn deployment(name: Word, node: &Node, found: &mut Diagnostics) -> Option<DeployDecl> {
    let mut fields = Fields::of(node, "a deployment", None, &["default", "place"], found)?;
    let place = fields.take("place").map_or_else(Vec::new, |node| entries(&node, "`place`", found));
    Some(DeployDecl { name, default: fields.take("default"), place })
}

fn run(node: &Node, found: &mut Diagnostics) -> Option<RunDecl> {
    let mut fields = Fields::of(node, "`run`", None, &["timeout", "seed", "memory"], found)?;
    Some(RunDecl {
        timeout: fields.take("timeout"),
        seed: fields.take("seed"),
        memory: fields.take("memory"),
    })
}
