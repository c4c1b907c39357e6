//! What is said about wrong graph files: one file a mistake, with the text that a person sees.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "diagnostics/catalog.rs"]
mod catalog;
#[path = "diagnostics/command.rs"]
mod command;
#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod csprun;
#[path = "diagnostics/ended.rs"]
mod ended;
#[path = "diagnostics/explain.rs"]
mod explain;
#[path = "diagnostics/format.rs"]
mod format;
#[path = "diagnostics/garbage.rs"]
mod garbage;
#[path = "diagnostics/given.rs"]
mod given;
#[path = "diagnostics/habits.rs"]
mod habits;
#[path = "diagnostics/refused.rs"]
mod refused;
#[path = "diagnostics/together.rs"]
mod together;
#[path = "diagnostics/ui.rs"]
mod ui;
