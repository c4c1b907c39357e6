//! Where everything goes: each sub-network is laid out alone, and is then one box of what is around it.

pub mod level;

use std::collections::BTreeMap;

use super::picture::{Picture, feedback};
use level::{Edge, Level, Node, Parts, Point, place};

/// Space between a sub-network's frame and what is in it.
const FRAME: f64 = 14.0;
/// The same above, where its name stands.
const HEADING: f64 = 26.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its upper left corner.
    pub corner: Point,
    /// Width and height.
    pub size: Point,
}

impl Rect {
    /// Right edge.
    pub fn right(self) -> f64 {
        self.corner.x + self.size.x
    }

    /// Its middle.
    pub fn middle(self) -> Point {
        Point { x: self.corner.x + self.size.x / 2.0, y: self.corner.y + self.size.y / 2.0 }
    }
}

/// How an arrow goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Whether it runs from right to left: it leaves at the left side and arrives at the right.
    pub backward: bool,
    /// Where it passes, from left to right, without its ends.
    pub ways: Vec<Point>,
    /// Middle of its label.
    pub label: Option<Point>,
}

/// A picture with its coordinates.
pub struct Layout {
    /// Width and height of the whole.
    pub size: Point,
    /// By item.
    pub items: Vec<Rect>,
    /// By cluster.
    pub clusters: Vec<Rect>,
    /// By arrow; empty for one that leads back to its own item.
    pub routes: Vec<Route>,
}

/// Places the items of `picture`, which need so much space; the names of its clusters are so wide.
pub fn layout(picture: &Picture, space: &[Node], headings: &[f64]) -> Layout {
    let sides = sides(picture);
    let mut planner = Planner { picture, space, sides: &sides, frames: vec![None; picture.clusters.len()] };
    // An inner cluster stands after the one around it, so this goes from the inside out.
    let mut inner: Vec<Placed> = Vec::new();
    for idx in (0..picture.clusters.len()).rev() {
        let placed = planner.level(Some(idx));
        let size = placed.level.size;
        let size = Point { x: size.x.max(headings[idx]) + 2.0 * FRAME, y: size.y + HEADING + FRAME };
        planner.frames[idx] = Some(size);
        inner.push(placed);
    }
    inner.reverse();
    let root = planner.level(None);
    Assembly::new(picture, space, &planner.frames, &root, &inner).finish(&sides)
}

/// One arrow seen from the level where its two sides meet.
struct Sides {
    /// `None` for an arrow back to its own item.
    ends: Option<(usize, usize)>,
    backward: bool,
    /// The clusters that its left end lies in and its right end does not, outermost first.
    leaves: Vec<usize>,
    /// The clusters that its right end lies in and its left end does not, outermost first.
    enters: Vec<usize>,
    /// The level where they meet.
    level: Option<usize>,
}

/// Decides for each arrow which end is the left one: at each level no cycle may be left.
fn sides(picture: &Picture) -> Vec<Sides> {
    let mut sides: Vec<Sides> =
        picture.arrows.iter().map(|arrow| meet(picture, arrow.from, arrow.to)).collect();
    let levels = std::iter::once(None).chain((0..picture.clusters.len()).map(Some));
    for level in levels {
        let here = |idx: &usize| sides[*idx].level == level && sides[*idx].ends.is_some();
        let arrows: Vec<usize> = (0..sides.len()).filter(here).collect();
        let mut keys = BTreeMap::new();
        let mut key = |of: Key| -> usize {
            let next = keys.len();
            *keys.entry(of).or_insert(next)
        };
        let ends = |side: &Sides| side.ends.map(|(left, right)| (side.left_key(left), side.right_key(right)));
        let pairs: Vec<(usize, usize)> = arrows
            .iter()
            .filter_map(|&idx| ends(&sides[idx]))
            .map(|(from, to)| (key(from), key(to)))
            .collect();
        let late: Vec<bool> = arrows.iter().map(|&idx| picture.arrows[idx].feedback).collect();
        for (idx, backward) in arrows.iter().zip(feedback::find(keys.len(), &pairs, &late)) {
            if backward {
                sides[*idx].turn();
            }
        }
    }
    sides
}

fn meet(picture: &Picture, from: usize, to: usize) -> Sides {
    let mut leaves = picture.clusters_around(picture.items[from].cluster);
    let mut enters = picture.clusters_around(picture.items[to].cluster);
    let n_common = leaves.iter().zip(&enters).take_while(|(a, b)| a == b).count();
    let level = leaves[..n_common].last().copied();
    leaves.drain(..n_common);
    enters.drain(..n_common);
    Sides { ends: (from != to).then_some((from, to)), backward: false, leaves, enters, level }
}

impl Sides {
    fn turn(&mut self) {
        self.backward = true;
        self.ends = self.ends.map(|(left, right)| (right, left));
        std::mem::swap(&mut self.leaves, &mut self.enters);
    }

    fn left_key(&self, item: usize) -> Key {
        self.leaves.first().map_or(Key::Item(item), |&cluster| Key::Cluster(cluster))
    }

    fn right_key(&self, item: usize) -> Key {
        self.enters.first().map_or(Key::Item(item), |&cluster| Key::Cluster(cluster))
    }
}

/// Something that is placed in a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Item(usize),
    Cluster(usize),
    /// Where an arrow comes into the cluster.
    Entry(usize),
    /// Where an arrow leaves the cluster.
    Exit(usize),
}

/// A level with what its nodes and edges stand for.
struct Placed {
    keys: BTreeMap<Key, usize>,
    /// Edge of each arrow that has one here.
    edges: BTreeMap<usize, usize>,
    level: Level,
}

impl Placed {
    fn middle(&self, key: Key) -> Point {
        self.keys.get(&key).map(|&idx| self.level.middles[idx]).unwrap_or_default()
    }
}

struct Planner<'a> {
    picture: &'a Picture,
    space: &'a [Node],
    sides: &'a [Sides],
    /// Size of each cluster, once it is known.
    frames: Vec<Option<Point>>,
}

/// The level while it is made.
#[derive(Default)]
struct Draft {
    keys: BTreeMap<Key, usize>,
    parts: Parts,
    of_arrow: BTreeMap<usize, usize>,
}

impl Draft {
    fn node(&mut self, key: Key, node: Node) -> usize {
        let idx = *self.keys.entry(key).or_insert(self.parts.nodes.len());
        if idx == self.parts.nodes.len() {
            self.parts.nodes.push(node);
        }
        idx
    }

    fn edge(&mut self, arrow: usize, from: usize, to: usize, n_chars: usize) {
        self.of_arrow.insert(arrow, self.parts.edges.len());
        self.parts.edges.push(Edge { from, to, n_chars });
    }
}

/// A node that nobody sees.
const POINT: Node = Node { size: Point { x: 1.0, y: 1.0 }, gap: Point { x: 1.0, y: 16.0 } };

impl Planner<'_> {
    fn level(&self, of: Option<usize>) -> Placed {
        let mut draft = Draft::default();
        for (idx, _) in self.picture.items.iter().enumerate().filter(|(_, item)| item.cluster == of) {
            draft.node(Key::Item(idx), self.space[idx]);
        }
        for (idx, _) in self.picture.clusters.iter().enumerate().filter(|(_, cluster)| cluster.parent == of) {
            let size = self.frames[idx].unwrap_or_default();
            draft.node(Key::Cluster(idx), Node { size, gap: Point { x: 60.0, y: 24.0 } });
        }
        for (idx, sides) in self.sides.iter().enumerate() {
            self.arrow(&mut draft, of, idx, sides);
        }
        let level = place(&draft.parts);
        Placed { keys: draft.keys, edges: draft.of_arrow, level }
    }

    /// The part of an arrow that lies in this level.
    fn arrow(&self, draft: &mut Draft, of: Option<usize>, idx: usize, sides: &Sides) {
        let Some((left, right)) = sides.ends else { return };
        let n_chars = self.picture.arrows[idx].words().chars().count();
        if sides.level == of {
            let (from, to) = (draft.keys[&sides.left_key(left)], draft.keys[&sides.right_key(right)]);
            draft.edge(idx, from, to, n_chars);
            return;
        }
        let next = |path: &[usize], item: usize| -> Option<Key> {
            let at = path.iter().position(|&cluster| Some(cluster) == of)?;
            Some(path.get(at + 1).map_or(Key::Item(item), |&cluster| Key::Cluster(cluster)))
        };
        if let Some(key) = next(&sides.leaves, left) {
            let exit = draft.node(Key::Exit(idx), POINT);
            draft.parts.exits.push(exit);
            draft.edge(idx, draft.keys[&key], exit, 0);
        }
        if let Some(key) = next(&sides.enters, right) {
            let entry = draft.node(Key::Entry(idx), POINT);
            draft.parts.entries.push(entry);
            draft.edge(idx, entry, draft.keys[&key], 0);
        }
    }
}

/// Levels put into one another.
struct Assembly<'a> {
    root: &'a Placed,
    inner: &'a [Placed],
    layout: Layout,
}

impl<'a> Assembly<'a> {
    fn new(
        picture: &Picture,
        space: &[Node],
        frames: &[Option<Point>],
        root: &'a Placed,
        inner: &'a [Placed],
    ) -> Assembly<'a> {
        let layout = Layout {
            size: root.level.size,
            items: vec![Rect::default(); picture.items.len()],
            clusters: vec![Rect::default(); picture.clusters.len()],
            routes: Vec::new(),
        };
        let mut assembly = Assembly { root, inner, layout };
        for (idx, cluster) in picture.clusters.iter().enumerate() {
            let middle =
                assembly.at(cluster.parent, assembly.placed(cluster.parent).middle(Key::Cluster(idx)));
            assembly.layout.clusters[idx] = around(middle, frames[idx].unwrap_or_default());
        }
        for (idx, item) in picture.items.iter().enumerate() {
            let middle = assembly.at(item.cluster, assembly.placed(item.cluster).middle(Key::Item(idx)));
            assembly.layout.items[idx] = around(middle, space[idx].size);
        }
        assembly
    }

    fn placed(&self, level: Option<usize>) -> &'a Placed {
        level.map_or(self.root, |idx| &self.inner[idx])
    }

    /// A point of a level in the whole picture.
    fn at(&self, level: Option<usize>, point: Point) -> Point {
        let Some(idx) = level else { return point };
        let corner = self.layout.clusters[idx].corner;
        Point { x: corner.x + FRAME + point.x, y: corner.y + HEADING + point.y }
    }

    fn ways(&self, level: Option<usize>, arrow: usize) -> Vec<Point> {
        let placed = self.placed(level);
        let Some(&edge) = placed.edges.get(&arrow) else { return Vec::new() };
        placed.level.ways[edge].iter().map(|&way| self.at(level, way)).collect()
    }

    fn route(&self, arrow: usize, sides: &Sides) -> Route {
        if sides.ends.is_none() {
            return Route::default();
        }
        let mut ways = Vec::new();
        for &cluster in sides.leaves.iter().rev() {
            ways.extend(self.ways(Some(cluster), arrow));
            let exit = self.at(Some(cluster), self.placed(Some(cluster)).middle(Key::Exit(arrow)));
            ways.push(Point { x: self.layout.clusters[cluster].right(), y: exit.y });
        }
        ways.extend(self.ways(sides.level, arrow));
        for &cluster in &sides.enters {
            let entry = self.at(Some(cluster), self.placed(Some(cluster)).middle(Key::Entry(arrow)));
            ways.push(Point { x: self.layout.clusters[cluster].corner.x, y: entry.y });
            ways.extend(self.ways(Some(cluster), arrow));
        }
        let placed = self.placed(sides.level);
        let label = placed.edges.get(&arrow).and_then(|&edge| placed.level.labels[edge]);
        Route { backward: sides.backward, ways, label: label.map(|label| self.at(sides.level, label)) }
    }

    fn finish(mut self, sides: &[Sides]) -> Layout {
        self.layout.routes = sides.iter().enumerate().map(|(idx, sides)| self.route(idx, sides)).collect();
        self.layout
    }
}

fn around(middle: Point, size: Point) -> Rect {
    Rect { corner: Point { x: middle.x - size.x / 2.0, y: middle.y - size.y / 2.0 }, size }
}
