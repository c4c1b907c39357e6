//! The one table of functions: the checker, the evaluators and the reference page read it.

use crate::expr::types;
use crate::ty::{Elem, Type};

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// An integer or a float.
    Number,
    /// A number, or an array: then of each element.
    Numeric,
    /// The same for what only floats have: a number, or an array of floats.
    Real,
    /// An array.
    Array,
    /// An array of U8, as comparisons of arrays give.
    Mask,
    /// An integer.
    Int,
    /// A text.
    Text,
    /// A text that is a regular expression.
    Regex,
    /// A list.
    List,
    /// A list of numbers, or an array.
    Numbers,
    /// A list of numbers or of texts.
    Sortable,
    /// A record.
    Record,
    /// A text or a list.
    Sequence,
    /// A text, a list, a record, bytes or an array.
    Container,
    /// A record or a list.
    Keyed,
    /// A closure `|x| ..`.
    Closure,
    /// Anything.
    Any,
}

impl Param {
    /// Whether a value of type `ty` may be one: `Any` may be everything.
    pub fn accepts(self, ty: &Type) -> bool {
        if let Type::OneOf(types) = ty {
            return types.iter().any(|ty| self.accepts(ty));
        }
        *ty == Type::Any
            || match self {
                Param::Number => ty.is_numeric(),
                Param::Numeric => ty.is_numeric() || Param::Array.accepts(ty),
                Param::Real => ty.is_numeric() || matches!(ty, Type::Array(Elem::F32 | Elem::F64, _)),
                Param::Array => matches!(ty, Type::Array(..)),
                Param::Mask => matches!(ty, Type::Array(Elem::U8, _)),
                Param::Int => *ty == Type::I64,
                Param::Text | Param::Regex => *ty == Type::Text,
                Param::List => matches!(ty, Type::List(_)),
                Param::Numbers => match ty {
                    Type::List(item) => Param::Number.accepts(item),
                    ty => matches!(ty, Type::Array(..)),
                },
                Param::Sortable => {
                    let fits = |item| Param::Number.accepts(item) || Param::Text.accepts(item);
                    matches!(ty, Type::List(item) if fits(item))
                }
                Param::Record => matches!(ty, Type::Record(_)),
                Param::Sequence => matches!(ty, Type::Text | Type::List(_)),
                Param::Container => {
                    matches!(ty, Type::Text | Type::List(_) | Type::Record(_) | Type::Bytes | Type::Array(..))
                }
                Param::Keyed => matches!(ty, Type::Record(_) | Type::List(_)),
                Param::Closure => false,
                Param::Any => true,
            }
    }

    /// In words, with the article.
    pub fn describe(self) -> &'static str {
        match self {
            Param::Number => "a number",
            Param::Numeric => "a number or an array",
            Param::Real => "a number or an array of floats",
            Param::Array => "an array",
            Param::Mask => "an array of U8",
            Param::Int => "an integer",
            Param::Text => "a text",
            Param::Regex => "a regular expression",
            Param::List => "a list",
            Param::Numbers => "a list of numbers or an array",
            Param::Sortable => "a list of numbers or texts",
            Param::Record => "a record",
            Param::Sequence => "a text or a list",
            Param::Container => "a text, a list, a record, bytes or an array",
            Param::Keyed => "a record or a list",
            Param::Closure => "a closure",
            Param::Any => "any value",
        }
    }
}

/// Type of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// An integer.
    Int,
    /// A float.
    Float,
    /// `true` or `false`.
    Bool,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A list of integers.
    Ints,
    /// The type of the first argument.
    First,
    /// An integer when both arguments are integers, else a float; of arrays an array.
    Joined,
    /// A float; of arrays of floats an array of the same ones.
    Real,
    /// `true` or `false`; of an array, one of U8.
    Truth,
    /// A float, or an array of F64.
    Floats,
    /// An integer, or an array of I64.
    Integers,
    /// Elements of the second or the third argument.
    Chosen,
    /// An array of the numbers that the first argument has.
    Gathered,
    /// An item of the list that the first argument is.
    Item,
    /// A number, of two arrays that go together.
    Product,
    /// The list that the first argument is, of what its items and the second argument have in common.
    Pushed,
    /// What the first argument holds, or the third argument.
    Held,
    /// Only running tells.
    Any,
}

impl Returns {
    /// The type for arguments of these types, which fit the function's parameters; `None` when they do not go
    /// together.
    pub fn of(self, arguments: &[Type]) -> Option<Type> {
        let argument = |index: usize| arguments.get(index).unwrap_or(&Type::Any);
        Some(match self {
            Returns::Int => Type::I64,
            Returns::Float => Type::F64,
            Returns::Bool => Type::Bool,
            Returns::Text => Type::Text,
            Returns::Texts => Type::Text.list(),
            Returns::Ints => Type::I64.list(),
            Returns::First => argument(0).clone(),
            Returns::Joined => types::arithmetic(argument(0), argument(1))?,
            Returns::Real => types::elementwise(arguments, &Type::F64, |elem| elem)?,
            Returns::Truth => types::elementwise(arguments, &Type::Bool, |_| Elem::U8)?,
            Returns::Floats => types::elementwise(arguments, &Type::F64, |_| Elem::F64)?,
            Returns::Integers => types::elementwise(arguments, &Type::I64, |_| Elem::I64)?,
            Returns::Chosen => types::chosen(argument(0), argument(1), argument(2))?,
            Returns::Gathered => types::gathered(argument(0)),
            Returns::Item => types::item(argument(0)),
            Returns::Product => types::item(&types::arithmetic(argument(0), argument(1))?),
            Returns::Pushed => types::common(&types::item(argument(0)), argument(1)).list(),
            Returns::Held => match argument(0) {
                Type::List(item) => types::common(item, argument(2)),
                _ => Type::Any,
            },
            Returns::Any => Type::Any,
        })
    }

    /// In the words of the reference.
    pub fn describe(self) -> &'static str {
        match self {
            Returns::Int => "I64",
            Returns::Float => "F64",
            Returns::Bool => "Bool",
            Returns::Text => "Text",
            Returns::Texts => "List(Text)",
            Returns::Ints => "List(I64)",
            Returns::First => "as the first",
            Returns::Joined => "I64, or F64 when one is",
            Returns::Real => "F64",
            Returns::Truth => "Bool",
            Returns::Floats => "F64",
            Returns::Integers => "I64",
            Returns::Chosen | Returns::Gathered => "an array",
            Returns::Item => "an item",
            Returns::Product => "an item",
            Returns::Pushed => "a list",
            Returns::Held => "what is held",
            Returns::Any => "any value",
        }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Spec {
    /// Which.
    pub function: Function,
    /// Its name.
    pub name: &'static str,
    /// Other names, which Rhai gives it.
    pub aliases: &'static [&'static str],
    /// What it takes.
    pub params: &'static [Param],
    /// What it gives.
    pub returns: Returns,
    /// One sentence.
    pub doc: &'static str,
    /// An example and its result.
    pub example: (&'static str, &'static str),
}

macro_rules! functions {
    ($($function:ident $name:literal $(= $alias:literal)? ($($param:ident),*) -> $returns:ident, $doc:literal, $example:literal => $result:literal;)*) => {
        /// A function of the expression language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Function {
            $(#[doc = $doc] $function,)*
        }

        /// The table, in the order of the reference.
        pub const FUNCTIONS: &[Spec] = &[$(Spec {
            function: Function::$function,
            name: $name,
            aliases: &[$($alias)?],
            params: &[$(Param::$param),*],
            returns: Returns::$returns,
            doc: $doc,
            example: ($example, $result),
        },)*];
    };
}

functions! {
    Abs "abs" (Numeric) -> First, "the absolute value", "abs(-3)" => "3";
    Min "min" (Numeric, Numeric) -> Joined, "the smaller one; of a NaN and a number the number", "min(2, 1)" => "1";
    Max "max" (Numeric, Numeric) -> Joined, "the larger one; of a NaN and a number the number", "max(2, 1.5)" => "2.0";
    Floor "floor" (Numeric) -> First, "the next whole number below", "floor(-1.5)" => "-2.0";
    Ceil "ceil" = "ceiling" (Numeric) -> First, "the next whole number above", "ceil(1.2)" => "2.0";
    Round "round" (Numeric) -> First, "the nearest whole number, halves away from zero", "round(2.5)" => "3.0";
    Sqrt "sqrt" (Real) -> Real, "the square root; NaN below zero", "sqrt(9)" => "3.0";
    Exp "exp" (Real) -> Real, "e to this power", "exp(0)" => "1.0";
    Ln "ln" (Real) -> Real, "the natural logarithm", "ln(1)" => "0.0";
    Log10 "log10" (Real) -> Real, "the logarithm to base 10", "log10(1000)" => "3.0";
    Sin "sin" (Real) -> Real, "the sine of an angle in radians", "sin(0)" => "0.0";
    Cos "cos" (Real) -> Real, "the cosine of an angle in radians", "cos(0)" => "1.0";
    Tan "tan" (Real) -> Real, "the tangent of an angle in radians", "tan(0)" => "0.0";
    Tanh "tanh" (Real) -> Real, "the hyperbolic tangent", "tanh(0)" => "0.0";
    Atan "atan" (Real) -> Real, "the angle with this tangent, in radians", "atan(0)" => "0.0";
    Atan2 "atan2" (Real, Real) -> Real, "the angle of the point (second, first), in radians", "atan2(0, 1)" => "0.0";
    Pow "pow" (Numeric, Numeric) -> Joined, "the same as `**`", "pow(2, 10)" => "1024";
    ToFloat "to_float" (Numeric) -> Floats, "as a float", "to_float(1)" => "1.0";
    ToInt "to_int" (Numeric) -> Integers, "without its fraction; an error outside the integers", "to_int(-1.9)" => "-1";
    ToText "to_text" = "to_string" (Any) -> Text, "as a template prints it", "to_text([1, 2])" => "\"[1, 2]\"";
    IsNan "is_nan" (Numeric) -> Truth, "whether it is a float that is not a number", "is_nan(0.0 / 0.0)" => "true";
    Fixed "fixed" (Number, Int) -> Text, "with this many digits after the point, at most 100", "fixed(2.0 / 3, 2)" => "\"0.67\"";
    Len "len" (Container) -> Int, "how many characters, items, fields, bytes or elements", "len(\"häh\")" => "3";
    Contains "contains" (Container, Any) -> Bool, "whether it has this text, item, field, byte or element; the same as `in`", "contains([1, 2], 2)" => "true";
    Slice "slice" (Sequence, Int, Int) -> First, "from the second up to but without the third, as `x[a..b]`", "slice(\"abcd\", 1, 3)" => "\"bc\"";
    Reverse "reverse" (Sequence) -> First, "from the last to the first", "reverse([1, 2])" => "[2, 1]";
    Words "words" (Text) -> Texts, "what stands between white space", "words(\" a  b \")" => "[\"a\", \"b\"]";
    Lower "lower" = "to_lower" (Text) -> Text, "in small letters", "lower(\"ÄB\")" => "\"äb\"";
    Upper "upper" = "to_upper" (Text) -> Text, "in capital letters", "upper(\"äb\")" => "\"ÄB\"";
    Trim "trim" (Text) -> Text, "without white space at both ends", "trim(\" a \")" => "\"a\"";
    Split "split" (Text, Text) -> Texts, "what stands between the separators; of an empty one, the characters", "split(\"a,b\", \",\")" => "[\"a\", \"b\"]";
    Join "join" (List, Text) -> Text, "the items as texts with the second between them", "join([1, 2], \"-\")" => "\"1-2\"";
    StartsWith "starts_with" (Text, Text) -> Bool, "whether it starts so", "starts_with(\"abc\", \"ab\")" => "true";
    EndsWith "ends_with" (Text, Text) -> Bool, "whether it ends so", "ends_with(\"abc\", \"bc\")" => "true";
    Replace "replace" (Text, Text, Text) -> Text, "with the third for each of the second", "replace(\"aba\", \"a\", \"c\")" => "\"cbc\"";
    Matches "matches" (Text, Regex) -> Bool, "whether the regular expression, between back-ticks, matches somewhere", "matches(\"a1\", `\\d`)" => "true";
    Capture "capture" (Text, Regex, Int) -> Text, "what the group of the first match caught, 0 the whole match; empty without a match", "capture(\"k=v\", `=(\\S)`, 1)" => "\"v\"";
    ParseInt "parse_int" (Text) -> Int, "the integer that is written there, white space around it allowed", "parse_int(\" 12\")" => "12";
    ParseFloat "parse_float" (Text) -> Float, "the number that is written there, white space around it allowed", "parse_float(\"1e3\")" => "1000.0";
    Range "range" (Int, Int) -> Ints, "the integers from the first up to but without the second", "range(0, 3)" => "[0, 1, 2]";
    Sum "sum" (Numbers) -> Item, "the items, or the elements of an array, added; 0 of none", "sum([1, 2])" => "3";
    Least "min" (Numbers) -> Item, "the smallest item or element, NaN left out; an error of none", "min([2, 1])" => "1";
    Greatest "max" (Numbers) -> Item, "the largest item or element, NaN left out; an error of none", "max([2, 1])" => "2";
    Mean "mean" (Numbers) -> Float, "the sum divided by the number of items or elements; an error of none", "mean([1, 2])" => "1.5";
    Dot "dot" (Array, Array) -> Product, "the sum of the products of the elements; 0 of none", "dot(array([1, 2]), array([3, 4]))" => "11";
    Where "where" (Mask, Numeric, Numeric) -> Chosen, "the second where the element of the first is not 0, else the third", "where(array([1, 2]) > 1, 5, 0)" => "[0, 5]";
    Array "array" (Numbers) -> Gathered, "the numbers as the elements of an array, of F64 when one is a float; an error of none", "array([1, 2]) * 2" => "[2, 4]";
    Sort "sort" (Sortable) -> First, "in rising order: numbers, or texts by their characters; NaN last", "sort([2, 1])" => "[1, 2]";
    Push "push" (List, Any) -> Pushed, "a new list with one more item", "push([1], 2)" => "[1, 2]";
    Keys "keys" (Record) -> Texts, "the names of the fields, sorted", "keys(#{b: 1, a: 2})" => "[\"a\", \"b\"]";
    Get "get" (Keyed, Any, Any) -> Held, "the field or item, or the third where there is none", "get([1], 5, 0)" => "0";
    Map "map" (List, Closure) -> Any, "what the closure makes of each item", "map([1, 2], |x| x * 2)" => "[2, 4]";
    Filter "filter" (List, Closure) -> Any, "the items for which the closure gives `true`", "filter([1, 2], |x| x > 1)" => "[2]";
    Fold "fold" (List, Any, Closure) -> Any, "the closure applied to what there is so far, from the second on, and each item", "fold([1, 2], 0, |a, x| a + x)" => "3";
}

impl Function {
    /// Its line of the table.
    pub fn spec(self) -> &'static Spec {
        &FUNCTIONS[self as usize]
    }

    /// The function called `name`; the first one, where several are.
    pub fn parse(name: &str) -> Option<Function> {
        Function::named(name).next().map(|spec| spec.function)
    }

    /// The function called `name` that takes so many arguments; the first one of that name where none does.
    pub fn called(name: &str, n_arguments: usize) -> Option<Function> {
        let fitting = Function::named(name).find(|spec| spec.params.len() == n_arguments);
        fitting.map(|spec| spec.function).or_else(|| Function::parse(name))
    }

    /// The functions called `name`, told apart by how many arguments they take.
    pub fn named(name: &str) -> impl Iterator<Item = &'static Spec> {
        FUNCTIONS.iter().filter(move |spec| spec.name == name || spec.aliases.contains(&name))
    }
}

impl Spec {
    /// As it is called: `split(text, text)`.
    pub fn signature(&self) -> String {
        let words = self.params.iter().map(|param| match param {
            Param::Number | Param::Numeric | Param::Real => "number",
            Param::Array | Param::Mask => "array",
            Param::Int => "int",
            Param::Text => "text",
            Param::Regex => "regex",
            Param::List | Param::Numbers | Param::Sortable => "list",
            Param::Record => "record",
            Param::Sequence | Param::Container | Param::Keyed | Param::Any => "x",
            Param::Closure => "closure",
        });
        format!("{}({})", self.name, words.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, Function};

    #[test]
    fn each_line_stands_at_its_own_place_under_its_own_name() {
        for spec in FUNCTIONS {
            assert_eq!(spec.function.spec().name, spec.name);
            assert_eq!(Function::called(spec.name, spec.params.len()), Some(spec.function));
        }
    }
}
