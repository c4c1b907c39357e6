//! What a picture of a network shows, before any format: boxes, hubs, arrows, and who lies inside whom.

pub mod feedback;
mod fold;
mod row;
mod words;

use std::collections::BTreeMap;

use crate::network::{Channel, ChannelKind, End, Network, Process, Spread};
use crate::signature::{Direction, Group};
use fold::Fold;
use words::{count, join, label, tokens};

/// A network as it is drawn.
pub struct Picture {
    /// Name of the network.
    pub title: String,
    /// Sub-networks, outer before inner.
    pub clusters: Vec<Cluster>,
    /// Processes, then hubs.
    pub items: Vec<Item>,
    /// Channels, or parts of them on the way to and from a hub.
    pub arrows: Vec<Arrow>,
}

/// A sub-network: a frame with a name.
pub struct Cluster {
    /// Its own name, without those around it.
    pub title: String,
    /// The one around it.
    pub parent: Option<usize>,
}

/// Something that arrows join.
pub struct Item {
    /// What it looks like.
    pub shape: Shape,
    /// Its name inside its cluster; what a hub does.
    pub title: String,
    /// The kind of a process; kind and capacity of a hub's channel.
    pub subtitle: String,
    /// `doc:` of a process.
    pub doc: String,
    /// Position in [`Picture::clusters`].
    pub cluster: Option<usize>,
}

/// What an item looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A box for a process of this chapter.
    Process(Group),
    /// A pile of boxes: a replicated process or a folded family.
    Pile(Group),
    /// A folded sub-network.
    Network,
    /// A diamond: each token comes from, or goes to, one of them.
    Any,
    /// A dot: each token goes to all of them.
    All,
}

impl Shape {
    /// Whether it stands for a channel.
    pub fn is_hub(self) -> bool {
        matches!(self, Shape::Any | Shape::All)
    }
}

/// A line from one item to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Position of an item.
    pub from: usize,
    /// Position of an item.
    pub to: usize,
    /// At its beginning; empty when there is nothing to tell apart.
    pub from_port: String,
    /// At its end.
    pub to_port: String,
    /// Name, capacity, and how many alike are drawn as one.
    pub label: String,
    /// Tokens at the start.
    pub n_initial: usize,
    /// Requests one way, replies the other.
    pub call: bool,
    /// Tokens can be dropped.
    pub lossy: bool,
    /// It closes a cycle.
    pub feedback: bool,
}

impl Picture {
    /// What to draw for `network`: everything up to [`fold::MANY`] processes, but for the families that are rows or
    /// rings of more than [`row::LONG`]; beyond that all families, then sub-networks, become one box each.
    pub fn new(network: &Network) -> Picture {
        let mut draft = Draft::new(network);
        network.processes.iter().for_each(|process| draft.add_process(process));
        network.channels.iter().for_each(|channel| draft.add_channel(channel));
        draft.finish()
    }
}

struct Draft<'a> {
    network: &'a Network,
    fold: Fold,
    picture: Picture,
    /// Position of the cluster with this full name.
    clusters: BTreeMap<String, usize>,
    /// Position of the box with this full name.
    boxes: BTreeMap<String, usize>,
    /// Position of the box that stands for each process.
    of_process: Vec<usize>,
    /// Hubs and arrows that look alike are drawn once: how many there are, and whether tokens wait there.
    hubs: BTreeMap<HubLook, (usize, usize)>,
    arrows: BTreeMap<Arrow, (usize, bool)>,
    /// Arrows in file order.
    order: Vec<Arrow>,
}

/// What makes two folded hubs one.
type HubLook = (Vec<(usize, String)>, Vec<(usize, String)>, String, String);

impl<'a> Draft<'a> {
    fn new(network: &'a Network) -> Draft<'a> {
        let picture = Picture {
            title: network.name.clone(),
            clusters: Vec::new(),
            items: Vec::new(),
            arrows: Vec::new(),
        };
        Draft {
            network,
            fold: Fold::choose(network),
            picture,
            clusters: BTreeMap::new(),
            boxes: BTreeMap::new(),
            of_process: Vec::new(),
            hubs: BTreeMap::new(),
            arrows: BTreeMap::new(),
            order: Vec::new(),
        }
    }

    fn add_process(&mut self, process: &Process) {
        let name = self.fold.name(process);
        let next = self.picture.items.len();
        let idx = *self.boxes.entry(name.clone()).or_insert(next);
        self.of_process.push(idx);
        if idx == next {
            let item = self.item(process, &name);
            self.picture.items.push(item);
        }
    }

    fn item(&mut self, process: &Process, name: &str) -> Item {
        let (outer, local) =
            name.rsplit_once('/').map_or((None, name), |(outer, local)| (Some(outer), local));
        let cluster = outer.map(|outer| self.cluster(outer));
        let group = process.signature.group;
        let mut item = Item {
            shape: Shape::Process(group),
            title: local.to_owned(),
            subtitle: process.signature.kind.to_owned(),
            doc: process.doc.clone(),
            cluster,
        };
        if self.fold.hides_network(process) {
            item.shape = Shape::Network;
            item.subtitle = "Network".to_owned();
            item.doc.clear();
        } else if self.fold.hides_family(process) {
            item.shape = Shape::Pile(group);
        }
        if let (Shape::Process(_) | Shape::Pile(_), Some(replicate)) = (item.shape, &process.replicate) {
            item.shape = Shape::Pile(group);
            item.subtitle.push_str(&format!(" x{}", replicate.n));
        }
        item
    }

    /// The cluster of that full name, made together with those around it.
    fn cluster(&mut self, name: &str) -> usize {
        if let Some(&idx) = self.clusters.get(name) {
            return idx;
        }
        let (parent, title) = match name.rsplit_once('/') {
            Some((outer, title)) => (Some(self.cluster(outer)), title),
            None => (None, name),
        };
        let idx = self.picture.clusters.len();
        self.picture.clusters.push(Cluster { title: title.to_owned(), parent });
        self.clusters.insert(name.to_owned(), idx);
        idx
    }

    fn add_channel(&mut self, channel: &Channel) {
        let mut all = channel.writers.iter().chain(&channel.readers);
        let is_folded = match self.fold {
            Fold::Rows(_) => all.any(|end| self.fold.hides_family(self.network.process(end.process))),
            Fold::Families | Fold::Networks => true,
        };
        let ends = |ends: &[End]| {
            let mut ends: Vec<_> = ends.iter().map(|&end| self.attach(end, is_folded)).collect();
            ends.sort();
            ends.dedup();
            ends
        };
        let (writers, readers) = (ends(&channel.writers), ends(&channel.readers));
        let (label, n_initial) = (label(channel), channel.initial.len());
        let simple = channel.writers.len() == 1 && channel.readers.len() == 1;
        let (Some(writer), Some(reader)) = (writers.first(), readers.first()) else { return };
        let mut joined = writers.iter().chain(&readers);
        if self.picture.items[writer.0].shape == Shape::Network && joined.all(|end| end.0 == writer.0) {
            // It lies inside what is not shown.
            return;
        }
        if simple {
            self.arrow(writer, reader, channel, (label, n_initial));
            return;
        }
        // Where all tokens go one way, they lie there; else the hub says how many there are.
        let (before, after, at_hub) = match (writers.len(), readers.len()) {
            (1, _) => (n_initial, 0, 0),
            (_, 1) => (0, n_initial, 0),
            _ => (0, 0, n_initial),
        };
        let label = join([label, tokens(at_hub)]);
        let hub = self.hub(channel, &writers, &readers, label);
        let Some(hub) = hub else { return };
        for writer in &writers {
            self.arrow(writer, &(hub, String::new()), channel, (String::new(), before));
        }
        for reader in &readers {
            self.arrow(&(hub, String::new()), reader, channel, (String::new(), after));
        }
    }

    /// Makes the hub of a channel; `None` when one that looks alike is drawn already.
    fn hub(
        &mut self,
        channel: &Channel,
        writers: &[(usize, String)],
        readers: &[(usize, String)],
        label: String,
    ) -> Option<usize> {
        let all = channel.readers.len() > 1 && channel.spread == Spread::AllOf;
        let title = match (all, channel.writers.len() > 1) {
            (true, true) => "any, all",
            (true, false) => "all",
            (false, _) => "any",
        };
        let next = self.picture.items.len();
        let said = join([label.clone(), tokens(channel.initial.len())]);
        let look = (writers.to_vec(), readers.to_vec(), title.to_owned(), said);
        let entry = self.hubs.entry(look).or_insert((next, 0));
        entry.1 += 1;
        if entry.0 != next {
            return None;
        }
        let clusters = writers.iter().chain(readers).map(|&(idx, _)| self.picture.items[idx].cluster);
        self.picture.items.push(Item {
            shape: if all { Shape::All } else { Shape::Any },
            title: title.to_owned(),
            subtitle: label,
            doc: String::new(),
            cluster: self.picture.around(clusters),
        });
        Some(next)
    }

    /// The box of an end, and its port's name where the process has several on that side. Ports on a channel of a
    /// folded family have no indices: what joins its members alike is then one arrow.
    fn attach(&self, end: End, is_folded: bool) -> (usize, String) {
        let process = self.network.process(end.process);
        let idx = self.of_process[end.process.idx()];
        let port = &process.ports[end.port_idx];
        let outward = is_outward(port.direction);
        let n_alike = process.ports.iter().filter(|other| is_outward(other.direction) == outward).count();
        let name = if !is_folded && n_alike > 1 {
            port.label()
        } else if self.fold.hides_network(process) {
            String::new()
        } else if n_alike > 1 || self.fold.hides_family(process) {
            port.name.clone()
        } else {
            String::new()
        };
        (idx, name)
    }

    fn arrow(
        &mut self,
        from: &(usize, String),
        to: &(usize, String),
        channel: &Channel,
        (label, n_initial): (String, usize),
    ) {
        let arrow = Arrow {
            from: from.0,
            to: to.0,
            from_port: from.1.clone(),
            to_port: to.1.clone(),
            label,
            n_initial,
            call: channel.call,
            lossy: matches!(channel.kind, ChannelKind::DropOldest(_) | ChannelKind::DropNewest(_)),
            feedback: false,
        };
        let seen = self.arrows.entry(arrow.clone()).or_insert((0, false));
        seen.0 += 1;
        seen.1 |= !channel.initial.is_empty();
        if seen.0 == 1 {
            self.order.push(arrow);
        }
    }

    fn finish(mut self) -> Picture {
        let seen: Vec<(usize, bool)> = self.order.iter().map(|arrow| self.arrows[arrow]).collect();
        let ends: Vec<_> = self.order.iter().map(|arrow| (arrow.from, arrow.to)).collect();
        let initial: Vec<bool> = seen.iter().map(|&(_, initial)| initial).collect();
        let feedback = feedback::find(self.picture.items.len(), &ends, &initial);
        for ((arrow, (n, _)), feedback) in self.order.iter_mut().zip(&seen).zip(feedback) {
            arrow.feedback = feedback;
            count(&mut arrow.label, *n);
        }
        for &(idx, n) in self.hubs.values() {
            count(&mut self.picture.items[idx].subtitle, n);
        }
        self.picture.arrows = self.order;
        self.picture
    }
}

impl Arrow {
    /// What a format says that draws no tokens: the label, and `●3` for three of them.
    pub fn words(&self) -> String {
        join([self.label.clone(), tokens(self.n_initial)])
    }
}

impl Picture {
    /// The clusters around an item, outermost first.
    pub fn clusters_around(&self, innermost: Option<usize>) -> Vec<usize> {
        let mut path: Vec<usize> =
            std::iter::successors(innermost, |&idx| self.clusters[idx].parent).collect();
        path.reverse();
        path
    }

    /// The innermost cluster around all of these.
    fn around(&self, clusters: impl IntoIterator<Item = Option<usize>>) -> Option<usize> {
        let mut paths = clusters.into_iter().map(|cluster| self.clusters_around(cluster));
        let first = paths.next().unwrap_or_default();
        let alike = |a: &[usize], b: &[usize]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let n = paths.fold(first.len(), |n, path| n.min(alike(&first, &path)));
        first[..n].last().copied()
    }
}

fn is_outward(direction: Direction) -> bool {
    matches!(direction, Direction::Out | Direction::Call)
}

#[cfg(test)]
mod tests;
