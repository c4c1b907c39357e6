//! Ends that lie in tokens on their way: whom they may come to (SEMANTICS C9).

use std::collections::BTreeMap;

use super::crew::Crew;
use crate::assemble::Wired;
use crate::channel::{InTransit, Side};
use crate::schedule::activity::Activity;
use crate::schedule::current::OUTSIDE;
use crate::schedule::{EndId, MadeWait, Rescuers, Transit};

/// How often all channels are looked into where an end lies in a channel of which an end lies in another: the longest chain
/// of such that is followed.
const N_LOOKS: usize = 3;

/// Where ends lie, each with who may take it from there.
struct Places(BTreeMap<EndId, Vec<Rescuers>>);

/// Finds out who may come to the ends that no process has, for which these wait. Called between two looks at who waits: of
/// who could take such an end, and does so meanwhile, the second look says that it has moved.
///
/// In a chain the place of a reading end must have been seen before the place from which it can take: then whoever could
/// take it in between is known too. So an earlier look at all channels says where that end lies.
pub(super) fn find(waits: &mut [MadeWait], crew: &Crew, wired: &Wired, activity: &Activity) {
    let is_adrift =
        |wait: &MadeWait| matches!(&wait.rescuers, Rescuers::Holders { adrift, .. } if !adrift.is_empty());
    if !waits.iter().any(is_adrift) {
        return;
    }
    let mut looks = vec![Places::of(crew, wired, activity)];
    if looks[0].has_chains() {
        looks.extend((1..N_LOOKS).map(|_| Places::of(crew, wired, activity)));
    }
    for wait in waits.iter_mut().filter(|wait| is_adrift(wait)) {
        let mut processes = Vec::new();
        wait.rescuers = match takers(&looks, &wait.rescuers, None, &mut processes) {
            Some(()) => Rescuers::Holders { processes, adrift: Vec::new() },
            None => Rescuers::Somebody,
        };
    }
}

/// Adds those processes, and whoever may come to those ends by the last of these looks; `None`: they are not all known.
/// To `from`, an end that lies in its own channel, nobody comes from there.
fn takers(looks: &[Places], of: &Rescuers, from: Option<EndId>, all: &mut Vec<u32>) -> Option<()> {
    let Rescuers::Holders { processes, adrift } = of else { return None };
    all.extend(processes);
    for end in adrift.iter().filter(|end| from != Some(**end)) {
        let (last, earlier) = looks.split_last()?;
        for place in last.0.get(end)? {
            takers(earlier, place, Some(*end), all)?;
        }
    }
    Some(())
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

    /// Whether an end lies where only who comes to another end may take it.
    fn has_chains(&self) -> bool {
        let is_chain = |end: &EndId, takers: &Rescuers| match takers {
            Rescuers::Holders { adrift, .. } => adrift.iter().any(|other| other != end),
            Rescuers::Somebody | Rescuers::Anybody => false,
        };
        self.0.iter().any(|(end, places)| places.iter().any(|takers| is_chain(end, takers)))
    }
}
