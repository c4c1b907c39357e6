//! The examples of E0903 and E0906, which need more than a graph file: a kind of one's own, and a signal.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use csprun_dsl::diagnostic::Code;
use csprun_dsl::diagnostic::explain::explain;
use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Cost, Doc, Group, PortSpec, PortType, Ports as PortsOf, Signature, Traits};
use csprun_dsl::ty::Type;
use csprun_runtime::library::library;
use csprun_runtime::process::{Ended, Params, Ports};
use csprun_runtime::{Options, Outcome};

use crate::csprun::{csprun, file, finish};
use crate::given::Texts;

const UNLUCKY: Signature = Signature {
    kind: "Unlucky",
    group: Group::User,
    doc: Doc { summary: "Panics.", ..Doc::NONE },
    ports: PortsOf::Fixed(&[PortSpec::input("in", PortType::Is(Type::Any), "anything")]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

async fn unlucky(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let token = ports.input("in").recv().await?;
    panic!("no luck with {token}");
}

#[test]
fn the_example_of_a_panic_panics() {
    let example = explain(Code::E0903).example;
    let texts = Texts([("graph.ron".to_owned(), example.files[0].1.to_owned())].into());
    let mut library = library();
    library.add(UNLUCKY, |params, ports| Box::pin(unlucky(params, ports)));
    let (network, _) = csprun_dsl::check("graph.ron", &texts, library.catalog(), &Request::default());
    let plan = csprun_dsl::plan(&network, &Machine::with_workers(2)).0.unwrap();
    let report = csprun_runtime::start(&plan, &library, &Options::default()).unwrap().wait();
    assert_eq!((report.outcome, report.exit_code()), (Outcome::Failed, 1));
    let [said] = &report.diagnostics[..] else { panic!("{:?}", report.diagnostics) };
    assert_eq!(said.code, Code::E0903);
    assert!(said.message.starts_with("`own` panicked: no luck with 0 (at "), "{}", said.message);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`kill` is waited for")]
fn the_example_of_an_interrupt_goes_on_until_it_comes() {
    let graph = file("E0906.ron", explain(Code::E0906).example.files[0].1);
    let mut child = csprun([&graph]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "0\n");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    while stdout.read_line(&mut line).unwrap() > 0 {
        line.clear();
    }
    finish(child).with_code(130).complaining_of(&["error[E0906]"]);
}
