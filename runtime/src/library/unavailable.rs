//! Kinds that graph files may name, but that this build cannot run: with their signatures such a file is checked and
//! drawn like any other.

use csprun_dsl::signature::{
    Cost, Doc, ExprSpec, FLOAT, Group, NATURAL, ParamSpec, ParamType, PortSpec, PortType, Ports, Rate,
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
    Source Clock Light OPEN TICKS [PERIOD] "Gives a token at regular times.";
    Source Files Light KAHN TEXTS [ParamSpec::required("glob", ParamType::Text, "pattern of paths")]
        "Gives the paths of the files that match a pattern.";
    Source Generate Light KAHN MADE [ParamSpec::required("n", NATURAL, "how many"), INDEXED]
        "Gives the value of an expression for 0, 1, 2 and so on.";
    Source Random Light KAHN FLOATS [
        ParamSpec::with_default("from", FLOAT, "0.0", "least"),
        ParamSpec::with_default("to", FLOAT, "1.0", "end, which is not given")
    ] "Gives random numbers, the same for the same seed of the run.";
    Source ReadArray Blocking KAHN TYPED_SOURCE [PATH, TYPE] "Gives the arrays that a file of raw elements holds.";
    Source ReadBytes Blocking KAHN BYTES_SOURCE [PATH] "Gives the bytes of a file, block by block.";
    Source ReadCsv Blocking KAHN TYPED_SOURCE [PATH, TYPE] "Gives the rows of a CSV file as records.";
    Source ReadJson Blocking KAHN TYPED_SOURCE [PATH, TYPE] "Gives the values of a file of JSON lines.";
    Sink WriteBytes Blocking KAHN BYTES_SINK [PATH] "Writes bytes to a file, one token behind the other.";
    Sink WriteCsv Blocking KAHN SINK [PATH] "Writes records as rows of a CSV file.";
    Sink WriteJson Blocking KAHN SINK [PATH] "Writes each token as a line of JSON.";
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
/// Nothing is promised.
const OPEN: Traits = Traits { determinate: false, ..Traits::KAHN };
/// One token in, then its outputs; what happens outside is its own affair.
const ONCE: Traits = Traits { determinate: false, ..Traits::FIRING };

const TOKENS: PortType = PortType::Is(Type::Any);

const SINK: Ports = Ports::Fixed(&[PortSpec::input("in", TOKENS, "what is written")]);
const BYTES_SINK: Ports =
    Ports::Fixed(&[PortSpec::input("in", PortType::Is(Type::Bytes), "what is written")]);
const TICKS: Ports = Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::Unit), "the ticks")]);
const TEXTS: Ports = Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::Text), "the texts")]);
const FLOATS: Ports = Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::F64), "the numbers")]);
const BYTES_SOURCE: Ports = Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::Bytes), "the blocks")]);
const TYPED_SOURCE: Ports =
    Ports::Fixed(&[PortSpec::output("out", PortType::OfParam("type"), "what it holds")]);
const MADE: Ports = Ports::Fixed(&[PortSpec::output("out", PortType::OfExpr("expr"), "the values")]);
const ANY: Ports = Ports::Fixed(&[
    PortSpec::input("in", TOKENS, "what goes in"),
    PortSpec::output("out", TOKENS, "what comes out").rate(Rate::Dynamic),
]);
const CODE_TEXT: ParamType = ParamType::Text;

const PATH: ParamSpec = ParamSpec::required("path", ParamType::Path, "the file");
const TYPE: ParamSpec = ParamSpec::required("type", ParamType::Type, "type of the tokens");
const PERIOD: ParamSpec = ParamSpec::required("period", ParamType::Duration, "time from one to the next");
const FILE: ParamSpec = ParamSpec::optional("file", ParamType::Path, "the file that holds it");
const PATH_OF_CODE: ParamSpec = ParamSpec::required("file", ParamType::Path, "the file that holds it");
const ARGV: ParamSpec = ParamSpec::required("argv", ParamType::Constants, "the program and its arguments");
const INDEXED: ParamSpec = ParamSpec::required(
    "expr",
    ParamType::Expr(ExprSpec { variables: &[("n", VarType::Is(Type::I64))], result: ResultType::Any }),
    "the token for `n`",
);
