//! Processes around the one that is driven: each does so much, then ends as it is told.

use std::time::Duration;

use csprun_dsl::params::Params;
use csprun_dsl::signature::{
    Cost, Doc, Group, NATURAL, ParamSpec, ParamType, PortSpec, PortType, Ports as PortSpecs, Signature,
    Traits,
};
use csprun_dsl::ty::Type;
use csprun_runtime::library::Library;
use csprun_runtime::process::{Asked, Ended, Ports};
use csprun_runtime::value::Value;

/// Why a peer fails.
pub const WHY: &str = "on purpose";

/// The library with the peers.
pub fn with_peers(mut library: Library) -> Library {
    const ANY: PortType = PortType::Is(Type::Any);
    const FEED: PortSpecs = PortSpecs::Fixed(&[PortSpec::output("out", ANY, "the values, again and again")]);
    const TAKE: PortSpecs = PortSpecs::Fixed(&[PortSpec::input("in", ANY, "any tokens")]);
    const ASK: PortSpecs = PortSpecs::Fixed(&[PortSpec::call("call", ANY, "the values, again and again")]);
    const ANSWER: PortSpecs = PortSpecs::Fixed(&[PortSpec::serve("serve", ANY, "the first value for each")]);
    library.add(signature("TestFeed", FEED), |params, ports| Box::pin(feed(params, ports)));
    library.add(signature("TestTake", TAKE), |params, ports| Box::pin(take(params, ports)));
    library.add(signature("TestAsk", ASK), |params, ports| Box::pin(ask(params, ports)));
    library.add(signature("TestAnswer", ANSWER), |params, ports| Box::pin(answer(params, ports)));
    library
}

fn signature(kind: &'static str, ports: PortSpecs) -> Signature {
    const PARAMS: &[ParamSpec] = &[
        ParamSpec::with_default("values", ParamType::Constants, "[0]", "what it gives"),
        ParamSpec::required("n", NATURAL, "how often it does something"),
        ParamSpec::required("fails", ParamType::Bool, "whether it fails then"),
        ParamSpec::required("rank", NATURAL, "when it ends, among the peers"),
        ParamSpec::required("seed", NATURAL, "of its pauses; 0: it makes none"),
    ];
    let traits = Traits { determinate: false, ..Traits::KAHN };
    Signature { kind, group: Group::User, doc: Doc::NONE, ports, params: PARAMS, cost: Cost::Light, traits }
}

async fn feed(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut out = ports.output("out");
    for (at, value) in (0..params.int("n")).zip(values(&params).iter().cycle()) {
        pause(&params, ports, at).await?;
        out.send(value.clone()).await?;
    }
    end(&params, ports).await
}

async fn take(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    for at in 0..params.int("n") {
        pause(&params, ports, at).await?;
        input.recv().await?;
    }
    end(&params, ports).await
}

async fn ask(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut call = ports.call("call");
    for (at, value) in (0..params.int("n")).zip(values(&params).iter().cycle()) {
        pause(&params, ports, at).await?;
        call.call(value.clone()).await?;
    }
    end(&params, ports).await
}

async fn answer(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut serve = ports.serve("serve");
    let values = values(&params);
    for at in 0..params.int("n") {
        pause(&params, ports, at).await?;
        if let Asked::Request(caller, _) = serve.next().await? {
            serve.reply(caller, values[0].clone())?;
        }
    }
    end(&params, ports).await
}

fn values(params: &Params) -> Vec<Value> {
    params.constants("values").iter().map(Value::from).collect()
}

/// Now and then, some time.
async fn pause(params: &Params, ports: &Ports, at: i64) -> Result<(), Ended> {
    let seed = params.int("seed");
    let bits = Value::from(vec![Value::from(seed), Value::from(at), Value::from(ports.name())]).hash_stable();
    if seed > 0 && bits % 3 == 0 {
        ports.sleep(Duration::from_micros(bits % 700)).await?;
    }
    Ok(())
}

async fn end(params: &Params, ports: &Ports) -> Result<(), Ended> {
    let rank = u64::try_from(params.int("rank")).expect("a rank is natural");
    if rank > 0 {
        ports.sleep(Duration::from_millis(50 * rank)).await?;
    }
    if params.bool("fails") { Err(Ended::fail(WHY)) } else { Ok(()) }
}
