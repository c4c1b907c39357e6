//! A level in ranks: each edge leads from one rank to the next, and what is longer goes by waypoints.

/// Members of all ranks and what joins them. The first are what is placed, waypoints follow.
#[derive(Debug, Default)]
pub struct Layers {
    /// Members of each rank, from top to bottom.
    pub ranks: Vec<Vec<usize>>,
    /// Rank of each member.
    pub rank_of: Vec<usize>,
    /// Neighbours of each member in the rank before and in the rank after.
    pub near: [Vec<Vec<usize>>; 2],
    /// Whether a member only leads an edge on its way.
    pub leads: Vec<bool>,
    /// The waypoints of each edge.
    pub ways: Vec<Vec<usize>>,
}

impl Layers {
    /// Puts a waypoint into every rank that an edge passes. `leads` says of each node whether it is one already.
    pub fn new(rank_of: Vec<usize>, edges: &[(usize, usize)], leads: Vec<bool>) -> Layers {
        let n_ranks = rank_of.iter().max().map_or(0, |last| last + 1);
        let near = [vec![Vec::new(); rank_of.len()], vec![Vec::new(); rank_of.len()]];
        let mut layers = Layers { ranks: vec![Vec::new(); n_ranks], rank_of, near, leads, ways: Vec::new() };
        for (member, &rank) in layers.rank_of.iter().enumerate() {
            layers.ranks[rank].push(member);
        }
        for &(from, to) in edges {
            let mut way = Vec::new();
            let mut last = from;
            for rank in layers.rank_of[from] + 1..layers.rank_of[to] {
                let next = layers.waypoint(rank);
                layers.join(last, next);
                way.push(next);
                last = next;
            }
            layers.join(last, to);
            layers.ways.push(way);
        }
        layers
    }

    fn waypoint(&mut self, rank: usize) -> usize {
        let member = self.rank_of.len();
        self.rank_of.push(rank);
        self.ranks[rank].push(member);
        self.leads.push(true);
        self.near.iter_mut().for_each(|near| near.push(Vec::new()));
        member
    }

    fn join(&mut self, from: usize, to: usize) {
        self.near[1][from].push(to);
        self.near[0][to].push(from);
    }

    /// Where each member stands in its rank.
    pub fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.rank_of.len()];
        for rank in &self.ranks {
            rank.iter().enumerate().for_each(|(place, &member)| places[member] = place);
        }
        places
    }

    /// Number of segments between ranks.
    pub fn n_segments(&self) -> usize {
        self.near[1].iter().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Layers;

    #[test]
    fn a_long_edge_has_a_waypoint_in_each_rank_between() {
        let layers = Layers::new(vec![0, 3, 1], &[(0, 1), (0, 2)], vec![false; 3]);
        assert_eq!(layers.ranks, [vec![0], vec![2, 3], vec![4], vec![1]]);
        assert_eq!(layers.ways, [vec![3, 4], vec![]]);
        assert_eq!((&layers.near[0][1], &layers.near[1][0]), (&vec![4], &vec![3, 2]));
        assert_eq!(layers.leads, [false, false, false, true, true]);
    }
}
