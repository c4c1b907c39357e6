//! Scripts that go on when nobody reads their outputs: only a send would end them.

use crate::{run, scripts};

/// What a script prints whose only reader has left.
fn printed(code: &str) -> String {
    let both = [("script", "inputs: [], outputs: [\"o\"]", code), ("reader", "outputs: []", "recv(\"in\");")];
    let left = "try { loop { send(\"o\", 1); } } catch { }";
    let code = format!("{left} {code}");
    let both = [(both[0].0, both[0].1, code.as_str()), both[1]];
    run(&scripts(&both, "(from: \"script.o\", to: \"reader\")")).printed().to_owned()
}

#[test]
fn it_waits_for_a_time() {
    let code = "for k in 0..3 { select([timeout(\"100ms\")]); print(k); }";
    assert_eq!(printed(code), "0\n1\n2\n");
}

#[test]
fn it_computes_while_what_it_spawned_sleeps() {
    let code = "spawn(\"late\", []);
        for k in 0..50 { let n = 0; for i in 0..20000 { n += 1; } if k % 10 == 0 { print(k); } }
        print(\"end\");
        fn late() { sleep(\"400ms\"); }";
    assert_eq!(printed(code), "0\n10\n20\n30\n40\nend\n");
}
