//! Those who talk to the outside: over TCP and HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use std::thread::Builder;
use std::time::Duration;

use csprun_runtime::testing::within;

use crate::tables::why;
use crate::{chain, run};

/// Serves each connection on a thread of its own, for as long as the tests run. Gives the address.
pub fn serve(each: fn(TcpStream) -> std::io::Result<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens").to_string();
    let accept = move || {
        for stream in listener.incoming().flatten() {
            // Who goes away in the middle is one of the tests.
            let serve = move || drop(each(stream));
            Builder::new().spawn(serve).expect("a thread is to be had");
        }
    };
    Builder::new().spawn(accept).expect("a thread is to be had");
    address
}

/// A port at which nobody listens.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it listens").port()
}

/// The address of one who tells everybody five numbers.
pub fn teller() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| serve(|mut stream| stream.write_all(b"1\n2\n3\n4\n5")))
}

/// The address of one who takes everything.
pub fn taker() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| serve(|mut stream| std::io::copy(&mut stream, &mut std::io::sink()).map(drop)))
}

/// The address of a web server that says what it was asked for.
pub fn web() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| serve(answer))
}

/// Reads a request, and answers it.
pub fn answer(mut stream: impl Read + Write) -> std::io::Result<()> {
    let mut reader = BufReader::new(&mut stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut n_body, mut tag) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_lowercase();
        match line.split_once(": ") {
            Some(("content-length", n)) => n_body = n.parse().unwrap_or(0),
            Some(("x-tag", value)) => tag = value.to_owned(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; n_body];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or_default();
    let head = |status: &str| format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n");
    match path {
        "/binary" => stream.write_all(&[head("200 OK").as_bytes(), b"\xff\x00"].concat()),
        "/gone" => stream.write_all((head("404 Not Found") + "no such page").as_bytes()),
        "/short" => {
            let head = head("200 OK").replace("Connection", "Content-Length: 9\r\nConnection");
            stream.write_all((head + "cut").as_bytes())
        }
        // Until who asks has had enough.
        "/slow" => reader.read_to_end(&mut Vec::new()).map(drop),
        "/endless" => {
            stream.write_all(head("200 OK").as_bytes())?;
            std::iter::repeat(()).try_for_each(|()| stream.write_all(&[b'x'; 1 << 16]))
        }
        _ => {
            let said = format!(
                "{} {path} {tag} {}",
                first.split(' ').next().unwrap_or_default(),
                body.escape_ascii()
            );
            stream.write_all((head("200 OK") + &*said).as_bytes())
        }
    }
}

/// What is sent from one process to the other.
fn sent(values: &str, ty: &str) -> Result<String, String> {
    let port = free_port();
    let graph = format!(
        r#"Network(
        processes: {{
            "values": (run: Values(values: {values})),
            "send": (run: TcpSink(listen: "127.0.0.1:{port}")),
            "receive": (run: TcpSource(connect: "127.0.0.1:{port}", type: {ty})),
            "print": (run: Print()),
        }},
        channels: [(from: "values", to: "send"), (from: "receive", to: "print")],
    )"#
    );
    within(Duration::from_secs(60), move || run(&graph, &csprun_runtime::library::library()))
}

#[test]
fn what_is_sent_arrives() {
    assert_eq!(sent(r#"["a b", "", "é"]"#, "Text").as_deref(), Ok("a b\n\né\n"));
    assert_eq!(sent("[]", "Text").as_deref(), Ok(""));
    assert_eq!(sent(r#"[b"\xff\x00"]"#, "Bytes").as_deref(), Ok("b\"\\xff\\x00\"\n"));
    assert_eq!(
        chain(&[&format!("TcpSource(connect: {:?})", teller()), "Print()"]).as_deref(),
        Ok("1\n2\n3\n4\n5\n")
    );
}

#[test]
fn what_cannot_be_sent_is_shown() {
    assert!(
        why(sent("[1]", "Text")).ends_with("1 is neither a text nor bytes: `to_text(x)` makes a text of it")
    );
    assert!(why(sent(r#"["a\nb"]"#, "Text")).ends_with("\"a\\nb\" is more than one line: send bytes"));
    let binary = why(sent(r#"[b"one\n\xff"]"#, "Text"));
    assert!(
        binary.contains("cannot read from the peer") && binary.contains("line 2 is not UTF-8"),
        "{binary}"
    );
}

#[test]
fn who_is_not_there_is_named() {
    let address = format!("127.0.0.1:{}", free_port());
    let refused = why(chain(&[&format!("TcpSource(connect: {address:?}, patience: \"50ms\")"), "Print()"]));
    assert!(refused.contains(&format!("cannot connect to `{address}`: Connection refused")), "{refused}");
    let address = why(chain(&["TcpSource(connect: \"nowhere\")", "Print()"]));
    assert!(address.contains("cannot connect to `nowhere`: "), "{address}");
    let taken = why(chain(&[&format!("TcpSource(listen: {:?})", teller()), "Print()"]));
    assert!(taken.contains("cannot listen at") && taken.contains("Address already in use"), "{taken}");
    for params in ["", "listen: \"127.0.0.1:0\", connect: \"127.0.0.1:1\""] {
        let who = chain(&[&format!("TcpSource({params})"), "Print()"]).expect_err("the check refuses it");
        assert!(who.contains("E0704") && who.contains("`listen`") && who.contains("`connect`"), "{who}");
    }
}

#[test]
fn nobody_waits_for_a_peer_whom_nobody_would_hear() {
    let ended = within(Duration::from_secs(60), || {
        chain(&["TcpSource(listen: \"127.0.0.1:0\")", "Take(n: 0)", "Print()"])
    });
    assert_eq!(ended.as_deref(), Ok(""));
}

#[test]
fn nobody_waits_for_a_peer_to_whom_nothing_will_come() {
    for way in [
        "listen: \"127.0.0.1:0\"".to_owned(),
        format!("connect: \"127.0.0.1:{}\", patience: \"1h\"", free_port()),
    ] {
        let sink = format!("TcpSink({way})");
        let failed = within(Duration::from_secs(60), move || {
            chain(&["Range(from: 1, to: 0, step: -1)", "Map(expr: \"to_text(1 / (x - 1))\")", &sink])
        });
        assert!(why(failed).contains("divi"));
    }
}

#[test]
fn a_peer_that_goes_away_is_a_failure() {
    let address = serve(|mut stream| stream.read_exact(&mut [0; 1]));
    let lost = within(Duration::from_secs(60), move || {
        chain(&[
            "ReadBytes(path: \"/dev/zero\")",
            "Take(n: 10000)",
            &format!("TcpSink(connect: {address:?})"),
        ])
    });
    assert!(why(lost).contains("lost the peer 127.0.0.1:"));
}

#[test]
fn a_server_of_the_web_is_asked_and_answers() {
    let http = |values: &str, params: &str| {
        let values = values.replace("WEB", &format!("http://{}", web()));
        chain(&[
            &format!("Values(values: [{values}])"),
            &format!("Http({params})"),
            "Print(format: \"{x.status} {x.body}\")",
        ])
    };
    assert_eq!(http("\"WEB/a?b=c\"", "").as_deref(), Ok("200 GET /a?b=c  \n"));
    assert_eq!(http("\"WEB/gone\", \"WEB/a\"", "").as_deref(), Ok("404 no such page\n200 GET /a  \n"));
    let posted = r#"{"url": "WEB/post", "body": "data", "headers": {"X-Tag": "t"}}"#;
    assert_eq!(http(posted, "").as_deref(), Ok("200 POST /post t data\n"));
    assert_eq!(
        http(r#"{"url": "WEB/put", "method": "PUT", "body": b"\xff"}"#, "").as_deref(),
        Ok("200 PUT /put  \\xff\n")
    );
    assert_eq!(http("\"WEB/binary\"", "type: Bytes").as_deref(), Ok("200 b\"\\xff\\x00\"\n"));
    for (values, message) in [
        ("\"WEB/binary\"", "its body is not UTF-8: take `type: Bytes`"),
        ("\"http://127.0.0.1:1/\"", "no response from http://127.0.0.1:1/: "),
        ("\"no url\"", "no response from no url: "),
        ("\"WEB/endless\"", "/endless: its body is larger than 64 MiB"),
        ("\"WEB/short\"", "/short: io: Peer disconnected"),
        ("1", "1 is no request: give a URL"),
        ("{\"ulr\": \"\"}", "a request has no `ulr` that is \"\""),
    ] {
        let failed = why(http(values, ""));
        assert!(failed.contains(message), "{failed}");
    }
    let late = why(http("\"WEB/slow\"", "timeout: \"50ms\""));
    assert!(late.contains("/slow: it was not there after 50ms, the `timeout`"), "{late}");
    assert!(http("\"no url\"", "failures: Give").is_ok_and(|given| given.starts_with("0 ")));
}
