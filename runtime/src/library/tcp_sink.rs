//! `TcpSink`: tokens for a peer.

use std::io::{self, BufWriter, Write};

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::file::{Form, NotWritten, Place, write_each};
use super::peer::{CONNECT, EXAMPLE, LISTEN, PATIENCE, Peer, peer};
use crate::process::{Ended, Params, Ports};
use crate::value::{Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "TcpSink",
    group: Group::Sink,
    doc: Doc {
        summary: "Sends each token to a peer over TCP: a text as a line, bytes as they are.",
        diagram: r"
      +---------+
  in >| TcpSink |  -> peer
      +---------+",
        order: "In the order of the tokens.",
        ending: "Ends with its input, and then closes the connection; fails when there is no such peer, the \
                 connection is lost, or a token is neither a text nor bytes.",
        complexity: "O(1) a byte; bytes are passed on whenever no more tokens are ready.",
        example: EXAMPLE,
        output: "0\n1\n2\n",
        source: "Unix: nc; Welch and others: JCSP.net",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Is(Type::Any), "what is sent")]),
    params: &[LISTEN, CONNECT, PATIENCE],
    cost: Cost::Blocking,
    traits: Traits { determinate: false, outside: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let (peer, address) = peer(&params, ports, Some(&input)).await?;
    write_each(&mut input, Place::Peer(&address), &mut Sent(BufWriter::new(peer))).await
}

struct Sent<'a>(BufWriter<Peer<'a>>);

impl Form for Sent<'_> {
    fn write(&mut self, token: &Value) -> Result<(), NotWritten> {
        match token.view() {
            View::Bytes(bytes) => self.0.write_all(bytes)?,
            View::Text(text) if text.contains('\n') => {
                Err(format!("{} is more than one line: send bytes", token.shown()))?;
            }
            View::Text(text) => {
                self.0.write_all(text.as_bytes())?;
                self.0.write_all(b"\n")?;
            }
            _ => Err(format!(
                "{} is neither a text nor bytes: `to_text(x)` makes a text of it",
                token.shown()
            ))?,
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
