//! Expressions that the IR cannot hold, run by Rhai with the functions and operators of the language.

mod dynamic;
mod engine;
mod stack;
mod words;

use std::rc::Rc;
use std::sync::Arc;

use csprun_dsl::expr::Compiled;
use rhai::{AST, Dynamic, Engine, EvalAltResult, Scope};

pub(crate) use dynamic::to_dynamic;
pub(crate) use stack::address as stack_address;
pub(crate) use words::too_deep;

use super::fault::{Fault, endless};
use crate::value::Value;
use dynamic::from_dynamic;

/// A parsed script with its scope.
pub(super) struct Script {
    engine: Rc<Engine>,
    ast: AST,
    /// The constants; variables are pushed for each evaluation.
    scope: Scope<'static>,
    n_constants: usize,
    compiled: Arc<Compiled>,
    /// It has needed a stack of its own.
    is_deep: bool,
}

impl Script {
    /// Parses the expression's text again: Rhai's tree cannot go from thread to thread.
    pub(super) fn new(compiled: &Arc<Compiled>) -> Script {
        let engine = engine::shared();
        let ast =
            engine.compile(&compiled.source).expect("the checker has parsed this text with these settings");
        let mut scope = Scope::new();
        for (name, constant) in &compiled.scope.constants {
            scope.push_dynamic(name.clone(), to_dynamic(&Value::from(constant)));
        }
        let n_constants = scope.len();
        Script { engine, ast, scope, n_constants, compiled: Arc::clone(compiled), is_deep: false }
    }

    pub(super) fn eval(&mut self, inputs: &[Value]) -> Result<Value, Fault> {
        if !self.is_deep {
            match self.attempt(inputs, self.compiled.room.n_bytes()) {
                Some(result) => return result,
                // Nothing that an expression does can be seen: it begins again where there is more room.
                None => self.is_deep = true,
            }
        }
        let room = self.compiled.room.and(stack::DEEP);
        // A part of it is for what Rhai does between two steps.
        let result = room.and(stack::BETWEEN).run(|| self.attempt(inputs, room.n_bytes()));
        result.unwrap_or_else(|| Err(Fault::new(words::too_deep())))
    }

    /// The result; `None` when it needs more of the stack than that.
    fn attempt(&self, inputs: &[Value], n_stack: usize) -> Option<Result<Value, Fault>> {
        // A script may assign to constants and closures may capture them, so each evaluation has its own.
        let mut scope = self.scope.clone();
        for ((name, _), value) in self.compiled.scope.variables.iter().zip(inputs) {
            scope.push_dynamic(name.clone(), to_dynamic(value));
        }
        debug_assert_eq!(scope.len(), self.n_constants + self.compiled.scope.variables.len());
        stack::begin(n_stack);
        match self.engine.eval_ast_with_scope::<Dynamic>(&mut scope, &self.ast) {
            Ok(value) => Some(from_dynamic(&value)),
            Err(error) if matches!(error.unwrap_inner(), EvalAltResult::ErrorTerminated(..)) => None,
            Err(error) => Some(Err(fault(*error))),
        }
    }
}

/// An engine with the functions and operators of the language, for the script of a process.
pub(crate) fn process_engine() -> Engine {
    engine::process_engine()
}

/// A value of Rhai as a token, or why it is none.
pub(crate) fn token_of(value: &Dynamic) -> Result<Value, String> {
    from_dynamic(value).map_err(Fault::into_message)
}

/// Rhai's error in our words, without its place.
pub(crate) fn message_of(error: EvalAltResult) -> String {
    fault(error).into_message()
}

/// Rhai lends a method the variable before its dot, which a closure among its arguments cannot read meanwhile. `place`
/// is "argument #1 of function 'map'".
fn captured(place: &str) -> Fault {
    let name = place.split('\'').nth(1).unwrap_or("f");
    Fault::new(format!(
        "the closure reads the variable whose method `{name}` is called: write `{name}(x, ..)` for `x.{name}(..)`"
    ))
}

/// Rhai's error in our words: a fault of our functions as it was, others without their place.
fn fault(mut error: EvalAltResult) -> Fault {
    // Lines and columns of a script mean little beside its text.
    let _ = error.take_position();
    match error.unwrap_inner() {
        EvalAltResult::ErrorRuntime(value, _) => Fault::new(value.to_string()),
        EvalAltResult::ErrorTooManyOperations(_) => endless(),
        EvalAltResult::ErrorDataRace(place, _) => captured(place),
        other => Fault::new(words::message(other)),
    }
}
