//! An expression parameter, ready to be evaluated for each token.

use std::borrow::Cow;
use std::mem;
use std::slice;
use std::sync::Arc;

use csprun_dsl::expr::Compiled;
use csprun_dsl::signature::{ExprSpec, ResultType, VarType};
use csprun_dsl::ty::{Constant, Type};

use crate::expr::{EvalError, Evaluator, Pieces};
use crate::process::{Ended, Params};
use crate::value::Value;

/// What a step from `acc` and `x` to the next `acc` may use.
pub(super) const STEP: ExprSpec = ExprSpec {
    variables: &[("acc", VarType::State("init")), ("x", VarType::Port("in"))],
    result: ResultType::State,
};

/// An expression of each token.
pub(super) const OF_TOKEN: ExprSpec =
    ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any };

/// An expression of the graph file. Its failures name it and the tokens.
pub(super) struct Expression {
    compiled: Arc<Compiled>,
    evaluator: Evaluator,
    /// Which tokens of a batch go through.
    kept: Vec<bool>,
}

impl Expression {
    /// The parameter `name`.
    pub(super) fn of(params: &Params, name: &str) -> Expression {
        let compiled = Arc::clone(params.expr(name));
        Expression { evaluator: Evaluator::new(&compiled), compiled, kept: Vec::new() }
    }

    /// The constant at which its first variable, a state, starts: of the type that the state has in the end.
    pub(super) fn start(&self, init: &Constant) -> Value {
        self.state(Value::from(init))
    }

    /// The same for a state that starts as a token.
    pub(super) fn state(&self, first: Value) -> Value {
        let state = self.compiled.scope.variables.first();
        let ty = state.map_or(&Type::Any, |(_, ty)| ty);
        // `check` has seen that it fits.
        first.coerce(ty).unwrap_or_else(|same| same)
    }

    /// Its value for one token.
    pub(super) fn eval(&mut self, x: &Value) -> Result<Value, Ended> {
        self.eval_all(slice::from_ref(x))
    }

    /// The same, of a token that is not needed any more.
    #[inline]
    pub(super) fn eval_owned(&mut self, x: Value) -> Result<Value, Ended> {
        self.evaluator.eval_owned(x).map_err(|(x, error)| self.failure(slice::from_ref(&x), &error))
    }

    /// Appends elements of the list that it gives for one token, or the value itself when it is none: about `n` of
    /// them. Gives what is left of a text that has still more pieces.
    pub(super) fn eval_items(
        &mut self,
        x: &Value,
        n: usize,
        given: &mut Vec<Value>,
    ) -> Result<Option<Pieces>, Ended> {
        let x = slice::from_ref(x);
        self.evaluator.eval_items(x, n, given).map_err(|error| self.failure(x, &error))
    }

    /// Its value for all of its variables.
    pub(super) fn eval_all(&mut self, values: &[Value]) -> Result<Value, Ended> {
        self.evaluator.eval(values).map_err(|error| self.failure(values, &error))
    }

    /// Appends its values for these tokens; those before a failure as well.
    pub(super) fn eval_each(&mut self, tokens: &mut Vec<Value>, given: &mut Vec<Value>) -> Result<(), Ended> {
        if self.evaluator.eval_many(tokens) {
            if given.is_empty() {
                mem::swap(tokens, given);
            } else {
                given.append(tokens);
            }
            return Ok(());
        }
        for token in tokens.drain(..) {
            given.push(self.eval_owned(token)?);
        }
        Ok(())
    }

    /// Appends the tokens for which it holds; those before a failure as well.
    pub(super) fn keep_each(&mut self, tokens: &mut Vec<Value>, given: &mut Vec<Value>) -> Result<(), Ended> {
        self.kept.clear();
        if self.evaluator.holds_many(tokens, &mut self.kept) {
            given.extend(tokens.drain(..).zip(&self.kept).filter_map(|(token, kept)| kept.then_some(token)));
            return Ok(());
        }
        for token in tokens.drain(..) {
            if self.holds(&token)? {
                given.push(token);
            }
        }
        Ok(())
    }

    /// The state after a token.
    pub(super) fn step(&mut self, state: Value, token: Value) -> Result<Value, Ended> {
        let mut values = [state, token];
        self.evaluator.eval_state(&mut values).map_err(|(is_whole, error)| {
            // What the state was nobody knows any more when a part of it has gone into the next.
            self.failure_of(usize::from(!is_whole), &values, &error)
        })
    }

    /// Takes a step of the state with each token; `each` is given the new states, those before a failure as well.
    pub(super) fn step_each(
        &mut self,
        state: &mut Value,
        tokens: &mut Vec<Value>,
        mut each: impl FnMut(&Value),
    ) -> Result<(), Ended> {
        let n_done = self.evaluator.fold_many(state, tokens, &mut each);
        for token in tokens.drain(..).skip(n_done) {
            *state = self.step(mem::replace(state, Value::UNIT), token)?;
            each(state);
        }
        Ok(())
    }

    /// Appends its values for `n` sets of variables, of which `variable` gives one, by its place and the number of
    /// the set.
    pub(super) fn eval_sets(
        &mut self,
        n: usize,
        variable: impl Fn(usize, usize) -> Value,
        given: &mut Vec<Value>,
    ) -> Result<(), Ended> {
        self.evaluator.eval_sets(n, &variable, given).map_err(|(set, error)| {
            let n_variables = self.compiled.scope.variables.len();
            let values: Vec<Value> = (0..n_variables).map(|index| variable(index, set)).collect();
            self.failure(&values, &error)
        })
    }

    /// Whether it is known that the variable makes no difference.
    pub(super) fn ignores(&self, variable: usize) -> bool {
        self.evaluator.ignores(variable)
    }

    /// The failure that a value of it is, which does not do.
    pub(super) fn refusal(&self, values: &[Value], message: String) -> Ended {
        self.failure(values, &EvalError { part: self.compiled.source.clone(), message })
    }

    /// Whether it holds for one token.
    pub(super) fn holds(&mut self, x: &Value) -> Result<bool, Ended> {
        self.holds_for(slice::from_ref(x))
    }

    /// Whether it holds for all of its variables.
    pub(super) fn holds_for(&mut self, values: &[Value]) -> Result<bool, Ended> {
        let value = self.eval_all(values)?;
        value.as_bool().ok_or_else(|| {
            let message = format!("it gave {}, which is neither `true` nor `false`", value.shown());
            self.refusal(values, message)
        })
    }

    fn failure(&self, values: &[Value], error: &EvalError) -> Ended {
        self.failure_of(0, values, error)
    }

    /// The failure, with the variables from that one on.
    #[cold]
    fn failure_of(&self, first: usize, values: &[Value], error: &EvalError) -> Ended {
        let source = &self.compiled.source;
        let shown = around(source, &error.part);
        let names = self.compiled.scope.variables.iter().map(|(name, _)| name);
        let with: Vec<String> = names
            .zip(values)
            .skip(first)
            .map(|(name, value)| format!("{name} = {}", value.shown()))
            .collect();
        let part = if error.part == *source { String::new() } else { format!(" in `{}`", error.part) };
        Ended::fail(format!("`{shown}` failed with {}: {}{part}", with.join(", "), error.message))
    }
}

/// What fits a line of a long text, around the part that it has.
fn around<'a>(source: &'a str, part: &str) -> Cow<'a, str> {
    const N_MOST: usize = 160;
    if source.len() <= N_MOST {
        return Cow::Borrowed(source);
    }
    let at = source.find(part.trim_end_matches("...")).filter(|_| part != source).unwrap_or(0);
    let first = boundary(source, at.saturating_sub(N_MOST / 2).min(source.len() - N_MOST));
    let last = boundary(source, first + N_MOST);
    let (before, after) = (if first > 0 { "..." } else { "" }, if last < source.len() { "..." } else { "" });
    Cow::Owned(format!("{before}{}{after}", &source[first..last]))
}

/// The end of a character there, or before.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_long_expression_is_shown_around_the_part_that_failed() {
        assert_eq!(around("1 / x", "1 / x"), "1 / x");
        let long = format!("{}1 / x{}", "x + ä + ".repeat(10_000), " + x".repeat(10_000));
        let shown = around(&long, "1 / x");
        assert!(shown.contains("1 / x") && shown.starts_with("...") && shown.ends_with("..."), "{shown}");
        assert!(shown.len() < 180, "{shown}");
        let shown = around(&long, &format!("{}...", &long[..60]));
        assert!(shown.starts_with("x + ä") && shown.len() < 180, "{shown}");
    }
}
