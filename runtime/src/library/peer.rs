//! Peers over TCP.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use csprun_dsl::signature::{ParamFault, ParamSpec, ParamType};

use crate::process::{Ended, Params, Ports};
use crate::schedule::run::now;

/// The parameter that waits for a peer.
pub(super) const LISTEN: ParamSpec = ParamSpec::optional(
    "listen",
    ParamType::Text,
    "address at which one peer is waited for: `\"127.0.0.1:7000\"`; with port 0 the system picks one, which is told on \
     standard error",
);
/// The parameter that goes to a peer.
pub(super) const CONNECT: ParamSpec =
    ParamSpec::optional("connect", ParamType::Text, "address of the peer, instead of `listen`")
        .rule(is_one_side);
/// It waits, or goes to its peer.
fn is_one_side(params: &Params) -> Result<(), ParamFault> {
    let help = "give either `listen`, to wait for a peer, or `connect`, to go to one";
    match (params.maybe_text("listen"), params.maybe_text("connect")) {
        (Some(_), Some(_)) => Err(ParamFault::new("both `listen` and `connect` are given", help)),
        (None, None) => Err(ParamFault::new("neither `listen` nor `connect` is given", help)),
        _ => Ok(()),
    }
}

/// How long to go on trying.
pub(super) const PATIENCE: ParamSpec = ParamSpec::with_default(
    "patience",
    ParamType::Duration,
    "\"5s\"",
    "how long `connect` tries while nobody listens",
);

/// Two networks in one: the one sends to the other.
pub(super) const EXAMPLE: &str = r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "texts": (run: Map(expr: "to_text(x)")),
        "send": (run: TcpSink(connect: "127.0.0.1:47011")),
        "receive": (run: TcpSource(listen: "127.0.0.1:47011")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "texts"),
        (from: "texts", to: "send"),
        (from: "receive", to: "print"),
    ],
)
"#;

/// From one try to the next.
const PAUSE: Duration = Duration::from_millis(20);

/// A connection; waiting at it is waiting for the outside.
pub(super) struct Peer<'a> {
    stream: TcpStream,
    ports: &'a Ports,
}

/// The peer that the parameters ask for, and its address.
pub(super) async fn peer<'a>(params: &Params, ports: &'a Ports) -> Result<(Peer<'a>, String), Ended> {
    is_one_side(params)?;
    let (stream, address) = match (params.maybe_text("listen"), params.maybe_text("connect")) {
        (Some(address), _) => accept(address, ports)?,
        (_, Some(address)) => {
            (connect(address, params.duration("patience"), ports).await?, address.to_owned())
        }
        (None, None) => unreachable!("one of them is given"),
    };
    Ok((Peer { stream, ports }, address))
}

fn accept(address: &str, ports: &Ports) -> Result<(TcpStream, String), Ended> {
    let explain = |error: io::Error| Ended::fail(format!("cannot listen at `{address}`: {error}"));
    let listener = TcpListener::bind(address).map_err(explain)?;
    let own = listener.local_addr().map_err(explain)?;
    ports.stderr().line(&format!("`{}` listens at {own}", ports.name()))?;
    let _blocking = ports.blocking()?;
    let (stream, peer) = listener.accept().map_err(explain)?;
    Ok((stream, peer.to_string()))
}

async fn connect(address: &str, patience: Duration, ports: &Ports) -> Result<TcpStream, Ended> {
    let begin = now();
    loop {
        let tried = {
            let _blocking = ports.blocking()?;
            TcpStream::connect(address)
        };
        match tried {
            Ok(stream) => return Ok(stream),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused && now() - begin < patience => {
                ports.sleep(PAUSE).await?;
            }
            Err(error) => return Err(Ended::fail(format!("cannot connect to `{address}`: {error}"))),
        }
    }
}

impl Read for Peer<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.read(into)
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A process without outputs has no reader that could be gone.
        let _blocking = self.ports.blocking().map_err(|_| ErrorKind::BrokenPipe)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
