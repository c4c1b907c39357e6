//! Channels of others, as the scenarios use them: `None` from a send or a receive when the other side has gone.

use std::pin::Pin;
use std::sync::mpsc as std_mpsc;
use std::task::{Context, Poll};

use tokio::sync::mpsc as tokio_mpsc;

/// A channel between threads.
pub trait BlockingChannel: 'static {
    /// What the table calls it.
    const NAME: &'static str;
    /// The end that sends.
    type Sender: Clone + Send + 'static;
    /// The end that receives.
    type Receiver: Send + 'static;

    /// A channel with that many slots; 0 is a rendezvous.
    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver);
    /// Sends.
    fn send(to: &Self::Sender, token: u64) -> Option<()>;
    /// Receives.
    fn recv(from: &mut Self::Receiver) -> Option<u64>;
}

/// Channels between threads that a reader can choose among.
pub trait BlockingChoice: BlockingChannel {
    /// Receives from any of them: its index and the token.
    fn choose(from: &mut [Self::Receiver]) -> Option<(usize, u64)>;
}

/// A channel between tasks of one thread, or of two.
pub trait TaskChannel: 'static {
    /// What the table calls it.
    const NAME: &'static str;
    /// The end that sends.
    type Sender: Clone + Send + Sync + 'static;
    /// The end that receives.
    type Receiver: Send + 'static;

    /// A channel with that many slots, or the fewest that the channel can have.
    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver);
    /// Sends.
    fn send(to: &Self::Sender, token: u64) -> impl Future<Output = Option<()>> + Send;
    /// Receives.
    fn recv(from: &mut Self::Receiver) -> impl Future<Output = Option<u64>> + Send;
}

/// Channels between tasks that a reader can choose among.
pub trait TaskChoice: TaskChannel {
    /// Receives if a token is there; else the task is woken when one comes.
    fn poll_recv(from: &mut Self::Receiver, cx: &mut Context<'_>) -> Poll<Option<u64>>;
}

/// crossbeam-channel.
#[derive(Debug)]
pub enum Crossbeam {}

impl BlockingChannel for Crossbeam {
    const NAME: &'static str = "crossbeam";
    type Sender = crossbeam_channel::Sender<u64>;
    type Receiver = crossbeam_channel::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        crossbeam_channel::bounded(capacity)
    }

    fn send(to: &Self::Sender, token: u64) -> Option<()> {
        to.send(token).ok()
    }

    fn recv(from: &mut Self::Receiver) -> Option<u64> {
        from.recv().ok()
    }
}

impl BlockingChoice for Crossbeam {
    fn choose(from: &mut [Self::Receiver]) -> Option<(usize, u64)> {
        let mut select = crossbeam_channel::Select::new();
        for receiver in &*from {
            select.recv(receiver);
        }
        let chosen = select.select();
        let idx = chosen.index();
        Some((idx, chosen.recv(&from[idx]).ok()?))
    }
}

/// The channel of the standard library.
#[derive(Debug)]
pub enum StdMpsc {}

impl BlockingChannel for StdMpsc {
    const NAME: &'static str = "std mpsc";
    type Sender = std_mpsc::SyncSender<u64>;
    type Receiver = std_mpsc::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        std_mpsc::sync_channel(capacity)
    }

    fn send(to: &Self::Sender, token: u64) -> Option<()> {
        to.send(token).ok()
    }

    fn recv(from: &mut Self::Receiver) -> Option<u64> {
        from.recv().ok()
    }
}

/// tokio's mpsc, which has no rendezvous: where one is asked for it has one slot.
#[derive(Debug)]
pub enum TokioMpsc {}

impl TaskChannel for TokioMpsc {
    const NAME: &'static str = "tokio mpsc";
    type Sender = tokio_mpsc::Sender<u64>;
    type Receiver = tokio_mpsc::Receiver<u64>;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        tokio_mpsc::channel(capacity.max(1))
    }

    async fn send(to: &Self::Sender, token: u64) -> Option<()> {
        to.send(token).await.ok()
    }

    async fn recv(from: &mut Self::Receiver) -> Option<u64> {
        from.recv().await
    }
}

impl TaskChoice for TokioMpsc {
    fn poll_recv(from: &mut Self::Receiver, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        from.poll_recv(cx)
    }
}

/// A task of a peer; `None`: it ended because the other side had gone.
pub(super) type PeerTask = Pin<Box<dyn Future<Output = Option<u64>> + Send>>;

/// A task of a peer.
pub(super) fn task(body: impl Future<Output = Option<u64>> + Send + 'static) -> PeerTask {
    Box::pin(body)
}

/// Runs tasks on this thread, as tokio does it; the last one's result.
pub(super) fn on_one_thread(tasks: Vec<PeerTask>) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("no driver is asked for");
    runtime.block_on(async {
        let mut result = None;
        let spawned: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        for task in spawned {
            result = task.await.expect("no task of a peer panics");
        }
        result.unwrap_or(u64::MAX)
    })
}

/// Runs each task on a thread of its own; the last one's result.
pub(super) fn on_threads(tasks: Vec<PeerTask>) -> u64 {
    side_by_side(tasks.into_iter().map(|task| thread(|| Some(on_one_thread(vec![task])))).collect())
}

/// What a thread of a peer does; `None`: it ended because the other side had gone.
pub(super) type PeerThread = Box<dyn FnOnce() -> Option<u64> + Send>;

/// A thread of a peer.
pub(super) fn thread(body: impl FnOnce() -> Option<u64> + Send + 'static) -> PeerThread {
    Box::new(body)
}

/// Runs each body on a thread; the last one's result.
pub(super) fn side_by_side(bodies: Vec<PeerThread>) -> u64 {
    std::thread::scope(|scope| {
        let threads: Vec<_> = bodies.into_iter().map(|body| scope.spawn(body)).collect();
        let ended = threads.into_iter().map(|thread| thread.join().expect("no thread of a peer panics"));
        ended.last().flatten().unwrap_or(u64::MAX)
    })
}
