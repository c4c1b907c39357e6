//! Kinds that graph files may name, but that this build cannot run: with their signatures such a file is checked and
//! drawn like any other.

use csprun_dsl::signature::{
    Cost, Doc, ExprSpec, Group, INT, POSITIVE, ParamSpec, ParamType, PortSpec, PortType, Ports, Rate,
    ResultType, Signature, Traits, VarType,
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
    Transform Chunk Light KAHN LISTS [ParamSpec::required("n", POSITIVE, "tokens a list")]
        "Gathers every n tokens into a list.";
    Transform Decode Light KAHN DECODED [TYPE] "Makes tokens out of the bytes that Encode gives.";
    Transform Distinct Light KAHN SAME [] "Gives each token the first time that it comes.";
    Transform Encode Light FIRING ENCODED [] "Makes bytes out of tokens.";
    Transform Enumerate Light KAHN LISTS [ParamSpec::with_default("from", INT, "0", "the first number")]
        "Gives each token in a list with its number.";
    Transform Reduce Light KAHN REDUCED [REDUCTION] "Folds all tokens, the first one being the start.";
    Transform Window Light KAHN LISTS [ParamSpec::required("n", POSITIVE, "tokens a list")]
        "Gives a list of the last n tokens for each token.";
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

const KAHN: Traits = Traits::KAHN;
const FIRING: Traits = Traits::FIRING;
/// Nothing is promised.
const OPEN: Traits = Traits { determinate: false, ..Traits::KAHN };
/// One token in, then its outputs; what happens outside is its own affair.
const ONCE: Traits = Traits { determinate: false, ..Traits::FIRING };

const TOKENS: PortType = PortType::Is(Type::Any);

const ANY: Ports = Ports::Fixed(&[
    PortSpec::input("in", TOKENS, "what goes in"),
    PortSpec::output("out", TOKENS, "what comes out").rate(Rate::Dynamic),
]);
const LISTS: Ports = Ports::Fixed(&[
    PortSpec::input("in", TOKENS, "any tokens"),
    PortSpec::output("out", TOKENS, "the lists").rate(Rate::Dynamic),
]);
const SAME: Ports = Ports::Fixed(&[
    PortSpec::input("in", PortType::Var("T"), "any tokens"),
    PortSpec::output("out", PortType::Var("T"), "some of them").rate(Rate::Dynamic),
]);
const REDUCED: Ports = Ports::Fixed(&[
    PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
    PortSpec::output("out", PortType::Var("T"), "the last value, once").rate(Rate::Dynamic),
]);
const ENCODED: Ports = Ports::Fixed(&[
    PortSpec::input("in", TOKENS, "any tokens"),
    PortSpec::output("out", PortType::Is(Type::Bytes), "their bytes"),
]);
const DECODED: Ports = Ports::Fixed(&[
    PortSpec::input("in", PortType::Is(Type::Bytes), "bytes"),
    PortSpec::output("out", PortType::OfParam("type"), "the tokens").rate(Rate::Dynamic),
]);
const CODE_TEXT: ParamType = ParamType::Text;

const TYPE: ParamSpec = ParamSpec::required("type", ParamType::Type, "type of the tokens");
const FILE: ParamSpec = ParamSpec::optional("file", ParamType::Path, "the file that holds it");
const PATH_OF_CODE: ParamSpec = ParamSpec::required("file", ParamType::Path, "the file that holds it");
const ARGV: ParamSpec = ParamSpec::required("argv", ParamType::Constants, "the program and its arguments");
const REDUCTION: ParamSpec = ParamSpec::required(
    "expr",
    ParamType::Expr(ExprSpec {
        variables: &[("acc", VarType::Port("in")), ("x", VarType::Port("in"))],
        result: ResultType::Any,
    }),
    "the next value of `acc`",
);
