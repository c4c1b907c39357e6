//! Tokens that are moved as they lie. A `match` that takes a token out of an `Option` or a state looks at its tag, and
//! the compiler then moves the tag and what stands behind it apart; who reads the token as one afterwards waits until
//! both stores have reached the cache, some 15 cycles each time. Here the tag is looked at where it lies, and the token
//! moves whole.

#![expect(unsafe_code, reason = "a token is moved out of what is written over")]

use std::mem::MaybeUninit;
use std::ptr;

use super::state::{Offer, Want};

/// A place for the token of a receive. A token that is left there is forgotten.
pub(crate) struct Vacant<T> {
    token: MaybeUninit<T>,
    is_full: bool,
}

impl<T> Vacant<T> {
    #[inline(always)]
    pub(crate) fn new() -> Vacant<T> {
        Vacant { token: MaybeUninit::uninit(), is_full: false }
    }

    #[inline(always)]
    pub(super) fn put(&mut self, token: T) {
        self.token.write(token);
        self.is_full = true;
    }

    /// The token.
    ///
    /// # Panics
    /// When none has come.
    #[inline(always)]
    pub(crate) fn token(self) -> T {
        assert!(self.is_full, "who has done a receive has put the token there");
        // SAFETY: `put` has written it, and nobody can take it twice.
        unsafe { self.token.assume_init() }
    }
}

/// The token that is there, which the caller has seen.
#[inline(always)]
pub(super) fn take<T>(place: &mut Option<T>) -> T {
    let Some(held) = &*place else { unreachable!("the caller has looked") };
    // SAFETY: it is written over before anybody can use or drop it.
    unsafe {
        let token = ptr::read(held);
        ptr::write(place, None);
        token
    }
}

impl<T> Want<T> {
    /// The token that it holds, which the caller has seen.
    #[inline(always)]
    pub(super) fn take(&mut self) -> T {
        let Want::Holding(held) = &*self else { unreachable!("the caller has looked") };
        // SAFETY: it is written over before anybody can use or drop it.
        unsafe {
            let token = ptr::read(held);
            ptr::write(self, Want::Idle);
            token
        }
    }
}

impl<T> Offer<T> {
    /// The token that waits, which the caller has seen and takes.
    #[inline(always)]
    pub(super) fn take(&mut self) -> T {
        let Offer::Waiting(held) = &*self else { unreachable!("the caller has looked") };
        // SAFETY: it is written over before anybody can use or drop it.
        unsafe {
            let token = ptr::read(held);
            ptr::write(self, Offer::Taken);
            token
        }
    }
}
