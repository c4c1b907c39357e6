//! kanal, the fastest of the general channels, between threads and between tasks.

use csprun_runtime::benchmark::{BlockingChannel, Scenario, TaskChannel, blocking_peer, task_peer};

/// Adds it wherever it can take part. It has no choice among channels.
pub fn add(scenarios: &mut [Scenario]) {
    blocking_peer::<Kanal>(scenarios);
    task_peer::<KanalAsync>(scenarios);
}

enum Kanal {}

impl BlockingChannel for Kanal {
    const NAME: &'static str = "kanal";
    type Sender = kanal::Sender<u64>;
    type Receiver = kanal::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        kanal::bounded(capacity)
    }

    fn send(to: &Self::Sender, token: u64) -> Option<()> {
        to.send(token).ok()
    }

    fn recv(from: &mut Self::Receiver) -> Option<u64> {
        from.recv().ok()
    }
}

enum KanalAsync {}

impl TaskChannel for KanalAsync {
    const NAME: &'static str = "kanal async";
    type Sender = kanal::AsyncSender<u64>;
    type Receiver = kanal::AsyncReceiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        kanal::bounded_async(capacity)
    }

    async fn send(to: &Self::Sender, token: u64) -> Option<()> {
        to.send(token).await.ok()
    }

    async fn recv(from: &mut Self::Receiver) -> Option<u64> {
        from.recv().await.ok()
    }
}
