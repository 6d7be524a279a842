//! Why an expression is refused for what it means.

use crate::limits::{FILTER_CONDITIONS_MAX, ORDERBY_CLAUSES_MAX, SEARCH_IN_VALUES_MAX};
use crate::odata::SyntaxError;

/// A refused expression. `Display` is the sentence that follows `Invalid expression: `.
///
/// *Seen* and *documented* sentences are the service's (`query.md` §9, `wire.md` §12), *library* ones those of
/// Microsoft.OData.Core, which the service passes on; the others are ours, modelled on them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are the parts of the sentences")]
pub enum ExpressionError {
    /// The text is not an expression. Library.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// What cannot be meant whatever the index; the sentence is the parser's. Library.
    #[error("{sentence}")]
    Refused { sentence: String },
    /// More conditions than [`FILTER_CONDITIONS_MAX`], which is ours.
    #[error(
        "The expression has more than {FILTER_CONDITIONS_MAX} conditions. Use search.in() for long lists of values."
    )]
    TooManyConditions,

    /// A path without a name; the parser makes none.
    #[error("A path in the expression is empty.")]
    EmptyPath,
    /// No such field. Seen.
    #[error("Could not find a property named '{property}' on type '{type_name}'.")]
    UnknownProperty { property: String, type_name: String },
    /// A path that goes on after a collection. Library.
    #[error(
        "The parent value for a property access of a property '{property}' is not a single value. Property access can only \
         be applied to a single value."
    )]
    ParentNotSingle { property: String },
    /// `any` or `all` after something that is no collection. Library.
    #[error("Any/All may only be used following a collection.")]
    NotACollection,
    /// `all()`, which has no meaning; the grammar does not have it.
    #[error("The operator 'all' needs a range variable and a condition, as in 'all(x: x ne 1)'.")]
    AllWithoutBody,

    /// Operands that do not go together. Library.
    #[error(
        "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator \
         kind '{operator}'."
    )]
    IncompatibleOperands { left: String, right: String, operator: &'static str },
    /// An operand that the operator does not take. Documented.
    #[error(
        "A unary operator with an incompatible type was detected. Found operand type '{operand}' for operator kind \
         '{operator}'."
    )]
    IncompatibleOperand { operand: String, operator: &'static str },
    /// A collection beside a binary operator. Library.
    #[error(
        "The operand for a binary operator '{operator}' is not a single value. Binary operators require both operands to be \
         single values."
    )]
    BinaryNotSingle { operator: &'static str },
    /// A collection after a unary operator. Library.
    #[error(
        "The operand for a unary operator '{operator}' is not a single value. Unary operators require the operand to be a \
         single value."
    )]
    UnaryNotSingle { operator: &'static str },
    /// The whole filter is no condition. Library.
    #[error("The $filter expression must evaluate to a single boolean value.")]
    FilterNotBoolean,
    /// The body of a lambda is no condition. Library.
    #[error("The Any/All query expression must evaluate to a single boolean value.")]
    LambdaNotBoolean,
    /// An operator of OData that the service does not have.
    #[error("The operator '{operator}' is not supported.")]
    UnsupportedOperator { operator: &'static str },

    /// A name that is no function. Library.
    #[error(
        "An unknown function with name '{function}' was found. This may also be a function import or a key lookup on a \
         navigation property, which is not allowed."
    )]
    UnknownFunction { function: String },
    /// A function of OData that the service does not have.
    #[error("The function '{function}' is not supported.")]
    UnsupportedFunction { function: String },
    /// Arguments that no signature takes. Library.
    #[error(
        "No function signature for the function with name '{function}' matches the specified arguments. The function \
         signatures considered are: {signatures}."
    )]
    Signature { function: &'static str, signatures: &'static str },
    /// A collection as an argument. Library.
    #[error(
        "The argument for an invocation of a function with name '{function}' is not a single value. All arguments for this \
         function must be single values."
    )]
    ArgumentNotSingle { function: &'static str },
    /// `search.in` of something else than a field and texts.
    #[error(
        "The function 'search.in' takes a field or range variable of type Edm.String, a string literal with the values, and \
         optionally a string literal with the delimiters."
    )]
    SearchInArguments,
    /// More different values than [`SEARCH_IN_VALUES_MAX`], which is ours.
    #[error("A list of 'search.in' has more than {SEARCH_IN_VALUES_MAX} values.")]
    TooManyValues,
    /// A function on the earth of something else than a field and a constant.
    #[error(
        "The function '{function}' takes a field or range variable of type Edm.GeographyPoint and a constant."
    )]
    GeoArguments { function: &'static str },
    /// `search.ismatch` and its like, which come with the full syntax. Not a refusal of the service's.
    #[error("The function '{function}' is not supported yet.")]
    NotYet { function: String },
    /// A function that has no meaning in a filter.
    #[error("The function '{function}' can only be used in $orderby.")]
    OnlyInOrderby { function: &'static str },

    /// A comparison of two fields, two constants or something with parts. Recalled from the service, not seen.
    #[error("Comparison must be between a field, range variable or function call and a literal value.")]
    ComparisonOperands,
    /// `lt`, `le`, `gt`, `ge` with null.
    #[error("The operator '{operator}' cannot be used with null. Only 'eq' and 'ne' can.")]
    OrderWithNull { operator: &'static str },
    /// `lt`, `le`, `gt`, `ge` with a string or Boolean (`query.md` §2.1.2).
    #[error(
        "The operator '{operator}' cannot be used with values of type '{type_name}'. Only 'eq' and 'ne' can."
    )]
    NotOrdered { operator: &'static str, type_name: &'static str },
    /// A comparison of a value of a type that has none.
    #[error("Values of type '{type_name}' cannot be compared.{hint}")]
    NotCompared { type_name: String, hint: &'static str },
    /// A range variable over simple values and null (no element is null).
    #[error(
        "The range variable '{variable}' cannot be compared with null, because no element of a collection is null."
    )]
    ElementWithNull { variable: String },
    /// `NaN`, `INF` or `-INF` with a whole number (`query.md` §2.1.2).
    #[error("A field of type '{type_name}' cannot be compared with NaN, INF or -INF.")]
    IntegerWithNonFinite { type_name: &'static str },
    /// `geo.distance` with `eq` or `ne` (`query.md` §2.1.7).
    #[error(
        "The result of 'geo.distance' can only be compared with 'lt', 'le', 'gt' or 'ge', not with '{operator}'."
    )]
    DistanceEquality { operator: &'static str },

    /// A field that is not filterable. Recalled from the service, not seen.
    #[error("'{path}' is not a filterable field. Only filterable fields can be used in filter expressions.")]
    NotFilterable { path: String },
    /// A field that is not sortable. Seen.
    #[error("'{path}' is not a sortable field. Only sortable fields can be used in $orderby.")]
    NotSortable { path: String },
    /// A function in a lambda that does not hang on its variable. Seen (MuleSoft-AI-Chain-Project/mule-vectors-connector#120,
    /// 2025; the sentence of the documentation is older).
    #[error(
        "The function '{function}' has no parameters bound to the range variable '{variable}'. Only bound field references \
         are supported inside lambda expressions ('any' or 'all'). Please change your filter so that the '{function}' \
         function is outside the lambda expression and try again."
    )]
    FunctionNotBound { function: String, variable: String },
    /// A field in a lambda that does not hang on its variable. Modelled on the one for functions.
    #[error(
        "The field reference '{path}' is not bound to the range variable '{variable}'. Only bound field references are \
         supported inside lambda expressions ('any' or 'all'). Please change your filter so that the reference to '{path}' \
         is outside the lambda expression and try again."
    )]
    FieldNotBound { path: String, variable: String },

    /// Strings tested for the wrong of `eq` and `ne`. Documented.
    #[error(
        "Invalid lambda expression. Found a test for equality or inequality where the opposite was expected in a lambda \
         expression that iterates over a field of type Collection(Edm.String). For 'any', use expressions of the form \
         'x eq y' or 'search.in(...)'. For 'all', use expressions of the form 'x ne y', 'not (x eq y)', or \
         'not search.in(...)'."
    )]
    LambdaEquality,
    /// Numbers and dates joined in another form than the service can do. Documented.
    #[error(
        "Invalid lambda expression. Found an unsupported form of complex Boolean expression. For 'any', use expressions \
         that are 'ORs of ANDs', also known as Disjunctive Normal Form. For example: '(a and b) or (c and d)' where a, b, c, \
         and d are comparison or equality subexpressions. For 'all', use expressions that are 'ANDs of ORs', also known as \
         Conjunctive Normal Form. For example: '(a or b) and (c or d)' where a, b, c, and d are comparison or inequality \
         subexpressions. Examples of comparison expressions: 'x gt 5', 'x le 2'. Example of an equality expression: \
         'x eq 5'. Example of an inequality expression: 'x ne 5'."
    )]
    LambdaForm,
    /// Points tested for the wrong side. Documented.
    #[error(
        "Invalid lambda expression. Found an unsupported use of geo.distance() or geo.intersects() in a lambda expression \
         that iterates over a field of type Collection(Edm.GeographyPoint). For 'any', make sure you compare geo.distance() \
         using the 'lt' or 'le' operators and make sure that any usage of geo.intersects() is not negated. For 'all', make \
         sure you compare geo.distance() using the 'gt' or 'ge' operators and make sure that any usage of geo.intersects() \
         is negated."
    )]
    LambdaGeo,
    /// Strings or points joined by the wrong of `and` and `or`. Documented for both.
    #[error(
        "Invalid lambda expression. Complex Boolean expressions are not supported in lambda expressions that iterate over \
         fields of type Collection({type_name}). For 'any', join sub-expressions with 'or'; 'and' is not supported. For \
         'all', join sub-expressions with 'and'; 'or' is not supported."
    )]
    LambdaJoin { type_name: &'static str },
    /// Booleans joined at all. Modelled on the sentence above; that it is refused is documented.
    #[error(
        "Invalid lambda expression. Complex Boolean expressions are not supported in lambda expressions that iterate over \
         fields of type Collection(Edm.Boolean)."
    )]
    LambdaBooleanJoin,
    /// Strings or Booleans compared. Documented for strings.
    #[error(
        "Invalid lambda expression. Found a comparison operator (one of 'lt', 'le', 'gt', or 'ge'). Only equality operators \
         are allowed in lambda expressions that iterate over fields of type Collection({type_name}). For 'any', use \
         expressions of the form 'x eq y'. For 'all', use expressions of the form 'x ne y' or 'not (x eq y)'."
    )]
    LambdaComparison { type_name: &'static str },

    /// More than [`ORDERBY_CLAUSES_MAX`] keys.
    #[error("The $orderby expression has more than {ORDERBY_CLAUSES_MAX} clauses.")]
    TooManyClauses,
    /// A constant to sort by. Seen.
    #[error("Sorting on literal values is not supported in $orderby.")]
    SortLiteral,
    /// A collection or a complex value to sort by. Library.
    #[error("The $orderby expression must evaluate to a single value of primitive type.")]
    OrderbyNotPrimitive,
    /// Something else to sort by.
    #[error("Only fields, 'search.score()' and 'geo.distance(...)' can be used in $orderby.")]
    SortUnsupported,
    /// A point to sort by, without a place to measure from.
    #[error(
        "The field '{path}' of type 'Edm.GeographyPoint' can only be used with 'geo.distance' in $orderby."
    )]
    SortPoint { path: String },
}
