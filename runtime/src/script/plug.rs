//! The ends that a script gives to a process which it spawns, by the ports of that process.

use rhai::{Dynamic, EvalAltResult, Map};

use super::host::Host;
use super::port::Port;
use super::table::{Sort, Taken};
use crate::process::{In, Living, Out, PreparedPort, Slot};

/// Ends, each with the name of the port that it is for: `in`, `in[2]`. They are the script's until they are plugged.
#[derive(Default)]
pub(super) struct Plugged {
    inputs: Vec<(String, Taken<In>)>,
    outputs: Vec<(String, Taken<Out>)>,
}

impl Plugged {
    /// Takes them from the script: an end or a port of its own for each port, or a list of them.
    pub(super) fn take(host: &Host, ports: Map) -> Result<Plugged, Box<EvalAltResult>> {
        let mut plugged = Plugged::default();
        for (name, value) in ports {
            let ends: Vec<(String, Dynamic)> = match value.read_lock::<rhai::Array>() {
                Some(ends) => {
                    let named = |(at, end): (usize, &Dynamic)| (format!("{name}[{at}]"), end.clone());
                    ends.iter().enumerate().map(named).collect()
                }
                None => vec![(name.to_string(), value.clone())],
            };
            for (port, end) in ends {
                if let Err(error) = plugged.add(host, port, &end) {
                    plugged.put_back(host);
                    return Err(error);
                }
            }
        }
        Ok(plugged)
    }

    fn add(&mut self, host: &Host, port: String, end: &Dynamic) -> Result<(), Box<EvalAltResult>> {
        if host.table.has::<Out>(end) {
            self.outputs.push((port, open(host, end)?));
        } else {
            self.inputs.push((port, open(host, end)?));
        }
        Ok(())
    }

    /// The names of inputs and of outputs.
    pub(super) fn names(&self) -> (Vec<String>, Vec<String>) {
        fn names<E>(ends: &[(String, Taken<E>)]) -> Vec<String> {
            ends.iter().map(|(name, _)| name.clone()).collect()
        }
        (names(&self.inputs), names(&self.outputs))
    }

    /// Gives all of them back to the script.
    pub(super) fn put_back(self, host: &Host) {
        self.inputs.into_iter().for_each(|(_, taken)| host.table.put(taken));
        self.outputs.into_iter().for_each(|(_, taken)| host.table.put(taken));
    }

    /// Plugs them into the ports, in their order; the script has them no more.
    pub(super) fn plug(
        self,
        host: &Host,
        inputs: Vec<PreparedPort>,
        outputs: Vec<PreparedPort>,
        living: Option<&Living>,
    ) -> (Vec<Slot<In>>, Vec<Slot<Out>>) {
        let input = |((_, taken), port): ((String, Taken<In>), PreparedPort)| {
            let end = given_away(host, taken).map(|end| end.plugged(port.check));
            Slot { name: port.name, index: port.index, port: end }
        };
        let output = |((_, taken), port): ((String, Taken<Out>), PreparedPort)| {
            let end = given_away(host, taken).map(|end| end.plugged(living.cloned()));
            Slot { name: port.name, index: port.index, port: end }
        };
        (
            self.inputs.into_iter().zip(inputs).map(input).collect(),
            self.outputs.into_iter().zip(outputs).map(output).collect(),
        )
    }
}

/// Takes an end that the script has not ended.
fn open<E: Sort>(host: &Host, end: &Dynamic) -> Result<Taken<E>, Box<EvalAltResult>> {
    host.table.with(end, |port: &mut Port<E>, name| port.open(name).map(drop))?;
    host.table.take(end)
}

/// The end out of its port, of which the script knows that it is gone.
fn given_away<E: Sort>(host: &Host, mut taken: Taken<E>) -> Option<E> {
    let end = taken.port.end.take();
    if taken.is_named() {
        host.table.put(taken);
    }
    end
}
