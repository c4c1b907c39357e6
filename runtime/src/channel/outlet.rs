//! Writing ends to whom it only matters whether anybody is left to send to, whatever their tokens are.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::end::WriteEnd;
use super::error::Gone;
use super::raw::Channel;

/// A writing end that is asked nothing else.
pub(crate) struct Outlet {
    of: Arc<dyn Reaches>,
    idx: usize,
}

trait Reaches: Send + Sync {
    fn gone(&self, writer: usize) -> Option<Gone>;
    fn poll_gone(&self, writer: usize, cx: &mut Context<'_>) -> Poll<Gone>;
}

impl<T: Send> Reaches for Channel<T> {
    fn gone(&self, writer: usize) -> Option<Gone> {
        Channel::gone(self, writer)
    }

    fn poll_gone(&self, writer: usize, cx: &mut Context<'_>) -> Poll<Gone> {
        Channel::poll_gone(self, writer, cx)
    }
}

impl<T: Send + 'static> WriteEnd<T> {
    /// Another handle of the same end, for that question.
    pub(crate) fn outlet(&self) -> Outlet {
        Outlet { of: Arc::clone(&self.channel) as Arc<dyn Reaches>, idx: self.idx }
    }
}

impl Outlet {
    /// Another handle of the same end.
    pub(crate) fn same(&self) -> Outlet {
        Outlet { of: Arc::clone(&self.of), idx: self.idx }
    }

    /// Why nothing sent here can be delivered any more.
    pub(crate) fn gone(&self) -> Option<Gone> {
        self.of.gone(self.idx)
    }

    /// Ready when nothing sent here can be delivered any more.
    pub(crate) fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<Gone> {
        self.of.poll_gone(self.idx, cx)
    }
}
