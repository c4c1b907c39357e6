//! Who is at a barrier. No lock and no waking here.

use std::mem;
use std::task::Context;

use crate::channel::{After, Poison, Ticket};
use crate::schedule::{Kept, current};

/// The members of a barrier.
#[derive(Default)]
pub(super) struct State {
    /// By number; a member that has resigned leaves its place empty.
    members: Vec<Place>,
    n_enrolled: usize,
    /// Members that are `Arrived`; some of them may have chosen otherwise since.
    n_arrived: usize,
    poison: Option<Poison>,
    /// By number, which process came last.
    processes: Vec<u32>,
    /// A plan, or the run, knows of it.
    known: bool,
}

enum Place {
    /// Not at the barrier.
    Away,
    /// Waits for the others; with a ticket, as one guard of a choice.
    Arrived(Option<Ticket>, Option<Kept>),
    /// The others have come; it has not seen it.
    Passed,
    Resigned,
}

impl State {
    pub(super) fn enroll(&mut self) -> usize {
        self.members.push(Place::Away);
        self.processes.push(current::OUTSIDE);
        self.n_enrolled += 1;
        self.members.len() - 1
    }

    pub(super) fn poison(&mut self, poison: Poison, after: &mut After<()>) {
        self.poison.get_or_insert(poison);
        self.n_arrived = 0;
        self.move_arrived(|| Place::Away, after);
    }

    pub(super) fn poisoned(&self) -> Option<Poison> {
        self.poison.clone()
    }

    /// Who waits, by number, and whether that is one guard of a choice.
    pub(super) fn waiting(&self) -> Vec<(usize, bool)> {
        let waits = |(number, place): (usize, &Place)| match place {
            Place::Arrived(None, _) => Some((number, false)),
            Place::Arrived(Some(ticket), _) => ticket.is_open().then_some((number, true)),
            _ => None,
        };
        self.members.iter().enumerate().filter_map(waits).collect()
    }

    /// Whether it has to be made known; it is then.
    pub(super) fn learn(&mut self) -> bool {
        !mem::replace(&mut self.known, true)
    }

    /// Processes that wait here, and whether that is one guard of a choice.
    pub(super) fn processes(&self) -> Vec<(u32, bool)> {
        self.waiting().into_iter().map(|(number, chooses)| (self.processes[number], chooses)).collect()
    }

    pub(super) fn missing(&self) -> Vec<usize> {
        let missing = |place: &Place| matches!(place, Place::Away | Place::Passed);
        self.members
            .iter()
            .enumerate()
            .filter(|(_, place)| missing(place))
            .map(|(number, _)| number)
            .collect()
    }

    /// A member comes, as one that waits if it must.
    pub(super) fn arrive(
        &mut self,
        number: usize,
        ticket: Option<Ticket>,
        waker: Kept,
        after: &mut After<()>,
    ) {
        self.members[number] = Place::Arrived(ticket, Some(waker));
        self.processes[number] = current::process();
        self.n_arrived += 1;
        if ticket.is_none() {
            self.complete_by_turns(after);
        }
    }

    /// Whether everybody else is there.
    pub(super) fn is_last(&self) -> bool {
        self.n_arrived + 1 == self.n_enrolled
            && self.members.iter().all(|place| match place {
                Place::Arrived(Some(ticket), _) => ticket.is_open(),
                _ => true,
            })
    }

    /// A member comes and passes with all others, or has not come.
    pub(super) fn come_last(&mut self, number: usize, after: &mut After<()>) -> bool {
        self.members[number] = Place::Arrived(None, None);
        self.n_arrived += 1;
        self.complete(after);
        if !self.pass(number) {
            self.withdraw(number);
            return false;
        }
        true
    }

    /// Whether the member has passed; then it is away.
    pub(super) fn pass(&mut self, number: usize) -> bool {
        let passed = matches!(self.members[number], Place::Passed);
        if passed {
            self.members[number] = Place::Away;
        }
        passed
    }

    /// Keeps the waker of a member that waits.
    pub(super) fn wait(&mut self, number: usize, cx: &Context<'_>) {
        if let Place::Arrived(_, waker) = &mut self.members[number] {
            Kept::keep(waker, cx);
        }
    }

    /// Withdraws an arrival. Who had passed has passed; else the others wait for it again.
    pub(super) fn withdraw(&mut self, number: usize) {
        let place = mem::replace(&mut self.members[number], Place::Away);
        self.n_arrived -= usize::from(matches!(place, Place::Arrived(..)));
    }

    pub(super) fn resign(&mut self, number: usize, after: &mut After<()>) {
        self.withdraw(number);
        self.members[number] = Place::Resigned;
        self.n_enrolled -= 1;
        // With nobody left there is nobody to let pass.
        if self.n_enrolled > 0 {
            self.complete_by_turns(after);
        }
    }

    /// The same for one that can wait: a choice with an order to keep is woken instead of claimed, and comes last if
    /// nothing before the barrier is ready for it (SEMANTICS A2).
    fn complete_by_turns(&mut self, after: &mut After<()>) {
        let mut woken = false;
        if self.n_arrived >= self.n_enrolled {
            for place in &mut self.members {
                if let Place::Arrived(Some(ticket), waker) = place
                    && ticket.prefers
                    && ticket.is_open()
                {
                    after.wake(waker.take());
                    woken = true;
                }
            }
        }
        if !woken {
            self.complete(after);
        }
    }

    /// Lets everybody pass, if everybody is there: then all the choices that wait here are claimed, or none.
    fn complete(&mut self, after: &mut After<()>) {
        if self.n_arrived < self.n_enrolled {
            return;
        }
        let tickets = |members: &[Place]| -> Vec<(usize, Ticket)> {
            let ticket = |(number, place): (usize, &Place)| match place {
                Place::Arrived(Some(ticket), _) => Some((number, *ticket)),
                _ => None,
            };
            members.iter().enumerate().filter_map(ticket).collect()
        };
        let tickets = tickets(&self.members);
        // A choice has one barrier at most, so nobody asks for the same claims in another order.
        let n_open = tickets.iter().take_while(|(_, ticket)| ticket.claim.ask()).count();
        let all = n_open == tickets.len();
        for (_, ticket) in &tickets[..n_open] {
            ticket.claim.answer(all.then_some(ticket.guard));
        }
        if all {
            self.n_arrived = 0;
            self.move_arrived(|| Place::Passed, after);
        } else {
            // It has chosen otherwise, and withdraws what is left of its arrival when it runs.
            self.withdraw(tickets[n_open].0);
        }
    }

    fn move_arrived(&mut self, to: impl Fn() -> Place, after: &mut After<()>) {
        for place in &mut self.members {
            if matches!(place, Place::Arrived(..))
                && let Place::Arrived(_, waker) = mem::replace(place, to())
            {
                after.wake(waker);
            }
        }
    }
}
