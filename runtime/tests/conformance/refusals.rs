//! What the coordination servers refuse, and that it changes nothing.

use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::process::Call;
use csprun_runtime::testing::Net;
use csprun_runtime::value::Value;

use crate::bodies::{Log, body};
use crate::servers::server;

/// What comes back for a request, or why nothing does.
async fn reply(call: &mut Call, request: Value) -> String {
    call.call(request).await.map_or_else(|ended| ended.to_string(), |reply| reply.to_string())
}

/// Asks for one after the other; gives the replies.
fn replies(kind: &'static str, n: i64, requests: &'static [&'static str]) -> Vec<String> {
    let log = Log::new();
    let told = log.clone();
    csprun_runtime::testing::within(Duration::from_secs(60), move || {
        let mut net = Net::on_workers(1);
        let wire = server(&mut net, kind, n);
        net.caller(
            "client",
            &[],
            &[],
            &[wire],
            body(move |ports| {
                Box::pin(async move {
                    let mut call = ports.call("call");
                    for request in requests {
                        told.push(reply(&mut call, Value::from(*request)).await);
                    }
                    Ok(())
                })
            }),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
    });
    log.entries()
}

fn no(why: &str) -> String {
    format!("`server` refused: {why}")
}

#[test]
fn a_wrong_request_to_a_lock_is_refused_and_changes_nothing() {
    let unknown = no("\"aquire\" is none of acquire, try_acquire, release");
    assert_eq!(
        replies("Lock", 1, &["release", "acquire", "aquire", "acquire", "release", "release"]),
        [
            no("`release` by who does not hold it"),
            "true".into(),
            unknown,
            no("`acquire` by who holds it (an RLock can be taken again)"),
            "()".into(),
            no("`release` by who does not hold it"),
        ]
    );
    assert_eq!(
        replies("RLock", 1, &["acquire", "acquire", "release", "release", "release"]),
        ["true", "true", "()", "()", &no("`release` by who does not hold it")]
    );
    assert_eq!(
        replies("Semaphore", 1, &["release", "acquire", "try_acquire", "release", "try_acquire"]),
        [&no("`release` by who holds no place"), "true", "false", "()", "true"]
    );
}

#[test]
fn a_wrong_request_to_another_server_is_refused_and_changes_nothing() {
    assert_eq!(
        replies("Condition", 1, &["notify", "wait", "release", "acquire", "acquire", "notify_all"]),
        [
            no("`notify` by who does not hold its lock: `acquire` first"),
            no("`wait` by who does not hold its lock: `acquire` first"),
            no("`release` by who does not hold its lock: `acquire` first"),
            "true".into(),
            no("`acquire` by who holds its lock"),
            "0".into(),
        ]
    );
    assert_eq!(
        replies("Event", 1, &["is_set", "set", "wait", "clear", "is_set"]),
        ["false", "()", "true", "()", "false"]
    );
    assert_eq!(replies("Queue", 1, &["put", "size"]), [&no("`put` needs a field `value`"), "0"]);
    assert_eq!(replies("Bucket", 1, &["holding", "flush"]), ["0", "0"]);
    assert_eq!(
        replies(
            "Crew",
            1,
            &["end_read", "start_read", "start_write", "end_write", "end_read", "start_write"]
        ),
        [
            no("`end_read` by who does not read"),
            "true".into(),
            no("`start_write` by who is in already"),
            no("`end_write` by who does not write"),
            "()".into(),
            "true".into(),
        ]
    );
    assert_eq!(
        replies("Pool", 2, &["release", "acquire", "acquire", "release", "free"]),
        [
            &no("`release` by who holds nothing"),
            "0",
            "1",
            &no("`release` by who holds several: give the number as `value`"),
            "0",
        ]
    );
}
