//! Rhai with our functions and operators.

use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use csprun_dsl::expr::functions::{FUNCTIONS, Function};
use csprun_dsl::expr::ir::{Binary, Unary};
use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext, Position};

use super::dynamic::{from_dynamic, to_dynamic};
use super::stack;
use super::words::N_CALLS;
use crate::expr::fault::{Fault, N_OPERATIONS, mistyped};
use crate::expr::{access, function, operator};
use crate::value::{Value, View};

/// Bytes of a text and items of a list that a script may make.
const N_MOST: usize = 100_000_000;

type Outcome = Result<Dynamic, Box<EvalAltResult>>;

thread_local! {
    static ENGINE: Rc<Engine> = Rc::new(engine());
}

/// The engine of this thread.
pub(super) fn shared() -> Rc<Engine> {
    ENGINE.with(Rc::clone)
}

fn engine() -> Engine {
    let mut engine = csprun_dsl::expr::engine();
    engine.set_max_operations(N_OPERATIONS);
    engine.on_progress(|_| stack::is_used_up().then_some(Dynamic::UNIT));
    equipped(engine)
}

/// An engine for the script of a process: it may run for ever.
pub(super) fn process_engine() -> Engine {
    equipped(csprun_dsl::expr::script_engine())
}

fn equipped(mut engine: Engine) -> Engine {
    engine
        .set_max_call_levels(N_CALLS)
        .set_max_string_size(N_MOST)
        .set_max_array_size(N_MOST)
        .set_max_map_size(N_MOST)
        .register_iterator::<Array>()
        .register_iterator::<Range<i64>>()
        .register_iterator::<RangeInclusive<i64>>();
    // Rhai's index of a text gives a character, which is a text here and may be indexed again.
    engine.register_indexer_get(|c: &mut char, index: i64| -> Outcome {
        let text = Value::from(c.encode_utf8(&mut [0; 4]) as &str);
        let part = access::index(&text, &Value::from(index));
        part.map(|value| to_dynamic(&value)).map_err(raised)
    });
    operators(&mut engine);
    functions(&mut engine);
    higher_functions(&mut engine);
    engine
}

fn operators(engine: &mut Engine) {
    for &binary in Binary::ALL {
        engine.register_fn(binary.symbol(), move |a: Dynamic, b: Dynamic| two(binary, &a, &b));
        let assignment = format!("{}=", binary.symbol());
        engine.register_fn(
            assignment,
            move |a: &mut Dynamic, b: Dynamic| -> Result<(), Box<EvalAltResult>> {
                *a = two(binary, a, &b)?;
                Ok(())
            },
        );
    }
    for unary in [Unary::Negate, Unary::Plus, Unary::Not] {
        engine.register_fn(unary.symbol(), move |a: Dynamic| -> Outcome {
            let value = from_dynamic(&a).and_then(|value| operator::unary(unary, &value));
            value.map(|value| to_dynamic(&value)).map_err(raised)
        });
    }
}

fn two(binary: Binary, a: &Dynamic, b: &Dynamic) -> Outcome {
    let result = from_dynamic(a).and_then(|a| operator::binary(binary, &a, &from_dynamic(b)?));
    result.map(|value| to_dynamic(&value)).map_err(raised)
}

fn functions(engine: &mut Engine) {
    for spec in FUNCTIONS {
        let function = spec.function;
        for &name in std::iter::once(&spec.name).chain(spec.aliases) {
            match spec.params.len() {
                _ if matches!(function, Function::Map | Function::Filter | Function::Fold) => {}
                1 => drop(engine.register_fn(name, move |a: Dynamic| call(function, &[a]))),
                2 => drop(engine.register_fn(name, move |a: Dynamic, b: Dynamic| call(function, &[a, b]))),
                _ => {
                    engine.register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic| {
                        call(function, &[a, b, c])
                    });
                }
            }
        }
    }
}

fn call(function: Function, arguments: &[Dynamic]) -> Outcome {
    if let (Function::Contains, [range, item]) = (function, arguments)
        && let Some(found) = in_range(range, item)
    {
        return Ok(Dynamic::from(found));
    }
    let values: Result<Vec<Value>, Fault> = arguments.iter().map(from_dynamic).collect();
    let result = values.and_then(|mut values| function::call(function, &mut values));
    result.map(|value| to_dynamic(&value)).map_err(raised)
}

/// `item in 0..10`; `None` when it is no range.
fn in_range(range: &Dynamic, item: &Dynamic) -> Option<bool> {
    let n = item.as_int();
    if let Some(range) = range.read_lock::<Range<i64>>() {
        return Some(n.is_ok_and(|n| range.contains(&n)));
    }
    let range = range.read_lock::<RangeInclusive<i64>>()?;
    Some(n.is_ok_and(|n| range.contains(&n)))
}

/// Functions that call closures.
fn higher_functions(engine: &mut Engine) {
    engine.register_fn("map", |context: NativeCallContext<'_>, list: Array, closure: FnPtr| -> Outcome {
        let items = list.into_iter().map(|item| closure.call_within_context(&context, (item,)));
        items.collect::<Result<Array, _>>().map(Dynamic::from_array)
    });
    engine.register_fn("filter", |context: NativeCallContext<'_>, list: Array, closure: FnPtr| -> Outcome {
        let mut kept = Array::new();
        for item in list {
            let verdict: Dynamic = closure.call_within_context(&context, (item.clone(),))?;
            if truth(&verdict).map_err(raised)? {
                kept.push(item);
            }
        }
        Ok(Dynamic::from_array(kept))
    });
    engine.register_fn(
        "fold",
        |context: NativeCallContext<'_>, list: Array, start: Dynamic, closure: FnPtr| -> Outcome {
            list.into_iter()
                .try_fold(start, |so_far, item| closure.call_within_context(&context, (so_far, item)))
        },
    );
}

fn truth(verdict: &Dynamic) -> Result<bool, Fault> {
    let value = from_dynamic(verdict)?;
    match value.view() {
        View::Bool(b) => Ok(b),
        _ => Err(mistyped("a closure of `filter` gives `Bool`", &value)),
    }
}

/// A fault on its way through Rhai.
fn raised(fault: Fault) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(fault.into_message().into(), Position::NONE))
}
