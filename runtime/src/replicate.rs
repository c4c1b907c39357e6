//! The processes around the copies of a replicated process: they deal tokens to them and collect what they make.

use csprun_dsl::network::{Collect, Deal};
use csprun_dsl::plan::{ProcessPlan, Role};

use crate::library::Library;
use crate::process::{Ended, Ports, Start, send_to_all};

/// What is not available; `None`: unknown kind.
pub(crate) struct Missing(pub(crate) &'static str);

/// The body of a process, with its parameters.
pub(crate) fn start_of(process: &ProcessPlan, library: &Library) -> Result<Start, Missing> {
    let params = process.params.clone();
    Ok(match &process.role {
        Role::Kind(signature) => {
            let body = library.body(signature.kind).ok_or(Missing("a body of its kind"))?;
            Box::new(move |ports| body(params, ports))
        }
        Role::Deal(Deal::RoundRobin) => Box::new(|ports| Box::pin(deal_in_turn(ports))),
        Role::Deal(Deal::All) => Box::new(|ports| Box::pin(deal_to_all(ports))),
        Role::Deal(Deal::Key(_)) => return Err(Missing("`deal: Key`")),
        Role::Deal(Deal::Any) | Role::Collect(Collect::Any) => {
            return Err(Missing("a process for shared ends"));
        }
        Role::Collect(Collect::RoundRobin) => Box::new(|ports| Box::pin(collect_in_turn(ports))),
        Role::Collect(Collect::InOrder) => return Err(Missing("`collect: InOrder`")),
    })
}

/// Whether a process goes on until all its outputs have retired (E2a).
pub(crate) fn when_all_retired(role: &Role) -> bool {
    match role {
        Role::Kind(signature) => signature.traits.when_all_retired,
        Role::Deal(_) => true,
        Role::Collect(_) => false,
    }
}

/// Token i goes to copy i modulo n.
async fn deal_in_turn(ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    loop {
        for output in &mut outputs {
            output.send(input.recv().await?).await?;
        }
    }
}

/// Every token goes to every copy.
async fn deal_to_all(ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    loop {
        send_to_all(&mut outputs, input.recv().await?).await?;
    }
}

/// Token i comes from copy i modulo n. With one token out for one in, the copy whose turn it is retires first.
async fn collect_in_turn(ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
    loop {
        for input in &mut inputs {
            output.send(input.recv().await?).await?;
        }
    }
}
