//! Types of ports and channels, and with them the expressions.
//!
//! Types flow along the channels from the processes that know theirs, in topological order. In a loop a process is
//! looked at again when a type at one of its inputs has risen (nothing known, then a type, then one that more fits);
//! since they only rise, this ends. A loop in which nobody knows a type first gets `Any`.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::flow::Flow;
use super::state::{DEAL_KEY, Expression, Resolver};
use crate::expr::{ExprError, Scope, compile, compile_template};
use crate::network::{Deal, ProcessId};
use crate::params::Param;
use crate::signature::{Direction, Known, PortSpec, PortType, VarType};
use crate::tree::inner_span;
use crate::ty::Type;

type Outcome = Result<Param, Vec<ExprError>>;

/// Compiled expressions: members of a family share most of theirs.
#[derive(Default)]
struct Cache {
    compiled: HashMap<Key, Rc<Outcome>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    text: String,
    is_template: bool,
    variables: Vec<Type>,
    constants: String,
}

impl Cache {
    fn compile(&mut self, expression: &Expression, variables: Vec<Type>) -> Rc<Outcome> {
        let constants = format!("{:?}", expression.constants);
        let (text, is_template) = (expression.text.clone(), expression.is_template);
        let key = Key { text, is_template, variables, constants };
        if let Some(known) = self.compiled.get(&key) {
            return known.clone();
        }
        let names = expression.spec.variables.iter().map(|(name, _)| (*name).to_owned());
        let scope = Scope {
            variables: names.zip(key.variables.iter().cloned()).collect(),
            constants: expression.constants.clone(),
        };
        let outcome = if is_template {
            compile_template(&expression.text, &scope).map(|template| Param::Template(Arc::new(template)))
        } else {
            compile(&expression.text, &scope).map(|compiled| Param::Expr(Arc::new(compiled)))
        };
        let outcome = Rc::new(outcome);
        self.compiled.insert(key, outcome.clone());
        outcome
    }
}

/// Type of a compiled expression, or `Any` when it did not compile.
fn result_type(outcome: &Outcome) -> Type {
    match outcome {
        Ok(Param::Expr(compiled)) => compiled.ty.clone(),
        _ => Type::Any,
    }
}

struct Inference {
    cache: Cache,
    /// By process, positions in `Resolver::expressions`.
    expressions: Vec<Vec<usize>>,
    flow: Flow,
    /// Unknown types count as `Any`.
    force: bool,
}

impl Resolver<'_> {
    /// Types every port and channel, compiles every expression, and reports what does not fit.
    pub(super) fn infer(&mut self) {
        let n = self.network.processes.len();
        let mut expressions = vec![Vec::new(); n];
        for (at, expression) in self.expressions.iter().enumerate() {
            expressions[expression.process.idx()].push(at);
        }
        let flow = Flow::new(&self.network);
        let mut inference = Inference { cache: Cache::default(), expressions, flow, force: false };
        self.settle(&mut inference);
        inference.force = true;
        inference.flow.look_at_unknown(&self.network);
        self.settle(&mut inference);
        self.compile_all(&mut inference);
        self.write_types(&inference.flow.ports);
        self.initial_tokens();
        self.compile_keys();
        self.mismatches();
    }

    /// Looks at processes until none gives another type.
    fn settle(&self, inference: &mut Inference) {
        while let Some(at) = inference.flow.next() {
            let specs = &self.specs[at];
            let known = self.known(inference, at);
            let mut given = Vec::new();
            for (port_idx, port) in self.network.processes[at].ports.iter().enumerate() {
                if !matches!(port.direction, Direction::Out | Direction::Call) {
                    continue;
                }
                let Some(spec) = specs.iter().find(|spec| spec.name == port.name) else { continue };
                let ty = self.output_type(inference, at, spec, specs, &known);
                let ty = ty.or_else(|| inference.force.then_some(Type::Any));
                given.extend(ty.map(|ty| (port_idx, ty)));
            }
            inference.flow.give(&self.network, at, given);
        }
    }

    /// Types at the input ports by name, joined over a list port.
    fn known(&self, inference: &Inference, at: usize) -> BTreeMap<String, Type> {
        let mut known: BTreeMap<String, Type> = BTreeMap::new();
        let mut waiting = Vec::new();
        for (port, ty) in self.network.processes[at].ports.iter().zip(&inference.flow.ports[at]) {
            if port.direction != Direction::In {
                continue;
            }
            let ty = match ty {
                Some(ty) => ty.clone(),
                None if inference.force || port.channel.is_none() => Type::Any,
                None => {
                    waiting.push(port.name.clone());
                    continue;
                }
            };
            let joined = known.get(&port.name).and_then(|other| other.join(&ty)).unwrap_or(ty);
            known.insert(port.name.clone(), joined);
        }
        // In a loop the inputs that have a type speak for the others of the same list port.
        waiting.retain(|name| !known.contains_key(name));
        known
    }

    fn output_type(
        &self,
        inference: &mut Inference,
        at: usize,
        spec: &PortSpec,
        specs: &[PortSpec],
        known: &BTreeMap<String, Type>,
    ) -> Option<Type> {
        let process = &self.network.processes[at];
        let inputs_of = |same: &dyn Fn(&PortType) -> bool| {
            let inputs = specs.iter().filter(|spec| spec.direction == Direction::In && same(&spec.ty));
            inputs.filter_map(|spec| known.get(spec.name.as_ref()).cloned()).collect::<Vec<Type>>()
        };
        let join = |types: Vec<Type>| types.into_iter().reduce(|a, b| a.join(&b).unwrap_or(a));
        let constant = |name: &str| match process.params.get(name) {
            Some(Param::Constant(value)) => value.ty(),
            Some(Param::Type(ty)) => Some(ty.clone()),
            _ => None,
        };
        match &spec.ty {
            PortType::Is(ty) => Some(ty.clone()),
            PortType::Var(var) => join(inputs_of(&|ty| matches!(ty, PortType::Var(other) if other == var))),
            PortType::OfParam(name) => {
                let mut types: Vec<Type> = constant(name).into_iter().collect();
                types.extend(inputs_of(&|ty| matches!(ty, PortType::OfParam(other) if other == name)));
                join(types)
            }
            PortType::ElementOf(name) => {
                let items = process.params.maybe_constants(name)?;
                Some(
                    items
                        .iter()
                        .filter_map(crate::ty::Constant::ty)
                        .reduce(|a, b| a.join(&b).unwrap_or(a))
                        .unwrap_or(Type::Any),
                )
            }
            PortType::OfExpr(name) => self.expr_type(inference, at, name, known),
            PortType::ElementOfExpr(name) => Some(match self.expr_type(inference, at, name, known)? {
                Type::List(ty) => *ty,
                other => other,
            }),
            PortType::Rule(rule) => {
                let results = self.results(inference, at, known);
                rule(&Known { params: &process.params, inputs: known, results: &results })
            }
        }
    }

    fn expr_type(
        &self,
        inference: &mut Inference,
        at: usize,
        name: &str,
        known: &BTreeMap<String, Type>,
    ) -> Option<Type> {
        let index = inference.expressions[at].iter().find(|&&one| self.expressions[one].param == name)?;
        let outcome = self.compiled(&mut inference.cache, *index, known, inference.force)?;
        Some(result_type(&outcome))
    }

    /// What the expressions of a process give, where that is known.
    fn results(
        &self,
        inference: &mut Inference,
        at: usize,
        known: &BTreeMap<String, Type>,
    ) -> BTreeMap<&'static str, Type> {
        let Inference { cache, expressions, force, .. } = inference;
        let result = |index: &usize| {
            let outcome = self.compiled(cache, *index, known, *force)?;
            Some((self.expressions[*index].param, result_type(&outcome)))
        };
        expressions[at].iter().filter_map(result).collect()
    }

    /// Compiles an expression with what is known; `None` while a type that it needs is not.
    fn compiled(
        &self,
        cache: &mut Cache,
        index: usize,
        known: &BTreeMap<String, Type>,
        force: bool,
    ) -> Option<Rc<Outcome>> {
        let expression = &self.expressions[index];
        let params = &self.network.process(expression.process).params;
        let mut state: Option<Type> = None;
        // A state's type and the result's join: `init: 0` with a float result is a float state.
        for _ in 0..4 {
            let mut variables = Vec::new();
            for (_, var) in expression.spec.variables {
                variables.push(match var {
                    VarType::Is(ty) => ty.clone(),
                    VarType::ResultOf(param) => match self.beside(index, param) {
                        Some(other) => {
                            let outcome = self.compiled(cache, other, known, force)?;
                            result_type(&outcome)
                        }
                        None => Type::Any,
                    },
                    VarType::Port(port) | VarType::StateOf(port) => match known.get(*port) {
                        Some(ty) => state.clone().filter(|_| var.is_state()).unwrap_or_else(|| ty.clone()),
                        None if force => Type::Any,
                        None => return None,
                    },
                    VarType::State(param) => {
                        let start = || match params.get(param) {
                            Some(Param::Constant(value)) => value.ty(),
                            _ => None,
                        };
                        state.clone().or_else(start).unwrap_or(Type::Any)
                    }
                });
            }
            let at_state = expression.spec.variables.iter().position(|(_, var)| var.is_state());
            let before = at_state.map(|at| variables[at].clone());
            let outcome = cache.compile(expression, variables);
            let Some(before) = before else { return Some(outcome) };
            match before.join(&result_type(&outcome)) {
                Some(joined) if joined != before => state = Some(joined),
                _ => return Some(outcome),
            }
        }
        None
    }

    /// The expression of that name beside another: of the same process, or of the same copy of it. Those of one process
    /// stand together.
    fn beside(&self, index: usize, param: &str) -> Option<usize> {
        let Expression { process, replica, .. } = self.expressions[index];
        let of_process = |at: &usize| self.expressions[*at].process == process;
        let before = (0..index).rev().take_while(of_process);
        let after = (index + 1..self.expressions.len()).take_while(of_process);
        let named = |at: &usize| {
            let other = &self.expressions[*at];
            other.param == param && other.replica == replica
        };
        before.chain(after).find(named)
    }

    /// Compiles every expression with the types as they ended up, and reports what is wrong in it.
    fn compile_all(&mut self, inference: &mut Inference) {
        for index in 0..self.expressions.len() {
            let at = self.expressions[index].process.idx();
            let known = self.known(inference, at);
            let Some(outcome) = self.compiled(&mut inference.cache, index, &known, true) else { continue };
            match &*outcome {
                Ok(param) => {
                    if let Param::Expr(compiled) = param {
                        self.check_result(index, compiled);
                    }
                    self.set_code(index, param.clone());
                }
                Err(errors) => {
                    let span = self.expressions[index].span;
                    let raw = self.network.sources.text(span);
                    for error in errors {
                        let place = inner_span(span, raw, error.range.clone());
                        self.found.push(error.clone().at(place));
                    }
                }
            }
        }
    }

    fn set_code(&mut self, index: usize, param: Param) {
        let Expression { process, param: name, replica, .. } = &self.expressions[index];
        let (process, name, replica): (ProcessId, &'static str, _) = (*process, name, *replica);
        let process = &mut self.network.processes[process.idx()];
        match (&mut process.replicate, replica) {
            (Some(replicate), _) if name == DEAL_KEY => {
                if let Param::Expr(compiled) = param {
                    replicate.deal = Deal::Key(compiled);
                }
            }
            (Some(replicate), Some(replica)) => {
                if let Some(params) = replicate.params.get_mut(replica) {
                    params.set(name, param);
                }
            }
            _ => process.params.set(name, param),
        }
    }
}
