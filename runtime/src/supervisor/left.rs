//! Who has not ended, and what each of them does.

use csprun_dsl::diagnostic::Diagnostic;

use super::census::Census;
use super::waits::first_few;
use super::watch::Watch;

impl Watch {
    /// The processes that have not ended, then the parts that have not, by their numbers.
    pub(super) fn living(&self) -> Vec<u32> {
        let processes = self.fates.iter().zip(0..).filter(|(fate, _)| fate.is_none());
        let parts = self.activity.parts().into_iter().map(|part| part.number);
        processes.map(|(_, process)| process).chain(parts).collect()
    }

    /// Adds a line for everybody who has not ended.
    pub(super) fn with_who_is_left(&self, diagnostic: Diagnostic) -> Diagnostic {
        let living = self.living();
        let census = Census::take(&self.crew, &self.wired, &self.activity, true);
        let mut lines = census.lines(&self.wired);
        lines.extend(census.made_lines(&self.wired));
        for process in living {
            let (idx, at_made) = (process as usize, census.made.iter().any(|wait| wait.process == process));
            if census.holds(idx) || at_made {
                continue;
            }
            // Who has waited all the time, and for nothing that a csprun end shows, waits for a stranger.
            let what = if self.activity.is_asleep(process) {
                "sleeps"
            } else if self.activity.is_outside(process) || census.waited.contains(&idx) {
                "waits for the outside"
            } else {
                "is running"
            };
            // A part that has just begun, or ended, has none.
            lines.extend(census.name(&self.wired, idx).map(|name| format!("`{name}` {what}")));
        }
        first_few(lines).into_iter().fold(diagnostic, Diagnostic::note)
    }
}
