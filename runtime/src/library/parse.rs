//! `Parse`: text into tokens of a type.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamFault, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::span::SourceId;
use csprun_dsl::substitute::to_constant;
use csprun_dsl::tree;
use csprun_dsl::ty::Type;

use super::batch::fire;
use crate::process::{Ended, Params, Ports};
use crate::value::{Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Parse",
    group: Group::Transform,
    doc: Doc {
        summary: "Reads each text as a token of a type.",
        diagram: r"
      +-------------+
  in >| Parse: type |> out
      +-------------+",
        order: "One token for each text.",
        ending: "Ends with its input, or when nobody reads its output; fails with a text that is no token of the \
                 type, which it names.",
        complexity: "O(length of the text).",
        example: r#"Network(
    processes: {
        "lines": (run: Values(values: ["{\"x\": 1, \"y\": 0.5}", "{\"x\": 2, \"y\": 8}"])),
        "points": (run: Parse(type: Record({"x": I64, "y": F64}))),
        "products": (run: Map(expr: "x.x * x.y")),
        "print": (run: Print()),
    },
    channels: [
        (from: "lines", to: "points"),
        (from: "points", to: "products"),
        (from: "products", to: "print"),
    ],
)
"#,
        output: "0.5\n16.0\n",
        source: "Rust: str::parse; Python: ast.literal_eval",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::Text), "tokens as a graph file or Print writes them"),
        PortSpec::output("out", PortType::OfParam("type"), "the tokens"),
    ]),
    params: &[ParamSpec::required("type", ParamType::Type, "the type; arrays are not read").rule(is_read)],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// No text is an array.
fn is_read(params: &Params) -> Result<(), ParamFault> {
    fn has_array(ty: &Type) -> bool {
        match ty {
            Type::Array(..) => true,
            Type::List(item) => has_array(item),
            Type::Record(fields) => fields.values().any(has_array),
            Type::OneOf(types) => types.iter().all(has_array),
            Type::Unit | Type::Bool | Type::I64 | Type::F64 | Type::Text | Type::Bytes | Type::Any => false,
        }
    }
    let ty = params.token_type("type");
    let help = "read a list, `List(F64)`, and make an array of it: `Map(expr: \"array(x)\")`";
    let fault = || ParamFault::new(format!("`type` is {ty}, and no text is an array"), help);
    if has_array(ty) { Err(fault()) } else { Ok(()) }
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let ty = params.token_type("type");
    fire(&mut input, &mut output, |text, given| {
        let View::Text(content) = text.view() else {
            return Err(Ended::fail(format!("{} is no text", text.shown())));
        };
        match read(content, ty) {
            Some(token) => given.push(token),
            None => return Err(Ended::fail(format!("{} is no {ty}", text.shown()))),
        }
        Ok(())
    })
    .await
}

/// The text as a token of the type. White space around it does not count, except in a text itself.
fn read(text: &str, ty: &Type) -> Option<Value> {
    let word = text.trim();
    match ty {
        Type::Text => Some(Value::from(text)),
        Type::Bool => word.parse().ok().map(|truth: bool| Value::from(truth)),
        Type::I64 => word.parse().ok().map(|n: i64| Value::from(n)),
        Type::F64 => word.parse().ok().map(|x: f64| Value::from(x)),
        _ => {
            let constant = to_constant(&tree::read(SourceId(0), word).ok()?).ok()?;
            Value::from(&constant).coerce(ty).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::Type;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn parse(text: &str, ty: Type) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("type", Param::Type(ty)).input("in", [text]))
    }

    #[test]
    fn what_print_writes_is_read_again() {
        let record =
            Type::record([("a", Type::F64.list()), ("b", Type::OneOf(vec![Type::Unit, Type::Text]))]);
        for (text, ty) in [
            ("-7", Type::I64),
            ("1e300", Type::F64),
            ("NaN", Type::F64),
            ("true", Type::Bool),
            (" a \"b\" ", Type::Text),
            ("()", Type::Unit),
            ("[1, \"two\"]", Type::Any.list()),
            ("{\"a\": [1.0, 0.5], \"b\": ()}", record),
        ] {
            let ran = parse(text, ty.clone());
            assert_eq!(ran.fate, Some(Fate::Done), "{text} as {ty}");
            let printed = ran.output("out")[0].to_string();
            assert_eq!(printed.replace("e300", ""), text.replace("e300", ""), "{ty}");
        }
    }

    #[test]
    fn what_is_no_token_of_the_type_is_named() {
        for (text, ty, why) in [
            ("seven", Type::I64, "\"seven\" is no I64"),
            ("9223372036854775808", Type::I64, "\"9223372036854775808\" is no I64"),
            ("", Type::F64, "\"\" is no F64"),
            ("[1, 2", Type::I64.list(), "\"[1, 2\" is no List(I64)"),
            ("[1, 0.5]", Type::I64.list(), "\"[1, 0.5]\" is no List(I64)"),
        ] {
            assert_eq!(parse(text, ty).fate, Some(Fate::Failed(why.to_owned())));
        }
    }
}
