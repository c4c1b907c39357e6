//! Ends that lie in tokens on their way: whom they may come to (SEMANTICS C9).

use std::collections::{BTreeMap, BTreeSet};

use super::crew::Crew;
use crate::assemble::Wired;
use crate::channel::{InTransit, Side};
use crate::schedule::activity::Activity;
use crate::schedule::current::OUTSIDE;
use crate::schedule::{EndId, MadeWait, Rescuers, Transit};

/// Where ends lie, each with who may take it from there.
struct Places(BTreeMap<EndId, Vec<Rescuers>>);

/// Finds out who may come to the ends that no process has, for which these wait. Called between two looks at who waits: of
/// who takes or sends such an end meanwhile the second look says that it has moved.
pub(super) fn find(waits: &mut [MadeWait], crew: &Crew, wired: &Wired, activity: &Activity) {
    let is_adrift =
        |wait: &MadeWait| matches!(&wait.rescuers, Rescuers::Holders { adrift, .. } if !adrift.is_empty());
    if !waits.iter().any(is_adrift) {
        return;
    }
    let places = Places::of(crew, wired, activity);
    for wait in waits.iter_mut().filter(|wait| is_adrift(wait)) {
        let (mut processes, mut seen) = (Vec::new(), BTreeSet::new());
        wait.rescuers = match places.takers(&wait.rescuers, &mut seen, &mut processes) {
            Some(()) => Rescuers::Holders { processes, adrift: Vec::new() },
            None => Rescuers::Somebody,
        };
    }
}

impl Places {
    fn of(crew: &Crew, wired: &Wired, activity: &Activity) -> Places {
        let mut places = Places(BTreeMap::new());
        activity.transit().into_iter().for_each(|transit| places.add(transit));
        let in_transit = crew.of_channels(&wired.channels, |channel| channel.in_transit());
        for (idx, InTransit { ends, mut offerers, readers }) in
            in_transit.into_iter().enumerate().filter_map(|(idx, in_transit)| Some((idx, in_transit??)))
        {
            let planned = |end| wired.channels[idx].holder(Side::Reading, end).map(|process| process as u32);
            let holder = |(end, told)| if told == OUTSIDE { planned(end) } else { Some(told) };
            let takers = match readers.into_iter().map(holder).collect::<Option<Vec<u32>>>() {
                Some(readers) => {
                    offerers.extend(readers);
                    Rescuers::Holders { processes: offerers, adrift: Vec::new() }
                }
                None => Rescuers::Somebody,
            };
            places.add(Transit { ends, takers });
        }
        places
    }

    fn add(&mut self, transit: Transit) {
        for end in transit.ends {
            self.0.entry(end).or_default().push(transit.takers.clone());
        }
    }

    /// Adds those processes, and whoever may come to those ends; `None`: they are not all known. An end that lies in its
    /// own channel is one to which nobody comes.
    fn takers(&self, of: &Rescuers, seen: &mut BTreeSet<EndId>, all: &mut Vec<u32>) -> Option<()> {
        let Rescuers::Holders { processes, adrift } = of else { return None };
        all.extend(processes);
        for end in adrift.iter().filter(|end| seen.insert(**end)).collect::<Vec<_>>() {
            for takers in self.0.get(end)? {
                self.takers(takers, seen, all)?;
            }
        }
        Some(())
    }
}
