//! A rendezvous between one writer and one reader who just send and receive, on one worker: the same steps as in
//! `core`, without the questions whose answer is known here. Nearly every channel of a network is such a pair, nearly
//! all of the time.

#![expect(unsafe_code, reason = "a local channel needs no lock for what runs no code of others")]

use std::mem::{self, ManuallyDrop};
use std::task::Context;

use super::core::Core;
use super::moved::{self, Vacant};
use super::queue::Queue;
use super::raw::Channel;
use super::state::Step;
use super::state::{Offer, Reader, Want, Writer, count};
use crate::schedule::{Kept, current};

/// The two ends of such a channel, with the queues that they wait in.
struct Pair<'a, T> {
    writer: &'a mut Writer<T>,
    reader: &'a mut Reader<T>,
    sending: &'a mut Queue,
    receiving: &'a mut Queue,
}

impl<T> Channel<T> {
    /// Sends, or goes on with a send that waits, if that is as simple as can be.
    #[inline(always)]
    pub(super) fn try_pair_send(&self, token: &mut Option<T>, cx: &Context<'_>) -> Option<Step> {
        // SAFETY: `Pair::send` moves tokens and wakers, and neither clones, drops nor wakes any.
        let core = unsafe { self.core.own() }?;
        let Some(mut pair) = core.pair() else { return Some(Step::Whole) };
        let (step, waker) = pair.send(token, cx);
        waker.into_iter().for_each(Kept::wake);
        Some(step)
    }

    /// Receives, or goes on with a receive that waits, if that is as simple as can be.
    #[inline(always)]
    pub(super) fn try_pair_receive(&self, into: &mut Vacant<T>, cx: &Context<'_>) -> Option<Step> {
        // SAFETY: `Pair::receive` moves tokens and wakers, and neither clones, drops nor wakes any.
        let core = unsafe { self.core.own() }?;
        let Some(mut pair) = core.pair() else { return Some(Step::Whole) };
        let (step, waker) = pair.receive(into, cx);
        waker.into_iter().for_each(Kept::wake);
        Some(step)
    }
}

impl<T> Core<T> {
    /// Its two ends, unless there is more to it.
    #[inline(always)]
    fn pair(&mut self) -> Option<Pair<'_, T>> {
        // Asked first, so that the compiler knows where the ends stand.
        let spilled = self.writers.spilled() || self.readers.spilled();
        if spilled || !self.direct || self.troubled {
            return None;
        }
        let ([writer], [reader]) = (&mut self.writers[..], &mut self.readers[..]) else { return None };
        Some(Pair { writer, reader, sending: &mut self.sending, receiving: &mut self.receiving })
    }
}

impl<T> Pair<'_, T> {
    /// What came of it, and whom to wake.
    #[inline(always)]
    fn send(&mut self, token: &mut Option<T>, cx: &Context<'_>) -> (Step, Option<Kept>) {
        let Pair { writer, reader, .. } = self;
        // Questions one by one: a table of them is a jump that is hard to foresee.
        if let Offer::Taken = writer.offer {
            writer.offer = Offer::Idle;
            return (Step::Done, None);
        }
        if !matches!(writer.offer, Offer::Idle) || token.is_none() {
            return (Step::Whole, None);
        }
        if let Want::Waiting = reader.want {
            if reader.ticket.is_some() || reader.extends || !current::spend() {
                return (Step::Whole, None);
            }
            self.receiving.pop_only(*reader);
            set(&mut reader.want, Want::Holding(moved::take(token)));
            count(&mut writer.n_tokens, 1);
            return (Step::Done, reader.waker.take());
        }
        if let Want::Promised = reader.want {
            return (Step::Whole, None);
        }
        let (None, Some(waker)) = (&writer.waker, Kept::light(cx)) else {
            return (Step::Whole, None);
        };
        self.sending.push_only(*writer);
        set(&mut writer.offer, Offer::Waiting(moved::take(token)));
        set(&mut writer.waker, Some(waker));
        writer.process = current::process();
        (Step::Waits, None)
    }

    /// What came of it, and whom to wake; `into`, which is empty, has the token when it is done.
    #[inline(always)]
    fn receive(&mut self, into: &mut Vacant<T>, cx: &Context<'_>) -> (Step, Option<Kept>) {
        let Pair { writer, reader, .. } = self;
        if reader.extends {
            return (Step::Whole, None);
        }
        match (&reader.want, &writer.offer) {
            (Want::Holding(_), _) => {
                into.put(reader.take_held());
                (Step::Done, None)
            }
            (Want::Idle, Offer::Waiting(_)) => {
                if writer.ticket.is_some() || !current::spend() {
                    return (Step::Whole, None);
                }
                self.sending.pop_only(*writer);
                count(&mut writer.n_tokens, 1);
                count(&mut reader.n_tokens, 1);
                into.put(writer.offer.take());
                (Step::Done, writer.waker.take())
            }
            (Want::Idle, Offer::Idle | Offer::Taken) => {
                let (None, Some(waker)) = (&reader.waker, Kept::light(cx)) else {
                    return (Step::Whole, None);
                };
                self.receiving.push_only(*reader);
                set(&mut reader.want, Want::Waiting);
                set(&mut reader.waker, Some(waker));
                reader.ticket = None;
                reader.process = current::process();
                (Step::Waits, None)
            }
            _ => (Step::Whole, None),
        }
    }
}

/// Sets what the caller knows to hold nothing, so that nothing is dropped.
#[inline(always)]
fn set<V>(place: &mut V, value: V) {
    let _nothing = ManuallyDrop::new(mem::replace(place, value));
}
