//! Feeds numbers into the network of a graph file and takes numbers out of it, by kinds that capture ends of channels.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Cost, Doc, Group, PortSpec, PortType, Ports as PortsOf, Signature, Traits};
use csprun_dsl::ty::Type;
use csprun_runtime::compose::{Kind, shared_channel};
use csprun_runtime::{Files, library::library, wait};

const NUMBERS: PortType = PortType::Is(Type::I64);
const OUT: &[PortSpec] = &[PortSpec::output("out", NUMBERS, "what the program sends")];
const IN: &[PortSpec] = &[PortSpec::input("in", NUMBERS, "what the program gets")];

fn kind(kind: &'static str, ports: &'static [PortSpec]) -> Signature {
    let (ports, traits) = (PortsOf::Fixed(ports), Traits { determinate: false, ..Traits::KAHN });
    Signature { kind, group: Group::User, doc: Doc::NONE, ports, params: &[], cost: Cost::Light, traits }
}

fn main() {
    let (to_feed, fed) = shared_channel::<i64>(Kind::Rendezvous);
    let (taken, from_take) = shared_channel(Kind::Rendezvous);
    let mut library = library();
    // Each process of a kind has an end of its own; the one that is captured lives as long as the library.
    library.add(kind("Feed", OUT), move |_, ports| {
        let (fed, mut output) = (fed.clone(), ports.output("out"));
        Box::pin(async move {
            loop {
                output.send(fed.recv().await?).await?;
            }
        })
    });
    library.add(kind("Take", IN), move |_, ports| {
        let (taken, mut input) = (taken.clone(), ports.input("in"));
        Box::pin(async move {
            loop {
                taken.send(input.recv().await?).await?;
            }
        })
    });
    let graph = "examples/feed_and_take.ron";
    let (network, found) = csprun_dsl::check(graph, &Files, library.catalog(), &Request::default());
    let plan = csprun_dsl::plan(&network, &Machine::with_workers(1)).0.unwrap_or_else(|| panic!("{found:?}"));
    let run = csprun_runtime::start(&plan, &library, &Default::default()).expect("a thread to run on");
    for n in 1..=4 {
        wait(to_feed.send(n)).expect("no process of a run").expect("it is fed");
        println!("{}", wait(from_take.recv()).expect("no process of a run").expect("it is taken"));
    }
    to_feed.retire();
    assert_eq!(run.wait().exit_code(), 0);
}
