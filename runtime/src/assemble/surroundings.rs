//! What all processes of a run share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::process::{Identity, Kinds, Sink, Source};
use crate::schedule::activity::Activity;
use crate::value::Value;

/// What all processes of a run share.
pub(crate) struct Surroundings {
    pub(crate) seed: u64,
    pub(crate) stdin: Option<Source>,
    pub(crate) stdout: Sink,
    pub(crate) stderr: Sink,
    /// Processes whose standard output is copied.
    pub(crate) captured: BTreeMap<String, Arc<Mutex<Vec<u8>>>>,
    pub(crate) activity: Arc<Activity>,
    /// What processes may start.
    pub(crate) kinds: Arc<dyn Kinds>,
}

impl Surroundings {
    /// What the process of that name is.
    pub(super) fn identity(&self, name: &str) -> Identity {
        Identity {
            name: name.to_owned(),
            seed: Value::from(vec![Value::from(self.seed.cast_signed()), Value::from(name)]).hash_stable(),
            stdin: self.stdin.clone(),
            stdout: Arc::clone(&self.stdout),
            stderr: Arc::clone(&self.stderr),
            copy: self.captured.get(name).cloned(),
            activity: Arc::clone(&self.activity),
            kinds: Arc::clone(&self.kinds),
            way: Arc::default(),
        }
    }
}
