//! What a permit keeps, and what becomes of it.

mod wakes;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::alt::Alt;
use crate::channel::{Channel, Form, Gone, Permit, Poison, ReadEnd, Receiver, WriteEnd};

fn step<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn ends(form: Form) -> (Arc<Channel<i32>>, WriteEnd<i32>, ReadEnd<i32>) {
    let channel = Channel::any_of(form);
    let (writer, reader) = (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0));
    (channel, writer, reader)
}

fn rendezvous() -> [Form; 2] {
    [Form::local(0), Form::shared(0)]
}

/// A permit that needs no waiting.
fn permit(writer: &mut WriteEnd<i32>) -> Permit<'_, i32> {
    match step(pin!(writer.reserve())) {
        Poll::Ready(Ok(permit)) => permit,
        _ => panic!("there is a place"),
    }
}

#[test]
fn a_permit_keeps_a_slot_until_it_is_used_or_dropped() {
    for form in [Form::local(1), Form::spsc(1), Form::shared(1)] {
        let (channel, mut writer, mut reader) = ends(form);
        let other = WriteEnd::at(&channel, 0);
        let used = permit(&mut writer);
        assert_eq!(other.try_send(9), Ok(false), "the slot is kept");
        assert_eq!(step(pin!(used.send(7))), Poll::Ready(Ok(())));
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(7)));
        assert_eq!(reader.try_receive(), None);
        let dropped = permit(&mut writer);
        assert_eq!(other.try_send(9), Ok(false));
        drop(dropped);
        assert_eq!(other.try_send(8), Ok(true));
        assert_eq!(reader.try_receive(), Some(Ok(8)));
    }
}

#[test]
fn who_reserves_at_a_full_buffer_gets_the_next_slot() {
    for form in [Form::local(1), Form::spsc(1), Form::shared(1)] {
        let (_, mut writer, mut reader) = ends(form);
        assert_eq!(step(pin!(writer.send(1))), Poll::Ready(Ok(())));
        let mut reserve = pin!(writer.reserve());
        assert!(step(reserve.as_mut()).is_pending());
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(1)));
        let Poll::Ready(Ok(permit)) = step(reserve) else { panic!("a slot is free") };
        assert_eq!(step(pin!(permit.send(2))), Poll::Ready(Ok(())));
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(2)));
    }
}

#[test]
fn on_a_rendezvous_a_permit_waits_for_a_reader_and_keeps_it() {
    for form in rendezvous() {
        for reader_first in [false, true] {
            let (_, mut writer, mut reader) = ends(form);
            let mut receive = pin!(reader.receive());
            let mut reserve = pin!(writer.reserve());
            if !reader_first {
                assert!(step(reserve.as_mut()).is_pending());
            }
            assert!(step(receive.as_mut()).is_pending());
            let Poll::Ready(Ok(permit)) = step(reserve) else { panic!("a reader waits") };
            assert!(step(receive.as_mut()).is_pending(), "there is no token yet");
            assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
            assert_eq!(step(receive), Poll::Ready(Ok(7)));
        }
    }
}

#[test]
fn a_permit_that_is_given_up_lets_its_reader_look_elsewhere() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = WriteEnd::new(&channel, 0);
        let mut receive = pin!(reader.receive());
        assert!(step(receive.as_mut()).is_pending());
        let permit = permit(&mut writer);
        let mut send = pin!(second.send(8));
        assert!(step(send.as_mut()).is_pending(), "the only reader is promised to another");
        drop(permit);
        assert_eq!(step(receive), Poll::Ready(Ok(8)));
        assert_eq!(step(send), Poll::Ready(Ok(())));
    }
}

#[test]
fn a_receive_dropped_after_its_promise_gets_the_token_next_time() {
    for form in rendezvous() {
        let (_, mut writer, mut reader) = ends(form);
        let permit = {
            let mut receive = pin!(reader.receive());
            assert!(step(receive.as_mut()).is_pending());
            permit(&mut writer)
        };
        assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(7)));
    }
}

/// What a choice in that order gets.
async fn chosen(first: &mut Receiver<i32>, second: &mut Receiver<i32>) -> (usize, Result<i32, Gone>) {
    let mut guards = [first.guard(), second.guard()];
    let idx = Alt::over(&mut guards).pri_select().await.expect("both guards take part");
    (idx, guards[idx].take())
}

#[test]
fn a_choice_takes_the_token_of_a_permit_or_chooses_again() {
    for form in rendezvous() {
        for (reserve_first, uses) in [(false, true), (true, true), (false, false), (true, false)] {
            let ((_, mut writer, reader), (_, mut other, idle)) = (ends(form), ends(form));
            let (mut reader, mut idle) = (Receiver::of(reader), Receiver::of(idle));
            let mut select = pin!(chosen(&mut reader, &mut idle));
            let mut reserve = pin!(writer.reserve());
            if reserve_first {
                assert!(step(reserve.as_mut()).is_pending());
            }
            assert!(step(select.as_mut()).is_pending());
            let Poll::Ready(Ok(permit)) = step(reserve) else { panic!("a choice waits") };
            assert!(step(select.as_mut()).is_pending(), "its token is still to come");
            let mut send = pin!(other.send(8));
            assert!(step(send.as_mut()).is_pending(), "the choice is decided");
            if uses {
                assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
                assert_eq!(step(select.as_mut()), Poll::Ready((0, Ok(7))));
            } else {
                drop(permit);
                assert_eq!(step(select.as_mut()), Poll::Ready((1, Ok(8))));
            }
        }
    }
}

#[test]
fn a_choice_over_an_end_with_a_promise_takes_whatever_comes_first() {
    for form in rendezvous() {
        for permit_first in [true, false] {
            let ((_, mut writer, mut reader), (_, mut other, idle)) = (ends(form), ends(form));
            let permit = {
                let mut receive = pin!(reader.receive());
                assert!(step(receive.as_mut()).is_pending());
                permit(&mut writer)
            };
            let (mut reader, mut idle) = (Receiver::of(reader), Receiver::of(idle));
            let mut select = Box::pin(chosen(&mut reader, &mut idle));
            assert!(step(select.as_mut()).is_pending());
            let mut send = pin!(other.send(8));
            if permit_first {
                assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
                assert_eq!(step(select.as_mut()), Poll::Ready((0, Ok(7))));
            } else {
                assert!(step(send.as_mut()).is_pending());
                assert_eq!(step(select.as_mut()), Poll::Ready((1, Ok(8))));
                assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
                drop(select);
                assert_eq!(step(pin!(reader.recv())), Poll::Ready(Ok(7)));
            }
        }
    }
}

#[test]
fn an_end_with_a_promise_takes_nothing_else_before_it() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = WriteEnd::new(&channel, 0);
        let permit = {
            let mut receive = pin!(reader.receive());
            assert!(step(receive.as_mut()).is_pending());
            permit(&mut writer)
        };
        let mut send = pin!(second.send(8));
        assert!(step(send.as_mut()).is_pending());
        assert_eq!(reader.try_receive(), None);
        let mut reader = Receiver::of(reader);
        {
            // A choice that is not taken puts nothing in the place of what the permit brings.
            let mut guards = [reader.guard()];
            let mut select = pin!(Alt::over(&mut guards).select());
            assert!(step(select.as_mut()).is_pending());
            assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
            assert!(step(select).is_ready());
        }
        assert_eq!(step(pin!(reader.recv())), Poll::Ready(Ok(7)));
        assert_eq!(step(pin!(reader.recv())), Poll::Ready(Ok(8)));
        assert_eq!(step(send), Poll::Ready(Ok(())));
    }
}

#[test]
fn what_cannot_wait_passes_those_over_who_reserve() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = WriteEnd::new(&channel, 0);
        let mut reserve = pin!(writer.reserve());
        assert!(step(reserve.as_mut()).is_pending());
        assert_eq!(reader.try_receive(), None);
        let mut send = pin!(second.send(8));
        assert!(step(send.as_mut()).is_pending());
        assert_eq!(reader.try_receive(), Some(Ok(8)));
        assert!(step(reserve).is_pending());
    }
}

#[test]
fn a_poison_takes_promises_back() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let second = WriteEnd::new(&channel, 0);
        let mut receive = pin!(reader.receive());
        assert!(step(receive.as_mut()).is_pending());
        let permit = permit(&mut writer);
        second.end(Some(Poison::new("test", "enough")));
        assert!(matches!(step(receive), Poll::Ready(Err(Gone::Poisoned(_)))));
        let Poll::Ready(Err(error)) = step(pin!(permit.send(7))) else { panic!("it is poisoned") };
        assert_eq!(error.token, 7);
    }
}

#[test]
fn who_waits_for_a_permit_is_told_that_nobody_reads_any_more() {
    for form in [Form::local(0), Form::shared(1), Form::spsc(1)] {
        let (_, mut writer, reader) = ends(form);
        let _ = writer.try_send(1);
        let mut reserve = pin!(writer.reserve());
        assert!(step(reserve.as_mut()).is_pending());
        reader.end(None);
        assert!(matches!(step(reserve), Poll::Ready(Err(Gone::Retired))));
    }
}

#[test]
fn a_permit_whose_reader_has_ended_goes_to_another() {
    for form in rendezvous() {
        let (channel, mut writer, mut reader) = ends(form);
        let mut second = ReadEnd::new(&channel, 0);
        let permit = {
            let mut receive = pin!(reader.receive());
            assert!(step(receive.as_mut()).is_pending());
            permit(&mut writer)
        };
        reader.end(None);
        let mut send = pin!(permit.send(7));
        assert!(step(send.as_mut()).is_pending());
        assert_eq!(step(pin!(second.receive())), Poll::Ready(Ok(7)));
        assert_eq!(step(send), Poll::Ready(Ok(())));
    }
}

#[test]
fn on_all_of_a_permit_keeps_a_slot_of_every_reader() {
    for capacity in [0, 1] {
        let channel = Channel::all_of(Form::shared(capacity));
        let mut writer = WriteEnd::new(&channel, 0);
        let mut readers = [ReadEnd::new(&channel, 0), ReadEnd::new(&channel, 0)];
        let permit = permit(&mut writer);
        let other = WriteEnd::at(&channel, 0);
        assert_eq!(other.try_send(9), Ok(false));
        assert_eq!(step(pin!(permit.send(7))), Poll::Ready(Ok(())));
        for reader in &mut readers {
            assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(7)));
        }
        assert_eq!(other.try_send(9), Ok(true));
    }
}

#[test]
fn what_comes_behind_a_permit_on_all_of_waits_for_every_copy() {
    let channel = Channel::all_of(Form::shared(0));
    let mut writer = WriteEnd::new(&channel, 0);
    let mut readers = [ReadEnd::new(&channel, 0), ReadEnd::new(&channel, 0)];
    assert_eq!(step(pin!(permit(&mut writer).send(7))), Poll::Ready(Ok(())));
    for reader in &mut readers {
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(7)));
    }
    let mut send = pin!(writer.send(8));
    for reader in &mut readers {
        assert!(step(send.as_mut()).is_pending());
        assert_eq!(step(pin!(reader.receive())), Poll::Ready(Ok(8)));
    }
    assert_eq!(step(send), Poll::Ready(Ok(())));
}
