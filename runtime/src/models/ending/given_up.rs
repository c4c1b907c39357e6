//! Endings of an end that had begun an operation and gave it up.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::thread::spawn;

use super::assert_counted;
use crate::channel::{Gone, ReadEnd, Receiver, WriteEnd};
use crate::models::{channels, each_ending, ends, plain_send};

/// The third end has begun a receive, gives it up, and ends: it may have a token in its hands.
#[test]
fn an_ending_of_a_reader_that_gives_up_against_two_plain() {
    each_ending(3, |how, seen| {
        let [channel] = channels(0);
        let (to, from) = ends(&channel);
        let mut third = ReadEnd::new(&channel, 0);
        let gave_up = spawn(move || {
            let n_received = u64::from(looked(third.receive()).is_some_and(|received| received.is_ok()));
            third.end(how);
            n_received
        });
        let sent = plain_send(to, 7);
        let mut from = Receiver::of(from);
        let mut n_received = 0;
        while let Ok(token) = block_on(from.recv()) {
            assert_eq!(token, 7);
            n_received += 1;
        }
        n_received += gave_up.join().unwrap();
        let sent = sent.join().unwrap();
        assert!(sent.is_ok() || sent == Err(seen.clone()) && seen != Gone::Retired);
        assert_eq!(from.try_recv(), Err(seen));
        assert_counted(&channel, u64::from(sent.is_ok()), n_received, 1);
    });
}

/// The third end has begun a send, gives it up, and ends: its token may have gone.
#[test]
fn an_ending_of_a_writer_that_gives_up_against_two_plain() {
    each_ending(3, |how, seen| {
        let [channel] = channels(0);
        let (to, from) = ends(&channel);
        let mut third = WriteEnd::new(&channel, 0);
        let gave_up = spawn(move || {
            let went = looked(third.send(8)).is_some_and(|sent| sent.is_ok());
            third.end(how);
            went
        });
        let sent = plain_send(to, 7);
        let mut from = Receiver::of(from);
        let mut tokens = Vec::new();
        while let Ok(token) = block_on(from.recv()) {
            tokens.push(token);
        }
        let went = gave_up.join().unwrap();
        let sent = sent.join().unwrap();
        assert!(sent.is_ok() || sent == Err(seen.clone()) && seen != Gone::Retired);
        assert_eq!(from.try_recv(), Err(seen));
        let n_times = |of| tokens.iter().filter(|token| **token == of).count();
        assert_eq!(n_times(7), usize::from(sent.is_ok()));
        assert!(n_times(8) == 1 || !went && n_times(8) == 0);
        assert_counted(&channel, tokens.len() as u64, tokens.len() as u64, 0);
    });
}

/// What comes of a future that is looked at once, and dropped.
fn looked<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    match Pin::new(&mut future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
