//! Barriers against choices: whoever comes last asks for the claims of all choices that wait there.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use loom::future::block_on;
use loom::thread::spawn;

use super::model;
use crate::alt::Alt;
use crate::barrier::{Barrier, Member};

/// A sync as the only guard of a choice.
fn choose(member: &mut Member) {
    let mut guards = [member.guard()];
    assert_eq!(block_on(Alt::over(&mut guards).select()), Ok(0));
    assert_eq!(guards[0].take(), Ok(()));
}

/// The members of a barrier.
fn members<const N: usize>() -> [Member; N] {
    Barrier::new(N).1.try_into().unwrap_or_else(|_| unreachable!("there are so many"))
}

#[test]
fn an_alt_of_a_sync_against_a_sync() {
    model(4, || {
        let [mut first, mut second] = members();
        let synced = spawn(move || block_on(second.sync()));
        choose(&mut first);
        assert_eq!(synced.join().unwrap(), Ok(()));
    });
}

#[test]
fn an_alt_of_a_sync_against_two_syncs() {
    model(3, || {
        let [mut first, second, third] = members();
        let synced = [second, third].map(|mut member| spawn(move || block_on(member.sync())));
        choose(&mut first);
        synced.into_iter().for_each(|synced| assert_eq!(synced.join().unwrap(), Ok(())));
    });
}

#[test]
fn an_alt_of_a_sync_against_an_alt_of_a_sync() {
    model(4, || {
        let [mut first, mut second] = members();
        let synced = spawn(move || choose(&mut second));
        choose(&mut first);
        synced.join().unwrap();
    });
}

#[test]
fn an_alt_of_a_sync_against_a_resignation() {
    model(4, || {
        let [mut first, second] = members();
        let resigned = spawn(move || second.resign());
        choose(&mut first);
        resigned.join().unwrap();
    });
}

/// Whether the dropped choice had passed or not come, the other passes when nobody else is left.
#[test]
fn a_dropped_alt_of_a_sync_against_a_sync() {
    model(4, || {
        let [mut first, mut second] = members();
        let synced = spawn(move || block_on(second.sync()));
        let mut guards = [first.guard()];
        let mut choice = Alt::over(&mut guards).select();
        let _ = Pin::new(&mut choice).poll(&mut Context::from_waker(Waker::noop()));
        drop(choice);
        first.resign();
        assert_eq!(synced.join().unwrap(), Ok(()));
    });
}
