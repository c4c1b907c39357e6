//! Peers over TCP.

use std::io::{self, ErrorKind, Read, Write};
use std::net;
use std::time::{Duration, Instant};

use csprun_dsl::signature::{ParamFault, ParamSpec, ParamType};
use tokio::net::{TcpListener, TcpStream};

use crate::process::{Ended, In, Params, Ports};

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
    stream: net::TcpStream,
    ports: &'a Ports,
}

/// The peer that the parameters ask for, and its address. A sink waits for it no longer than its `input` is no poison.
pub(super) async fn peer<'a>(
    params: &Params,
    ports: &'a Ports,
    input: Option<&In>,
) -> Result<(Peer<'a>, String), Ended> {
    is_one_side(params)?;
    let (stream, address) = match (params.maybe_text("listen"), params.maybe_text("connect")) {
        (Some(address), _) => outside(ports, input, accept(address, ports)).await?,
        (_, Some(address)) => {
            let connect = connect(address, params.duration("patience"));
            (outside(ports, input, connect).await?, address.to_owned())
        }
        (None, None) => unreachable!("one of them is given"),
    };
    let blocking = || stream.into_std().and_then(|stream| stream.set_nonblocking(false).map(|()| stream));
    let stream = blocking().map_err(|error| Ended::fail(format!("lost the peer {address}: {error}")))?;
    Ok((Peer { stream, ports }, address))
}

/// A wait for the outside, by the clock of the machine.
async fn outside<T>(
    ports: &Ports,
    input: Option<&In>,
    wait: impl Future<Output = Result<T, Ended>>,
) -> Result<T, Ended> {
    let poisoned = async {
        match input {
            Some(input) => input.until_poisoned().await,
            None => std::future::pending().await,
        }
    };
    let either = async {
        tokio::select! {
            waited = wait => waited,
            poison = poisoned => Err(Ended::Poisoned(poison)),
        }
    };
    ports.outside(either).await?
}

async fn accept(address: &str, ports: &Ports) -> Result<(TcpStream, String), Ended> {
    let explain = |error: io::Error| Ended::fail(format!("cannot listen at `{address}`: {error}"));
    let listener = TcpListener::bind(address).await.map_err(explain)?;
    let own = listener.local_addr().map_err(explain)?;
    ports.stderr().line(&format!("`{}` listens at {own}", ports.name()))?;
    let (stream, peer) = listener.accept().await.map_err(explain)?;
    Ok((stream, peer.to_string()))
}

async fn connect(address: &str, patience: Duration) -> Result<TcpStream, Ended> {
    let begin = Instant::now();
    loop {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused && begin.elapsed() < patience => {
                tokio::time::sleep(PAUSE).await;
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
