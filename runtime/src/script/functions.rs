//! The functions of a script, by the table in `csprun_dsl::expr::host`.

use std::rc::Rc;

use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString};

use super::ending::{Outcome, PortEnd, place};
use super::host::Host;
use crate::expr::token_of;

/// Adds them to an engine.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>) {
    ports(engine, host);
    console(engine, host);
    port_end(engine);
}

fn ports(engine: &mut Engine, host: &Rc<Host>) {
    let own = Rc::clone(host);
    engine.register_fn("recv", move |port: Dynamic| own.recv(&port));
    let own = Rc::clone(host);
    engine.register_fn("next", move |port: Dynamic| -> Outcome {
        Ok(own.next(&port)?.unwrap_or(Dynamic::UNIT))
    });
    let own = Rc::clone(host);
    engine.register_fn("stream", move |port: Dynamic| Stream { host: Rc::clone(&own), port });
    engine.register_iterator_result::<Stream, Dynamic>();
    let own = Rc::clone(host);
    engine.register_fn("try_recv", move |port: Dynamic| own.try_recv(&port));
    let own = Rc::clone(host);
    engine.register_fn("send", move |port: Dynamic, value: Dynamic| own.send(&port, &value));
    let own = Rc::clone(host);
    engine.register_fn("is_retired", move |port: Dynamic| own.is_retired(&port));
    let own = Rc::clone(host);
    engine.register_fn("retire", move |port: Dynamic| own.retire(&port));
    let own = Rc::clone(host);
    engine.register_fn("poison", move |port: Dynamic, strength: i64| own.poison(&port, strength));
    let own = Rc::clone(host);
    engine.register_fn("poison", move |strength: i64| own.poison_all(strength));
    let own = Rc::clone(host);
    engine.register_fn("sleep", move |duration: Dynamic| own.sleep(&duration));
    let own = Rc::clone(host);
    engine.register_fn("name", move || own.name());
    let own = Rc::clone(host);
    engine.register_fn("channel", move |n_slots: i64| own.channel(n_slots));
}

/// `print` and `debug`: Rhai calls the function for the text, then the hook with it.
fn console(engine: &mut Engine, host: &Rc<Host>) {
    for name in ["print", "debug"] {
        engine.register_fn(name, |x: Dynamic| -> ImmutableString { text_of(&x).into() });
    }
    let own = Rc::clone(host);
    engine.on_print(move |line| own.print(line));
    let own = Rc::clone(host);
    engine.on_debug(move |line, _, position| {
        own.debug(&format!("{line}{}", place(position, &own.code)));
    });
}

/// A value as a line: text as it is.
fn text_of(x: &Dynamic) -> String {
    match x.read_lock::<PortEnd>() {
        Some(end) => end.message(),
        None => token_of(x).map_or_else(|_| format!("<{}>", x.type_name()), |token| token.to_string()),
    }
}

/// What `catch (e)` may ask. What a function of the language throws is a text.
fn port_end(engine: &mut Engine) {
    engine.register_type_with_name::<PortEnd>("end of a port");
    engine.register_get("kind", |end: &mut PortEnd| ImmutableString::from(end.kind()));
    engine.register_get("port", |end: &mut PortEnd| end.port.clone());
    engine.register_get("message", |end: &mut PortEnd| ImmutableString::from(end.message()));
    engine.register_get("who", |end: &mut PortEnd| ImmutableString::from(end.who()));
    engine.register_get("why", |end: &mut PortEnd| ImmutableString::from(end.why()));
    engine.register_get("strength", |end: &mut PortEnd| end.strength());
    engine.register_get("kind", |_: &mut ImmutableString| ImmutableString::from("failed"));
    engine.register_get("message", |text: &mut ImmutableString| text.clone());
    for name in ["to_text", "to_string"] {
        engine.register_fn(name, |end: PortEnd| ImmutableString::from(end.message()));
    }
}

/// The tokens of a port, for `for`.
#[derive(Clone)]
struct Stream {
    host: Rc<Host>,
    port: Dynamic,
}

impl Iterator for Stream {
    type Item = Result<Dynamic, Box<EvalAltResult>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.host.next(&self.port).transpose()
    }
}
