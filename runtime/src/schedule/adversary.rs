//! Who is polled next, chosen by chance and not to please: to find what depends on the schedule.

use std::collections::VecDeque;

use super::chance;

/// What an adversary aims at.
#[derive(Clone, Copy, Debug)]
enum Aim {
    /// First come first, with no chance at all.
    Order,
    /// Anybody.
    Any,
    /// Who was woken last.
    Newest,
    /// Anybody but this one, as long as there is another.
    Starved(u32),
    /// Who was polled least.
    Fewest,
}

/// Picks who is polled next. The aim belongs to the seed, and now and then it lets somebody else through: a process
/// that is always ready does not keep the others waiting for ever.
pub(super) struct Adversary {
    aim: Aim,
    /// The most operations that a poll may commit.
    budget: u32,
    /// Of the queue, when it last picked: who came since came at once.
    n_known: usize,
}

/// One pick in so many is not as it aims.
const RELENT: usize = 16;
/// One poll in so many has the budget of the plain order.
const RELENT_BUDGET: usize = 4;
/// Operations of a poll in the plain order.
const PLAIN: u32 = 256;

impl Adversary {
    /// That of a seed, among so many processes. Seed 0 has the plain order.
    pub(super) fn new(seed: u64, n_processes: usize) -> Adversary {
        chance::begin((seed != 0).then(|| chance::mix(seed)));
        if seed == 0 {
            return Adversary { aim: Aim::Order, budget: PLAIN, n_known: 0 };
        }
        let aim = match chance::below(6) {
            0..=2 => Aim::Any,
            3 => Aim::Newest,
            4 => Aim::Starved(chance::below(n_processes.max(1)) as u32),
            _ => Aim::Fewest,
        };
        let budget = [1, 1, 8, PLAIN][chance::below(4)];
        Adversary { aim, budget, n_known: 0 }
    }

    /// Takes one out of the queue; `n_polls` tells how often a slot was polled.
    pub(super) fn pick(&mut self, queue: &mut VecDeque<u32>, n_polls: impl Fn(u32) -> u32) -> Option<u32> {
        // Several that were woken by one poll came in no order that a seed would know.
        let known = self.n_known.min(queue.len());
        queue.make_contiguous()[known..].sort_unstable();
        let n = queue.len();
        if n == 0 {
            return None;
        }
        let relents = chance::below(RELENT) == RELENT - 1;
        let at = match self.aim {
            Aim::Order => 0,
            _ if relents => chance::below(n),
            Aim::Any => chance::below(n),
            Aim::Newest => n - 1,
            Aim::Starved(slot) => match queue.iter().position(|starved| *starved == slot) {
                Some(starved) if n > 1 => (starved + 1 + chance::below(n - 1)) % n,
                _ => chance::below(n),
            },
            Aim::Fewest => (0..n).min_by_key(|at| n_polls(queue[*at])).unwrap_or(0),
        };
        self.n_known = n - 1;
        queue.remove(at)
    }

    /// Operations that the next poll may commit.
    pub(super) fn budget(&self) -> u32 {
        match self.budget {
            PLAIN => PLAIN,
            // Who waits for several things at once tries all of them in one poll.
            _ if chance::below(RELENT_BUDGET) == 0 => PLAIN,
            most => 1 + chance::below(most as usize) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::Adversary;

    fn picks(seed: u64) -> Vec<u32> {
        let mut adversary = Adversary::new(seed, 4);
        let mut queue: VecDeque<u32> = (0..4).collect();
        let pick = |_| {
            let picked = adversary.pick(&mut queue, |slot| slot).expect("the queue is not empty");
            queue.push_back(picked);
            picked
        };
        (0..2000).map(pick).collect()
    }

    #[test]
    fn one_seed_gives_one_order_and_seed_0_the_plain_one() {
        assert_eq!(picks(0), (0..2000).map(|n| n % 4).collect::<Vec<u32>>());
        for seed in 1..50 {
            assert_eq!(picks(seed), picks(seed));
        }
        assert_ne!(picks(1), picks(2));
    }

    #[test]
    fn everybody_runs_at_last() {
        for seed in 0..50 {
            let picks = picks(seed);
            assert!((0..4).all(|slot| picks.contains(&slot)), "seed {seed}");
        }
    }
}
