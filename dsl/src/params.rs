//! Parameters of a process as its body reads them: checked against the signature, expressions compiled.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::expr::{Compiled, ScriptCode, Template};
use crate::ty::{Constant, Type};

/// One parameter's value.
#[derive(Clone, Debug)]
pub enum Param {
    /// `Bool`.
    Bool(bool),
    /// `Int` and `Memory`.
    Int(i64),
    /// `Float`.
    Float(f64),
    /// `Text`, `Path` and `Word`.
    Text(String),
    /// `Duration`.
    Duration(Duration),
    /// `Constant`.
    Constant(Constant),
    /// `Constants`.
    Constants(Vec<Constant>),
    /// `Type`.
    Type(Type),
    /// `Names`.
    Names(Vec<String>),
    /// `Expr`.
    Expr(Arc<Compiled>),
    /// `Template`.
    Template(Arc<Template>),
    /// `Script` and `ScriptFile`.
    Script(Arc<ScriptCode>),
}

/// The parameters of one process. `check` has made sure that each has the type that the signature declares, so
/// the getters answer for a declared name of that type, and panic for any other: a defect of the kind, which
/// its own tests find.
#[derive(Clone, Debug, Default)]
pub struct Params {
    values: BTreeMap<&'static str, Param>,
}

macro_rules! getters {
    ($($(#[$doc:meta])* $get:ident $maybe:ident $variant:ident -> $ty:ty, $value:ident => $expr:expr;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Panics
            /// When the signature declares no such parameter of this type.
            pub fn $get(&self, name: &str) -> $ty {
                self.$maybe(name).unwrap_or_else(|| panic!("parameter `{name}` is not declared so"))
            }

            /// The same for a parameter that may be absent.
            pub fn $maybe(&self, name: &str) -> Option<$ty> {
                match self.values.get(name) {
                    Some(Param::$variant($value)) => Some($expr),
                    _ => None,
                }
            }
        )*
    };
}

impl Params {
    /// Sets a value.
    pub fn set(&mut self, name: &'static str, value: Param) {
        self.values.insert(name, value);
    }

    /// The value as it is.
    pub fn get(&self, name: &str) -> Option<&Param> {
        self.values.get(name)
    }

    /// All values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Param)> {
        self.values.iter().map(|(name, value)| (*name, value))
    }

    getters! {
        /// A `Bool`.
        bool maybe_bool Bool -> bool, value => *value;
        /// An `Int`, or the bytes of a `Memory`.
        int maybe_int Int -> i64, value => *value;
        /// A `Float`.
        float maybe_float Float -> f64, value => *value;
        /// A `Text`, `Path` or `Word`.
        text maybe_text Text -> &str, value => value.as_str();
        /// A `Duration`.
        duration maybe_duration Duration -> Duration, value => *value;
        /// A `Constant`.
        constant maybe_constant Constant -> &Constant, value => value;
        /// A list of constants.
        constants maybe_constants Constants -> &[Constant], value => value.as_slice();
        /// A type of tokens.
        token_type maybe_token_type Type -> &Type, value => value;
        /// A list of names.
        names maybe_names Names -> &[String], value => value.as_slice();
        /// An expression.
        expr maybe_expr Expr -> &Arc<Compiled>, value => value;
        /// A template.
        template maybe_template Template -> &Arc<Template>, value => value;
        /// A script, or its file.
        script maybe_script Script -> &Arc<ScriptCode>, value => value;
    }
}
