//! What stands beside a channel.

use crate::network::{Channel, ChannelKind};

/// Says that one stands for `n`.
pub fn count(label: &mut String, n: usize) {
    if n > 1 {
        let space = if label.is_empty() { "" } else { " " };
        label.push_str(&format!("{space}×{n}"));
    }
}

/// Tokens at the start: `●`, `●2`.
pub fn tokens(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => "●".to_owned(),
        n => format!("●{n}"),
    }
}

/// What is not empty of these, in one line.
pub fn join(parts: [String; 2]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Name when the file gave one, and capacity: `statistics [64]`. A rendezvous has the capacity
/// 0, as in Promela, and a call is one without saying so.
pub fn label(channel: &Channel) -> String {
    let mut parts = Vec::new();
    let name = channel.name.rsplit('/').next().unwrap_or_default();
    // A name that `resolve` made says only what the arrow shows.
    if !channel.name.contains(" -> ") {
        parts.push(name.to_owned());
    }
    match channel.kind {
        ChannelKind::Auto => {}
        ChannelKind::Rendezvous if channel.call => {}
        ChannelKind::Rendezvous => parts.push("[0]".to_owned()),
        ChannelKind::Buffer(n) => parts.push(format!("[{n}]")),
        ChannelKind::DropOldest(n) => parts.push(format!("[{n}, drops oldest]")),
        ChannelKind::DropNewest(n) => parts.push(format!("[{n}, drops newest]")),
    }
    parts.join(" ")
}
