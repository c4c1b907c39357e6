//! Large networks drawn small: what many boxes have in common becomes one box.

use std::collections::BTreeSet;

use super::row;
use crate::network::{Network, Process};

/// So many boxes still make a picture that a person can read.
pub const MANY: usize = 200;

/// What is drawn as one box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fold {
    /// The families of these names have one each: long rows and rings.
    Rows(BTreeSet<String>),
    /// A family has one.
    Families,
    /// A family has one, and so has a sub-network of the root.
    Networks,
}

impl Fold {
    /// The least folding that leaves no more than [`MANY`] boxes, or else the fewest.
    pub fn choose(network: &Network) -> Fold {
        let mut folds = [Fold::Rows(row::long(network)), Fold::Families, Fold::Networks];
        let n_boxes = folds.each_ref().map(|fold| fold.n_boxes(network));
        let enough = n_boxes.iter().position(|&n| n <= MANY);
        let fewest = || (0..n_boxes.len()).min_by_key(|&idx| n_boxes[idx]);
        folds.swap(0, enough.or_else(fewest).unwrap_or(0));
        let [fold, ..] = folds;
        fold
    }

    fn n_boxes(&self, network: &Network) -> usize {
        network.processes.iter().map(|process| self.name(process)).collect::<BTreeSet<String>>().len()
    }

    /// Full name of the box that stands for `process`.
    pub fn name(&self, process: &Process) -> String {
        if self.hides_network(process) {
            return process.name.split('/').next().unwrap_or_default().to_owned();
        }
        match &process.family {
            Some(family) if self.hides_family(process) => {
                let ranges: Vec<String> = family.extents.iter().map(|n| format!("0..{n}")).collect();
                format!("{}[{}]", family.name, ranges.join(", "))
            }
            _ => process.name.clone(),
        }
    }

    /// Whether a sub-network's box stands for it.
    pub fn hides_network(&self, process: &Process) -> bool {
        *self == Fold::Networks && process.name.contains('/')
    }

    /// Whether its family's box stands for it.
    pub fn hides_family(&self, process: &Process) -> bool {
        let Some(family) = &process.family else { return false };
        match self {
            Fold::Rows(names) => names.contains(&family.name),
            Fold::Families => true,
            Fold::Networks => !self.hides_network(process),
        }
    }
}
