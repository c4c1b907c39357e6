use std::fmt::Write;

use expect_test::{Expect, expect};

use super::Picture;
use crate::network::{ChannelKind, Network};
use crate::render::sample;

fn check(network: &Network, expected: &Expect) {
    let picture = Picture::new(network);
    let mut text = String::new();
    for item in &picture.items {
        let around = picture.clusters_around(item.cluster);
        let around: Vec<&str> = around.iter().map(|&idx| picture.clusters[idx].title.as_str()).collect();
        writeln!(text, "{:?} {:?} {:?} {around:?}", item.shape, item.title, item.subtitle).unwrap();
    }
    for arrow in &picture.arrows {
        let end = |idx: usize, port: &str| format!("{}.{port}", picture.items[idx].title);
        let (from, to) = (end(arrow.from, &arrow.from_port), end(arrow.to, &arrow.to_port));
        let words = arrow.words();
        let mut marks = vec![words.as_str()];
        marks.extend(arrow.call.then_some("call"));
        marks.extend(arrow.lossy.then_some("lossy"));
        marks.extend(arrow.feedback.then_some("feedback"));
        writeln!(text, "{from} -> {to} {marks:?}").unwrap();
    }
    expected.assert_eq(&text);
}

#[test]
fn a_replicated_process_is_a_pile() {
    check(
        &sample::farm(),
        &expect![[r#"
        Process(Source) "src" "Range" []
        Pile(Transform) "work" "Map x4" []
        Process(Sink) "print" "Print" []
        src. -> work. ["[64]"]
        work. -> print. ["results"]
    "#]],
    );
}

#[test]
fn the_channel_with_a_token_is_the_feedback() {
    check(
        &sample::comms_time(),
        &expect![[r#"
        Process(Csp) "prefix" "Prefix" []
        Process(Csp) "delta" "Delta" []
        Process(Csp) "succ" "Successor" []
        Process(Sink) "consume" "Consumer" []
        prefix. -> delta. [""]
        delta.out[0] -> succ. [""]
        delta.out[1] -> consume. [""]
        succ. -> prefix. ["●", "feedback"]
    "#]],
    );
}

#[test]
fn a_shared_end_is_a_hub_inside_the_nearest_common_network() {
    check(
        &sample::hubs(),
        &expect![[r#"
        Process(Source) "a" "Range" []
        Process(Outside) "b" "ReadLines" []
        Process(Csp) "split" "Delta" ["stat"]
        Process(Transform) "sum" "Fold" ["stat", "mean"]
        Process(Transform) "div" "Map" ["stat", "mean"]
        Process(Csp) "merge" "Plex" ["stat"]
        Process(Sink) "show" "Print" []
        Process(Outside) "log" "WriteLines" []
        Any "any" "" []
        All "all" "statistics" []
        a. -> any. [""]
        b. -> any. [""]
        any. -> split. [""]
        split.out[0] -> sum. ["[8, drops oldest]", "lossy"]
        sum. -> div. [""]
        div. -> merge.in[0] [""]
        split.out[1] -> merge.in[1] [""]
        merge. -> all. [""]
        all. -> show. [""]
        all. -> log. [""]
    "#]],
    );
}

#[test]
fn a_channel_says_how_many_tokens_it_holds() {
    let mut net = sample::network("kinds");
    sample::process(&mut net, "a", "Script", crate::signature::Group::Outside);
    sample::process(&mut net, "b", "Script", crate::signature::Group::Outside);
    let kinds = [
        ChannelKind::Auto,
        ChannelKind::Rendezvous,
        ChannelKind::Buffer(1),
        ChannelKind::DropOldest(2),
        ChannelKind::DropNewest(3),
    ];
    for (i, kind) in kinds.into_iter().enumerate() {
        sample::channel(&mut net, &format!("a.out[{i}]"), &format!("b.in[{i}]")).kind = kind;
    }
    sample::call(&mut net, "a.ask", "b.serve").kind = ChannelKind::Rendezvous;
    check(
        &net,
        &expect![[r#"
            Process(Outside) "a" "Script" []
            Process(Outside) "b" "Script" []
            a.out[0] -> b.in[0] [""]
            a.out[1] -> b.in[1] ["[0]"]
            a.out[2] -> b.in[2] ["[1]"]
            a.out[3] -> b.in[3] ["[2, drops oldest]", "lossy"]
            a.out[4] -> b.in[4] ["[3, drops newest]", "lossy"]
            a.ask -> b.serve ["", "call"]
        "#]],
    );
}

#[test]
fn tokens_lie_where_all_of_them_go() {
    let mut net = sample::network("tokens");
    for name in ["a", "b", "c", "d"] {
        sample::process(&mut net, name, "Script", crate::signature::Group::Outside);
    }
    let token = crate::ty::Constant::Unit;
    sample::channel(&mut net, "a.x", "b.x c.x").initial = vec![token.clone()];
    sample::channel(&mut net, "a.y b.y", "d.y").initial = vec![token.clone(); 2];
    sample::channel(&mut net, "a.z b.z", "c.z d.z").initial = vec![token; 3];
    check(
        &net,
        &expect![[r#"
        Process(Outside) "a" "Script" []
        Process(Outside) "b" "Script" []
        Process(Outside) "c" "Script" []
        Process(Outside) "d" "Script" []
        Any "any" "" []
        Any "any" "" []
        Any "any" "●3" []
        a.x -> any. ["●"]
        any. -> b. [""]
        any. -> c.x [""]
        a.y -> any. [""]
        b.y -> any. [""]
        any. -> d.y ["●2"]
        a.z -> any. [""]
        b.z -> any. [""]
        any. -> c.z [""]
        any. -> d.z [""]
    "#]],
    );
}

#[test]
fn a_large_family_is_folded() {
    check(
        &sample::grid(15, 15),
        &expect![[r#"
            Pile(User) "cell[0..15, 0..15]" "Cell" []
            cell[0..15, 0..15].east -> cell[0..15, 0..15].west ["×210", "feedback"]
            cell[0..15, 0..15].south -> cell[0..15, 0..15].north ["×210", "feedback"]
        "#]],
    );
}

#[test]
fn a_long_ring_is_one_box_and_what_else_there_is_has_its_own() {
    let mut net = sample::network("ring");
    sample::family(&mut net, "node", &[64], "Script", crate::signature::Group::Outside);
    sample::process(&mut net, "split", "Delta", crate::signature::Group::Csp);
    sample::process(&mut net, "print", "Print", crate::signature::Group::Sink);
    for i in 0..64 {
        sample::channel(&mut net, &format!("node[{i}].next"), &format!("node[{}].in", (i + 1) % 64));
    }
    net.channels[63].initial.push(crate::ty::Constant::Unit);
    let outs: Vec<String> = (0..64).map(|i| format!("node[{i}].out")).collect();
    sample::channel(&mut net, &outs.join(" "), "split.in");
    sample::channel(&mut net, "split.out[0]", "print.in[0]");
    sample::channel(&mut net, "split.out[1]", "print.in[1]");
    check(
        &net,
        &expect![[r#"
        Pile(Outside) "node[0..64]" "Script" []
        Process(Csp) "split" "Delta" []
        Process(Sink) "print" "Print" []
        Any "any" "" []
        node[0..64].next -> node[0..64].in ["×63", "feedback"]
        node[0..64].next -> node[0..64].in ["●", "feedback"]
        node[0..64].out -> any. [""]
        any. -> split. [""]
        split.out[0] -> print.in[0] [""]
        split.out[1] -> print.in[1] [""]
    "#]],
    );
}

#[test]
fn large_networks_inside_are_folded() {
    let mut net = sample::network("folded");
    for i in 0..300 {
        let group = crate::signature::Group::Transform;
        sample::process(&mut net, &format!("sub/a{i}"), "Map", group);
        sample::process(&mut net, &format!("sub/b{i}"), "Map", group);
        sample::channel(&mut net, &format!("sub/a{i}.out"), &format!("sub/b{i}.in"));
    }
    sample::process(&mut net, "sink", "Print", crate::signature::Group::Sink);
    sample::channel(&mut net, "sub/b0.out sub/b1.out", "sink.in");
    check(
        &net,
        &expect![[r#"
            Network "sub" "Network" []
            Process(Sink) "sink" "Print" []
            Any "any" "" []
            sub. -> any. [""]
            any. -> sink. [""]
        "#]],
    );
}
