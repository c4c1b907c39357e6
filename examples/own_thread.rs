//! A network that serves the program around it: `shared_channel` gives ends that any thread may use.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use csprun_runtime::compose::{Kind, Network, shared_channel};
use csprun_runtime::{StartError, wait};

fn main() -> Result<(), StartError> {
    let (to_network, questions) = shared_channel::<u64>(Kind::Rendezvous);
    let (answers, from_network) = shared_channel::<u64>(Kind::Rendezvous);

    let mut net = Network::new("service");
    net.process("square", (), move |()| async move {
        while let Ok(n) = questions.recv().await {
            answers.send(n * n).await?;
        }
        Ok(())
    });
    let run = net.start()?;

    // `wait` blocks this thread; it fails only on a thread of a run that is stopped.
    for n in 1..=3 {
        let Ok(Ok(())) = wait(to_network.send(n)) else { break };
        let Ok(Ok(square)) = wait(from_network.recv()) else { break };
        println!("{n} * {n} = {square}");
    }
    // The program's end retires, and so the network comes to its end.
    to_network.retire();
    assert_eq!(run.wait().exit_code(), 0);
    Ok(())
}
