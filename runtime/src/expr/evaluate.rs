//! One door to both ways of evaluating.

use std::mem;
use std::slice;
use std::sync::Arc;

use csprun_dsl::expr::ir::Node;
use csprun_dsl::expr::{Body, Compiled};
use csprun_dsl::ty::Type;

use super::column::{Columns, Fold, N_LANES};
use super::fault::{EvalError, Fault};
use super::function::pieces::{Items, Pieces};
use super::last::Reads;
use super::number::float;
use super::scalar::Step;
use super::script::Script;
use super::taken::{self, slots};
use super::turns;
use crate::value::{Value, View};

/// Evaluates a checked expression, again and again.
///
/// It stays on the thread that made it.
pub struct Evaluator {
    compiled: Arc<Compiled>,
    way: Way,
    gives_float: bool,
    columns: Option<Columns>,
    fold: Option<Fold>,
    /// The same for a state of the evaluation's own, once it was asked for; `None` inside when that makes no difference.
    owning: Option<Option<Owning>>,
    /// Whether it gives its first variable as it is.
    is_identity: bool,
}

/// Tokens that go together at least: for fewer a program does not pay.
const N_FEW: usize = 4;

/// An expression whose first variable is a state that it may change in place.
struct Owning {
    step: Step,
    locals: Vec<Value>,
}

enum Way {
    Native { step: Step, locals: Vec<Value> },
    Script(Box<Script>),
}

impl Evaluator {
    /// Prepares an expression.
    pub fn new(compiled: &Arc<Compiled>) -> Evaluator {
        compiled.room.run(|| {
            let way = match &compiled.body {
                Body::Ir { expr, n_locals } => {
                    let reads = Reads::of(expr, compiled.source.len(), None);
                    Way::Native { step: Step::new(expr, reads), locals: slots(*n_locals) }
                }
                Body::Rhai { .. } => Way::Script(Box::new(Script::new(compiled))),
            };
            Evaluator {
                compiled: Arc::clone(compiled),
                way,
                gives_float: compiled.ty == Type::F64,
                columns: Columns::new(compiled),
                fold: Fold::new(compiled),
                owning: None,
                is_identity: compiled.ty != Type::F64
                    && matches!(&compiled.body, Body::Ir { expr, .. } if expr.node == Node::Variable(0)),
            }
        })
    }

    /// Prepares an expression so that Rhai evaluates it, whatever it is.
    #[cfg(test)]
    pub(super) fn scripted(compiled: &Arc<Compiled>) -> Evaluator {
        Evaluator {
            compiled: Arc::clone(compiled),
            way: Way::Script(Box::new(compiled.room.run(|| Script::new(compiled)))),
            gives_float: compiled.ty == Type::F64,
            columns: None,
            fold: None,
            owning: None,
            is_identity: false,
        }
    }

    /// The value for these variables, which stand in the order of the expression's scope.
    ///
    /// # Errors
    /// When there is no value: an overflow, an index out of range, a type that only running tells.
    ///
    /// # Panics
    /// When there are fewer values than the scope has variables.
    pub fn eval(&mut self, inputs: &[Value]) -> Result<Value, EvalError> {
        let way = &mut self.way;
        let result = self.compiled.room.run(|| match way {
            Way::Native { step, locals } => {
                turns::restart();
                step.eval(inputs, locals)
            }
            Way::Script(script) => script.eval(inputs),
        });
        match result {
            Ok(value) if self.gives_float => Ok(widened(value)),
            Ok(value) => Ok(value),
            Err(fault) => Err(self.located(fault)),
        }
    }

    /// Puts the values for these tokens, each a value of the only variable, into their places. `false`, and nothing is
    /// changed, when they are to be evaluated one by one.
    pub(crate) fn eval_many(&self, tokens: &mut [Value]) -> bool {
        self.is_identity || self.columns_for(tokens.len()).is_some_and(|columns| columns.replace(tokens))
    }

    /// Whether a condition holds for each of these tokens. `false`, and nothing is given, when they are to be evaluated
    /// one by one.
    pub(crate) fn holds_many(&self, tokens: &[Value], given: &mut Vec<bool>) -> bool {
        let columns = self.columns_for(tokens.len());
        let token = |_, lane: usize| &tokens[lane];
        columns
            .and_then(|columns| columns.eval(tokens.len(), token, |column| column.truths(given)))
            .unwrap_or(false)
    }

    fn columns_for(&self, n: usize) -> Option<&Columns> {
        self.columns.as_ref().filter(|_| (N_FEW..=N_LANES).contains(&n))
    }

    /// Appends the values for `n` sets of variables, of which `variable` gives one, by its place and the number of
    /// the set.
    ///
    /// # Errors
    /// The number of the first set for which there is no value, and why.
    pub(crate) fn eval_sets(
        &mut self,
        n: usize,
        variable: impl Fn(usize, usize) -> Value,
        given: &mut Vec<Value>,
    ) -> Result<(), (usize, EvalError)> {
        for first in (0..n).step_by(N_LANES) {
            let n_sets = N_LANES.min(n - first);
            let of = |index, set| variable(index, first + set);
            let columns = self.columns.as_ref();
            let done = columns.and_then(|columns| columns.eval(n_sets, of, |column| column.append_to(given)));
            if done.is_none() {
                for set in first..first + n_sets {
                    let n_variables = self.compiled.scope.variables.len();
                    let values: Vec<Value> = (0..n_variables).map(|index| variable(index, set)).collect();
                    given.push(self.eval(&values).map_err(|error| (set, error))?);
                }
            }
        }
        Ok(())
    }

    /// Whether it is known that the variable makes no difference.
    pub(crate) fn ignores(&self, variable: usize) -> bool {
        self.columns.as_ref().is_some_and(|columns| columns.ignores(variable))
    }

    /// Appends elements of the list that it gives for these variables, or the value itself when it is none: `n` of
    /// them, or some more. Gives what is left of a text that has still more pieces.
    pub(crate) fn eval_items(
        &mut self,
        inputs: &[Value],
        n: usize,
        into: &mut Vec<Value>,
    ) -> Result<Option<Pieces>, EvalError> {
        if let Way::Native { step, locals } = &mut self.way {
            turns::restart();
            let items = self.compiled.room.run(|| step.eval_items(inputs, locals, n, into));
            match items.map_err(|fault| self.located(fault))? {
                Items::All => return Ok(None),
                Items::Some(pieces) => return Ok(Some(pieces)),
                Items::Unknown => {}
            }
        }
        match self.eval(inputs)?.into_list() {
            Ok(elements) => into.extend(elements),
            Err(one) => into.push(one),
        }
        Ok(None)
    }

    /// The value for this token, the only variable.
    #[inline]
    pub(crate) fn eval_owned(&mut self, token: Value) -> Result<Value, (Value, EvalError)> {
        if self.is_identity {
            return Ok(token);
        }
        if let Way::Native { step, locals } = &mut self.way
            && !self.gives_float
        {
            turns::restart();
            let done = self.compiled.room.run(|| step.eval_owned(token, locals));
            return done.map_err(|(token, fault)| (token, self.located(fault)));
        }
        match self.eval(slice::from_ref(&token)) {
            Ok(value) => Ok(value),
            Err(error) => Err((token, error)),
        }
    }

    /// The value for these variables, of which the first is a state: it may become the value itself.
    ///
    /// # Errors
    /// When there is no value. `false` beside it when the state was changed already, and is lost.
    pub(crate) fn eval_state(&mut self, inputs: &mut [Value]) -> Result<Value, (bool, EvalError)> {
        let compiled = &self.compiled;
        let Some(Owning { step, locals }) =
            self.owning.get_or_insert_with(|| compiled.room.run(|| Owning::new(compiled)))
        else {
            return self.eval(inputs).map_err(|error| (true, error));
        };
        taken::enter(mem::replace(&mut inputs[0], Value::UNIT), locals);
        turns::restart();
        match compiled.room.run(|| step.eval(inputs, locals)) {
            Ok(value) => Ok(value),
            Err(fault) => {
                let state = taken::leave(locals);
                let is_whole = state.is_some();
                inputs[0] = state.unwrap_or(Value::UNIT);
                Err((is_whole, self.located(fault)))
            }
        }
    }

    /// Takes steps from a state, the first variable, with these tokens, the values of the second. `each` is given
    /// every new state. Gives the number of steps taken: the next one is to be evaluated by itself.
    pub(crate) fn fold_many(&self, state: &mut Value, tokens: &[Value], each: impl FnMut(&Value)) -> usize {
        match self.fold.as_ref().filter(|_| (N_FEW..=N_LANES).contains(&tokens.len())) {
            Some(fold) => fold.run(state, tokens, each),
            None => 0,
        }
    }

    /// Whether the IR holds the expression, so that it does not run in Rhai.
    pub fn is_native(&self) -> bool {
        matches!(self.way, Way::Native { .. })
    }

    #[cold]
    fn located(&self, fault: Fault) -> EvalError {
        fault.in_text(&self.compiled.source)
    }
}

impl Owning {
    fn new(compiled: &Compiled) -> Option<Owning> {
        let Body::Ir { expr, n_locals } = &compiled.body else { return None };
        let reads = Reads::of(expr, compiled.source.len(), Some(*n_locals));
        let makes_a_difference = reads.owns_state() && compiled.ty != Type::F64;
        makes_a_difference.then(|| Owning { step: Step::new(expr, reads), locals: slots(*n_locals) })
    }
}

impl Drop for Evaluator {
    fn drop(&mut self) {
        let way = mem::replace(&mut self.way, Way::Native { step: Step::unit(), locals: Vec::new() });
        let owning = self.owning.take();
        self.compiled.room.run(|| drop((way, owning)));
    }
}

/// The sum of an empty list is the integer 0 also where the list is one of floats.
#[inline]
fn widened(value: Value) -> Value {
    match value.view() {
        View::I64(n) => Value::from(float(n)),
        _ => value,
    }
}
