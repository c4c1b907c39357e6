//! What other threads know of a worker: its inbox, and whether it must be woken to read it.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crossbeam_channel::{Receiver, Sender};
use tokio::sync::Notify;

use super::activity::Activity;
use super::address::Address;
use super::job::Job;

/// What a worker is told.
pub(super) enum Note {
    /// One of its processes was woken.
    Wake(Address),
    /// It carries one more process.
    Carry(Job),
    /// It shall look whether it must stop.
    Look,
}

/// Something to be done on the worker's thread, between two polls.
pub(super) type Question = Box<dyn FnOnce() + Send>;

/// A worker to other threads. It lives as long as the program and is used again by later workers: a waker holds its
/// number, not a count. A wake that comes too late finds another generation in its slot, and changes nothing.
pub(super) struct Remote {
    number: u16,
    door: Door,
    /// Each waker that a process registered is woken at most once, so it holds no more than there are waits.
    inbox: Sender<Note>,
    notes: Receiver<Note>,
    /// What the supervisor asks; answered also while the worker is parked, without counting as activity.
    questions: Sender<Question>,
    asked: Receiver<Question>,
    news: Notify,
    activity: Mutex<Arc<Activity>>,
}

/// What each wake from elsewhere looks at: one line of memory.
#[repr(align(128))]
struct Door {
    /// The first process that was woken since the worker last looked, before those of the inbox; or `NOBODY`. One wake at
    /// a time is the rule, and costs one line then instead of those of a queue.
    first: AtomicU64,
    /// It found nothing to do and is not counted as active.
    parked: AtomicBool,
}

/// No process: the last slot is never reached.
const NOBODY: u64 = u64::MAX;

/// Workers that a program may have at a time.
const N_REMOTES: usize = 1024;

static REMOTES: [OnceLock<Remote>; N_REMOTES] = [const { OnceLock::new() }; N_REMOTES];
/// Numbers given back, and the first that was never given.
static FREE: Mutex<(Vec<u16>, u16)> = Mutex::new((Vec::new(), 0));

impl Remote {
    /// The remote of that number, which some worker has or had.
    pub(super) fn of(number: u16) -> &'static Remote {
        REMOTES[number as usize].get().expect("a waker's number is that of a worker")
    }

    /// One for a new worker.
    pub(super) fn take(activity: &Arc<Activity>) -> io::Result<&'static Remote> {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = free.0.pop().unwrap_or(free.1);
        if usize::from(number) == N_REMOTES {
            return Err(io::Error::other(format!("a program can have {N_REMOTES} workers at a time")));
        }
        free.1 = free.1.max(number + 1);
        let remote = REMOTES[usize::from(number)].get_or_init(|| {
            let (inbox, notes) = crossbeam_channel::unbounded();
            let (questions, asked) = crossbeam_channel::unbounded();
            let activity = Mutex::new(Arc::clone(activity));
            let door = Door { first: AtomicU64::new(NOBODY), parked: AtomicBool::new(false) };
            Remote { number, door, inbox, notes, questions, asked, news: Notify::new(), activity }
        });
        while remote.notes.try_recv().is_ok() || remote.asked.try_recv().is_ok() {}
        remote.door.first.store(NOBODY, Ordering::Release);
        remote.door.parked.store(false, Ordering::Release);
        *remote.activity.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(activity);
        Ok(remote)
    }

    /// Its worker has ended.
    pub(super) fn give_back(&self) {
        FREE.lock().unwrap_or_else(PoisonError::into_inner).0.push(self.number);
    }

    pub(super) fn number(&self) -> u16 {
        self.number
    }

    /// Leaves a note, and wakes the worker if it is parked.
    pub(super) fn post(&self, note: Note) {
        // Either this thread sees that the worker parks, or the worker sees the note: all of these are sequentially
        // consistent, here the note, or the fence behind it, and the look in `unpark`, there the fence in `park`.
        if !self.is_first(&note) {
            // The receiver lives as long as the program.
            let _ = self.inbox.send(note);
            std::sync::atomic::fence(Ordering::SeqCst);
        }
        self.unpark();
    }

    /// Leaves a wake at the door, if none stands there.
    fn is_first(&self, note: &Note) -> bool {
        let Note::Wake(address) = note else { return false };
        // Also a release: the poll that follows sees what the wake announces.
        let first = &self.door.first;
        first.compare_exchange(NOBODY, address.pack(), Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }

    /// Asks the worker something.
    pub(super) fn ask(&self, question: Question) {
        // The receiver lives as long as the program.
        let _ = self.questions.send(question);
        self.news.notify_one();
    }

    /// Answers what was asked.
    pub(super) fn answer(&self) {
        self.asked.try_iter().for_each(|question| question());
    }

    /// The run of the worker.
    pub(super) fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Wakes the worker if it is parked.
    #[inline]
    pub(super) fn unpark(&self) {
        if !self.door.parked.load(Ordering::SeqCst) {
            return;
        }
        let activity = self.activity();
        // Counted before it can run: the number never reads zero in between.
        activity.begin();
        if self.door.parked.swap(false, Ordering::AcqRel) {
            self.news.notify_one();
        } else {
            activity.finish();
        }
    }

    /// The next note.
    pub(super) fn next(&self) -> Option<Note> {
        if self.door.first.load(Ordering::Relaxed) != NOBODY {
            return Some(Note::Wake(Address::of(self.door.first.swap(NOBODY, Ordering::Acquire))));
        }
        self.notes.try_recv().ok()
    }

    /// Whether there is a note.
    pub(super) fn has_notes(&self) -> bool {
        self.door.first.load(Ordering::Relaxed) != NOBODY || !self.notes.is_empty()
    }

    /// Says that the worker is about to wait; it looks for notes once more afterwards.
    pub(super) fn park(&self) {
        self.door.parked.store(true, Ordering::Relaxed);
        std::sync::atomic::fence(Ordering::SeqCst);
    }

    /// Ready when somebody has unparked the worker since [`Remote::park`].
    pub(super) async fn unparked(&self) {
        while self.door.parked.load(Ordering::Acquire) {
            self.news.notified().await;
            self.answer();
        }
    }
}
