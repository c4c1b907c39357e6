//! The reference page of the expression language.

use std::fmt::Write as _;

use crate::expr::functions::FUNCTIONS;

const RULES: &str = "\
# Expressions

An expression is written in [Rhai](https://rhai.rs)'s syntax: `x * 2 + 1`, `if x > limit { \"high\" } else { \"low\" }`,
`let y = x * gain; y * y`, `words(line)[0].lower()`. It sees the variables of its process, the graph's parameters
and, in a family or a replica, `i`, `j` and `replica`. A variable hides a parameter of the same name. What is
wrong in an expression is found before the network starts (E0801 to E0806); what only running tells fails the
process with the part of the expression and its values.

## Types

`Unit Bool I64 F64 Text Bytes List Record`, as on channels. A value of type `Any` is looked at when it
comes. Nothing is converted behind your back, except that an integer which meets a float in arithmetic or in a
comparison counts as the nearest float. The branches of an `if` and the items of a list have one type.

## Numbers

**Integers** have 64 bits. A result that does not fit is an error, not a wrap, and so is a number that is written too
large, also as `0xffffffffffffffff`; a float has a digit on both sides of its point. `/` cuts towards zero, `%` has the
sign of its left operand, a divisor 0 is an error, and so is a negative exponent in `**` between integers. A shift
`<<` or `>>` is by 0 to 63, else it is an error; `<<` drops what it shifts out, `>>` keeps the sign. `& | ^` combine
integers bit by bit, and Bools.

**Floats** follow IEEE 754: `1.0 / 0.0` is infinite, and NaN equals nothing, itself neither.

## Comparison

`== !=` compare values of one type, numbers by their size, lists and records part by part; values
of different types, which only `Any` lets meet, are not equal. `< <= > >=` are for numbers and for texts, which are
ordered by their characters. `&& || !` take Bools and nothing else; the right side is evaluated only when it counts.

## Text

**Text** is counted, indexed and sliced by characters: `s[0]` is a text of one character. `+` joins two texts;
`to_text(x)` and `` `${x} of ${n}` `` make a text of anything. `'c'` is the same as `\"c\"`. In quotes a backslash begins an
escape, between back-ticks it is itself, so a regular expression stands there: `` matches(x, `\\S+`) ``. In a graph file a
raw text takes both as they are: ``Filter(expr: r#\"matches(x, `^\\d+$`)\"#)``.

`//` begins a comment that goes to the end of the line; it is no division.

## Lists and records

`[1, 2]`, `list[0]`, `list + other`; `#{name: \"a\", size: 3}`, `r.name`, `r[\"name\"]`; `x in list`,
`\"part\" in text`, `\"name\" in record`. An index below zero counts from the end, and one past the end is an error.
`x[a..b]` goes from `a` up to but without `b`, `x[a..=b]` with `b`; `x[a..]` and `x[..b]` leave an end out; a bound that
is out of range or a first one behind the last is an error.

## Arrays

**Arrays** take `+ - * / % **`, unary `-`, comparisons and, of integers, `& | ^ << >>`, with a number or an array of the
same shape and type, element by element in the arrays' own type; so do the functions whose arguments are numbers, `sqrt` and
others that give a float of arrays of floats (`to_float` makes one). A number counts for each element, and is one that
its type has; a shift is by less than its width. All of it in an expression is computed for a block of elements that stays
in the nearest cache. An element that has no value fails the whole operator.

**Comparisons** of arrays, `==` and `!=` too, give an array of U8, 1 where they hold and else 0: no type of elements is
Bool, and U8 is the smallest in memory and files. `sum` counts where they hold, `& | ^` join them, `1 - m` is the
contrary, and `where(m, a, b)` has the elements of `a` where `m` is not 0, else those of `b`; both are computed
whole. `is_nan` gives such an array as well. Inside a list or a record `==` compares whole arrays.

`sum`, `mean` and `dot` give an integer or a float, of floats in 32 sums side by side that are added at the end. `min`
and `max` of one array leave out NaN unless there is nothing else. Of no elements `sum` and `dot` are 0, and the others
an error.

## Scripts

`while`, `loop`, `for i in 0..n` (`0..=n`, or a list), `break`, `continue`, and `x = ..`, `x += ..` for a name that a
`let` has bound, with a value of the same type, are typed and computed as all else is. Closures, `do`, a `break` that
gives a value, other assignments, `switch` and functions are run by Rhai itself, with the same functions and operators;
their types are looked at while they run. There a slice is written
`slice(x, a, b)`, indexing an integer reads one of its bits. One evaluation ends with an error after 100 million
turns of its loops, in Rhai after as many operations. Functions and closures call one another at most 1000 deep.

## Size

An expression has at most 300,000 words, numbers and signs: some 100,000 terms, or 64,000 brackets inside one
another, closed without blanks between them. Lists and records stand inside one another at most 128 deep; a function
that a script defines has at most about 250 operators in a row.

## Templates

In `\"{x} has {len(x)}\"` each `{expression}` is replaced by its value: text as it is, other values as in
the graph file (`1.0`, `[1, \"a\"]`). `{{` and `}}` are braces. `fixed(x, 2)` prints two digits after the point.

`a.f(b)` is the same as `f(a, b)`.
";

/// The language in one page of Markdown: its rules, then the table of functions.
pub fn reference() -> String {
    let mut page = String::from(RULES);
    page.push_str("\n| call | gives | | example |\n|---|---|---|---|\n");
    for spec in FUNCTIONS {
        let (call, result) = spec.example;
        let other = spec.aliases.first().map_or_else(String::new, |alias| format!(" (also `{alias}`)"));
        let call = call.replace('|', "\\|");
        // Markdown's code may hold back-ticks between two of them.
        let call = if call.contains('`') { format!("`` {call} ``") } else { format!("`{call}`") };
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| `{}`{other} | {} | {} | {call} is `{result}` |",
            spec.signature(),
            spec.returns.describe(),
            spec.doc,
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use super::reference;
    use crate::expr::functions::FUNCTIONS;
    use crate::expr::{Scope, compile};

    #[test]
    fn as_many_brackets_as_the_page_says_may_stand_inside_one_another() {
        let nested = |n| format!("{}1{}", "(".repeat(n), ")".repeat(n));
        assert!(reference().contains("64,000 brackets"));
        assert!(compile(&nested(64_000), &Scope::default()).is_ok());
        assert!(compile(&nested(66_000), &Scope::default()).is_err());
    }

    #[test]
    fn every_example_of_the_reference_compiles() {
        for spec in FUNCTIONS {
            for text in [spec.example.0, spec.example.1] {
                let errors = compile(text, &Scope::default()).err();
                assert!(errors.is_none(), "{text}: {errors:#?}");
            }
            assert!(reference().contains(&spec.signature()));
        }
    }
}
