//! Adds a kind of process to the library: one constant that declares it, one function that does it.

use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{
    Cost, Doc, Group, PortSpec, PortType, Ports as PortsOf, Rate, Signature, Traits,
};
use csprun_dsl::span::{ReadError, Sources};
use csprun_dsl::ty::Type;
use csprun_runtime::library::library;
use csprun_runtime::process::{Ended, Params, Ports};

const COLLATZ: Signature = Signature {
    kind: "Collatz",
    group: Group::User,
    doc: Doc { summary: "Gives the way of each number down to 1.", ..Doc::NONE },
    ports: PortsOf::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::I64), "positive numbers"),
        PortSpec::output("out", PortType::Is(Type::I64), "all numbers on their ways").rate(Rate::Dynamic),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

async fn collatz(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    loop {
        // `?` is the whole of termination: at the end of the stream the process ends.
        let mut n = input.recv().await?.as_i64().ok_or_else(|| Ended::fail("not an integer"))?;
        while n > 1 {
            output.send(n).await?;
            n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        }
        output.send(1).await?;
    }
}

const GRAPH: &str = r#"Network(
    processes: { "start": (run: Values(values: [6])), "way": (run: Collatz()), "print": (run: Print()) },
    channels: [ (from: "start", to: "way"), (from: "way", to: "print") ],
)"#;

struct Inline;

impl Sources for Inline {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), GRAPH.to_owned()))
    }
}

fn main() {
    let mut library = library();
    library.add(COLLATZ, |params, ports| Box::pin(collatz(params, ports)));
    let (network, found) = csprun_dsl::check("inline", &Inline, library.catalog(), &Request::default());
    let (plan, _) = csprun_dsl::plan(&network, &Machine::with_workers(1));
    let plan = plan.unwrap_or_else(|| panic!("{found:?}"));
    let run = csprun_runtime::start(&plan, &library, &Default::default()).expect("a thread to run on");
    assert_eq!(run.wait().exit_code(), 0);
}
