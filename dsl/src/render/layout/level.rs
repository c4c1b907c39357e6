//! One level of a picture, laid out from left to right by the crate `layout-rs`: it finds ranks, orders them to
//! have few crossings, and leads long arrows between the boxes. We take its coordinates and draw ourselves.

use std::collections::BTreeMap;

use layout::core::base::Orientation;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry;
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, ShapeKind};
use layout::topo::layout::VisualGraph;
use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

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

/// Places nodes and edges; the edges must not form a cycle.
///
/// A label is a node on its edge's way. (`layout-rs` has labels of its own, but moves them into one another and
/// then fails an assertion.)
pub fn place(nodes: &[Node], edges: &[Edge]) -> Level {
    let mut all = nodes.to_vec();
    let mut parts: Vec<Edge> = Vec::new();
    let mut plan: Vec<(usize, Option<usize>)> = Vec::new();
    for edge in edges {
        if edge.n_chars == 0 {
            plan.push((parts.len(), None));
            parts.push(*edge);
            continue;
        }
        let label = all.len();
        plan.push((parts.len(), Some(label)));
        parts.push(Edge { to: label, ..*edge });
        parts.push(Edge { from: label, ..*edge });
        #[expect(clippy::cast_precision_loss, reason = "labels are short")]
        let size = Point { x: edge.n_chars as f64 * LETTER + 12.0, y: 14.0 };
        all.push(Node { size, gap: Point { x: 24.0, y: 12.0 } });
    }
    let found = arrange(&all, &parts);
    let mut level =
        Level { middles: found.middles[..nodes.len()].to_vec(), size: found.size, ..Level::default() };
    for (part, label) in plan {
        let mut way = found.ways[part].clone();
        if let Some(label) = label {
            // Level under the label from end to end.
            let (middle, half) = (found.middles[label], all[label].size.x / 2.0);
            way.extend([-half, half].map(|by| Point { x: middle.x + by, ..middle }));
            way.extend(&found.ways[part + 1]);
        }
        level.ways.push(way);
        level.labels.push(label.map(|label| found.middles[label]));
    }
    level
}

/// Has `layout-rs` place everything.
fn arrange(nodes: &[Node], edges: &[Edge]) -> Level {
    let mut level = Level {
        middles: vec![Point::default(); nodes.len()],
        ways: vec![Vec::new(); edges.len()],
        ..Level::default()
    };
    if nodes.is_empty() {
        return level;
    }
    let mut graph = VisualGraph::new(Orientation::LeftToRight);
    let handles: Vec<_> =
        nodes.iter().enumerate().map(|(idx, node)| graph.add_node(element(idx, node))).collect();
    // That there is no cycle is known; checked again at each step it would take long.
    graph.dag.set_validate(false);
    for idx in sources_first(nodes.len(), edges) {
        let mut arrow = Arrow::simple("");
        arrow.properties = Some(idx.to_string());
        graph.add_edge(arrow, handles[edges[idx].from], handles[edges[idx].to]);
    }
    graph.do_it(false, false, false, &mut level);
    for (middle, node) in level.middles.iter().zip(nodes) {
        level.size.x = level.size.x.max(middle.x + (node.size.x + node.gap.x) / 2.0);
        level.size.y = level.size.y.max(middle.y + (node.size.y + node.gap.y) / 2.0);
    }
    level.straighten(nodes);
    for way in level.ways.iter().flatten() {
        level.size.x = level.size.x.max(way.x);
        level.size.y = level.size.y.max(way.y + 10.0);
    }
    level
}

/// A node as `layout-rs` knows it; its number comes back when it is drawn.
fn element(idx: usize, node: &Node) -> Element {
    let size = geometry::Point::new(node.size.x, node.size.y);
    let gap = geometry::Point::new(node.gap.x, node.gap.y);
    let mut element =
        Element::create(ShapeKind::new_box(""), StyleAttr::simple(), Orientation::LeftToRight, size);
    element.pos = geometry::Position::new(geometry::Point::zero(), size, geometry::Point::zero(), gap);
    element.properties = Some(idx.to_string());
    element
}

/// The edges in an order in which none is followed by one that leads to where it begins. `layout-rs` asks for
/// each edge whether its end leads back to its beginning, by walking every path from there: in this order no path
/// is known yet.
fn sources_first(n_nodes: usize, edges: &[Edge]) -> Vec<usize> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(n_nodes, edges.len());
    for _ in 0..n_nodes {
        graph.add_node(());
    }
    for edge in edges {
        graph.add_edge(NodeIndex::new(edge.from), NodeIndex::new(edge.to), ());
    }
    let mut order: Vec<usize> = (0..edges.len()).collect();
    if let Ok(sorted) = toposort(&graph, None) {
        let mut place = vec![0; n_nodes];
        sorted.iter().enumerate().for_each(|(at, node)| place[node.index()] = at);
        order.sort_by_key(|&idx| place[edges[idx].from]);
    }
    order
}

impl Level {
    /// An edge on its way past other nodes runs level from where the widest of their rank begins to where it
    /// ends: it cannot cut their corners.
    fn straighten(&mut self, nodes: &[Node]) {
        // Nodes of one rank have one middle; half the width of the widest, by that middle.
        let mut ranks: BTreeMap<i64, f64> = BTreeMap::new();
        #[expect(clippy::cast_possible_truncation, reason = "a picture is not so wide")]
        let key = |x: f64| x.round() as i64;
        for (middle, node) in self.middles.iter().zip(nodes) {
            let half = ranks.entry(key(middle.x)).or_default();
            *half = half.max(node.size.x / 2.0);
        }
        for ways in &mut self.ways {
            // What leads an edge is a pixel wide, and its middle off by half of it.
            let level = |way: &Point| match ranks.range(key(way.x - 1.0)..=key(way.x + 1.0)).next() {
                Some((_, half)) => vec![Point { x: way.x - half, ..*way }, Point { x: way.x + half, ..*way }],
                None => vec![*way],
            };
            *ways = ways.iter().flat_map(level).collect();
        }
    }
}

fn point(point: geometry::Point) -> Point {
    Point { x: point.x, y: point.y }
}

/// Listens to what `layout-rs` draws.
impl RenderBackend for Level {
    fn draw_rect(
        &mut self,
        corner: geometry::Point,
        size: geometry::Point,
        _look: &StyleAttr,
        properties: Option<String>,
        _clip: Option<ClipHandle>,
    ) {
        if let Some(idx) = index(properties.as_deref()) {
            self.middles[idx] = Point { x: corner.x + size.x / 2.0, y: corner.y + size.y / 2.0 };
        }
    }

    fn draw_line(&mut self, _: geometry::Point, _: geometry::Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: geometry::Point, _: geometry::Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_text(&mut self, _: geometry::Point, _: &str, _: &StyleAttr) {}

    fn draw_arrow(
        &mut self,
        path: &[(geometry::Point, geometry::Point)],
        _dashed: bool,
        _head: (bool, bool),
        _look: &StyleAttr,
        properties: Option<String>,
        _text: &str,
    ) {
        if let Some(idx) = index(properties.as_deref()) {
            // The first pair is where it begins and the last where it ends: those we choose ourselves.
            let inner = path.get(1..path.len().saturating_sub(1)).unwrap_or_default();
            self.ways[idx] = inner.iter().map(|&(_, at)| point(at)).collect();
        }
    }

    fn create_clip(&mut self, _: geometry::Point, _: geometry::Point, _: usize) -> ClipHandle {
        0
    }
}

fn index(text: Option<&str>) -> Option<usize> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Edge, Node, Point, place};

    const NODE: Node = Node { size: Point { x: 80.0, y: 40.0 }, gap: Point { x: 50.0, y: 20.0 } };

    #[test]
    fn edges_go_to_the_right_and_labels_lie_between() {
        let edge = |from, to, n_chars| Edge { from, to, n_chars };
        let level = place(&[NODE; 3], &[edge(0, 1, 4), edge(1, 2, 0), edge(0, 2, 0)]);
        let x = |idx: usize| level.middles[idx].x;
        assert!(x(0) < x(1) && x(1) < x(2));
        let label = level.labels[0].unwrap();
        assert!(x(0) < label.x && label.x < x(1));
        assert_eq!(level.labels[1], None);
        assert!(!level.ways[2].is_empty(), "a long edge is led past the node between");
    }

    #[test]
    fn nothing_is_placed_in_an_empty_picture() {
        assert_eq!(place(&[], &[]).size, Point::default());
    }
}
