//! The processes around the copies of a replicated process: they deal tokens to them and collect what they make.

use std::collections::VecDeque;
use std::sync::Arc;

use csprun_dsl::expr::Compiled;
use csprun_dsl::network::{Collect, Deal};
use csprun_dsl::plan::{ProcessPlan, Role, TURN};

use crate::expr::Evaluator;
use crate::library::Library;
use crate::library::batch::N_BATCH;
use crate::process::{Ended, In, Out, Ports, Start, send_to_all};
use crate::value::Value;

/// What is not available; `None`: unknown kind.
pub(crate) struct Missing(pub(crate) &'static str);

/// The body of a process, with its parameters.
pub(crate) fn start_of(process: &ProcessPlan, library: &Library) -> Result<Start, Missing> {
    let params = process.params.clone();
    Ok(match &process.role {
        Role::Kind(signature) => {
            library.start(signature.kind, params).ok_or(Missing("a body of its kind"))?
        }
        Role::Deal(Deal::RoundRobin) => Box::new(|ports| Box::pin(deal_in_turn(ports))),
        Role::Deal(Deal::All) => Box::new(|ports| Box::pin(deal_to_all(ports))),
        Role::Deal(Deal::Key(key)) => {
            let key = Arc::clone(key);
            Box::new(|ports| Box::pin(deal_by_key(key, ports)))
        }
        Role::Deal(Deal::Any) | Role::Collect(Collect::Any) => {
            return Err(Missing("a process for shared ends"));
        }
        Role::Collect(Collect::RoundRobin) => Box::new(|ports| Box::pin(collect_in_turn(ports))),
        Role::Collect(Collect::InOrder) => Box::new(|ports| Box::pin(collect_firings(ports))),
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

/// Token i goes to copy i modulo n: at once what there is room for, and what is left in the order of the stream, so that
/// no copy waits for tokens behind those of another.
async fn deal_in_turn(ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    let n = outputs.len();
    let mut shares = vec![VecDeque::new(); n];
    let (mut batch, mut turn) = (Vec::new(), 0);
    loop {
        input.recv_ready(&mut batch, N_BATCH).await?;
        for token in batch.drain(..) {
            shares[turn].push_back(outputs[turn].checked(token)?);
            turn = if turn + 1 == n { 0 } else { turn + 1 };
        }
        loop {
            for (output, share) in outputs.iter_mut().zip(&mut shares) {
                if !share.is_empty() {
                    output.send_ready(share)?;
                }
            }
            let Some(copy) = first_left(&shares, turn) else { break };
            let Some(token) = shares[copy].pop_front() else { break };
            outputs[copy].send(token).await?;
        }
    }
}

/// The copy that has the first token of the stream that is left; the next one behind them all is for copy `turn`.
fn first_left(shares: &[VecDeque<Value>], turn: usize) -> Option<usize> {
    let n = shares.len();
    let n_behind = |copy: usize| shares[copy].len() * n - (n + copy - turn) % n;
    (0..n).filter(|&copy| !shares[copy].is_empty()).max_by_key(|&copy| n_behind(copy))
}

/// Tokens with equal keys go to one copy. Those who collect in order are told first: they wait for this copy then, and
/// all that comes before has been dealt, so that nobody waits for what a full copy keeps back.
async fn deal_by_key(key: Arc<Compiled>, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    let mut key = Evaluator::new(&key);
    let n = outputs.len() as u64;
    let mut turns = ports.outputs(TURN);
    let in_order = !turns.is_empty();
    loop {
        let token = input.recv().await?;
        let hash = key.eval(std::slice::from_ref(&token))?.hash_stable();
        let copy = usize::try_from(hash % n).expect("it is below the number of outputs");
        let mut told = 0;
        while let Some(turn) = turns.get_mut(told) {
            match turn.send(copy as i64).await {
                Ok(()) => told += 1,
                // Nobody reads that output any more; what others collect goes on.
                Err(Ended::Retired) => drop(turns.remove(told)),
                Err(other) => return Err(other),
            }
        }
        if in_order && turns.is_empty() {
            return Ok(());
        }
        outputs[copy].send(token).await?;
    }
}

/// Every token goes to every copy.
async fn deal_to_all(ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    loop {
        send_to_all(&mut outputs, input.recv().await?).await?;
    }
}

/// Token i comes from copy i modulo n, and a copy that has retired has no turn any more; or from the copy that has the
/// turn.
async fn collect_in_turn(ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    if let Some(mut turn) = ports.maybe_input(TURN) {
        let mut inputs = ports.inputs("in");
        loop {
            let token = whose(&mut turn, &mut inputs).await?.recv().await?;
            output.send(token).await?;
        }
    }
    // Each with the tokens that it gave and whose turn has not come, the next one last.
    let mut inputs: Vec<(In, Vec<Value>)> =
        ports.inputs("in").into_iter().map(|input| (input, Vec::new())).collect();
    let (mut given, mut turn) = (Vec::new(), 0);
    while !inputs.is_empty() {
        turn = if turn >= inputs.len() { 0 } else { turn };
        let (input, taken) = &mut inputs[turn];
        if taken.is_empty() {
            // Before it may wait.
            output.send_all(&mut given).await?;
            if !input.next_ready(taken, N_BATCH).await? {
                drop(inputs.remove(turn));
                continue;
            }
            taken.reverse();
        }
        given.extend(taken.pop());
        turn += 1;
    }
    output.send_all(&mut given).await
}

/// Firing i comes from copy i modulo n, as a list of what it gave, or from the copy that has the turn. Tokens are dealt
/// in that order, so the copy whose turn it is retires first. What goes to all copies comes from one after the other.
async fn collect_firings(ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
    if let Some(mut turn) = ports.maybe_input(TURN) {
        loop {
            collect_firing(whose(&mut turn, &mut inputs).await?, &mut output).await?;
        }
    }
    loop {
        for input in &mut inputs {
            collect_firing(input, &mut output).await?;
        }
    }
}

/// The input from the copy whose turn it is.
async fn whose<'a>(turn: &mut In, inputs: &'a mut [In]) -> Result<&'a mut In, Ended> {
    let copy = turn.recv().await?.as_i64().and_then(|copy| usize::try_from(copy).ok());
    Ok(copy.and_then(|copy| inputs.get_mut(copy)).expect("who deals knows the copies"))
}

async fn collect_firing(input: &mut In, output: &mut Out) -> Result<(), Ended> {
    let firing = input.recv().await?.into_list();
    let mut given = firing.map_err(|other| Ended::fail(format!("no firing but {other:?}")))?;
    output.send_all(&mut given).await
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use csprun_dsl::expr::{Scope, compile};
    use csprun_dsl::network::{ChannelKind, Collect, Deal};
    use csprun_dsl::plan::Role;
    use csprun_dsl::ty::Type;

    use super::{collect_firings, collect_in_turn, deal_by_key, deal_in_turn, first_left};
    use crate::testing::{Net, Wire, within};
    use crate::value::Value;

    const N_COPIES: usize = 3;

    fn wires(net: &mut Net, name: &str) -> Vec<Wire> {
        (0..N_COPIES).map(|i| net.channel(&format!("{name}[{i}]"), ChannelKind::Buffer(1))).collect()
    }

    fn source(net: &mut Net, n: i64) -> Wire {
        let wire = net.channel("in", ChannelKind::Auto);
        net.process("source", &[], &[wire], move |ports| {
            Box::pin(async move {
                let mut tokens = (0..n).map(Value::from).collect();
                ports.output("out").send_all(&mut tokens).await
            })
        });
        wire
    }

    /// What arrives in the end.
    fn run(mut net: Net, wire: Wire) -> Vec<i64> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&kept);
        net.process("sink", &[wire], &[], move |ports| {
            Box::pin(async move {
                let mut input = ports.input("in");
                while let Some(token) = input.next().await? {
                    keep.lock().unwrap().push(token.as_i64().unwrap());
                }
                Ok(())
            })
        });
        assert_eq!(within(Duration::from_secs(60), move || net.run()).exit_code(), 0);
        Arc::try_unwrap(kept).unwrap().into_inner().unwrap()
    }

    /// Gives `n % 4` tokens for the token `n`, after a while that differs from copy to copy.
    fn fire(net: &mut Net, copy: usize, input: Wire, output: Wire) {
        net.process(&format!("copy[{copy}]"), &[input], &[output], move |ports| {
            Box::pin(async move {
                let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                let mut batch = Vec::new();
                loop {
                    input.recv_ready(&mut batch, 100).await?;
                    for token in batch.drain(..) {
                        let n = token.as_i64().unwrap();
                        ports.sleep(Duration::from_millis((N_COPIES - copy) as u64 / 2)).await?;
                        for _ in 0..n % 4 {
                            output.send(n).await?;
                        }
                    }
                }
            })
        });
    }

    #[test]
    fn firings_come_out_together_in_the_order_of_their_inputs() {
        for n_workers in [1, 2] {
            let mut net = Net::on_workers(n_workers);
            let (from, given, to) =
                (source(&mut net, 50), wires(&mut net, "given"), wires(&mut net, "taken"));
            let deal = net.process("deal", &[from], &given, |ports| Box::pin(deal_in_turn(ports)));
            deal.role = Role::Deal(Deal::RoundRobin);
            (0..N_COPIES).for_each(|copy| fire(&mut net, copy, given[copy], to[copy]));
            let out = net.channel("out", ChannelKind::Auto);
            let collect = net.process("collect", &to, &[out], |ports| Box::pin(collect_firings(ports)));
            collect.role = Role::Collect(Collect::InOrder);
            let expected: Vec<i64> = (0..50).flat_map(|n| (0..n % 4).map(move |_| n)).collect();
            assert_eq!(run(net, out), expected);
        }
    }

    #[test]
    fn what_is_left_is_dealt_in_the_order_of_the_stream() {
        // Tokens 3 to 9 of three copies, and the next one is for copy 1.
        let mut left: Vec<VecDeque<Value>> = [vec![3, 6, 9], vec![4, 7], vec![5, 8]]
            .map(|share| share.into_iter().map(Value::from).collect())
            .into();
        let dealt: Vec<Value> = std::iter::from_fn(|| {
            let copy = first_left(&left, 1)?;
            left[copy].pop_front()
        })
        .collect();
        assert_eq!(dealt, (3..10).map(Value::from).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_dealt_and_collected_in_turn_keeps_its_order() {
        let mut net = Net::on_workers(2);
        let (from, given) = (source(&mut net, 100), wires(&mut net, "given"));
        net.process("deal", &[from], &given, |ports| Box::pin(deal_in_turn(ports))).role =
            Role::Deal(Deal::RoundRobin);
        let out = net.channel("out", ChannelKind::Auto);
        net.process("collect", &given, &[out], |ports| Box::pin(collect_in_turn(ports)));
        assert_eq!(run(net, out), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_copy_that_ends_before_the_others_loses_nothing_of_theirs() {
        let mut net = Net::on_workers(1);
        let (from, given, taken) = (source(&mut net, 12), wires(&mut net, "given"), wires(&mut net, "taken"));
        net.process("deal", &[from], &given, |ports| Box::pin(deal_in_turn(ports))).role =
            Role::Deal(Deal::RoundRobin);
        for copy in 0..N_COPIES {
            net.process(&format!("copy[{copy}]"), &[given[copy]], &[taken[copy]], move |ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    for _ in 0..=copy {
                        output.send(input.recv().await?).await?;
                    }
                    Ok(())
                })
            });
        }
        let out = net.channel("out", ChannelKind::Auto);
        net.process("collect", &taken, &[out], |ports| Box::pin(collect_in_turn(ports)));
        assert_eq!(run(net, out), [0, 1, 2, 4, 5, 8]);
    }

    #[test]
    fn equal_keys_go_to_one_copy() {
        let scope = Scope { variables: vec![("x".to_owned(), Type::I64)], ..Scope::default() };
        let key = Arc::new(compile("x % 10", &scope).expect("an expression"));
        let mut net = Net::on_workers(1);
        let (from, given) = (source(&mut net, 100), wires(&mut net, "given"));
        let deal = net.process("deal", &[from], &given, move |ports| Box::pin(deal_by_key(key, ports)));
        deal.role = Role::Deal(Deal::Key(Arc::new(compile("x", &scope).expect("an expression"))));
        let out = net.channel("out", ChannelKind::Auto);
        for (copy, wire) in (0..).zip(&given) {
            net.process(&format!("copy[{copy}]"), &[*wire], &[out], move |ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    loop {
                        let n = input.recv().await?.as_i64().unwrap();
                        output.send(n % 10 * 100 + copy).await?;
                    }
                })
            });
        }
        let mut seen = run(net, out);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 10, "each key at one copy: {seen:?}");
    }
}
