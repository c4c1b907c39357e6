//! The ports of a script by name, and ends of mobile channels, which are values. An operation takes its port out
//! and puts it back, so that several can be used at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Dynamic, EvalAltResult, ImmutableString};

use super::ending::mistake;
use super::mobile::{self, Mobile};
use super::port::{AnyPort, End, Port};
use crate::process::{Call, In, Out, Serve};

/// Ports of one sort. A port that is in use is `None`.
pub(super) type Ports<E> = BTreeMap<String, Option<Port<E>>>;

/// A kind of end that a script has.
pub(super) trait Sort: End {
    /// In a message: "input".
    const WORD: &'static str;
    /// The ports of this sort.
    fn of(table: &Table) -> &RefCell<Ports<Self>>;
    /// The place in a mobile end, if it can be one.
    fn in_mobile(end: &mut Mobile) -> Option<&mut Option<Port<Self>>>;
}

macro_rules! sorts {
    ($($end:ident $word:literal $field:ident $mobile:path;)*) => {
        /// All ports of a process.
        #[derive(Default)]
        pub(super) struct Table {
            $(pub(super) $field: RefCell<Ports<$end>>,)*
        }

        $(impl Sort for $end {
            const WORD: &'static str = $word;
            fn of(table: &Table) -> &RefCell<Ports<$end>> {
                &table.$field
            }
            fn in_mobile(end: &mut Mobile) -> Option<&mut Option<Port<$end>>> {
                $mobile(end)
            }
        })*
    };
}

sorts! {
    In "input" inputs Mobile::reading;
    Out "output" outputs Mobile::writing;
    Call "call" calls no_mobile;
    Serve "serve" serves no_mobile;
}

/// Ends of this sort do not travel.
fn no_mobile<E>(_: &mut Mobile) -> Option<&mut Option<Port<E>>> {
    None
}

/// A port taken out, and where it belongs.
pub(super) struct Taken<E> {
    pub(super) name: ImmutableString,
    pub(super) port: Port<E>,
    home: Option<Arc<mobile::End>>,
}

impl<E> Taken<E> {
    /// Whether it is a port of the process, and no end of the script's own.
    pub(super) fn is_named(&self) -> bool {
        self.home.is_none()
    }
}

impl Table {
    /// Takes a port out.
    pub(super) fn take<E: Sort>(&self, port: &Dynamic) -> Result<Taken<E>, Box<EvalAltResult>> {
        if let Some(end) = mobile::of(port) {
            let taken = end.with(|mobile| E::in_mobile(mobile).map(Option::take));
            let name = ImmutableString::from(end.name());
            return match taken {
                Some(Some(port)) => Ok(Taken { name, port, home: Some(end) }),
                Some(None) => Err(mistake(format!("{name} was sent away, or is in use"))),
                None => Err(mistake(format!("{name} is no {}", E::WORD))),
            };
        }
        let Some(name) = port.read_lock::<ImmutableString>().map(|name| name.clone()) else {
            let given = port.type_name();
            return Err(mistake(format!("a port is given by its name or as an end, not by a {given}")));
        };
        let taken = E::of(self).borrow_mut().get_mut(name.as_str()).map(Option::take);
        match taken {
            Some(Some(port)) => Ok(Taken { name, port, home: None }),
            Some(None) => Err(mistake(format!("port `{name}` is twice in one choice"))),
            None => Err(self.unknown(E::WORD, &name)),
        }
    }

    /// Puts a port back.
    pub(super) fn put<E: Sort>(&self, taken: Taken<E>) {
        let Taken { name, port, home } = taken;
        match home {
            Some(end) => end.with(|mobile| {
                if let Some(place) = E::in_mobile(mobile) {
                    *place = Some(port);
                }
            }),
            None => {
                E::of(self).borrow_mut().insert(name.to_string(), Some(port));
            }
        }
    }

    /// Works on a port.
    pub(super) fn with<E: Sort, R>(
        &self,
        port: &Dynamic,
        work: impl FnOnce(&mut Port<E>, &str) -> Result<R, Box<EvalAltResult>>,
    ) -> Result<R, Box<EvalAltResult>> {
        let mut taken = self.take::<E>(port)?;
        let worked = work(&mut taken.port, &taken.name);
        self.put(taken);
        worked
    }

    /// Works on a port of whatever sort it is.
    pub(super) fn with_any<R>(
        &self,
        port: &Dynamic,
        work: impl FnOnce(&mut dyn AnyPort) -> R,
    ) -> Result<R, Box<EvalAltResult>> {
        if self.has::<Out>(port) {
            self.with(port, |port: &mut Port<Out>, _| Ok(work(port)))
        } else if self.has::<Call>(port) {
            self.with(port, |port: &mut Port<Call>, _| Ok(work(port)))
        } else if self.has::<Serve>(port) {
            self.with(port, |port: &mut Port<Serve>, _| Ok(work(port)))
        } else {
            self.with(port, |port: &mut Port<In>, _| Ok(work(port)))
        }
    }

    /// Works on all ports that are not in use, each with its name.
    pub(super) fn each(&self, mut work: impl FnMut(&str, &mut dyn AnyPort)) {
        fn of<E: Sort>(table: &Table, work: &mut impl FnMut(&str, &mut dyn AnyPort)) {
            for (name, port) in E::of(table).borrow_mut().iter_mut() {
                port.iter_mut().for_each(|port| work(name, port));
            }
        }
        of::<Out>(self, &mut work);
        of::<In>(self, &mut work);
        of::<Serve>(self, &mut work);
        of::<Call>(self, &mut work);
    }

    /// Whether a port of this sort is meant.
    pub(super) fn has<E: Sort>(&self, port: &Dynamic) -> bool {
        match mobile::of(port) {
            Some(end) => end.with(|mobile| E::in_mobile(mobile).is_some()),
            None => match port.read_lock::<ImmutableString>() {
                Some(name) => E::of(self).borrow().contains_key(name.as_str()),
                None => false,
            },
        }
    }

    /// Says that there is no such port.
    pub(super) fn unknown(&self, what: &str, name: &str) -> Box<EvalAltResult> {
        fn listed<E>(word: &str, ports: &RefCell<Ports<E>>) -> Option<String> {
            let ports = ports.borrow();
            let names: Vec<&str> = ports.keys().map(String::as_str).collect();
            (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")))
        }
        let all = [
            listed("inputs", &self.inputs),
            listed("outputs", &self.outputs),
            listed("calls", &self.calls),
            listed("serves", &self.serves),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        let all =
            if all.is_empty() { "it has none".to_owned() } else { format!("it has {}", all.join("; ")) };
        mistake(format!("`{name}` is no {what} port of this process: {all}"))
    }
}
