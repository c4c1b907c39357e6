//! The functions that only the script of a process has: the checker, the runtime and the page of the kind read
//! this one table.

/// What an argument is, as far as it can be checked before a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// An input port: its name as a text, or the reading end of a mobile channel.
    Input,
    /// An output port: its name, or a writing end.
    Output,
    /// A port of any sort.
    Port,
    /// A port that calls.
    Call,
    /// A port that takes calls.
    Serve,
    /// A port that takes calls, or an input: what is a guard without more words.
    Incoming,
    /// A list of guards.
    Guards,
    /// Anything else: the word that the reference uses.
    Other(&'static str),
}

impl Argument {
    /// In the words of the reference.
    pub fn word(self) -> &'static str {
        match self {
            Argument::Input => "input",
            Argument::Output => "output",
            Argument::Port => "port",
            Argument::Call => "call",
            Argument::Serve => "serve",
            Argument::Incoming => "input or serve",
            Argument::Guards => "[guards]",
            Argument::Other(word) => word,
        }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct HostFunction {
    /// Its name.
    pub name: &'static str,
    /// The lists of arguments that it takes, the usual one first.
    pub ways: &'static [&'static [Argument]],
    /// What it does and gives.
    pub doc: &'static str,
}

const X: Argument = Argument::Other("x");
const DURATION: Argument = Argument::Other("duration");

macro_rules! host {
    ($($name:literal $([$($argument:expr),*])+ $doc:literal;)*) => {
        /// The table, in the order of the reference.
        pub const HOST: &[HostFunction] = &[$(HostFunction {
            name: $name,
            ways: &[$(&[$($argument),*]),+],
            doc: $doc,
        },)*];
    };
}

host! {
    "recv" [Argument::Input] "the next token; at the end of the stream the script ends normally";
    "next" [Argument::Input] "the next token, or `()` at the end of the stream";
    "stream" [Argument::Input] "all tokens to the end of the stream: `for x in stream(\"in\") { .. }`";
    "try_recv" [Argument::Input] "a token if one is ready, else `()`";
    "send" [Argument::Output, X] "sends a token; when nobody reads any more the script ends normally";
    "try_send" [Argument::Output, X] "sends if that need not wait; whether it did";
    "is_retired" [Argument::Port] "whether this end was found retired: by its other side, or by `retire`";
    "retire" [Argument::Port] "retires an end before the script ends";
    "poison" [Argument::Port, Argument::Other("strength")] [Argument::Other("strength")]
        "poisons an end, or all ports of the process, with a strength from 1";
    "select" [Argument::Guards] "waits for one of the guards, any that is ready: `#{index, kind, port, value}`";
    "pri_select" [Argument::Guards] "the same; of those that are ready, the first";
    "fair_select" [Argument::Guards] "the same; of those that are ready, the one whose port was served longest ago";
    "input" [Argument::Input] "a guard: a receive; in a list of guards the port alone will do";
    "request" [Argument::Serve] "a guard: what `serve` gives; in a list of guards the port alone will do";
    "output" [Argument::Output, X] "a guard: a send";
    "barrier" [Argument::Other("barrier")] "a guard: a `sync`; a choice has one at most";
    "timeout" [DURATION] "a guard: ready after that time";
    "skip" [] "a guard: ready at once";
    "when" [Argument::Other("guard"), Argument::Other("condition")]
        "the guard with a precondition: `input(\"in\").when(n < 10)`";
    "ask" [Argument::Call, X] "sends a request and waits for its reply";
    "serve" [Argument::Serve] "the next request: `#{caller, value, left}`; `left`: the caller has ended";
    "requests" [Argument::Serve] "all requests until the last caller has left, for `for`";
    "reply" [Argument::Other("request"), X] "replies to a request, now or later";
    "refuse" [Argument::Other("request"), Argument::Other("why")] "refuses a request: the call fails with this text";
    "sync" [Argument::Other("barrier")] "waits until all that are enrolled at the barrier have come";
    "resign" [Argument::Other("barrier")] "leaves the barrier before the script ends";
    "channel" [Argument::Other("slots")]
        "a channel of one's own: `[writing, reading]`, ends to use, to send and to spawn with";
    "spawn" [Argument::Other("function"), Argument::Other("[arguments]")]
        [Argument::Other("kind"), Argument::Other("#{parameters}"), Argument::Other("#{port: end}")]
        "runs a function of the script, or a kind of the library, as a process; what the function returns comes out \
         of the end that this gives";
    "sleep" [DURATION] "waits that long: `\"100ms\"`, or a number of seconds";
    "print" [X] "a line on standard output";
    "debug" [X] "a line on standard error, with the place in the script";
    "name" [] "the name of the process";
}

impl HostFunction {
    /// The function of that name.
    pub fn parse(name: &str) -> Option<&'static HostFunction> {
        HOST.iter().find(|function| function.name == name)
    }

    /// The arguments when there are so many.
    pub fn way(&self, n_arguments: usize) -> Option<&'static [Argument]> {
        self.ways.iter().find(|way| way.len() == n_arguments).copied()
    }

    /// As it is called: `send(output, x)`.
    pub fn signature(&self) -> String {
        let way = |way: &&[Argument]| {
            let words: Vec<&str> = way.iter().map(|argument| argument.word()).collect();
            format!("{}({})", self.name, words.join(", "))
        };
        self.ways.iter().map(way).collect::<Vec<_>>().join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::{HOST, HostFunction};
    use crate::expr::functions::Function;

    #[test]
    fn no_function_of_scripts_hides_one_of_expressions() {
        for function in HOST {
            assert!(Function::parse(function.name).is_none(), "{}", function.name);
            assert_eq!(HostFunction::parse(function.name).map(|found| found.doc), Some(function.doc));
        }
    }
}
