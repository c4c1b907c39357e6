//! How the drawing looks.

use crate::render::palette::{FEEDBACK, GROUPS};

/// Points of arrows.
pub fn markers() -> String {
    let marker = |id: &str, class: &str| {
        format!(
            "<marker id=\"{id}\" class=\"{class}\" viewBox=\"0 0 10 8\" refX=\"9\" refY=\"4\" markerWidth=\"9\" \
             markerHeight=\"7\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\">\
             <path d=\"M0 0L10 4L0 8z\"/></marker>"
        )
    };
    format!("<defs>{}{}</defs>", marker("csprun-head", "head"), marker("csprun-back", "back"))
}

/// Lines that are the same by day and by night.
const FIXED: &str = "\
.csprun{font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif}\
.csprun .title{font-size:16px;font-weight:600}\
.csprun .cluster{font-size:11px;font-weight:600}\
.csprun .name{font-size:13px;font-weight:600}\
.csprun .kind{font-size:11px}\
.csprun .label{font-size:10px;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}\
.csprun .port{font-size:9px;paint-order:stroke;stroke-width:2px;stroke-linejoin:round}\
.csprun .frame{stroke-width:1;stroke-dasharray:2 3}\
.csprun .arrow{fill:none;stroke-width:1.4}\
.csprun .call{stroke-dasharray:5 3}\
.csprun .lossy{stroke-dasharray:2 3}";

/// What changes between a light page and a dark one.
struct Page {
    paper: &'static str,
    ink: &'static str,
    pale: &'static str,
    frame: &'static str,
    edge: &'static str,
    line: &'static str,
}

const DAY: Page = Page {
    paper: "#ffffff",
    ink: "#1f2328",
    pale: "#57606a",
    frame: "#f8f9fa",
    edge: "#b0b8c0",
    line: "#6b7480",
};

const NIGHT: Page = Page {
    paper: "#1b1e22",
    ink: "#e6e9ed",
    pale: "#a9b1ba",
    frame: "#22262b",
    edge: "#555d66",
    line: "#8b949e",
};

impl Page {
    fn rules(&self) -> String {
        let Page { paper, ink, pale, frame, edge, line } = self;
        format!(
            ".csprun .page{{fill:{paper}}}\
             .csprun .title,.csprun .name,.csprun .token{{fill:{ink}}}\
             .csprun .kind,.csprun .cluster{{fill:{pale}}}\
             .csprun .label,.csprun .port{{fill:{pale};stroke:{paper}}}\
             .csprun .frame{{fill:{frame};stroke:{edge}}}\
             .csprun .hub{{fill:{paper};stroke:{line}}}\
             .csprun .dot,.csprun .head{{fill:{line}}}\
             .csprun .arrow{{stroke:{line}}}\
             .csprun .back{{fill:{FEEDBACK}}}\
             .csprun .feedback{{stroke:{FEEDBACK}}}"
        )
    }
}

/// The style sheet inside the drawing.
pub fn sheet() -> String {
    let mut sheet = FIXED.to_owned();
    let mut dark = String::new();
    sheet.push_str(&DAY.rules());
    for (name, paint) in GROUPS {
        sheet.push_str(&format!(".csprun .{name}{{fill:{};stroke:{}}}", paint.light, paint.line));
        dark.push_str(&format!(".csprun .{name}{{fill:{}}}", paint.dark));
    }
    format!("{sheet}@media (prefers-color-scheme:dark){{{}{dark}}}", NIGHT.rules())
}
