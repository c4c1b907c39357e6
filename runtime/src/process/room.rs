//! Large tokens leave an `Auto` channel fewer slots, so that no queue of them fills the memory. Such a channel still
//! grows to break an artificial deadlock, and does not shrink afterwards.

use csprun_dsl::network::ChannelKind;
use csprun_dsl::plan::ChannelPlan;

use super::port::Out;
use crate::value::Value;

/// Bytes of a token that is large: of smaller ones a channel may hold as many as it has slots.
const LARGE: u32 = 1 << 16;
/// Bytes of large tokens that an `Auto` channel holds.
const HELD: usize = 1 << 24;

impl Out {
    /// The same on a channel of a plan.
    pub(crate) fn of(mut self, channel: &ChannelPlan) -> Out {
        if channel.kind == ChannelKind::Auto {
            self.n_slots = usize::try_from(channel.capacity).unwrap_or(usize::MAX);
        }
        self
    }

    /// Sees to it that the channel does not hold too much of what is about to be sent.
    #[inline(always)]
    pub(super) fn weigh(&mut self, token: &Value) {
        if self.n_slots > 0 && token.may_have(LARGE) {
            self.weigh_large(token);
        }
    }

    #[inline(never)]
    fn weigh_large(&mut self, token: &Value) {
        let n_bytes = token.weight();
        if n_bytes >= LARGE as usize && HELD / n_bytes < self.n_slots {
            self.n_slots = (HELD / n_bytes).max(1);
            self.end.shrink(self.n_slots);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::Out;
    use crate::channel::{Channel, Form, Inspect, ReadEnd, WriteEnd};
    use crate::value::Value;

    /// How many tokens of so many bytes fit into a channel of that form, on which the writer is an `Auto` one.
    fn n_fit(form: Form, n_bytes: usize, n_slots: usize) -> usize {
        let channel = Channel::any_of(form);
        let (end, _reader) = (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0));
        let mut out = Out::new(end, None, None);
        out.n_slots = n_slots;
        let mut fits = || {
            let send = pin!(out.send(Value::from(vec![0_u8; n_bytes])));
            send.poll(&mut Context::from_waker(Waker::noop())).is_ready()
        };
        let n = (0..600).take_while(|_| fits()).count();
        channel.grow(1000);
        assert_eq!((0..600).take_while(|_| fits()).count(), 600.min(1000 - n), "it has grown and stays so");
        n
    }

    #[test]
    fn large_tokens_leave_a_channel_fewer_slots() {
        for form in [Form::local(512), Form::spsc(512), Form::shared(512)] {
            assert_eq!(n_fit(form, 1 << 20, 512), 15);
            assert_eq!(n_fit(form, 1 << 15, 512), 512);
            assert_eq!(n_fit(form, 1 << 18, 0), 512, "`Buffer(512)` holds what it says");
        }
    }
}
