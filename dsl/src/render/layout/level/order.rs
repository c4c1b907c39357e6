//! The order of each rank, from top to bottom: few edges cross.

use super::crossing;
use super::layers::Layers;

/// At most so many sweeps from each first order.
const SWEEPS: usize = 24;
/// At least so many, however large the level is.
const FEW: usize = 4;
/// The sweeps of a large level go over about so many segments.
const WORK: usize = 400_000;
/// A sweep ends the search when so many before it found nothing better.
const PATIENCE: usize = 6;
/// Neighbours in a rank change places in so many rounds at most.
const ROUNDS: usize = 8;

/// Orders every rank: the one before it and the one after pull its members, by turns, and neighbours change places
/// where that saves a crossing. It begins with the order given, with that from below, and with a walk along the edges.
///
/// Complexity: O(E log V) for each of a bounded number of sweeps.
///
/// Source: Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981;
/// the changes of neighbours are those of Gansner and others, "A Technique for Drawing Directed Graphs", 1993.
pub fn order(layers: &mut Layers) {
    let n_sweeps = (WORK / layers.n_segments().max(1)).clamp(FEW, SWEEPS);
    let walked = walk(layers);
    let mut best = Best { n_crossings: n_crossings(layers), ranks: layers.ranks.clone() };
    let mut from_below = layers.ranks.clone();
    from_below.iter_mut().for_each(|rank| rank.reverse());
    for start in [layers.ranks.clone(), from_below, walked] {
        layers.ranks = start;
        search(layers, n_sweeps, &mut best);
    }
    layers.ranks = best.ranks;
}

struct Best {
    n_crossings: usize,
    ranks: Vec<Vec<usize>>,
}

fn search(layers: &mut Layers, n_sweeps: usize, best: &mut Best) {
    let mut n_idle = 0;
    for sweep in 0..n_sweeps {
        if best.n_crossings == 0 || n_idle == PATIENCE {
            return;
        }
        sort_by_neighbours(layers, sweep % 2, sweep % 4 > 1);
        exchange(layers);
        n_idle += 1;
        let found = n_crossings(layers);
        if found < best.n_crossings {
            *best = Best { n_crossings: found, ranks: layers.ranks.clone() };
            n_idle = 0;
        }
    }
}

/// Crossings in the whole level.
fn n_crossings(layers: &Layers) -> usize {
    let places = layers.places();
    let mut segments = Vec::new();
    let mut sum = 0;
    for rank in &layers.ranks {
        segments.clear();
        for &member in rank {
            segments.extend(layers.near[1][member].iter().map(|&other| (places[member], places[other])));
        }
        sum += crossing::count(&mut segments);
    }
    sum
}

/// The members in the order in which a walk along the edges comes to them.
fn walk(layers: &Layers) -> Vec<Vec<usize>> {
    let mut ranks = vec![Vec::new(); layers.ranks.len()];
    let mut seen = vec![false; layers.rank_of.len()];
    for &start in layers.ranks.iter().flatten() {
        let mut todo = vec![start];
        while let Some(member) = todo.pop() {
            if std::mem::replace(&mut seen[member], true) {
                continue;
            }
            ranks[layers.rank_of[member]].push(member);
            // What comes last is taken first: the way back, and then the edges in their order.
            todo.extend(layers.near[0][member].iter().chain(&layers.near[1][member]).rev());
        }
    }
    ranks
}

/// Sorts each rank by the middle of its neighbours before it (`0`) or after it (`1`); what has none there stays.
/// What is pulled to one place changes its order where ties are turned: a search that always left them would stand
/// still.
fn sort_by_neighbours(layers: &mut Layers, side: usize, turns_ties: bool) {
    let mut places = layers.places();
    let n_ranks = layers.ranks.len();
    for step in 1..n_ranks {
        let rank = if side == 0 { step } else { n_ranks - 1 - step };
        let near = &layers.near[side];
        let members = &mut layers.ranks[rank];
        let mut pulled: Vec<(f64, usize)> = members
            .iter()
            .filter(|&&member| !near[member].is_empty())
            .map(|&member| (mean(near[member].iter().map(|&other| places[other])), member))
            .collect();
        if turns_ties {
            pulled.reverse();
        }
        pulled.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut pulled = pulled.into_iter();
        for (place, member) in members.iter_mut().enumerate() {
            if !near[*member].is_empty() {
                *member = pulled.next().map_or(*member, |(_, member)| member);
            }
            places[*member] = place;
        }
    }
}

fn mean(places: impl ExactSizeIterator<Item = usize>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far fewer members than 2^52")]
    let (n, sum) = (places.len() as f64, places.sum::<usize>() as f64);
    sum / n
}

/// Neighbours in a rank change places where fewer edges cross then.
fn exchange(layers: &mut Layers) {
    let mut places = layers.places();
    for rank in &mut layers.ranks {
        // Nothing but this rank moves meanwhile.
        let near = |member: usize| {
            [0, 1].map(|side: usize| {
                let mut near: Vec<usize> =
                    layers.near[side][member].iter().map(|&other| places[other]).collect();
                near.sort_unstable();
                near
            })
        };
        let mut members: Vec<_> = rank.iter().map(|&member| (member, near(member))).collect();
        let mut is_changed = true;
        for _ in 0..ROUNDS {
            if !std::mem::take(&mut is_changed) {
                break;
            }
            for lower in 1..members.len() {
                let [before, after] = [0, 1]
                    .map(|side| crossing::of_pair(&members[lower - 1].1[side], &members[lower].1[side]));
                if before.0 + after.0 > before.1 + after.1 {
                    members.swap(lower - 1, lower);
                    is_changed = true;
                }
            }
        }
        for (place, (member, _)) in members.into_iter().enumerate() {
            rank[place] = member;
            places[member] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{n_crossings, order};
    use crate::render::layout::level::layers::Layers;

    #[test]
    fn what_need_not_cross_does_not() {
        // Two lanes whose members are given crosswise.
        let edges = [(0, 3), (1, 2), (2, 5), (3, 4)];
        let mut layers = Layers::new(vec![0, 0, 1, 1, 2, 2], &edges, vec![false; 6]);
        assert_eq!(n_crossings(&layers), 2);
        order(&mut layers);
        assert_eq!(n_crossings(&layers), 0);
        assert_eq!(layers.ranks[0], [0, 1], "the first rank is as it was given");
    }

    #[test]
    fn a_way_back_goes_where_it_crosses_nothing() {
        // CommsTime with a label on each channel: 4 to 7, of which 7 leads back.
        let edges = [(0, 4), (4, 1), (1, 5), (5, 2), (1, 6), (6, 3), (0, 7), (7, 2)];
        let mut layers = Layers::new(vec![0, 2, 4, 4, 1, 3, 3, 3], &edges, vec![false; 8]);
        order(&mut layers);
        assert_eq!(n_crossings(&layers), 0);
    }

    #[test]
    fn what_must_cross_crosses_once() {
        let edges = [(0, 2), (0, 3), (1, 2), (1, 3)];
        let mut layers = Layers::new(vec![0, 0, 1, 1], &edges, vec![false; 4]);
        order(&mut layers);
        assert_eq!(n_crossings(&layers), 1);
        assert_eq!(layers.ranks, [[0, 1], [2, 3]]);
    }
}
