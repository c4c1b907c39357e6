//! The one table of diagnostic codes: each with its title. What a code means, its smallest example and its
//! fix stand in a page of its own, `explain/E0203.md`.

use std::fmt;

macro_rules! codes {
    ($($code:ident $title:literal;)*) => {
        /// The code of a diagnostic: `E` errors, `W` warnings; the two digits after it are the family.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            /// What is wrong, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }

            /// Its page as written: `explain/E0203.md`.
            pub(super) fn page(self) -> &'static str {
                match self { $(Code::$code => include_str!(concat!("explain/", stringify!($code), ".md")),)* }
            }

            /// The code as it is printed: `E0203`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }
        }
    };
}

codes! {
    E0001 "the file is not RON";
    E0002 "unknown field";
    E0003 "duplicate key";
    E0004 "another kind of value is expected here";
    E0005 "missing field";
    E0006 "unknown format number";
    E0007 "the file is nested too deeply or too large";
    E0008 "a file cannot be read";
    E0101 "unknown kind of process";
    E0102 "unknown process";
    E0103 "unknown port";
    E0104 "not a legal name";
    E0105 "two channels have one name";
    E0106 "a sub-network contains itself";
    E0107 "an end does not exist for an index";
    E0108 "unknown deployment";
    E0201 "a required port is not connected";
    E0202 "two readers at one end";
    E0203 "two writers at one end";
    E0204 "a bare list of ends";
    E0205 "AnyOf and AllOf inside one another";
    E0206 "an end in the wrong direction";
    E0207 "an end without its port";
    E0208 "a gap in a list port";
    E0209 "a call port joined to a plain port";
    E0210 "a way to deal or collect that the process cannot take";
    E0211 "a process enrolled twice in a barrier";
    E0212 "a call that is wired like a stream";
    E0301 "types do not match";
    E0302 "an initial token of another type";
    E0303 "unknown type";
    E0401 "a capacity out of range";
    E0402 "more initial tokens than the capacity";
    E0403 "initial tokens on a rendezvous";
    E0404 "a rate that the port cannot have";
    E0501 "a cycle of calls";
    E0502 "restart of a process that is not firing";
    E0601 "not available in this build";
    E0602 "two places for one process";
    E0701 "unknown parameter";
    E0702 "a parameter without a value";
    E0703 "a parameter of another type";
    E0704 "a parameter out of range";
    E0705 "unknown name in an arithmetic";
    E0706 "an arithmetic that cannot be computed";
    E0707 "a parameter declared badly";
    E0801 "the expression has a syntax error";
    E0802 "unknown variable";
    E0803 "unknown function";
    E0804 "a wrong number of arguments";
    E0805 "a type error in an expression";
    E0806 "the expression is too large";
    E0807 "an unknown port in a script";
    E0901 "deadlock";
    E0902 "a process failed";
    E0903 "a process panicked";
    E0904 "timeout";
    E0905 "the output differs from what is expected";
    E0906 "interrupted";
    W0101 "a field of a sub-network is ignored";
    W0102 "a parameter is not used";
    W0201 "a process without channels";
    W0202 "an output that ends with another";
    W0601 "this build cannot do it yet";
    W0602 "undecided";
    W0603 "the CPU does what a device should";
    W0801 "a comment behind an expression";
    W0802 "a value that is not used";
    W0901 "nothing moves";
}

impl Code {
    /// Reads `E0203`, `e0203` or `0203` (an error code).
    pub fn parse(text: &str) -> Option<Code> {
        let upper = text.to_ascii_uppercase();
        let full = if upper.starts_with(['E', 'W']) { upper } else { format!("E{upper}") };
        Code::ALL.iter().copied().find(|code| code.as_str() == full)
    }

    /// Whether the code is an error.
    pub fn is_error(self) -> bool {
        self.as_str().starts_with('E')
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_sorted_and_read_back() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
        assert!(Code::ALL.iter().all(|&code| Code::parse(code.as_str()) == Some(code)));
        assert_eq!(Code::parse("0203"), Some(Code::E0203));
        assert_eq!(Code::parse("E9999"), None);
    }
}
