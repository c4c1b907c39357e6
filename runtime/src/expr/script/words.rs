//! What goes wrong in Rhai, in our words: names of types as the graph file writes them, functions as the reference
//! shows them.

use std::any::type_name;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::host::HostFunction;
use rhai::EvalAltResult;

use crate::value::Value;

/// What a script catches when a port has ended.
const END_OF_PORT: &str = "the end of a port";

/// How deep functions may call one another.
pub(super) const N_CALLS: usize = 1000;

/// The message for an error, without its place.
pub(super) fn message(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorFunctionNotFound(call, _) => no_function(call),
        EvalAltResult::ErrorPropertyNotFound(name, _) => format!("the record has no field `{name}`"),
        EvalAltResult::ErrorIndexNotFound(index, _) => format!("there is nothing at index {index}"),
        EvalAltResult::ErrorDotExpr(text, _) => no_property(text),
        EvalAltResult::ErrorIndexingType(text, _) => no_index(text),
        EvalAltResult::ErrorMismatchDataType(wanted, given, _)
        | EvalAltResult::ErrorMismatchOutputType(wanted, given, _) => {
            format!("a value of type {} is expected here, not one of {}", ty(wanted), ty(given))
        }
        EvalAltResult::ErrorArrayBounds(n, index, _) => {
            format!("index {index} is out of range: there are {n} items")
        }
        EvalAltResult::ErrorStringBounds(n, index, _) => {
            format!("index {index} is out of range: there are {n} characters")
        }
        EvalAltResult::ErrorFor(_) => {
            "`for` goes through lists and ranges, and through nothing else".to_owned()
        }
        EvalAltResult::ErrorStackOverflow(_) => too_deep(),
        other => {
            let text = other.to_string().replace(type_name::<Value>(), "a token");
            let mut chars = text.chars();
            let first = chars.next().map(char::to_lowercase).into_iter().flatten();
            first.chain(chars).collect()
        }
    }
}

/// Functions that call one another without end.
pub(crate) fn too_deep() -> String {
    format!("functions call one another too deeply: more than {N_CALLS} calls, or no stack left")
}

/// A value that only Rhai has, and of which no token can be made.
pub(super) fn no_token(name: &str) -> String {
    let what = ty(name);
    match what.as_str() {
        END_OF_PORT => format!("{what} is not a token: take its `message`, or another of its fields"),
        _ => format!("{what} is not a token"),
    }
}

/// Of `select (&str | ImmutableString | String, i64)`.
fn no_function(call: &str) -> String {
    let (name, given) = call.split_once(" (").unwrap_or((call, ""));
    let name = name.trim();
    let given = given.strip_suffix(')').unwrap_or(given);
    let given: Vec<String> = given.split(", ").filter(|one| !one.is_empty()).map(ty).collect();
    let given = if given.is_empty() { "nothing".to_owned() } else { given.join(", ") };
    let mut known: Vec<String> =
        Function::named(name).map(|spec| format!("`{}`", spec.signature())).collect();
    known.extend(HostFunction::parse(name).map(|function| format!("`{}`", function.signature())));
    if name.starts_with("anon$") {
        return format!("a closure does not take {given}: it has another number of parameters");
    }
    if known.is_empty() {
        return format!("there is no function `{name}` that takes {given}");
    }
    format!("`{name}` does not take {given}: write {}", known.join(" or "))
}

/// Of `Unknown property 'b' - a getter is not registered for type 'i64'`.
fn no_property(text: &str) -> String {
    match text.split('\'').collect::<Vec<_>>()[..] {
        [_, name, _, owner, ..] => {
            format!("only records have fields: there is no `{name}` in a value of type {}", ty(owner))
        }
        _ => text.to_owned(),
    }
}

/// Of `i64 [string]`.
fn no_index(text: &str) -> String {
    match text.strip_suffix(']').and_then(|text| text.split_once(" [")) {
        Some((owner, index)) => {
            let (owner, index) = (ty(owner), ty(index));
            format!(
                "only lists, texts and records have an index: a value of type {owner} has none of type {index}"
            )
        }
        None => text.to_owned(),
    }
}

/// A type by our name.
fn ty(name: &str) -> String {
    let name = name.trim();
    let ours = match name {
        "()" => "Unit",
        "bool" => "Bool",
        "i64" | "integer" | "INT" => "I64",
        "f64" => "F64",
        "array" | "Array" => "List",
        "map" | "Map" => "Record",
        "blob" | "Blob" => "Bytes",
        "Fn" | "FnPtr" => return "a closure".to_owned(),
        name if name == "end of a port" || name.ends_with("::PortEnd") => return END_OF_PORT.to_owned(),
        name if name == "guard" || name.ends_with("::Guard") => return "a guard".to_owned(),
        name if name == type_name::<Value>() => return "an array, bytes or an end".to_owned(),
        name if name.contains("range") || name.contains("Range") => return "a range".to_owned(),
        name if name.contains("str") || name.contains("String") || name == "char" => "Text",
        _ => return format!("`{}`", name.rsplit("::").next().unwrap_or(name)),
    };
    format!("`{ours}`")
}

#[cfg(test)]
mod tests {
    use rhai::{EvalAltResult, Position};

    use super::{message, no_function};

    #[test]
    fn calls_and_types_are_named_as_in_the_reference() {
        assert_eq!(
            no_function("select (&str | ImmutableString | String)"),
            "`select` does not take `Text`: write `select([guards])`"
        );
        assert_eq!(
            no_function("map (i64, Fn)"),
            "`map` does not take `I64`, a closure: write `map(list, closure)`"
        );
        assert_eq!(no_function("f ()"), "there is no function `f` that takes nothing");
        let token = std::any::type_name::<crate::value::Value>().to_owned();
        let wrong = EvalAltResult::ErrorMismatchDataType("bool".to_owned(), token.clone(), Position::NONE);
        assert_eq!(
            message(&wrong),
            "a value of type `Bool` is expected here, not one of an array, bytes or an end"
        );
        let indexed = EvalAltResult::ErrorIndexingType(format!("{token} [i64]"), Position::NONE);
        assert!(!message(&indexed).contains("csprun_runtime"), "{}", message(&indexed));
    }
}
