//! What is said about wrong graph files: one file a mistake, with the text that a person sees.

#[path = "diagnostics/catalog.rs"]
mod catalog;
#[path = "diagnostics/explain.rs"]
mod explain;
#[path = "diagnostics/garbage.rs"]
mod garbage;
#[path = "diagnostics/given.rs"]
mod given;
#[path = "diagnostics/ui.rs"]
mod ui;
