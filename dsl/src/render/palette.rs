//! Colours of the pictures, the same in every format.

use super::picture::Shape;
use crate::signature::Group;

/// Every style of a box with the words that name it in a picture's own style sheet.
pub const GROUPS: [(&str, Paint); 8] = [
    ("source", Paint { light: "#e3f4e1", dark: "#1f3d24", line: "#4f9a55" }),
    ("sink", Paint { light: "#fde8e4", dark: "#452521", line: "#c96a58" }),
    ("transform", Paint { light: "#e4eefb", dark: "#1e3248", line: "#5b8cc4" }),
    ("csp", Paint { light: "#f7f1da", dark: "#3b341b", line: "#ad9440" }),
    ("coordination", Paint { light: "#efe6f8", dark: "#34264a", line: "#9470bd" }),
    ("outside", Paint { light: "#fcecd9", dark: "#46311a", line: "#cb8b45" }),
    ("user", Paint { light: "#e0f3f2", dark: "#1b3b3a", line: "#469c98" }),
    ("network", Paint { light: "#eeeeee", dark: "#333333", line: "#888888" }),
];

/// Colour of an arrow that closes a cycle.
pub const FEEDBACK: &str = "#c0504d";

/// Fill and outline of one style of box.
#[derive(Clone, Copy)]
pub struct Paint {
    /// Fill on a light page.
    pub light: &'static str,
    /// Fill on a dark page.
    pub dark: &'static str,
    /// Outline on both.
    pub line: &'static str,
}

/// Name and colours of a box; a hub has none.
pub fn of(shape: Shape) -> Option<(&'static str, Paint)> {
    let idx = match shape {
        Shape::Process(group) | Shape::Pile(group) => match group {
            Group::Source => 0,
            Group::Sink => 1,
            Group::Transform => 2,
            Group::Csp => 3,
            Group::Coordination => 4,
            Group::Outside => 5,
            Group::User => 6,
        },
        Shape::Network => 7,
        Shape::Any | Shape::All => return None,
    };
    Some(GROUPS[idx])
}
