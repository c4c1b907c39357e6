//! How a port's end goes through a script: as a value that is thrown, may be caught, and ends the process as `?`
//! does in Rust when nobody catches it (SEMANTICS E7).

use csprun_dsl::expr::ScriptCode;
use rhai::{Dynamic, EvalAltResult, ImmutableString, Position};

use crate::channel::{Gone, Poison};
use crate::expr::{message_of, token_of};
use crate::process::Ended;

/// What a function of a script gives.
pub(super) type Outcome = Result<Dynamic, Box<EvalAltResult>>;

/// The end of a port: what `catch (e)` catches.
#[derive(Clone, Debug)]
pub(super) struct PortEnd {
    pub(super) port: ImmutableString,
    pub(super) gone: Gone,
}

impl PortEnd {
    fn poison(&self) -> Option<&Poison> {
        match &self.gone {
            Gone::Poisoned(poison) => Some(poison),
            Gone::Retired => None,
        }
    }

    /// `retired` or `poisoned`.
    pub(super) fn kind(&self) -> &'static str {
        if self.poison().is_some() { "poisoned" } else { "retired" }
    }

    /// In a sentence.
    pub(super) fn message(&self) -> String {
        match &self.gone {
            Gone::Retired => format!("port `{}` is retired", self.port),
            Gone::Poisoned(poison) => format!("port `{}` is {poison}", self.port),
        }
    }

    /// Who poisoned; empty when nobody did.
    pub(super) fn who(&self) -> String {
        self.poison().map_or_else(String::new, |poison| poison.cause().who.clone())
    }

    /// Why.
    pub(super) fn why(&self) -> String {
        self.poison().map_or_else(String::new, |poison| poison.cause().what.clone())
    }

    /// With what strength; 0 when nobody did.
    pub(super) fn strength(&self) -> i64 {
        self.poison().map_or(0, |poison| i64::from(poison.strength()))
    }
}

/// A mistake of the script, on its way through Rhai, which adds the place.
pub(super) fn mistake(message: impl Into<String>) -> Box<EvalAltResult> {
    let message: String = message.into();
    Box::new(EvalAltResult::ErrorRuntime(message.into(), Position::NONE))
}

/// Ends the script; nothing catches it. The host keeps what it ends with.
pub(super) fn terminated() -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE))
}

/// Throws what an operation on a port gave instead of a token.
pub(super) fn thrown(port: &str, ended: Ended) -> Box<EvalAltResult> {
    let gone = match ended {
        Ended::Retired => Gone::Retired,
        Ended::Poisoned(poison) => Gone::Poisoned(poison),
        Ended::Failed(error) => return mistake(error.to_string()),
    };
    let end = PortEnd { port: port.into(), gone };
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(end), Position::NONE))
}

/// What became of a process whose script was left by `error`.
pub(super) fn ended_by(error: EvalAltResult, code: &ScriptCode) -> Ended {
    let mut error = error;
    let mut position = error.position();
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = error {
        error = *inner;
        if !error.position().is_none() {
            position = error.position();
        }
    }
    let message = match error {
        EvalAltResult::ErrorRuntime(value, _) => match value.read_lock::<PortEnd>() {
            Some(end) => return end.gone.clone().into(),
            None => token_of(&value).map_or_else(|why| why, |token| token.to_string()),
        },
        other => message_of(other),
    };
    Ended::fail(format!("{message}{}", place(position, code)))
}

/// ` (graph.ron:7:9, "send(\"out\", x);")`.
pub(super) fn place(position: Position, code: &ScriptCode) -> String {
    let Some(line) = position.line() else { return String::new() };
    let column = position.position().unwrap_or(1);
    let text = code.text.lines().nth(line.saturating_sub(1)).unwrap_or("").trim();
    let (line, column) = code.home.place(&code.text, line, column);
    format!(", at {}:{line}:{column} in `{text}`", code.home.file)
}
