//! `Http`: requests to servers of the web, and their responses.

use std::time::Duration;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, Known, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::TlsConfig;

use super::content::{is_content, is_text};
use super::tls::{AUTHORITIES, explain, trust};
use crate::process::{Ended, Params, Ports};
use crate::value::{Fields, Record, Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Http",
    group: Group::Outside,
    doc: Doc {
        summary: "Sends each token as an HTTP or HTTPS request and gives the response.",
        diagram: r"
             server
             |    ^
      +------v----|-+
  in >|    Http     |> out
      +-------------+",
        order: "One request at a time. A text is a URL to get; a record has `url` and, if it likes, `method`, \
                `body` (a text or bytes) and `headers` (a record of texts).",
        ending: "Ends with its input, or when nobody reads its output; fails when there is no response, or one with \
                 a body of more than 64 MiB, unless `failures: Give`, and when `authorities` cannot be read. A \
                 response that says 404 is one. A body whose length nobody tells ends when the connection does, \
                 whoever ended that.",
        complexity: "A round trip a token; connections are used again.",
        example: r#"Network(
    processes: {
        "pages": (run: Values(values: ["http://127.0.0.1:1/"])),
        "get": (run: Http(failures: Give)),
        "print": (run: Print(format: "{x.url} {x.status}")),
    },
    channels: [
        (from: "pages", to: "get"),
        (from: "get", to: "print"),
    ],
)
"#,
        output: "http://127.0.0.1:1/ 0\n",
        source: "RFC 9110, RFC 8446; Unix: curl",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "the requests"),
        PortSpec::output("out", PortType::Rule(response), "`url`, `status` and `body` of each response"),
    ]),
    params: &[
        ParamSpec::with_default("type", ParamType::Type, "Text", "of `body`: Text, or Bytes")
            .rule(is_content),
        ParamSpec::with_default("timeout", ParamType::Duration, "\"30s\"", "for a whole response"),
        ParamSpec::with_default(
            "failures",
            ParamType::Word(&["Fail", "Give"]),
            "Fail",
            "whether no response ends the process, or is given with `status` 0 and the reason as its `body`",
        ),
        AUTHORITIES,
    ],
    cost: Cost::Blocking,
    traits: Traits { determinate: false, outside: true, ..Traits::FIRING },
};

/// Largest body of a response.
const N_LARGEST: u64 = 1 << 26;

fn response(known: &Known<'_>) -> Option<Type> {
    let body = known.params.maybe_token_type("type").cloned().unwrap_or(Type::Text);
    Some(Type::record([("url", Type::Text), ("status", Type::I64), ("body", body)]))
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let is_text = is_text(&params)?;
    let gives_failures = params.text("failures") == "Give";
    let timeout = params.duration("timeout");
    let agent = agent(timeout, trust(&params, ports)?);
    let fields =
        Fields::new(["body", "status", "url"].map(str::to_owned).to_vec()).expect("the names differ");
    loop {
        let asked = Asked::of(&input.recv().await?).map_err(Ended::fail)?;
        let responded = {
            let _blocking = ports.blocking()?;
            asked.send(&agent, timeout, is_text)
        };
        let (status, body) = match responded {
            Ok(response) => response,
            Err(why) if gives_failures && is_text => (0, Value::from(why)),
            Err(why) if gives_failures => (0, Value::from(why.into_bytes())),
            Err(why) => return Err(Ended::fail(format!("no response from {}: {why}", asked.url))),
        };
        let response = vec![body, Value::from(i64::from(status)), Value::from(asked.url)];
        output.send(Record::new(&fields, response).expect("there is one value a name")).await?;
    }
}

fn agent(timeout: Duration, tls: TlsConfig) -> Agent {
    let config = Agent::config_builder().timeout_global(Some(timeout)).http_status_as_error(false);
    config.tls_config(tls).build().new_agent()
}

/// A request.
struct Asked {
    url: String,
    method: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Asked {
    fn of(token: &Value) -> Result<Asked, String> {
        let mut asked = Asked { url: String::new(), method: String::new(), headers: Vec::new(), body: None };
        match token.view() {
            View::Text(url) => asked.url = url.to_owned(),
            View::Record(record) => {
                for (name, value) in record.iter() {
                    match (name, value.view()) {
                        ("url", View::Text(url)) => asked.url = url.to_owned(),
                        ("method", View::Text(method)) => asked.method = method.to_owned(),
                        ("body", View::Text(body)) => asked.body = Some(body.as_bytes().to_vec()),
                        ("body", View::Bytes(body)) => asked.body = Some(body.to_vec()),
                        ("headers", View::Record(headers)) => {
                            let header = |(name, value): (&str, &Value)| (name.to_owned(), value.to_string());
                            asked.headers = headers.iter().map(header).collect();
                        }
                        _ => return Err(format!("a request has no `{name}` that is {}", value.shown())),
                    }
                }
            }
            _ => return Err(format!("{} is no request: give a URL, or a record with `url`", token.shown())),
        }
        if asked.method.is_empty() {
            asked.method = if asked.body.is_some() { "POST" } else { "GET" }.to_owned();
        }
        Ok(asked)
    }

    /// Status and body of the response.
    fn send(&self, agent: &Agent, timeout: Duration, is_text: bool) -> Result<(u16, Value), String> {
        let why = |error| match error {
            ureq::Error::Timeout(_) => format!("it was not there after {timeout:?}, the `timeout`"),
            ureq::Error::BodyExceedsLimit(n) => format!("its body is larger than {} MiB", n >> 20),
            other => explain(&other),
        };
        let request = || {
            let request = Request::builder().method(self.method.as_str()).uri(&self.url);
            self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
        };
        let sent = match &self.body {
            Some(body) => agent.run(request().body(body.as_slice()).map_err(|error| error.to_string())?),
            None => agent.run(request().body(()).map_err(|error| error.to_string())?),
        };
        let mut response = sent.map_err(why)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(N_LARGEST).read_to_vec();
        let body = body.map_err(why)?;
        if !is_text {
            return Ok((status, Value::from(body)));
        }
        let body =
            String::from_utf8(body).map_err(|_| "its body is not UTF-8: take `type: Bytes`".to_owned())?;
        Ok((status, Value::from(body)))
    }
}
