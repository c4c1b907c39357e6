//! One port of a script, and what the script knows of it.

use rhai::EvalAltResult;

use super::ending::{mistake, thrown};
use crate::channel::Poison;
use crate::process::Ended;

/// One port of a script: an end, until the script ends it.
pub(super) struct Port<E> {
    /// `None`: the script has ended it.
    pub(super) end: Option<E>,
    /// The script poisoned it.
    pub(super) poison: Option<Poison>,
    /// The script was told of its end.
    pub(super) told: bool,
    /// ... which was that of a stream.
    pub(super) retired: bool,
}

impl<E> Port<E> {
    pub(super) fn new(end: E) -> Port<E> {
        Port { end: Some(end), poison: None, told: false, retired: false }
    }

    /// The end, unless the script has ended it.
    pub(super) fn open(&mut self, name: &str) -> Result<&mut E, Box<EvalAltResult>> {
        match (&mut self.end, &self.poison) {
            (Some(end), _) => Ok(end),
            (None, Some(poison)) => Err(thrown(name, Ended::Poisoned(poison.clone()))),
            (None, None) => Err(mistake(format!("the script has retired port `{name}`, or given it away"))),
        }
    }

    /// Poisons the end, unless the script has ended it.
    pub(super) fn poison(&mut self, poison: &Poison, way: fn(E, Poison)) {
        if let Some(end) = self.end.take() {
            self.poison = Some(poison.clone());
            way(end, poison.clone());
        }
    }

    /// Remembers what the script is told of the end.
    pub(super) fn refused(&mut self, name: &str, ended: Ended) -> Box<EvalAltResult> {
        self.told |= !matches!(ended, Ended::Failed(_));
        self.retired |= matches!(ended, Ended::Retired);
        thrown(name, ended)
    }

    /// Whether the script knows that nothing more goes through.
    pub(super) fn is_retired(&self) -> bool {
        self.retired || self.end.is_none() && self.poison.is_none()
    }
}
