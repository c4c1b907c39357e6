//! How high the members of ordered ranks stand: long edges run straight, and boxes stand level with what they are
//! joined to.

use std::collections::HashSet;

use super::layers::Layers;

/// Middle of each member, given the height that it needs; the uppermost edge is at 0.
///
/// Members are joined to blocks that stand level, in four ways: with the rank before or the one after, from the top
/// or from the bottom. Each way gives a place, and the mean of the middle two is what counts.
///
/// Complexity: O(V + E log E).
///
/// Source: Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment", 2001. Blocks are pushed together
/// along the longest paths between them, in place of the classes of the paper, to which its authors published
/// corrections in 2020.
pub fn middles(layers: &Layers, heights: &[f64]) -> Vec<f64> {
    if heights.is_empty() {
        return Vec::new();
    }
    let kept = kept_apart(layers);
    let ways = [(0, false), (0, true), (1, false), (1, true)];
    let mut found = ways.map(|(side, from_below)| {
        let view = View { layers, heights, kept: &kept, side, from_below };
        view.middles()
    });
    let extents = [0, 1, 2, 3].map(|way| extent(&found[way], heights));
    let (top, bottom) =
        extents.into_iter().min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or_default();
    for ((middles, extent), (_, from_below)) in found.iter_mut().zip(extents).zip(ways) {
        let by = if from_below { bottom - extent.1 } else { top - extent.0 };
        middles.iter_mut().for_each(|middle| *middle += by);
    }
    let mut middles: Vec<f64> = (0..heights.len())
        .map(|member| {
            let mut four = [0, 1, 2, 3].map(|way| found[way][member]);
            four.sort_by(f64::total_cmp);
            f64::midpoint(four[1], four[2])
        })
        .collect();
    let (top, _) = extent(&middles, heights);
    middles.iter_mut().for_each(|middle| *middle -= top);
    middles
}

fn extent(middles: &[f64], heights: &[f64]) -> (f64, f64) {
    let edges =
        middles.iter().zip(heights).map(|(middle, height)| (middle - height / 2.0, middle + height / 2.0));
    edges.fold((f64::INFINITY, f64::NEG_INFINITY), |all, edge| (all.0.min(edge.0), all.1.max(edge.1)))
}

/// Segments that shall not be made level, because they cross one between two waypoints.
fn kept_apart(layers: &Layers) -> HashSet<(usize, usize)> {
    let places = layers.places();
    let mut kept = HashSet::new();
    for rank in layers.ranks.iter().skip(1) {
        let mut upper = 0;
        let mut n_done = 0;
        for (place, &member) in rank.iter().enumerate() {
            let before = &layers.near[0];
            let inner = before[member].iter().find(|&&other| layers.leads[member] && layers.leads[other]);
            if inner.is_none() && place + 1 < rank.len() {
                continue;
            }
            let lower = inner.map_or(usize::MAX, |&other| places[other]);
            for &member in &rank[n_done..=place] {
                for &other in &before[member] {
                    let is_inner = layers.leads[member] && layers.leads[other];
                    if !is_inner && !(upper..=lower).contains(&places[other]) {
                        kept.insert((other, member));
                    }
                }
            }
            (upper, n_done) = (lower, place + 1);
        }
    }
    kept
}

/// The layers as one of the four ways sees them.
struct View<'a> {
    layers: &'a Layers,
    heights: &'a [f64],
    kept: &'a HashSet<(usize, usize)>,
    /// Whether members are joined to the rank before (`0`) or the one after (`1`).
    side: usize,
    /// Whether ranks are read from below.
    from_below: bool,
}

impl View<'_> {
    fn middles(&self) -> Vec<f64> {
        let mut ranks = self.layers.ranks.clone();
        if self.side == 1 {
            ranks.reverse();
        }
        if self.from_below {
            ranks.iter_mut().for_each(|rank| rank.reverse());
        }
        let block_of = self.blocks(&ranks);
        let mut middles = self.push_together(&ranks, &block_of);
        if self.from_below {
            middles.iter_mut().for_each(|middle| *middle = -*middle);
        }
        middles
    }

    /// The first member of the block of each.
    fn blocks(&self, ranks: &[Vec<usize>]) -> Vec<usize> {
        let n = self.heights.len();
        let mut places = vec![0; n];
        ranks
            .iter()
            .flat_map(|rank| rank.iter().enumerate())
            .for_each(|(place, &member)| places[member] = place);
        let mut block_of: Vec<usize> = (0..n).collect();
        for rank in ranks {
            // Lines that make members level do not cross: only what is below the last one may be taken.
            let mut first_free = 0;
            for &member in rank {
                let mut near = self.layers.near[self.side][member].clone();
                near.sort_unstable_by_key(|&other| places[other]);
                let middle = near.len().saturating_sub(1);
                for &other in near.iter().take(middle.div_ceil(2) + 1).skip(middle / 2) {
                    let segment = if self.side == 0 { (other, member) } else { (member, other) };
                    if places[other] >= first_free && !self.kept.contains(&segment) {
                        block_of[member] = block_of[other];
                        first_free = places[other] + 1;
                        break;
                    }
                }
            }
        }
        block_of
    }

    /// Blocks as far up as they can be, and then as far down as those below let them.
    fn push_together(&self, ranks: &[Vec<usize>], block_of: &[usize]) -> Vec<f64> {
        let n = block_of.len();
        let mut below: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        let mut n_above = vec![0; n];
        for pair in ranks.iter().flat_map(|rank| rank.windows(2)) {
            let apart = f64::midpoint(self.heights[pair[0]], self.heights[pair[1]]);
            below[block_of[pair[0]]].push((block_of[pair[1]], apart));
            n_above[block_of[pair[1]]] += 1;
        }
        let mut order: Vec<usize> =
            (0..n).filter(|&block| block_of[block] == block && n_above[block] == 0).collect();
        let mut middles = vec![0.0_f64; n];
        let mut n_done = 0;
        while let Some(&block) = order.get(n_done) {
            n_done += 1;
            for &(next, apart) in &below[block] {
                middles[next] = middles[next].max(middles[block] + apart);
                n_above[next] -= 1;
                if n_above[next] == 0 {
                    order.push(next);
                }
            }
        }
        for &block in order.iter().rev() {
            let room = below[block].iter().map(|&(next, apart)| middles[next] - apart).reduce(f64::min);
            middles[block] = room.map_or(middles[block], |room| middles[block].max(room));
        }
        block_of.iter().map(|&block| middles[block]).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert, proptest};

    use super::middles;
    use crate::render::layout::level::layers::Layers;

    #[test]
    fn a_chain_beside_a_long_edge_is_straight_and_so_is_the_edge() {
        let layers = Layers::new(vec![0, 1, 2, 3], &[(0, 1), (1, 2), (2, 3), (0, 3)], vec![false; 4]);
        let found = middles(&layers, &[40.0, 40.0, 40.0, 40.0, 12.0, 12.0]);
        assert_eq!(found[1].to_bits(), found[2].to_bits());
        assert_eq!(found[4].to_bits(), found[5].to_bits());
        assert!(found[4] >= found[1] + 26.0, "{found:?}");
    }

    proptest! {
        #[test]
        fn members_of_a_rank_keep_their_order_and_have_their_room(
            ranks in prop::collection::vec(0_usize..5, 1..20),
            joined in prop::collection::vec((0_usize..20, 0_usize..20), 0..40),
            height in 1_u8..60,
        ) {
            let n = ranks.len();
            let edges: Vec<(usize, usize)> = joined
                .into_iter()
                .map(|(from, to)| (from % n, to % n))
                .filter(|&(from, to)| ranks[from] < ranks[to])
                .collect();
            let layers = Layers::new(ranks, &edges, vec![false; n]);
            let heights: Vec<f64> = (0..layers.rank_of.len())
                .map(|member| if member < n && member % 3 == 0 { f64::from(height) } else { 12.0 })
                .collect();
            let found = middles(&layers, &heights);
            for pair in layers.ranks.iter().flat_map(|rank| rank.windows(2)) {
                let apart = f64::midpoint(heights[pair[0]], heights[pair[1]]);
                prop_assert!(found[pair[1]] - found[pair[0]] >= apart - 1e-6, "{found:?}");
            }
            for (middle, height) in found.iter().zip(&heights) {
                prop_assert!(*middle >= height / 2.0 - 1e-6, "{found:?}");
            }
        }
    }
}
