//! Guards as a script makes them: values, until a choice is made among them.

use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, Map};

use super::ending::mistake;
use super::mobile;

/// A guard.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) what: What,
    /// Its precondition.
    pub(super) on: bool,
}

#[derive(Clone)]
pub(super) enum What {
    /// A port or an end alone: an input, or a port that serves.
    Incoming(Dynamic),
    Input(Dynamic),
    Output(Dynamic, Dynamic),
    Request(Dynamic),
    Barrier(ImmutableString),
    Timeout(Dynamic),
    Skip,
}

/// Adds what makes guards to an engine.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Guard>("guard");
    engine.register_fn("input", |port: Dynamic| Guard::of(What::Input(port)));
    engine.register_fn("output", |port: Dynamic, value: Dynamic| Guard::of(What::Output(port, value)));
    engine.register_fn("request", |port: Dynamic| Guard::of(What::Request(port)));
    engine.register_fn("barrier", |name: ImmutableString| Guard::of(What::Barrier(name)));
    engine.register_fn("timeout", |duration: Dynamic| Guard::of(What::Timeout(duration)));
    engine.register_fn("skip", || Guard::of(What::Skip));
    engine.register_fn("when", |guard: Guard, on: bool| Guard { on: guard.on && on, ..guard });
    engine.register_fn("when", |port: ImmutableString, on: bool| Guard {
        what: What::Incoming(port.into()),
        on,
    });
}

impl Guard {
    /// One that takes part.
    pub(super) fn of(what: What) -> Guard {
        Guard { what, on: true }
    }

    /// A guard, or a port that is one by itself.
    pub(super) fn from_value(value: &Dynamic) -> Result<Guard, Box<EvalAltResult>> {
        if let Some(guard) = value.read_lock::<Guard>() {
            return Ok(guard.clone());
        }
        if value.is_string() || mobile::of(value).is_some() {
            return Ok(Guard::of(What::Incoming(value.clone())));
        }
        let given = value.type_name();
        Err(mistake(format!("a {given} is no guard: write `input(port)`, `output(port, x)`, ..")))
    }

    /// Its port, or its barrier.
    fn port(&self) -> Option<Dynamic> {
        match &self.what {
            What::Incoming(port) | What::Input(port) | What::Output(port, _) | What::Request(port) => {
                Some(port.clone())
            }
            What::Barrier(name) => Some(name.clone().into()),
            What::Timeout(_) | What::Skip => None,
        }
    }

    /// Whether it is over for good when its port is.
    pub(super) fn can_retire(&self) -> bool {
        !matches!(self.what, What::Timeout(_) | What::Skip)
    }

    /// What `fair_select` knows it by: its port and what it does there, or its place.
    pub(super) fn key(&self, index: usize) -> String {
        let does = match &self.what {
            What::Output(..) => "out",
            What::Barrier(_) => "barrier",
            _ => "in",
        };
        match self.port().and_then(|port| port.into_immutable_string().ok()) {
            Some(name) => format!("{name} {does}"),
            None => index.to_string(),
        }
    }

    /// What the script gets when it was chosen: `#{index, kind, port, value}`.
    pub(super) fn chosen(&self, index: usize, kind: &'static str, value: Dynamic) -> Dynamic {
        let mut chosen = Map::new();
        chosen.insert("index".into(), i64::try_from(index).unwrap_or(i64::MAX).into());
        chosen.insert("kind".into(), kind.into());
        chosen.insert("port".into(), self.port().unwrap_or(Dynamic::UNIT));
        chosen.insert("value".into(), value);
        Dynamic::from_map(chosen)
    }
}
