//! Calls: customers ask a bank, which serves one request at a time and remembers whose money is where.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;

use csprun_runtime::StartError;
use csprun_runtime::compose::{Network, Plug};
use csprun_runtime::process::{Client, Ended, Server};

/// What a customer asks for.
enum Order {
    Deposit(u64),
    Transfer { to: &'static str, amount: u64 },
}

/// Serves until the last customer has left.
async fn bank(mut customers: Server<Order, u64>) -> Result<(), Ended> {
    let mut accounts: BTreeMap<String, u64> = BTreeMap::new();
    loop {
        let (customer, order) = customers.request().await?;
        let name = customers.name_of(customer).to_owned();
        let balance = accounts.get(&name).copied().unwrap_or(0);
        let balance = match order {
            Order::Deposit(amount) => balance + amount,
            Order::Transfer { amount, .. } if amount > balance => {
                customers.refuse(customer, &format!("{name} has {balance}, not {amount}"))?;
                continue;
            }
            Order::Transfer { to, amount } => {
                *accounts.entry(to.to_owned()).or_default() += amount;
                balance - amount
            }
        };
        accounts.insert(name, balance);
        customers.reply(customer, balance)?;
    }
}

async fn ada(mut bank: Client<Order, u64>) -> Result<(), Ended> {
    println!("ada has {}", bank.call(Order::Deposit(100)).await?);
    println!("ada has {}", bank.call(Order::Transfer { to: "bob", amount: 30 }).await?);
    let refused = bank.call(Order::Transfer { to: "bob", amount: 80 }).await;
    println!("{}", refused.expect_err("that is more than there is"));
    Ok(())
}

fn main() -> Result<(), StartError> {
    let mut net = Network::new("bank");
    let (call, serve) = net.calls("orders");
    net.process("bank", serve, bank);
    net.process("bob", call.join(), |mut bank| async move {
        bank.call(Order::Deposit(1)).await?;
        Ok(())
    });
    net.process("ada", call, ada);
    assert_eq!(net.run()?.exit_code(), 0);
    Ok(())
}
