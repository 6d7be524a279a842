//! Random expressions that the service takes: the rules of `query.md` §2.1.2 and, inside lambdas, §2.1.4.

use super::chance::Chance;
use super::expression::{Expression, Operator, Path};
use super::geography::{self, Point};
use super::schema::{Field, Kind};
use super::values::{Cell, Pools};

pub(super) struct Generator<'a> {
    pub(super) chance: &'a Chance,
    pub(super) pools: &'a Pools,
}

/// What an expression may name at some place.
#[derive(Default)]
struct Names<'a> {
    /// Single values that may be filtered by.
    leaves: Vec<(Path, &'a Field)>,
    collections: Vec<(Path, &'a Field)>,
}

impl<'a> Names<'a> {
    fn of(fields: &'a [Field]) -> Self {
        let mut names = Self::default();
        names.gather(fields, &mut Vec::new());
        names
    }

    fn gather(&mut self, fields: &'a [Field], path: &mut Path) {
        for (slot, field) in fields.iter().enumerate() {
            path.push(slot);
            match (field.kind == Kind::Complex, field.collection) {
                (true, true) if can_be_filtered(field) => self.collections.push((path.clone(), field)),
                (true, true) => (),
                (true, false) => self.gather(&field.fields, path),
                (false, _) if !field.filterable => (),
                (false, true) => self.collections.push((path.clone(), field)),
                (false, false) => self.leaves.push((path.clone(), field)),
            }
            path.pop();
        }
    }
}

/// Whether anything in it may be filtered by.
fn can_be_filtered(field: &Field) -> bool {
    field.filterable || field.fields.iter().any(can_be_filtered)
}

impl Generator<'_> {
    /// A filter for documents with these fields.
    pub(super) fn filter(&self, fields: &[Field]) -> Expression {
        self.boolean(fields, self.chance.between(0, 4), false)
    }

    /// Anything that may stand outside of lambdas, or in one over a complex collection.
    fn boolean(&self, fields: &[Field], depth: usize, inside: bool) -> Expression {
        let names = Names::of(fields);
        if depth == 0 {
            return self.leaf(&names, depth, inside);
        }
        match self.chance.below(8) {
            0 | 1 => Expression::And(self.parts(fields, depth, inside)),
            2 | 3 => Expression::Or(self.parts(fields, depth, inside)),
            4 => Expression::Not(Box::new(self.boolean(fields, depth - 1, inside))),
            _ => self.leaf(&names, depth, inside),
        }
    }

    fn parts(&self, fields: &[Field], depth: usize, inside: bool) -> Vec<Expression> {
        (0..self.chance.between(2, 4)).map(|_| self.boolean(fields, depth - 1, inside)).collect()
    }

    fn leaf(&self, names: &Names<'_>, depth: usize, inside: bool) -> Expression {
        if !inside && self.chance.one_in(40) {
            return Expression::Constant(self.chance.one_in(2));
        }
        let lambda = !names.collections.is_empty() && (names.leaves.is_empty() || self.chance.one_in(2));
        if lambda {
            let (path, collection) = self.chance.pick(&names.collections);
            return self.lambda(path, collection, depth);
        }
        // A complex collection counts as filterable only with something in it, so there is a leaf.
        let (path, field) = self.chance.pick(&names.leaves);
        self.condition(path, field.kind)
    }

    fn condition(&self, path: &Path, kind: Kind) -> Expression {
        let path = path.clone();
        match kind {
            Kind::Text if self.chance.one_in(3) => self.sometimes_compared(self.search_in(path)),
            Kind::Point if self.chance.one_in(2) => self.sometimes_compared(self.intersects(path)),
            Kind::Point => self.distance(path, *self.chance.pick(&Operator::ORDER)),
            Kind::Boolean if self.chance.one_in(3) => Expression::Flag(path),
            _ if self.chance.one_in(6) => {
                self.compare(path, *self.chance.pick(&Operator::EQUALITY), Cell::Null)
            }
            Kind::Text | Kind::Boolean => {
                self.compare(path, *self.chance.pick(&Operator::EQUALITY), self.constant(kind))
            }
            Kind::Int32 | Kind::Int64 | Kind::Double | Kind::Date => {
                self.compare(path, *self.chance.pick(&Operator::ALL), self.constant(kind))
            }
            Kind::Complex => unreachable!("no condition on a complex value itself"),
        }
    }

    fn compare(&self, path: Path, operator: Operator, constant: Cell) -> Expression {
        Expression::Compare { path, operator, constant }
    }

    /// A constant that a field of this kind may be compared with.
    fn constant(&self, kind: Kind) -> Cell {
        let of = |kind| self.pools.value(self.chance, kind);
        match kind {
            Kind::Int32 | Kind::Int64 => match self.chance.below(6) {
                0 => of(if kind == Kind::Int32 { Kind::Int64 } else { Kind::Int32 }),
                1 => match of(Kind::Double).number() {
                    Some(value) if value.is_finite() => Cell::Double(value),
                    _ => Cell::Double(0.5),
                },
                2 => Cell::Double(of(kind).number().unwrap_or_default()),
                _ => of(kind),
            },
            Kind::Double if self.chance.one_in(4) => of(*self.chance.pick(&[Kind::Int32, Kind::Int64])),
            Kind::Text | Kind::Boolean | Kind::Double | Kind::Date | Kind::Point | Kind::Complex => of(kind),
        }
    }

    fn search_in(&self, path: Path) -> Expression {
        let delimiters = match self.chance.below(5) {
            0 | 1 => None,
            2 => Some("|"),
            3 => Some(","),
            _ => Some(";|'"),
        };
        let separators: Vec<char> = delimiters.unwrap_or(", ").chars().collect();
        let mut list = String::new();
        for at in 0..self.chance.between(0, if self.chance.one_in(20) { 300 } else { 5 }) {
            if at > 0 || self.chance.one_in(5) {
                list.push(*self.chance.pick(&separators));
            }
            list += &self.pools.text(self.chance);
        }
        Expression::In { path, list, delimiters: delimiters.map(str::to_owned) }
    }

    fn intersects(&self, path: Path) -> Expression {
        Expression::Intersects { path, ring: geography::ring(self.chance, self.pools.point(self.chance)) }
    }

    fn distance(&self, path: Path, operator: Operator) -> Expression {
        let from = match self.chance.below(3) {
            0 => Point::anywhere(self.chance),
            1 => self.pools.point(self.chance),
            _ => self.pools.point(self.chance).near(self.chance, 0.5),
        };
        let there = geography::kilometres(from, self.pools.point(self.chance));
        let constant = match self.chance.below(6) {
            0 => Cell::Integer(self.chance.below(20_100) as i64),
            1 => Cell::Integer(*self.chance.pick(&[-1, 0, 30_000])),
            2 => Cell::Double(self.chance.unit() * 200.0),
            // A little more or less than the way to a place that documents have.
            _ => Cell::Double(there * (0.999 + 0.002 * self.chance.unit()) + 0.01),
        };
        Expression::Distance { path, from, operator, constant }
    }

    /// Boolean functions may be compared with `true` and `false`.
    fn sometimes_compared(&self, function: Expression) -> Expression {
        if !self.chance.one_in(6) {
            return function;
        }
        let operator = *self.chance.pick(&Operator::EQUALITY);
        Expression::Truth { function: Box::new(function), operator, value: self.chance.one_in(2) }
    }

    fn lambda(&self, path: &Path, collection: &Field, depth: usize) -> Expression {
        let path = path.clone();
        if self.chance.one_in(8) {
            return Expression::Any { path, body: None };
        }
        let any = self.chance.one_in(2);
        let body = if collection.kind == Kind::Complex {
            self.boolean(&collection.fields, depth.saturating_sub(1).min(2), true)
        } else {
            self.element(collection.kind, any)
        };
        let body = Box::new(body);
        if any { Expression::Any { path, body: Some(body) } } else { Expression::All { path, body } }
    }

    /// What may be asked of the elements of a simple collection: the table of §2.1.4, half of the time with negations
    /// that vanish when they are pushed inward.
    fn element(&self, kind: Kind, any: bool) -> Expression {
        let body = match kind {
            Kind::Boolean => self.condition_on_flag(),
            Kind::Text => self.flat(any, |positive| {
                if self.chance.one_in(3) {
                    return negated_unless(positive, self.search_in(vec![]));
                }
                let operator = if positive { Operator::Eq } else { Operator::Ne };
                self.compare(vec![], operator, self.constant(Kind::Text))
            }),
            Kind::Point => self.flat(any, |positive| {
                if self.chance.one_in(2) {
                    return negated_unless(positive, self.intersects(vec![]));
                }
                let operators =
                    if positive { [Operator::Lt, Operator::Le] } else { [Operator::Gt, Operator::Ge] };
                self.distance(vec![], *self.chance.pick(&operators))
            }),
            Kind::Int32 | Kind::Int64 | Kind::Double | Kind::Date => self.normal_form(kind, any),
            Kind::Complex => unreachable!("no simple collection"),
        };
        if self.chance.one_in(4) { Expression::Not(Box::new(opposite(body))) } else { body }
    }

    fn condition_on_flag(&self) -> Expression {
        match self.chance.below(3) {
            0 => Expression::Flag(vec![]),
            1 => Expression::Not(Box::new(Expression::Flag(vec![]))),
            _ => self.compare(
                vec![],
                *self.chance.pick(&Operator::EQUALITY),
                Cell::Boolean(self.chance.one_in(2)),
            ),
        }
    }

    /// For `any` positive conditions joined by `or`, for `all` negative ones joined by `and`.
    fn flat(&self, any: bool, condition: impl Fn(bool) -> Expression) -> Expression {
        let mut parts: Vec<_> = (0..self.chance.between(1, 3)).map(|_| condition(any)).collect();
        match parts.len() {
            1 => parts.remove(0),
            _ if any => Expression::Or(parts),
            _ => Expression::And(parts),
        }
    }

    /// For `any` ORs of ANDs, without `ne` under `and`; for `all` ANDs of ORs, without `eq` under `or`.
    fn normal_form(&self, kind: Kind, any: bool) -> Expression {
        let forbidden = if any { Operator::Ne } else { Operator::Eq };
        let outer = (0..self.chance.between(1, 3)).map(|_| {
            let count = self.chance.between(1, 3);
            let inner: Vec<_> = (0..count)
                .map(|_| {
                    let mut operator = *self.chance.pick(&Operator::ALL);
                    if count > 1 && operator == forbidden {
                        operator = operator.negated();
                    }
                    self.compare(vec![], operator, self.constant(kind))
                })
                .collect();
            joined(inner, !any)
        });
        joined(outer.collect(), any)
    }
}

fn joined(mut parts: Vec<Expression>, or: bool) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ if or => Expression::Or(parts),
        _ => Expression::And(parts),
    }
}

fn negated_unless(positive: bool, expression: Expression) -> Expression {
    if positive { expression } else { Expression::Not(Box::new(expression)) }
}

/// An expression that says the opposite wherever nothing is NaN, by De Morgan.
fn opposite(expression: Expression) -> Expression {
    let each = |parts: Vec<Expression>| parts.into_iter().map(opposite).collect();
    match expression {
        Expression::Not(inner) => *inner,
        Expression::And(parts) => Expression::Or(each(parts)),
        Expression::Or(parts) => Expression::And(each(parts)),
        Expression::Compare { path, operator, constant } => {
            Expression::Compare { path, operator: operator.negated(), constant }
        }
        Expression::Distance { path, from, operator, constant } => {
            Expression::Distance { path, from, operator: operator.negated(), constant }
        }
        Expression::Constant(_)
        | Expression::Flag(_)
        | Expression::In { .. }
        | Expression::Intersects { .. }
        | Expression::Truth { .. }
        | Expression::Any { .. }
        | Expression::All { .. } => Expression::Not(Box::new(expression)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::filters::documents::Documents;
    use crate::tests::filters::evaluate::Evaluator;
    use crate::tests::filters::schema;

    /// Questions that everything or nothing answers prove little.
    #[test]
    fn many_filters_are_true_of_some_documents_only() {
        let (mut some, mut cases) = (0, 0);
        for seed in 0..100 {
            let chance = Chance::new(seed);
            let fields = schema::fields(&chance);
            let pools = Pools::new(&chance);
            let mut documents = Documents::default();
            for _ in 0..60 {
                documents.act(&chance, &fields, &pools, 40, true);
            }
            let generator = Generator { chance: &chance, pools: &pools };
            for _ in 0..20 {
                let filter = generator.filter(&fields);
                let evaluator = Evaluator::default();
                let rows = documents.in_order();
                let hits = rows.iter().filter(|(_, document)| evaluator.holds(&filter, document)).count();
                some += usize::from(hits > 0 && hits < rows.len());
                cases += 1;
            }
        }
        println!("{some} of {cases}");
        assert!(some * 2 > cases, "{some} of {cases}");
    }
}
