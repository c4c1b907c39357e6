//! The web over TLS: whom `Http` trusts, and what it says where it does not.
//!
//! The server's certificate and key, and the authority who vouches for it, are those that `tls/make.sh` made.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use csprun_runtime::testing::within;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::chain;
use crate::outside::{answer, serve, taker, web};
use crate::tables::{file, why};

/// Who vouches for the server here, and for nobody else.
const AUTHORITY: &str = include_str!("tls/authority.pem");

/// Its path, from the root of the repository.
const TRUSTED: &str = "authorities: \"runtime/tests/library/tls/authority.pem\"";

/// The server's certificate, and its key.
const SERVER: &str = include_str!("tls/server.pem");

/// Answers a request over TLS.
fn secured(stream: TcpStream) -> std::io::Result<()> {
    static CONFIG: OnceLock<Arc<ServerConfig>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let certificate = CertificateDer::from_pem_slice(SERVER.as_bytes()).expect("it is there");
        let key = PrivateKeyDer::from_pem_slice(SERVER.as_bytes()).expect("it is there");
        let config = ServerConfig::builder().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![certificate], key).expect("one is the other's"))
    });
    let tls = ServerConnection::new(Arc::clone(config)).expect("nothing more is needed");
    let mut stream = StreamOwned::new(tls, stream);
    answer(&mut stream)?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// The address of a web server that speaks TLS, as 127.0.0.1.
fn secure_web() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| serve(secured))
}

/// What `Http` with these parameters gives for a URL.
fn asked(url: &str, params: &str) -> Result<String, String> {
    let values = format!("Values(values: [{url:?}])");
    let http = format!("Http({params})");
    within(Duration::from_secs(60), move || {
        chain(&[&values, &http, "Print(format: \"{x.status} {x.body}\")"])
    })
}

#[test]
fn a_page_arrives_from_a_server_for_whom_somebody_trusted_vouches() {
    let server = secure_web();
    assert_eq!(asked(&format!("https://{server}/a?b=c"), TRUSTED).as_deref(), Ok("200 GET /a?b=c  \n"));
    assert_eq!(asked(&format!("https://{server}/gone"), TRUSTED).as_deref(), Ok("404 no such page\n"));
    // One of several will do, whatever else is in the file.
    let others = file("several.pem", format!("a note\n{AUTHORITY}\n{SERVER}"));
    let several = asked(&format!("https://{server}/"), &format!("authorities: {others:?}"));
    assert_eq!(several.as_deref(), Ok("200 GET /  \n"));
    // Without TLS, nobody needs to vouch.
    assert_eq!(asked(&format!("http://{}/", web()), TRUSTED).as_deref(), Ok("200 GET /  \n"));
}

#[test]
fn who_is_not_vouched_for_is_not_asked() {
    let url = format!("https://{}/", secure_web());
    let unknown = why(asked(&url, ""));
    let message =
        "nobody who is trusted vouches for the server: name a PEM file of who does in `authorities`";
    assert!(unknown.ends_with(&format!("no response from {url}: {message}")), "{unknown}");
    assert_eq!(asked(&url, "failures: Give"), Ok(format!("0 {message}\n")));
    let other = url.replace("127.0.0.1", "localhost");
    let other = why(asked(&other, TRUSTED));
    assert!(other.contains("certificate not valid for name \"localhost\""), "{other}");
}

#[test]
fn who_speaks_no_tls_is_a_failure() {
    let plain = serve(|mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        std::io::copy(&mut stream, &mut std::io::sink()).map(drop)
    });
    let plain = why(asked(&format!("https://{plain}/"), TRUSTED));
    assert!(plain.contains("what the server says is no TLS: ask with `http:`"), "{plain}");
    // It takes what it is sent, and says nothing.
    let silent = why(asked(&format!("https://{}/", taker()), "timeout: \"100ms\""));
    assert!(silent.contains("timeout"), "{silent}");
    let endless = why(asked(&format!("https://{}/endless", secure_web()), TRUSTED));
    assert!(endless.contains("/endless: "), "{endless}");
    let short = why(asked(&format!("https://{}/short", secure_web()), TRUSTED));
    assert!(short.ends_with("/short: io: Peer disconnected"), "{short}");
}

#[test]
fn a_file_that_holds_no_authorities_is_named() {
    let url = format!("https://{}/", secure_web());
    let with = |path: &str| why(asked(&url, &format!("authorities: {path:?}, failures: Give")));
    let holding = |name: &str, content: &[u8]| {
        let path = file(name, content);
        let path = path.to_str().expect("the path is text");
        with(path).replace(path, name)
    };
    let gone = with("/no/such.pem");
    assert!(
        gone.ends_with(
            "cannot read `/no/such.pem`, which `authorities` names: No such file or directory (os error 2)"
        ),
        "{gone}"
    );
    let folder = with("/proc");
    assert!(folder.contains("cannot read `/proc`, which `authorities` names: Is a directory"), "{folder}");
    let endless = with("/dev/zero");
    assert!(
        endless.ends_with("`/dev/zero` is larger than 16 MiB: that is no file of authorities"),
        "{endless}"
    );
    let key = SERVER.split_at(SERVER.find("-----BEGIN PRIVATE KEY").expect("it is there")).1;
    for (name, content) in
        [("empty.pem", &b""[..]), ("binary.der", b"\x30\x82\x01"), ("key.pem", key.as_bytes())]
    {
        let none = holding(name, content);
        assert!(none.contains(&format!("`{name}` holds no certificate in PEM")), "{none}");
        assert!(
            none.ends_with(&format!("`openssl x509 -inform der -in {name}` makes PEM of what is binary"))
        );
    }
    let cut = &AUTHORITY[..AUTHORITY.len() / 2];
    let letters = AUTHORITY.replace("MII", "M!I");
    let content = AUTHORITY.replace("MII", "MIJ");
    for (name, second, reason) in [
        ("cut.pem", cut, "nothing marks its end;"),
        ("letters.pem", &letters, "it is not Base64;"),
        ("begin.pem", "-----BEGIN CERTIFICATE", "`-----BEGIN CERTIFICATE` does not begin it;"),
        ("content.pem", &content, "it is no X.509;"),
    ] {
        let broken = holding(name, format!("{AUTHORITY}{second}").as_bytes());
        assert!(broken.contains(&format!("certificate 2 of `{name}` is broken: {reason}")), "{broken}");
        assert!(broken.ends_with("; take it out, or export it again as PEM"), "{broken}");
    }
}
