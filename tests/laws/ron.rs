//! Random RON.

use csprun_dsl::span::{SourceId, Span};
use csprun_dsl::tree::{Body, Node, Tree, Word};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::prop_oneof;

fn span() -> Span {
    Span::start_of(SourceId(0))
}

fn node(tree: Tree) -> Node {
    Node { span: span(), tree }
}

fn words() -> impl Strategy<Value = Word> {
    let is_no_value =
        |text: &String| !matches!(text.as_str(), "true" | "false" | "inf" | "NaN" | "None" | "Some");
    "[a-zA-Z_äß][a-zA-Z0-9_é]{0,6}"
        .prop_filter("words that are values", is_no_value)
        .prop_map(|text| Word { span: span(), text })
}

fn leaves() -> impl Strategy<Value = Tree> {
    prop_oneof![
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(|n| Tree::Int(n.into())),
        any::<u64>().prop_map(|n| Tree::Int(n.into())),
        any::<f64>().prop_filter("RON here has finite floats", |x| x.is_finite()).prop_map(Tree::Float),
        any::<String>().prop_map(Tree::Text),
        "[\\\\\"'nrx{}u0#/* ]{0,8}".prop_map(Tree::Text),
        vec(any::<u8>(), 0..8).prop_map(Tree::Bytes),
        words().prop_map(|word| Tree::Group { name: Some(word), body: Body::None }),
    ]
}

/// Values of every kind.
pub fn values() -> impl Strategy<Value = Node> {
    leaves().prop_map(node).prop_recursive(6, 40, 5, |inner| {
        let items = || vec(inner.clone(), 0..5);
        let fields = || vec((words(), inner.clone()), 1..5);
        let bodies = prop_oneof![items().prop_map(Body::Items), fields().prop_map(Body::Fields)];
        prop_oneof![
            items().prop_map(Tree::List),
            vec((inner.clone(), inner.clone()), 0..5).prop_map(Tree::Map),
            (proptest::option::of(words()), bodies).prop_map(|(name, body)| Tree::Group { name, body }),
        ]
        .prop_map(node)
    })
}

/// The same without places.
pub fn without_spans(value: &Node) -> Node {
    let all = |items: &[Node]| items.iter().map(without_spans).collect();
    let word = |word: &Word| Word { span: span(), text: word.text.clone() };
    node(match &value.tree {
        Tree::List(items) => Tree::List(all(items)),
        Tree::Map(pairs) => {
            Tree::Map(pairs.iter().map(|(key, value)| (without_spans(key), without_spans(value))).collect())
        }
        Tree::Group { name, body } => Tree::Group {
            name: name.as_ref().map(word),
            body: match body {
                Body::None => Body::None,
                Body::Items(items) => Body::Items(all(items)),
                Body::Fields(fields) => Body::Fields(
                    fields.iter().map(|(name, value)| (word(name), without_spans(value))).collect(),
                ),
            },
        },
        leaf => leaf.clone(),
    })
}
