//! The kinds of processes that exist: the library's, and those that an embedding program adds.
//!
//! A kind is a file with its `SIGNATURE` and its `run`; [`library`] is the list of them, and nothing else knows it.

mod arithmetic;
mod arrays;
pub(crate) mod batch;
#[cfg(test)]
mod bench;
mod cell;
mod chart;
mod content;
mod declared;
mod expression;
mod file;
mod held;
mod json;
mod keyed;
mod lines;
mod lists;
mod nested;
mod numbered;
mod order;
mod peer;
mod record;
mod rows;
mod separator;
mod serving;
mod tls;
mod unavailable;

pub mod black_hole;
pub mod bucket;
pub mod call;
pub mod chunk;
pub mod clock;
pub mod collect;
pub mod condition;
pub mod consumer;
pub mod count_by;
pub mod crew;
pub mod decode;
pub mod delay;
pub mod delta;
pub mod demultiplex;
pub mod deparaplex;
pub mod directed_deal;
pub mod distinct;
pub mod divide;
pub mod encode;
pub mod engine;
pub mod enumerate;
pub mod event;
pub mod expect;
pub mod farmer;
pub mod fetch;
pub mod files;
pub mod filter;
pub mod flat_map;
pub mod flatten;
pub mod fold;
pub mod fold_by;
pub mod format;
pub mod generate;
pub mod generate_array;
pub mod http;
pub mod identity;
pub mod integrate;
pub mod join;
pub mod lock;
pub mod map;
pub mod merge;
pub mod minus;
pub mod modulo;
pub mod multiplex;
pub mod numbers;
pub mod pairs;
pub mod paraplex;
pub mod parse;
pub mod plex;
pub mod plot;
pub mod plus;
pub mod pool;
pub mod prefix;
pub mod print;
pub mod queue;
pub mod random;
pub mod range;
pub mod read_array;
pub mod read_bytes;
pub mod read_csv;
pub mod read_json;
pub mod read_lines;
pub mod read_text;
pub mod reduce;
pub mod regulate;
pub mod rlock;
pub mod scan;
pub mod script;
pub mod semaphore;
pub mod seq_delta;
pub mod serve;
pub mod skip;
pub mod sort;
pub mod stdin;
pub mod stencil;
pub mod store;
pub mod substitute;
pub mod successor;
pub mod sync;
pub mod tail;
pub mod take;
pub mod take_while;
pub mod tcp_sink;
pub mod tcp_source;
pub mod three_phase;
pub mod times;
pub mod top;
pub mod values;
pub mod valve;
pub mod window;
pub mod with;
pub mod write_bytes;
pub mod write_csv;
pub mod write_json;
pub mod write_lines;
pub mod write_png;

use std::collections::BTreeMap;

use csprun_dsl::signature::{Catalog, Signature};

use crate::process::{Body, Params, Ports, Running, Start};

/// Kinds by name, each with its signature and its body.
#[derive(Clone, Debug, Default)]
pub struct Library {
    catalog: Catalog,
    bodies: BTreeMap<&'static str, Body>,
}

impl Library {
    /// A library without kinds.
    pub fn empty() -> Library {
        Library::default()
    }

    /// Adds a kind; a later one of the same name replaces the earlier. What `body` captures is shared by all processes
    /// of the kind, in every run with this library.
    pub fn add<F>(&mut self, signature: Signature, body: F)
    where
        F: for<'a> Fn(Params, &'a mut Ports) -> Running<'a> + Send + Sync + 'static,
    {
        self.bodies.insert(signature.kind, Body::new(body));
        self.catalog.add(signature);
    }

    /// What `check` needs to know of the kinds.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The body of a kind, with its parameters.
    pub(crate) fn start(&self, kind: &str, params: Params) -> Option<Start> {
        let body = self.body(kind)?;
        Some(Box::new(move |ports| body.call(params, ports)))
    }

    /// The body of a kind.
    pub fn body(&self, kind: &str) -> Option<Body> {
        self.bodies.get(kind).cloned()
    }
}

/// Adds the kind of each of these files.
macro_rules! add {
    ($library:ident: $($file:ident)*) => {
        $($library.add($file::SIGNATURE, |params, ports| Box::pin($file::run(params, ports)));)*
    };
}

/// The process library.
pub fn library() -> Library {
    let mut library = Library::empty();
    add!(library: range numbers values generate generate_array random clock);
    add!(library: read_lines read_text read_csv read_json read_bytes read_array files tcp_source stdin);
    add!(library: print write_lines write_csv write_json write_bytes write_png plot tcp_sink black_hole expect);
    add!(library: identity map filter flat_map scan fold reduce take take_while skip collect count_by sort top);
    add!(library: chunk flatten window enumerate distinct fold_by join parse format encode decode);
    add!(library: three_phase engine stencil directed_deal farmer fetch);
    add!(library: prefix tail successor delta seq_delta plus minus times divide modulo pairs integrate);
    add!(library: merge plex paraplex deparaplex multiplex demultiplex substitute valve delay regulate consumer);
    add!(library: script http);
    add!(library: call serve with lock rlock semaphore condition event queue store bucket crew pool sync);
    unavailable::KINDS.iter().cloned().for_each(|signature| library.catalog.add_unavailable(signature));
    library
}
