//! Processes whose body is a script: Rhai on a thread of the process's own, with its ports as functions.
//!
//! The engine is the one of expressions, so that both have the same operators and functions; [`functions`] adds those
//! of the table in `csprun_dsl::expr::host`. Rhai is synchronous: a function that waits parks the thread in
//! `schedule::thread::wait`. [`watch`] ends what would compute for ever.

mod child;
mod choice;
mod ending;
mod functions;
mod guard;
mod host;
mod meet;
mod mobile;
mod plug;
mod port;
mod spawn;
mod table;
mod watch;

use std::rc::Rc;
use std::sync::Arc;

use csprun_dsl::expr::ScriptCode;
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Scope};

use crate::expr::{process_engine, to_dynamic};
use crate::process::{Ended, Ports};
use crate::value::Value;
use host::Host;
pub(crate) use mobile::ends_alone;

/// Runs a script to its end on ports that become its own.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub(crate) fn run(code: &Arc<ScriptCode>, ports: Ports) -> Result<(), Ended> {
    on_host(code, ports, |engine, ast, scope, _| engine.run_ast_with_scope(scope, ast))
}

/// Runs one function of a script to its end.
///
/// # Errors
/// As [`run`].
fn run_function(
    code: &Arc<ScriptCode>,
    function: &str,
    arguments: Vec<Value>,
    ports: Ports,
) -> Result<Value, Ended> {
    on_host(code, ports, |engine, ast, scope, host| {
        // Nothing else keeps them: an end retires when the function does not have it any more.
        let arguments: Vec<Dynamic> = arguments.into_iter().map(|token| host.given(&token)).collect();
        let options = CallFnOptions::new().eval_ast(false);
        let value: Dynamic = engine.call_fn_with_options(options, scope, ast, function, arguments)?;
        host::token(&value)
    })
}

/// Runs on ports that become the script's. What it leaves behind ends before the functions that it spawned are waited
/// for: they may wait for that.
fn on_host<R>(
    code: &Arc<ScriptCode>,
    ports: Ports,
    run: impl FnOnce(&Engine, &AST, &mut Scope<'_>, &Host) -> Result<R, Box<EvalAltResult>>,
) -> Result<R, Ended> {
    let host = Host::new(code, ports);
    let ended = {
        let (engine, ast) = prepared(&host)?;
        let mut scope = scope(code);
        let ran = run(&engine, &ast, &mut scope, &host);
        host.ended(ran)
    };
    host.close();
    if !matches!(ended, Ok(_) | Err(Ended::Retired)) {
        host.stop_children();
    }
    match (ended, host.join()) {
        (Err(Ended::Failed(error)), _) => Err(Ended::Failed(error)),
        // The poison or the end that it met may be only what came of that.
        (_, Err(failed)) => Err(failed),
        (ended, Ok(())) => ended,
    }
}

fn prepared(host: &Rc<Host>) -> Result<(Engine, AST), Ended> {
    let engine = engine(host);
    let ast = engine.compile(&host.code.text).map_err(|error| Ended::fail(error.to_string()))?;
    let functions = ast.iter_functions().map(|function| (function.name.to_owned(), function.params.len()));
    host.functions.replace(functions.collect());
    Ok((engine, ast))
}

fn scope(code: &ScriptCode) -> Scope<'static> {
    let mut scope = Scope::new();
    for (name, constant) in &code.constants {
        scope.push_constant_dynamic(name.clone(), to_dynamic(&Value::from(constant)));
    }
    scope
}

fn engine(host: &Rc<Host>) -> Engine {
    let mut engine = process_engine();
    functions::register(&mut engine, host);
    choice::register(&mut engine, host);
    meet::register(&mut engine, host);
    spawn::register(&mut engine, host, run_function);
    watch::register(&mut engine, host);
    parameters(&mut engine, &host.code);
    engine
}

/// Functions of a script see the graph's parameters too, which Rhai keeps to the top level.
fn parameters(engine: &mut Engine, code: &Arc<ScriptCode>) {
    if code.constants.is_empty() || !code.text.contains("fn") {
        return;
    }
    let constants: Vec<(String, Dynamic)> = code
        .constants
        .iter()
        .map(|(name, constant)| (name.clone(), to_dynamic(&Value::from(constant))))
        .collect();
    #[expect(deprecated, reason = "it is volatile, and the version of rhai is exact")]
    engine.on_var(move |name, _, context| {
        if context.scope().contains(name) {
            return Ok(None);
        }
        Ok(constants.iter().find(|(constant, _)| constant == name).map(|(_, value)| value.clone()))
    });
}
