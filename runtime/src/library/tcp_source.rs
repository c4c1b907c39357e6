//! `TcpSource`: what a peer sends.

use std::io::{ErrorKind, Read};

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::content::{is_content, is_text};
use super::file::N_BLOCK;
use super::lines::send_lines;
use super::peer::{CONNECT, EXAMPLE, LISTEN, PATIENCE, peer};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "TcpSource",
    group: Group::Source,
    doc: Doc {
        summary: "Gives what a peer sends over TCP: lines, or bytes.",
        diagram: r"
          +-----------+
  peer -> | TcpSource |> out
          +-----------+",
        order: "As sent; lines without their ends and without a byte order mark at the beginning, bytes in the \
                blocks in which they arrive.",
        ending: "Ends when the peer has sent all, or when nobody reads its output, even while nothing comes; fails \
                 when there is no such peer, the connection is lost, or a line is not UTF-8 or longer than 64 MiB.",
        complexity: "O(1) a byte.",
        example: EXAMPLE,
        output: "0\n1\n2\n",
        source: "Unix: nc; Welch and others: JCSP.net",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::OfParam("type"), "what was sent")]),
    params: &[
        LISTEN,
        CONNECT,
        PATIENCE,
        ParamSpec::with_default("type", ParamType::Type, "Text", "`Text` for lines, or `Bytes`")
            .rule(is_content),
    ],
    cost: Cost::Blocking,
    traits: Traits { determinate: false, outside: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let ports = &*ports;
    let is_text = is_text(&params)?;
    let (mut peer, address) = peer(&params, ports, None).await?;
    if is_text {
        return send_lines(peer, &format!("from the peer {address}"), ports, &mut output).await;
    }
    let mut block = vec![0; N_BLOCK];
    loop {
        let read = {
            let _blocking = ports.blocking()?;
            peer.read(&mut block)
        };
        match read {
            Ok(0) => return Ok(()),
            Ok(n_read) => output.send(&block[..n_read]).await?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Ended::fail(format!("lost the peer {address}: {error}"))),
        }
    }
}
