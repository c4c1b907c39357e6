//! One level of a picture, laid out from left to right: nodes stand in ranks, ranks are ordered to have few
//! crossings, and long edges are led between the nodes.

mod crossing;
mod layers;
mod order;
mod rank;
mod straight;

use layers::Layers;

/// A place in the picture, in pixels; y grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// Something to place.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Width and height.
    pub size: Point,
    /// Free space to keep on both sides together, across and down.
    pub gap: Point,
}

/// Something to lead from one node's right side to another's left side.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Position of a node.
    pub from: usize,
    /// Position of a node.
    pub to: usize,
    /// Characters of its label.
    pub n_chars: usize,
}

/// What is to be placed; the edges do not form a cycle.
#[derive(Debug, Default)]
pub struct Parts {
    /// Nodes, by position.
    pub nodes: Vec<Node>,
    /// Edges between them.
    pub edges: Vec<Edge>,
    /// Nodes at the left border.
    pub entries: Vec<usize>,
    /// Nodes at the right border.
    pub exits: Vec<usize>,
}

/// Where everything went.
#[derive(Debug, Default)]
pub struct Level {
    /// Middle of each node.
    pub middles: Vec<Point>,
    /// Where each edge passes on its way.
    pub ways: Vec<Vec<Point>>,
    /// Middle of each edge's label.
    pub labels: Vec<Option<Point>>,
    /// The corner away from the origin, gaps included.
    pub size: Point,
}

/// About the width of a letter of a label.
const LETTER: f64 = 6.0;
/// Height of a label.
const LABEL: Node = Node { size: Point { x: 12.0, y: 14.0 }, gap: Point { x: 24.0, y: 12.0 } };
/// Where an edge passes a rank.
const WAY: Node = Node { size: Point { x: 1.0, y: 1.0 }, gap: Point { x: 20.0, y: 20.0 } };

/// Places nodes and edges. A label is a node on its edge's way.
///
/// Complexity: see [`order::order`]; the other steps take less. E counts an edge once for each rank that it passes.
pub fn place(parts: &Parts) -> Level {
    let n_nodes = parts.nodes.len();
    let mut nodes = parts.nodes.clone();
    let mut halves: Vec<(usize, usize)> = Vec::new();
    let mut label_of = Vec::new();
    for edge in &parts.edges {
        if edge.n_chars == 0 {
            label_of.push(None);
            halves.push((edge.from, edge.to));
            continue;
        }
        let label = nodes.len();
        label_of.push(Some(label));
        halves.extend([(edge.from, label), (label, edge.to)]);
        #[expect(clippy::cast_precision_loss, reason = "labels are short")]
        let width = edge.n_chars as f64 * LETTER + LABEL.size.x;
        nodes.push(Node { size: Point { x: width, ..LABEL.size }, ..LABEL });
    }
    let ranks = rank::ranks(nodes.len(), &halves, &parts.entries, &parts.exits);
    let leads = (0..nodes.len()).map(|node| node >= n_nodes).collect();
    let mut layers = Layers::new(ranks, &halves, leads);
    order::order(&mut layers);
    nodes.resize(layers.rank_of.len(), WAY);
    let found = Placed::new(&layers, &nodes);
    let mut level =
        Level { middles: found.middles[..n_nodes].to_vec(), size: found.size, ..Level::default() };
    let mut halves = layers.ways.iter();
    for label in label_of {
        let mut way: Vec<usize> = halves.next().cloned().unwrap_or_default();
        if let Some(label) = label {
            way.push(label);
            way.extend(halves.next().into_iter().flatten());
        }
        level.ways.push(way.into_iter().flat_map(|member| found.passage(&layers, member)).collect());
        level.labels.push(label.map(|label| found.middles[label]));
    }
    level
}

/// Places of all members of the ranks.
struct Placed {
    middles: Vec<Point>,
    size: Point,
    /// Half the width of the widest node of each rank.
    halves: Vec<f64>,
}

impl Placed {
    fn new(layers: &Layers, nodes: &[Node]) -> Placed {
        let heights: Vec<f64> = nodes.iter().map(|node| node.size.y + node.gap.y).collect();
        let ys = straight::middles(layers, &heights);
        let widest = |rank: &[usize], width: fn(&Node) -> f64| {
            rank.iter().map(|&member| width(&nodes[member])).fold(0.0, f64::max)
        };
        let mut middles: Vec<Point> = ys.iter().map(|&y| Point { x: 0.0, y }).collect();
        let mut size = Point::default();
        for rank in &layers.ranks {
            let width = widest(rank, |node| node.size.x + node.gap.x);
            rank.iter().for_each(|&member| middles[member].x = size.x + width / 2.0);
            size.x += width;
        }
        size.y = ys.iter().zip(&heights).map(|(y, height)| y + height / 2.0).fold(0.0, f64::max);
        let halves = layers.ranks.iter().map(|rank| widest(rank, |node| node.size.x) / 2.0).collect();
        Placed { middles, size, halves }
    }

    /// An edge on its way past a rank runs level from where the widest node of the rank begins to where it ends:
    /// it cannot cut corners.
    fn passage(&self, layers: &Layers, member: usize) -> [Point; 2] {
        let (middle, half) = (self.middles[member], self.halves[layers.rank_of[member]]);
        [-half, half].map(|by| Point { x: middle.x + by, ..middle })
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, Node, Parts, Point, place};

    const NODE: Node = Node { size: Point { x: 80.0, y: 40.0 }, gap: Point { x: 50.0, y: 20.0 } };

    #[test]
    fn edges_go_to_the_right_and_labels_lie_between() {
        let edge = |from, to, n_chars| Edge { from, to, n_chars };
        let edges = vec![edge(0, 1, 4), edge(1, 2, 0), edge(0, 2, 0)];
        let level = place(&Parts { nodes: vec![NODE; 3], edges, ..Parts::default() });
        let x = |idx: usize| level.middles[idx].x;
        assert!(x(0) < x(1) && x(1) < x(2));
        let label = level.labels[0].unwrap();
        assert!(x(0) < label.x && label.x < x(1));
        assert_eq!(level.labels[1], None);
        assert!(!level.ways[2].is_empty(), "a long edge is led past the node between");
    }

    #[test]
    fn nothing_is_placed_in_an_empty_picture() {
        assert_eq!(place(&Parts::default()).size, Point::default());
    }
}
