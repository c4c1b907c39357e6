//! Kinds that graph files may name, but that this build cannot run: with their signatures such a file is checked and
//! drawn like any other.

use csprun_dsl::signature::{
    Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Ports, Rate, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::declared::{CALLS, DECLARED, INPUTS, OUTPUTS, SERVES};

/// A line a kind: chapter, name, cost, traits, ports, parameters, sentence.
macro_rules! kinds {
    ($($group:ident $kind:ident $cost:ident $traits:ident $ports:ident [$($param:expr),*] $summary:literal;)*) => {
        /// All of them.
        pub(super) const KINDS: &[Signature] = &[$(Signature {
            kind: stringify!($kind),
            group: Group::$group,
            doc: Doc { summary: $summary, ..Doc::NONE },
            ports: $ports,
            params: &[$($param),*],
            cost: Cost::$cost,
            traits: $traits,
        }),*];
    };
}

kinds! {
    Outside Python Blocking ONCE DECLARED [
        PATH_OF_CODE, ParamSpec::required("function", ParamType::Text, "name of the function or generator"),
        INPUTS, OUTPUTS, CALLS, SERVES
    ] "Calls a function of a Python file for each token.";
    Outside Command Blocking ONCE DECLARED [
        ARGV,
        ParamSpec::optional("stdin", ParamType::Type, "type of the tokens that it reads: Bytes, or Text a line"),
        ParamSpec::optional("stdout", ParamType::Type, "type of the tokens that it writes: Bytes, or Text a line"),
        ParamSpec::with_default("env", ParamType::Constant, "{}", "variables that are set for it"),
        ParamSpec::optional("cwd", ParamType::Path, "where it runs"),
        ParamSpec::with_default("per_token", ParamType::Bool, "false", "whether it is started anew for each token"),
        INPUTS, OUTPUTS
    ] "Runs a program of the operating system between its input and its output.";
    Outside Exec Blocking ONCE ANY [ARGV] "Runs a program for each token and gives what it prints.";
    Outside Kernel Heavy OPEN DECLARED [
        FILE, ParamSpec::optional("source", CODE_TEXT, "the kernel itself"), INPUTS, OUTPUTS
    ] "Runs OpenCL C or CUDA C on arrays.";
}

/// Nothing is promised.
const OPEN: Traits = Traits { determinate: false, ..Traits::KAHN };
/// One token in, then its outputs; what happens outside is its own affair.
const ONCE: Traits = Traits { determinate: false, ..Traits::FIRING };

const TOKENS: PortType = PortType::Is(Type::Any);

const ANY: Ports = Ports::Fixed(&[
    PortSpec::input("in", TOKENS, "what goes in"),
    PortSpec::output("out", TOKENS, "what comes out").rate(Rate::Dynamic),
]);
const CODE_TEXT: ParamType = ParamType::Text;

const FILE: ParamSpec = ParamSpec::optional("file", ParamType::Path, "the file that holds it");
const PATH_OF_CODE: ParamSpec = ParamSpec::required("file", ParamType::Path, "the file that holds it");
const ARGV: ParamSpec = ParamSpec::required("argv", ParamType::Constants, "the program and its arguments");
