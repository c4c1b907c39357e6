//! Values as a graph file writes them.

use std::time::Duration;

use crate::ty::{Constant, Type};

/// A text in quotes, as it is: for code and for what stands outside the reach of `$`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A text in quotes in which nothing will be replaced.
pub fn text(text: &str) -> String {
    quote(&text.replace("${", "$${"))
}

/// A token.
pub fn constant(value: &Constant) -> String {
    match value {
        Constant::Text(value) => text(value),
        Constant::List(items) => list(items.iter().map(constant)),
        Constant::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", quote(name), constant(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Constant::Unit | Constant::Bool(_) | Constant::I64(_) | Constant::F64(_) | Constant::Bytes(_) => {
            value.to_string()
        }
    }
}

/// `[a, b]`.
pub fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// A type of tokens.
pub fn token_type(ty: &Type) -> String {
    match ty {
        Type::List(ty) => format!("List({})", token_type(ty)),
        Type::Record(fields) => {
            let fields = fields.iter().map(|(name, ty)| format!("{}: {}", quote(name), token_type(ty)));
            format!("Record({{{}}})", fields.collect::<Vec<_>>().join(", "))
        }
        Type::OneOf(types) => format!("OneOf({})", list(types.iter().map(token_type))),
        other => other.to_string(),
    }
}

/// A span of time in the largest unit that says it exactly.
pub fn duration(time: Duration) -> String {
    let nanos = time.as_nanos();
    let (n, unit) = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")]
        .into_iter()
        .find(|(n, _)| nanos.is_multiple_of(*n))
        .unwrap_or((1, "ns"));
    format!("\"{}{unit}\"", nanos / n)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{constant, duration, text};
    use crate::ty::Constant;

    #[test]
    fn texts_are_read_back_as_they_are() {
        for odd in ["a\"b\\c\nd\te\u{7f}\u{0}", "é日", "'", "$name", "cost: $${5}"] {
            assert_eq!(ron::from_str::<String>(&super::quote(odd)).as_deref(), Ok(odd));
        }
        assert_eq!(text("${n}"), "\"$${n}\"");
    }

    #[test]
    fn constants_and_times_are_written_as_in_a_file() {
        let list = Constant::List(vec![Constant::F64(1.0), Constant::Text("a\"".to_owned())]);
        assert_eq!(constant(&list), r#"[1.0, "a\""]"#);
        assert_eq!(duration(Duration::from_micros(120)), "\"120us\"");
        assert_eq!(duration(Duration::from_secs(60)), "\"60s\"");
        assert_eq!(duration(Duration::from_nanos(1_500)), "\"1500ns\"");
    }
}
