//! Smaller expressions than one that fails, so that a failure is told by the least that shows it.

use super::expression::Expression;

/// Expressions with one thing less. Some are no longer legal: they are simply no failure.
pub(super) fn smaller(expression: &Expression) -> Vec<Expression> {
    match expression {
        Expression::Constant(_)
        | Expression::Flag(_)
        | Expression::Compare { .. }
        | Expression::Distance { .. }
        | Expression::Intersects { .. }
        | Expression::Any { body: None, .. } => Vec::new(),
        Expression::In { path, list, delimiters } => halves(list)
            .into_iter()
            .map(|list| Expression::In { path: path.clone(), list, delimiters: delimiters.clone() })
            .collect(),
        Expression::Truth { function, .. } => vec![function.as_ref().clone()],
        Expression::Not(inner) => {
            let mut found = vec![inner.as_ref().clone()];
            found.extend(smaller(inner).into_iter().map(|inner| Expression::Not(Box::new(inner))));
            found
        }
        Expression::And(parts) => of_parts(parts, Expression::And),
        Expression::Or(parts) => of_parts(parts, Expression::Or),
        Expression::Any { path, body: Some(body) } => {
            let with = |body| Expression::Any { path: path.clone(), body };
            let inner = smaller(body).into_iter().map(|body| with(Some(Box::new(body))));
            std::iter::once(with(None)).chain(inner).collect()
        }
        Expression::All { path, body } => smaller(body)
            .into_iter()
            .map(|body| Expression::All { path: path.clone(), body: Box::new(body) })
            .collect(),
    }
}

fn of_parts(parts: &[Expression], join: impl Fn(Vec<Expression>) -> Expression) -> Vec<Expression> {
    let mut found = parts.to_vec();
    for at in 0..parts.len() {
        if parts.len() > 2 {
            let mut fewer = parts.to_vec();
            fewer.remove(at);
            found.push(join(fewer));
        }
        for part in smaller(&parts[at]) {
            let mut changed = parts.to_vec();
            changed[at] = part;
            found.push(join(changed));
        }
    }
    found
}

/// The first and the second half of a text, at a boundary of characters.
fn halves(text: &str) -> Vec<String> {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let (first, second) = text.split_at(middle);
    let is_smaller = |half: &&str| !half.is_empty() && half.len() < text.len();
    [first, second].into_iter().filter(is_smaller).map(str::to_owned).collect()
}
