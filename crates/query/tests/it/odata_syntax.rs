//! `tests/data/{filter,orderby,select}.txt`, row by row, and what must hold for any text.

use lazuli_catalog::GeoPoint;
use lazuli_query::limits::EXPRESSION_DEPTH_MAX;
use lazuli_query::odata::tree::{BinaryOperator, Expression, Lambda, Literal, Quantifier, UnaryOperator};
use lazuli_query::odata::{Geography, SyntaxError, parse_filter, parse_orderby, parse_select};
use proptest::prelude::*;

/// A tree in the notation of the tables.
fn notation(expression: &Expression) -> String {
    match expression {
        Expression::Literal(literal) => literal_notation(literal),
        Expression::Path(path) => path.join("/"),
        Expression::Call { function, arguments } => format!("{function}({})", list(arguments, ", ")),
        Expression::Unary { operator: UnaryOperator::Not, operand } => format!("(not {})", notation(operand)),
        Expression::Unary { operator: UnaryOperator::Negate, operand } => {
            format!("(neg {})", notation(operand))
        }
        Expression::And(operands) => format!("(and {})", list(operands, " ")),
        Expression::Or(operands) => format!("(or {})", list(operands, " ")),
        Expression::Binary { operator, left, right } => {
            format!("({} {} {})", operator_word(*operator), notation(left), notation(right))
        }
        Expression::Lambda(Lambda { quantifier, collection, body }) => {
            let body = body.as_ref().map(|(variable, body)| format!("{variable}: {}", notation(body)));
            format!("{}/{}({})", collection.join("/"), quantifier_word(*quantifier), body.unwrap_or_default())
        }
        Expression::Refused(sentence) => format!("refused({sentence})"),
    }
}

fn list(expressions: &[Expression], separator: &str) -> String {
    expressions.iter().map(notation).collect::<Vec<_>>().join(separator)
}

fn literal_notation(literal: &Literal) -> String {
    let number = |value: f64, suffix: char| format!("{value}{suffix}").replace("inf", "∞");
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::String(value) => format!("'{}'", value.replace('\'', "''")),
        Literal::Int32(value) => value.to_string(),
        Literal::Int64(value) => format!("{value}L"),
        Literal::Single(value) => number(*value, 'f'),
        Literal::Double(value) => number(*value, 'd'),
        Literal::Decimal(value) => number(*value, 'm'),
        Literal::DateTimeOffset(milliseconds) => format!("date({milliseconds})"),
        Literal::Geography(Geography::Point(point)) => {
            format!("geography'POINT({})'", position_notation(point))
        }
        Literal::Geography(Geography::Polygon(polygon)) => {
            let ring: Vec<String> = polygon.ring.iter().map(position_notation).collect();
            format!("geography'POLYGON(({}))'", ring.join(", "))
        }
        Literal::Other(type_name) => (*type_name).to_owned(),
    }
}

fn position_notation(point: &GeoPoint) -> String {
    format!("{} {}", point.longitude, point.latitude)
}

fn operator_word(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Equal => "eq",
        BinaryOperator::NotEqual => "ne",
        BinaryOperator::GreaterThan => "gt",
        BinaryOperator::GreaterThanOrEqual => "ge",
        BinaryOperator::LessThan => "lt",
        BinaryOperator::LessThanOrEqual => "le",
        BinaryOperator::Add => "add",
        BinaryOperator::Subtract => "sub",
        BinaryOperator::Multiply => "mul",
        BinaryOperator::Divide => "div",
        BinaryOperator::Modulo => "mod",
        BinaryOperator::Has => "has",
    }
}

fn quantifier_word(quantifier: Quantifier) -> &'static str {
    match quantifier {
        Quantifier::Any => "any",
        Quantifier::All => "all",
    }
}

/// The sentence of an error of the tables: `kind position`.
fn sentence(error: &str, text: &str) -> String {
    let (kind, rest) = error.split_once(' ').unwrap_or((error, ""));
    let at = |start: &str| format!("{start} at position {rest} in '{text}'.");
    match kind {
        "syntax" => at("Syntax error"),
        "string" => at("There is an unterminated string literal"),
        "constant" => at("There is an unterminated literal"),
        "digit" => at("A digit was expected"),
        "expression" => at("Expression expected"),
        "(" => at("'(' expected"),
        "comma" => at("')' or ',' expected"),
        "operator" => at("')' or operator expected"),
        "identifier" => format!("An identifier was expected at position {rest}."),
        "brackets" => "Found an unbalanced bracket expression.".to_owned(),
        "declared" => format!("The range variable '{rest}' has already been declared."),
        "token" => format!("Found system token '{rest}' in select or expand clause '{text}'."),
        "term" => format!("Term '{text}' is not valid in a $select or $expand expression."),
        "place" => {
            let (position, reason) = rest.split_once(' ').unwrap();
            let literal = &text[position.parse().unwrap()..];
            format!(
                "Unrecognized 'Edm.Geography' literal '{literal}' at '{position}' in '{text}' with reason '{reason}'."
            )
        }
        "character" => {
            let (character, position) = rest.split_once(' ').unwrap();
            format!("Syntax error: character '{character}' is not valid at position {position} in '{text}'.")
        }
        type_name => {
            let (literal, position) = rest.rsplit_once(' ').unwrap();
            format!("Unrecognized '{type_name}' literal '{literal}' at '{position}' in '{text}'.")
        }
    }
}

/// Compares each row of a table with what `parse` makes of its text.
fn check_table(table: &str, rows_min: usize, parse: impl Fn(&str) -> Result<String, SyntaxError>) {
    let rows: Vec<&str> = table.lines().filter(|row| !row.is_empty() && !row.starts_with("# ")).collect();
    assert!(rows.len() >= rows_min, "the table has been cut to {} rows", rows.len());
    let mut failures = Vec::new();
    for row in rows {
        let Some((text, expected)) = row.split_once("=>") else {
            assert!(row.starts_with('#'), "no result in {row}");
            continue;
        };
        let text = text.trim_end().replace('␣', " ").replace('␉', "\t").replace('␊', "\n");
        let expected = match expected.trim().strip_prefix("! ") {
            Some(error) => format!("! {}", sentence(error, &text)),
            None => expected.trim().to_owned(),
        };
        let found = parse(&text).unwrap_or_else(|error| format!("! {error}"));
        if found != expected {
            failures.push(format!("{text}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(failures.is_empty(), "{} rows:\n{}", failures.len(), failures.join("\n"));
}

fn filter_notation(text: &str) -> Result<String, SyntaxError> {
    parse_filter(text).map(|tree| notation(&tree))
}

fn orderby_notation(text: &str) -> Result<String, SyntaxError> {
    let arrow = |descending| if descending { '↓' } else { '↑' };
    let clauses = parse_orderby(text)?.into_iter();
    let clauses =
        clauses.map(|clause| format!("{} {}", notation(&clause.expression), arrow(clause.descending)));
    Ok(clauses.collect::<Vec<_>>().join(", "))
}

fn select_notation(text: &str) -> Result<String, SyntaxError> {
    let items = parse_select(text)?.into_iter().map(|path| path.join("/"));
    Ok(items.collect::<Vec<_>>().join(", "))
}

#[test]
fn filters_are_those_of_odata() {
    check_table(include_str!("../data/filter.txt"), 280, filter_notation);
}

#[test]
fn orders_are_those_of_odata() {
    check_table(include_str!("../data/orderby.txt"), 45, orderby_notation);
}

#[test]
fn selections_are_those_of_odata() {
    check_table(include_str!("../data/select.txt"), 65, select_notation);
}

#[test]
fn depth_is_limited_as_in_the_library() {
    let check = |text: &str, is_read: bool| match parse_filter(text) {
        Ok(_) => assert!(is_read, "{text:.40}"),
        Err(error) => assert!(!is_read && error == SyntaxError::TooDeep, "{text:.40}: {error:.80}"),
    };
    let nested =
        |count: usize, open: &str, close: &str| format!("{}a{}", open.repeat(count), close.repeat(count));
    // 7 levels for each expression around the innermost, and 7 for that: (113 + 1) * 7 = 798.
    check(&nested(113, "(", ")"), true);
    check(&nested(114, "(", ")"), false);
    check(&nested(113, "f(", ")"), true);
    check(&nested(114, "f(", ")"), false);
    // 6 levels, one for each `not`, one for the field: 6 + 793 + 1 = 800.
    check(&nested(793, "not ", ""), true);
    check(&nested(794, "not ", ""), false);
    check(&nested(793, "- ", ""), true);
    check(&nested(794, "- ", ""), false);
    // (112 + 1) * 7 = 791 leave nine levels more.
    check(&nested(112, "(", "").replace('a', &format!("{}a{}", "not ".repeat(9), ")".repeat(112))), true);
    check(&nested(112, "(", "").replace('a', &format!("{}a{}", "not ".repeat(10), ")".repeat(112))), false);
    // The tree of a chain is as deep as it is long: binding it would stop the library.
    check(&format!("a{}", " eq a".repeat(799)), true);
    check(&format!("a{}", " eq a".repeat(800)), false);
    check(&format!("a{}", "/a".repeat(799)), true);
    check(&format!("a{}", "/a".repeat(800)), false);
    let lambdas = |count: usize| (0..count).map(|level| format!("a/any(x{level}: ")).collect::<String>();
    check(&format!("{}a{}", lambdas(113), ")".repeat(113)), true);
    check(&format!("{}a{}", lambdas(114), ")".repeat(114)), false);
    assert_eq!(parse_select(&format!("a{}", "/a".repeat(800))), Err(SyntaxError::TooDeep));
    assert_eq!(EXPRESSION_DEPTH_MAX, 800);
}

#[test]
fn long_filters_are_read_in_linear_time() {
    let clauses = |word: &str| format!("a eq 1{}", format!(" {word} a eq 1").repeat(100_000));
    let texts = [
        (clauses("or"), "or"),
        (clauses("and"), "and"),
        (format!("a{}", " or b and c".repeat(100_000)), "or"),
        (format!("a{}", " or (b and c)".repeat(100_000)), "or"),
        (format!("search.in(a, '{}')", "value, ".repeat(300_000)), "search.in"),
        (format!("f(a{})", ", 'b'".repeat(200_000)), "f"),
        (format!("f({}1)", "1or\t".repeat(200_000)), "f"),
        (format!("a eq '{}'", "''".repeat(500_000)), "eq"),
    ];
    for (text, root) in texts {
        let tree = notation(&parse_filter(&text).unwrap());
        assert!(tree.trim_start_matches('(').starts_with(root), "{tree:.40}");
    }
}

#[test]
fn monstrous_texts_are_refused() {
    let units = [
        "(",
        ")",
        "not ",
        "- ",
        "-",
        "a/",
        "a/any(x: ",
        "f(",
        "'",
        "[",
        "{",
        "a.",
        "1.",
        "a'",
        "@",
        ",",
        "a(b=",
        "0x",
        "\u{1F600}",
    ];
    let units = units.into_iter().chain(["a eq (", "a eq b eq (", "a or (", "((((a) eq "]);
    for unit in units {
        let text = unit.repeat(99_999);
        assert!(parse_filter(&text).is_err(), "{unit}");
        assert!(parse_orderby(&text).is_err(), "{unit}");
        assert!(parse_select(&text).is_err(), "{unit}");
    }
}

#[test]
fn operands_have_a_limit() {
    assert!(parse_filter(&format!("a eq 1{}", " or a eq 1".repeat(199_999))).is_ok());
    let more = format!("a eq 1{}", " or a eq 1".repeat(200_000));
    assert_eq!(parse_filter(&more), Err(SyntaxError::TooManyOperands));
}

#[test]
fn items_of_a_selection_have_a_limit() {
    assert!(parse_select(&vec!["a"; 10_000].join(",")).is_ok());
    assert_eq!(parse_select(&vec!["a"; 10_001].join(",")), Err(SyntaxError::SelectTooLong));
}

#[test]
fn points_of_a_polygon_have_a_limit() {
    let area = |points: usize| {
        let ring = format!("{}0 0", "0 0,1 0,1 1,".repeat(points / 3));
        parse_filter(&format!("geo.intersects(a, geography'POLYGON(({ring}))')"))
    };
    assert!(area(9_999).is_ok());
    assert!(area(10_002).is_err());
}

/// The position in an error's sentence.
fn position(error: &SyntaxError) -> usize {
    match error {
        SyntaxError::Unexpected(place)
        | SyntaxError::UnterminatedString(place)
        | SyntaxError::UnterminatedLiteral(place)
        | SyntaxError::DigitExpected(place)
        | SyntaxError::ExpressionExpected(place)
        | SyntaxError::OpenParenthesisExpected(place)
        | SyntaxError::CloseParenthesisOrCommaExpected(place)
        | SyntaxError::CloseParenthesisOrOperatorExpected(place)
        | SyntaxError::Character { place, .. } => place.position,
        SyntaxError::IdentifierExpected { position }
        | SyntaxError::Literal { position, .. }
        | SyntaxError::Geography { position, .. } => *position,
        SyntaxError::UnbalancedBrackets
        | SyntaxError::VariableDeclared { .. }
        | SyntaxError::TooDeep
        | SyntaxError::TooManyOperands
        | SyntaxError::SelectTooLong
        | SyntaxError::SystemToken { .. }
        | SyntaxError::SelectTerm { .. } => 0,
    }
}

/// A tree as a filter, with a pair of parentheses around all operands but the simplest.
fn written(expression: &Expression) -> String {
    let operand = |expression: &Expression| match expression {
        Expression::Literal(_) | Expression::Path(_) | Expression::Call { .. } | Expression::Lambda(_) => {
            written(expression)
        }
        Expression::Unary { .. }
        | Expression::And(_)
        | Expression::Or(_)
        | Expression::Binary { .. }
        | Expression::Refused(_) => format!("({})", written(expression)),
    };
    let joined =
        |operands: &[Expression], word: &str| operands.iter().map(operand).collect::<Vec<_>>().join(word);
    match expression {
        Expression::Unary { operator: UnaryOperator::Not, operand: of } => format!("not {}", operand(of)),
        Expression::Unary { operator: UnaryOperator::Negate, operand: of } => format!("- {}", operand(of)),
        Expression::And(operands) => joined(operands, " and "),
        Expression::Or(operands) => joined(operands, " or "),
        Expression::Binary { operator, left, right } => {
            format!("{} {} {}", operand(left), operator_word(*operator), operand(right))
        }
        Expression::Call { function, arguments } => {
            format!("{function}({})", arguments.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        Expression::Lambda(Lambda { quantifier, collection, body }) => {
            let body = body.as_ref().map(|(variable, body)| format!("{variable}: {}", written(body)));
            format!("{}/{}({})", collection.join("/"), quantifier_word(*quantifier), body.unwrap_or_default())
        }
        Expression::Literal(_) | Expression::Path(_) | Expression::Refused(_) => notation(expression),
    }
}

fn paths() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[A-Z][a-z0-9_]{0,3}", 1..4)
}

fn expressions() -> impl Strategy<Value = Expression> {
    let literals = prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        r"\PC{0,6}|[' ]{0,4}".prop_map(Literal::String),
        any::<i32>().prop_map(Literal::Int32),
        any::<i64>().prop_map(Literal::Int64),
        any::<f32>().prop_map(|value| Literal::Single(value.to_string().parse().unwrap())),
        any::<f64>().prop_map(Literal::Double),
    ];
    let leaves = prop_oneof![paths().prop_map(Expression::Path), literals.prop_map(Expression::Literal)];
    leaves.prop_recursive(5, 40, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new).boxed();
        let two_or_more = prop::collection::vec(inner.clone(), 2..4);
        let operators = prop::sample::select(vec![
            BinaryOperator::Equal,
            BinaryOperator::LessThan,
            BinaryOperator::Add,
            BinaryOperator::Has,
        ]);
        let arguments = prop::collection::vec(inner, 0..4);
        let is_number = |operand: &Expression| matches!(operand, Expression::Literal(_));
        prop_oneof![
            two_or_more.clone().prop_map(Expression::And),
            two_or_more.prop_map(Expression::Or),
            boxed.clone().prop_map(|operand| Expression::Unary { operator: UnaryOperator::Not, operand }),
            boxed
                .clone()
                .prop_filter("-(5) is read as -5", move |operand| !is_number(operand))
                .prop_map(|operand| Expression::Unary { operator: UnaryOperator::Negate, operand }),
            (operators, boxed.clone(), boxed.clone())
                .prop_map(|(operator, left, right)| Expression::Binary { operator, left, right }),
            ("[a-z]{1,3}(\\.[a-z]{1,3})?".prop_filter("not(…) is no call", |name| name != "not"), arguments)
                .prop_map(|(function, arguments)| Expression::Call { function, arguments }),
            (any::<bool>(), paths(), boxed).prop_map(|(any, collection, body)| {
                let quantifier = if any { Quantifier::Any } else { Quantifier::All };
                // Each depth of lambdas has its own variable.
                let variable = format!("v{}", depth(&body));
                Expression::Lambda(Lambda { quantifier, collection, body: Some((variable, body)) })
            }),
        ]
    })
}

/// Levels of lambdas.
fn depth(expression: &Expression) -> usize {
    let deepest = |operands: &[Expression]| operands.iter().map(depth).max().unwrap_or_default();
    match expression {
        Expression::Literal(_) | Expression::Path(_) | Expression::Refused(_) => 0,
        Expression::Call { arguments, .. } => deepest(arguments),
        Expression::Unary { operand, .. } => depth(operand),
        Expression::And(operands) | Expression::Or(operands) => deepest(operands),
        Expression::Binary { left, right, .. } => depth(left).max(depth(right)),
        Expression::Lambda(lambda) => 1 + lambda.body.as_ref().map_or(0, |(_, body)| depth(body)),
    }
}

/// Texts that look like expressions.
const ODDITIES: &str =
    r"( |[a-c/,.()'@$*:;=+\-\[\]{}0-9]|and|or|not|eq|any\(|all\(|x:|search\.in\(|1\.5e|2020-01-01|\PC){0,40}";

proptest! {
    #[test]
    fn a_written_tree_reads_as_itself(tree in expressions()) {
        prop_assert_eq!(parse_filter(&written(&tree)), Ok(tree));
    }

    #[test]
    fn positions_lie_in_the_text(text in ODDITIES) {
        let length = text.encode_utf16().count();
        let errors = [parse_filter(&text).err(), parse_orderby(&text).err(), parse_select(&text).err()];
        for error in errors.into_iter().flatten() {
            prop_assert!(position(&error) <= length, "{}", error);
        }
    }

    #[test]
    fn an_order_is_its_filters(text in ODDITIES) {
        if let Ok(tree) = parse_filter(&text) {
            let clauses = parse_orderby(&format!("{text} desc,{text}")).unwrap();
            prop_assert!(clauses.iter().all(|clause| clause.expression == tree));
        }
    }
}
