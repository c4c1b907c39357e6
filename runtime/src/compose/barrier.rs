//! Barriers that are described.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::plug::Plugs;
use crate::assemble::WiredBarrier;
use crate::barrier::{Barrier, Member};
use crate::channel::Stays;

/// A barrier that is described.
pub(super) struct Meeting {
    name: String,
    barrier: Barrier,
    /// By member: the process that holds its plug; `None`: nobody in the network.
    holders: Mutex<Vec<Option<usize>>>,
}

impl Meeting {
    pub(super) fn new(name: &str) -> Meeting {
        let (barrier, _) = Barrier::new(0);
        // The run knows of it from the start.
        barrier.is_planned();
        Meeting { name: name.to_owned(), barrier, holders: Mutex::default() }
    }

    fn holders(&self) -> MutexGuard<'_, Vec<Option<usize>>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As the run knows it.
    pub(super) fn wire(&self) -> WiredBarrier {
        let (barrier, members) = (self.barrier.clone(), self.holders().clone());
        WiredBarrier { name: self.name.clone(), barrier, members }
    }
}

/// A place at a barrier that is not wired. Dropped, it resigns.
pub struct EnrollPlug {
    meeting: Arc<Meeting>,
    member: Member,
}

impl EnrollPlug {
    pub(super) fn new(meeting: &Arc<Meeting>) -> EnrollPlug {
        // Under the lock, so that numbers agree.
        let mut holders = meeting.holders();
        holders.push(None);
        EnrollPlug { meeting: Arc::clone(meeting), member: meeting.barrier.enroll() }
    }

    /// One more place: the others wait for it too.
    #[must_use]
    pub fn join(&self) -> EnrollPlug {
        EnrollPlug::new(&self.meeting)
    }
}

impl Plugs for EnrollPlug {
    type Ends = Enrolled;

    fn hold(&self, process: usize) {
        self.meeting.holders()[self.member.number()] = Some(process);
    }

    fn ends(self) -> Enrolled {
        Enrolled { member: self.member, _stays: PhantomData }
    }
}

/// A process's place at a barrier of its network: a [`Member`], which stays with the process, so that reports know who
/// waits and who is waited for. Dropped, it resigns.
pub struct Enrolled {
    member: Member,
    _stays: Stays,
}

impl Enrolled {
    /// Leaves the barrier: [`Member::resign`].
    pub fn resign(self) {
        self.member.resign();
    }
}

impl Deref for Enrolled {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.member
    }
}

impl DerefMut for Enrolled {
    fn deref_mut(&mut self) -> &mut Member {
        &mut self.member
    }
}
