//! Who is woken for a permit, and by one: nobody looks again unless something tells it to.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::{Form, chosen, ends, permit, rendezvous, step};
use crate::channel::{Gone, Poison, ReadEnd, Receiver, WriteEnd};

/// Counts wakes.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        // Relaxed: all is on one thread.
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Wakes {
    /// Polls a future that has to wait.
    fn pend<F: Future>(self: &Arc<Self>, future: Pin<&mut F>) {
        let waker = Waker::from(Arc::clone(self));
        assert!(future.poll(&mut Context::from_waker(&waker)).is_pending());
    }

    fn n(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A buffer of one slot, of each flavor.
fn slots() -> [Form; 3] {
    [Form::local(1), Form::spsc(1), Form::shared(1)]
}

#[test]
fn a_reader_is_woken_when_its_promise_is_given_up() {
    for form in rendezvous() {
        let (_, mut writer, mut reader) = ends(form);
        let (wakes, mut receive) = (Arc::new(Wakes::default()), pin!(reader.receive()));
        wakes.pend(receive.as_mut());
        let permit = permit(&mut writer);
        assert_eq!(wakes.n(), 0, "there is nothing to look at yet");
        drop(permit);
        assert_eq!(wakes.n(), 1);
        wakes.pend(receive);
    }
}

#[test]
fn a_reader_is_woken_for_the_token_of_its_permit() {
    for form in rendezvous() {
        let (_, mut writer, mut reader) = ends(form);
        let (wakes, mut receive) = (Arc::new(Wakes::default()), pin!(reader.receive()));
        wakes.pend(receive.as_mut());
        assert_eq!(step(pin!(permit(&mut writer).send(7))), Poll::Ready(Ok(())));
        assert_eq!(wakes.n(), 1);
        assert_eq!(step(receive), Poll::Ready(Ok(7)));
    }
}

#[test]
fn a_reader_with_a_promise_is_woken_by_a_poison() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let second = WriteEnd::new(&channel, 0);
        let (wakes, mut receive) = (Arc::new(Wakes::default()), pin!(reader.receive()));
        wakes.pend(receive.as_mut());
        let _permit = permit(&mut writer);
        second.end(Some(Poison::new("test", "enough")));
        assert_eq!(wakes.n(), 1);
        assert!(matches!(step(receive), Poll::Ready(Err(Gone::Poisoned(_)))));
    }
}

#[test]
fn a_choice_is_woken_by_a_promise_so_that_it_withdraws_the_rest_and_when_it_is_given_up() {
    for form in rendezvous() {
        let ((_, mut writer, reader), (_, _other, idle)) = (ends(form), ends(form));
        let (mut reader, mut idle) = (Receiver::of(reader), Receiver::of(idle));
        let (wakes, mut select) = (Arc::new(Wakes::default()), pin!(chosen(&mut reader, &mut idle)));
        wakes.pend(select.as_mut());
        let permit = permit(&mut writer);
        assert_eq!(wakes.n(), 1);
        wakes.pend(select.as_mut());
        drop(permit);
        assert_eq!(wakes.n(), 2);
        wakes.pend(select);
    }
}

#[test]
fn who_waits_for_a_permit_is_woken_by_a_reader() {
    for form in rendezvous() {
        let (_, mut writer, mut reader) = ends(form);
        let (wakes, mut reserve) = (Arc::new(Wakes::default()), pin!(writer.reserve()));
        wakes.pend(reserve.as_mut());
        let mut receive = pin!(reader.receive());
        assert!(step(receive.as_mut()).is_pending());
        assert_eq!(wakes.n(), 1);
        assert!(matches!(step(reserve), Poll::Ready(Ok(_))));
    }
}

#[test]
fn who_waits_for_a_permit_is_woken_by_a_choice() {
    for form in rendezvous() {
        let ((_, mut writer, reader), (_, _other, idle)) = (ends(form), ends(form));
        let (mut reader, mut idle) = (Receiver::of(reader), Receiver::of(idle));
        let (wakes, mut reserve) = (Arc::new(Wakes::default()), pin!(writer.reserve()));
        wakes.pend(reserve.as_mut());
        assert!(step(pin!(chosen(&mut reader, &mut idle))).is_pending());
        assert_eq!(wakes.n(), 1);
    }
}

#[test]
fn who_waits_for_a_permit_is_woken_by_a_slot() {
    for form in slots() {
        let (_, mut writer, mut reader) = ends(form);
        assert_eq!(writer.try_send(1), Ok(true));
        let (wakes, mut reserve) = (Arc::new(Wakes::default()), pin!(writer.reserve()));
        wakes.pend(reserve.as_mut());
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(1)));
        assert_eq!(wakes.n(), 1);
        assert!(matches!(step(reserve), Poll::Ready(Ok(_))));
    }
}

#[test]
fn a_slot_that_is_given_up_is_for_the_writer_who_waits() {
    for form in [Form::local(1), Form::shared(1)] {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = WriteEnd::new(&channel, 0);
        let permit = permit(&mut writer);
        let (wakes, mut send) = (Arc::new(Wakes::default()), pin!(second.send(8)));
        wakes.pend(send.as_mut());
        drop(permit);
        assert_eq!(wakes.n(), 1);
        assert_eq!(step(send), Poll::Ready(Ok(())));
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(8)));
    }
}

#[test]
fn a_slot_that_came_unseen_is_passed_on_when_its_wait_is_dropped() {
    for form in [Form::local(1), Form::shared(1)] {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = WriteEnd::new(&channel, 0);
        assert_eq!(writer.try_send(1), Ok(true));
        let wakes = Arc::new(Wakes::default());
        let mut send = pin!(second.send(2));
        {
            let mut reserve = pin!(writer.reserve());
            assert!(step(reserve.as_mut()).is_pending());
            wakes.pend(send.as_mut());
            assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(1)));
            assert_eq!(wakes.n(), 0, "the slot is for who came first");
        }
        assert_eq!(wakes.n(), 1);
        assert_eq!(step(send), Poll::Ready(Ok(())));
    }
}

#[test]
fn a_permit_whose_reader_has_ended_is_woken_for_by_the_next_reader() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = ReadEnd::new(&channel, 0);
        let permit = {
            let mut receive = pin!(reader.receive());
            assert!(step(receive.as_mut()).is_pending());
            permit(&mut writer)
        };
        reader.end(None);
        let (wakes, mut send) = (Arc::new(Wakes::default()), pin!(permit.send(7)));
        wakes.pend(send.as_mut());
        assert_eq!(step(pin!(second.receive())), Poll::Ready(Ok(7)));
        assert_eq!(wakes.n(), 1);
        assert_eq!(step(send), Poll::Ready(Ok(())));
    }
}
