//! Scripts where time is virtual, and where the schedule belongs to a seed.

use csprun_runtime::{Options, Outcome};

use crate::{alone, run_with, scripts};

/// What each of these prints, in virtual time and under schedules.
const SCRIPTS: [(&str, &str); 5] = [
    ("sleep(\"1h\"); print(1)", "1\n"),
    ("select([timeout(\"1h\")]); print(2)", "2\n"),
    ("let c = channel(0); print(select([c[1], timeout(\"1h\")]).index)", "1\n"),
    ("fn f() { sleep(\"2h\"); 3 } let r = spawn(\"f\", []); sleep(\"1h\"); print(recv(r))", "3\n"),
    (
        "fn f(w) { for n in 0..3 { sleep(\"1h\"); send(w, n) } } let c = channel(0); spawn(\"f\", [c[0]]);
        let sum = 0; for i in 0..3 { sum += recv(c[1]); } print(sum)",
        "3\n",
    ),
];

#[test]
fn scripts_sleep_in_virtual_time_and_under_every_schedule() {
    let schedules = (0..8).map(|seed| Options { explore: Some(seed), ..Options::default() });
    let all = [Options { virtual_time: true, ..Options::default() }].into_iter().chain(schedules);
    for options in all {
        for (code, printed) in SCRIPTS {
            let ran = run_with(&alone(code), "", options.clone()).unwrap_or_else(|found| panic!("{found}"));
            assert_eq!(ran.stdout, printed, "{code}: seed {:?}: {}", options.explore, ran.said());
        }
    }
}

/// A script that asks again and again lets the others have their turns.
#[test]
fn scripts_that_poll_let_others_run_under_every_schedule() {
    let polls = [
        "let k = 0; while k < 3 { let r = pri_select([\"i\", skip()]); if r.index == 0 { k += 1; } }",
        "let k = 0; while k < 3 { if try_recv(\"i\") != () { k += 1; } }",
        "let k = 0; while k < 3 { let r = pri_select([\"i\", timeout(\"0us\")]); if r.index == 0 { k += 1; } }",
    ];
    for code in polls {
        let writes = ("w", "inputs: [], outputs: [\"o\"]", "for n in 1..4 { send(\"o\", n); }");
        let graph =
            scripts(&[writes, ("p", "inputs: [\"i\"], outputs: []", code)], "(from: \"w.o\", to: \"p.i\")");
        for seed in 0..8 {
            let options = Options { explore: Some(seed), ..Options::default() };
            let ran = run_with(&graph, "", options).unwrap_or_else(|found| panic!("{found}"));
            assert_eq!(ran.report.outcome, Outcome::Done, "{code}: seed {seed}: {}", ran.said());
        }
    }
}
