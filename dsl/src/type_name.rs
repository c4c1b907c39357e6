//! Types of tokens as the file writes them: `I64`, `Array(F32, [64, Any])`, `Record({"a": Text})`.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{entries, wrong_kind};
use crate::tree::{Body, Node, Tree, Word};
use crate::ty::{Elem, Type};

const NAMES: [&str; 11] =
    ["Unit", "Bool", "I64", "F64", "Text", "Bytes", "Array", "List", "Record", "OneOf", "Any"];

/// The type that `node` writes.
pub fn read_type(node: &Node, found: &mut Diagnostics) -> Option<Type> {
    let Tree::Group { name: Some(word), body } = &node.tree else {
        found.push(wrong_kind(node, "a type is a word such as `I64`"));
        return None;
    };
    let items = match body {
        Body::Items(items) => Some(items.as_slice()),
        Body::None => None,
        Body::Fields(_) => Some(&[][..]),
    };
    let wrong = |found: &mut Diagnostics, example: &str| {
        let error = Diagnostic::new(Code::E0303, node.span, format!("`{}` is not written so", word.text));
        found.push(error.help(format!("for example `{example}`")));
        None
    };
    match (word.text.as_str(), items) {
        ("Unit", None) => Some(Type::Unit),
        ("Bool", None) => Some(Type::Bool),
        ("I64", None) => Some(Type::I64),
        ("F64", None) => Some(Type::F64),
        ("Text", None) => Some(Type::Text),
        ("Bytes", None) => Some(Type::Bytes),
        ("Any", None) => Some(Type::Any),
        ("List", Some([item])) => read_type(item, found).map(Type::list),
        ("Record", Some([map @ Node { tree: Tree::Map(_), .. }])) => {
            let fields = entries(map, "the fields of a record", found);
            let field = |(name, ty): (Word, Node)| Some((name.text, read_type(&ty, found)?));
            fields.into_iter().map(field).collect::<Option<BTreeMap<_, _>>>().map(Type::Record)
        }
        ("OneOf", Some([Node { tree: Tree::List(items), .. }])) if !items.is_empty() => {
            items.iter().map(|item| read_type(item, found)).collect::<Option<Vec<_>>>().map(Type::OneOf)
        }
        ("Array", Some([elem, Node { tree: Tree::List(extents), .. }])) => {
            let elem = element(elem, found)?;
            let extents = extents.iter().map(|extent| read_extent(extent, found));
            extents.collect::<Option<Vec<_>>>().map(|extents| Type::Array(elem, extents))
        }
        ("List", _) => wrong(found, "List(I64)"),
        ("Record", _) => wrong(found, "Record({\"name\": Text, \"count\": I64})"),
        ("OneOf", _) => wrong(found, "OneOf([I64, Text])"),
        ("Array", _) => wrong(found, "Array(F32, [64, Any])"),
        (name, Some(_)) if NAMES.contains(&name) => wrong(found, name),
        (name, _) => {
            let help = match (elsewhere(name), did_you_mean(name, NAMES)) {
                (Some(here), _) => format!("write `{here}`"),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) => format!("types are {}", NAMES.join(", ")),
            };
            found.push(Diagnostic::new(Code::E0303, word.span, format!("unknown type `{name}`")).help(help));
            None
        }
    }
}

/// What a type is called here that has another name in most languages.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "string" | "str" | "char" => "Text",
        "int" | "integer" | "long" | "number" | "i32" | "u8" | "u32" | "u64" | "usize" => "I64",
        "float" | "double" | "real" | "f32" => "F64",
        "boolean" => "Bool",
        "blob" | "bytearray" => "Bytes",
        "vec" | "vector" => "List(I64)",
        "map" | "dict" | "object" | "struct" => "Record({\"name\": Text})",
        "null" | "none" | "nil" | "void" | "()" => "Unit",
        _ => return None,
    })
}

fn element(node: &Node, found: &mut Diagnostics) -> Option<Elem> {
    let elem = node.as_word().and_then(|name| Elem::ALL.iter().find(|(known, _)| *known == name));
    if elem.is_none() {
        let names: Vec<&str> = Elem::ALL.iter().map(|(name, _)| *name).collect();
        let error = Diagnostic::new(Code::E0303, node.span, "unknown element type of an array");
        found.push(error.help(format!("element types are {}", names.join(", "))));
    }
    elem.map(|(_, elem)| *elem)
}

fn read_extent(node: &Node, found: &mut Diagnostics) -> Option<Option<u64>> {
    match node.tree {
        Tree::Int(n) if n >= 0 => Some(u64::try_from(n).ok()),
        _ if node.as_word() == Some("Any") => Some(None),
        _ => {
            found.push(Diagnostic::new(Code::E0303, node.span, "an extent is an integer or `Any`"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read_type;
    use crate::diagnostic::Diagnostics;
    use crate::span::SourceId;

    fn read(text: &str) -> Result<String, String> {
        let node = crate::tree::read(SourceId(0), text).expect("RON");
        let mut found = Diagnostics::default();
        let ty = read_type(&node, &mut found);
        ty.map(|ty| ty.to_string()).ok_or_else(|| found.iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn types_print_as_they_are_written() {
        for text in ["I64", "List(Text)", "Array(F32, [64, Any])", "Record({\"a\": OneOf([I64, Unit])})"] {
            assert_eq!(read(text).as_deref(), Ok(text));
        }
        assert_eq!(read("Int"), Err("unknown type `Int`".into()));
        assert_eq!(read("List"), Err("`List` is not written so".into()));
    }
}
