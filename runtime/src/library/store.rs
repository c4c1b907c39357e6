//! `Store`: a map that callers read and change.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, ResultType, Signature,
    VarType,
};
use csprun_dsl::ty::Type;

use super::expression::Expression;
use super::serving::{Replies, Request, SERVER, Server, serve};
use crate::process::{Caller, Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Store",
    group: Group::Coordination,
    doc: Doc {
        summary: "A map that callers read and change, one request after the other.",
        diagram: r"
         +------------------------------+
  serve >| Store: init, update, missing |
         +------------------------------+",
        order: "Requests one by one, in the order in which they came; so `update` loses nothing.",
        ending: "Ends when all its callers have.",
        complexity: "O(log entries) a request; one evaluation an `update`.",
        example: r##"Network(
    processes: {
        "words": (run: Values(values: ["to", "be", "or", "not", "to", "be"])),
        "count": (run: Call(request: "#{op: \"update\", key: x, value: 1}", give: "`${x} ${reply}`")),
        "store": (run: Store()),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "count"),
        (from: "count.call", to: "store"),
        (from: "count.out", to: "print"),
    ],
)
"##,
        output: "to 1\nbe 1\nor 1\nnot 1\nto 2\nbe 2\n",
        source: "Linda: a tuple space of pairs; Python: a dict behind a lock",
    },
    ports: signature::Ports::Fixed(&[PortSpec::serve(
        "serve",
        PortType::Is(Type::Any),
        "`{op: \"get\", key: ..}` -> its value; `{op: \"put\", key: .., value: ..}` -> `()`; `{op: \
         \"update\", key: .., value: ..}` -> the new value; `{op: \"remove\", key: ..}` -> the value that it \
         had; `keys` -> all keys, in order; `size` -> how many",
    )]),
    params: &[
        ParamSpec::with_default(
            "init",
            ParamType::Constant,
            "{}",
            "what is in it at the start: keys and values",
        ),
        ParamSpec::with_default(
            "update",
            ParamType::Expr(ExprSpec {
                variables: &[("old", VarType::Is(Type::Any)), ("value", VarType::Is(Type::Any))],
                result: ResultType::Any,
            }),
            "\"old + value\"",
            "what `update` makes of the old value and the request's",
        ),
        ParamSpec::with_default("missing", ParamType::Constant, "0", "the value of a key that has none"),
    ],
    cost: Cost::Light,
    traits: SERVER,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let init = Value::from(params.constant("init"));
    let record = init.as_record().ok_or_else(|| Ended::fail("`init` holds keys and values: `{\"a\": 1}`"))?;
    let entry = |(key, value): (&str, &Value)| (Key(Value::from(key)), value.clone());
    let (values, missing) = (record.iter().map(entry).collect(), Value::from(params.constant("missing")));
    let update = Expression::of(&params, "update");
    serve(ports, |_| Store { values, update, missing }).await
}

/// The map.
struct Store {
    values: BTreeMap<Key, Value>,
    update: Expression,
    missing: Value,
}

/// A value with its total order, in which `NaN` equals itself.
#[derive(Clone)]
struct Key(Value);

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.0.cmp_total(&other.0)
    }
}

impl Server for Store {
    const OPS: &'static [&'static str] = &["get", "put", "update", "remove", "keys", "size"];

    fn ask(&mut self, caller: Caller, request: &Request<'_>, replies: &mut Replies) -> Result<(), String> {
        let key = || request.field("key").map(|key| Key(key.clone()));
        let reply = match request.op {
            "get" => self.values.get(&key()?).unwrap_or(&self.missing).clone(),
            "put" => {
                self.values.insert(key()?, request.field("value")?.clone());
                Value::UNIT
            }
            "update" => {
                let (key, value) = (key()?, request.field("value")?.clone());
                let old = self.values.get(&key).unwrap_or(&self.missing).clone();
                let new = self.update.eval_all(&[old, value]).map_err(|ended| ended.to_string())?;
                self.values.insert(key, new.clone());
                new
            }
            "remove" => self.values.remove(&key()?).unwrap_or_else(|| self.missing.clone()),
            "keys" => Value::from(self.values.keys().map(|key| key.0.clone()).collect::<Vec<_>>()),
            _ => Value::from(i64::try_from(self.values.len()).unwrap_or(i64::MAX)),
        };
        replies.send(caller, reply);
        Ok(())
    }

    /// Nobody holds anything here.
    fn left(&mut self, _caller: Caller, _replies: &mut Replies) {}
}
