//! Which rank each node of a level stands in.

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

/// Ranks from left to right: every edge leads to a later one. Entries have the first rank for themselves and exits
/// the last. What is read at least as often as it reads stands close to who reads it, all else as early as it can.
///
/// Complexity: O(V + E).
pub fn ranks(n_nodes: usize, edges: &[(usize, usize)], entries: &[usize], exits: &[usize]) -> Vec<usize> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(n_nodes, edges.len());
    for _ in 0..n_nodes {
        graph.add_node(());
    }
    let mut near = [vec![Vec::new(); n_nodes], vec![Vec::new(); n_nodes]];
    for &(from, to) in edges {
        graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        near[0][to].push(from);
        near[1][from].push(to);
    }
    let order: Vec<usize> =
        toposort(&graph, None).unwrap_or_default().into_iter().map(NodeIndex::index).collect();
    let first = usize::from(!entries.is_empty());
    let mut ranks = vec![first; n_nodes];
    entries.iter().for_each(|&entry| ranks[entry] = 0);
    for &node in &order {
        ranks[node] = near[0][node].iter().map(|&before| ranks[before] + 1).fold(ranks[node], usize::max);
    }
    let mut is_fixed = vec![false; n_nodes];
    entries.iter().chain(exits).for_each(|&node| is_fixed[node] = true);
    let others = (0..n_nodes).filter(|&node| !is_fixed[node]);
    let last = others.map(|node| ranks[node] + 1).fold(first, usize::max);
    exits.iter().for_each(|&exit| ranks[exit] = last);
    for &node in order.iter().rev().filter(|&&node| !is_fixed[node]) {
        let next = near[1][node].iter().map(|&after| ranks[after]).min();
        if let Some(next) = next.filter(|_| near[0][node].len() <= near[1][node].len()) {
            ranks[node] = next - 1;
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::ranks;

    #[test]
    fn an_edge_leads_to_a_later_rank_and_a_source_stands_by_its_reader() {
        assert_eq!(ranks(4, &[(0, 1), (1, 2), (3, 2)], &[], &[]), [0, 1, 2, 1]);
    }

    #[test]
    fn entries_come_first_and_exits_last_alone() {
        assert_eq!(ranks(4, &[(0, 1), (1, 2)], &[0], &[2]), [0, 1, 2, 1]);
        assert_eq!(ranks(5, &[(0, 1), (1, 2), (3, 4)], &[3], &[4]), [1, 2, 3, 0, 4]);
    }
}
