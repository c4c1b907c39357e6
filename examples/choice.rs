//! Choice: a buffer that takes or gives, whichever its neighbours want, and a reader that waits only so long.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::VecDeque;
use std::time::Duration;

use csprun_runtime::StartError;
use csprun_runtime::alt::{Alt, Guard, Timeout};
use csprun_runtime::channel::{Receiver, Sender};
use csprun_runtime::compose::{Kind, Network};
use csprun_runtime::process::Ended;

/// Holds up to three tokens: it takes while there is room, gives while there is something to give.
async fn buffer(mut input: Receiver<u32>, mut output: Sender<u32>) -> Result<(), Ended> {
    let mut held = VecDeque::new();
    loop {
        let mut take = input.guard();
        take.when(held.len() < 3);
        let mut give = output.guard(held.front().copied().unwrap_or(0));
        give.when(!held.is_empty());
        match Alt::new(&mut [&mut take, &mut give]).select().await? {
            0 => held.push_back(take.take()?),
            _ => {
                give.take()?;
                held.pop_front();
            }
        }
    }
}

/// Prints what comes, until nothing has come for a third of a second.
async fn impatient((mut input, _more): (Receiver<u32>, Sender<()>)) -> Result<(), Ended> {
    loop {
        let (mut token, mut late) = (input.guard(), Timeout::after(Duration::from_millis(333)));
        match Alt::new(&mut [&mut token, &mut late]).pri_select().await? {
            0 => println!("{}", token.take()?),
            _ => break println!("nothing more"),
        }
    }
    Ok(())
}

fn main() -> Result<(), StartError> {
    let mut net = Network::new("choice");
    let (numbers, to_buffer) = net.channel("numbers", Kind::Rendezvous);
    let (buffered, to_reader) = net.channel("buffered", Kind::Rendezvous);
    let (more, wanted) = net.channel("more", Kind::Rendezvous);
    net.process("source", (numbers, wanted), |(mut to, mut wanted)| async move {
        for n in 1..=5 {
            to.send(n).await?;
        }
        // A pause, and no end of stream, until nobody wants more.
        Ok(wanted.recv().await?)
    });
    net.process("buffer", (to_buffer, buffered), |(input, output)| buffer(input, output));
    net.process("reader", (to_reader, more), impatient);
    assert_eq!(net.run()?.exit_code(), 0);
    Ok(())
}
