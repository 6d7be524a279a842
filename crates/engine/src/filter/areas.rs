//! The polygons of a filter, prepared once for all segments of a search.

use std::collections::HashMap;
use std::sync::Arc;

use lazuli_query::filter::{Filter, Polygon};

use super::geo::Area;

/// See the module. By where a polygon lies in memory: its filter outlives this.
#[derive(Default)]
pub(super) struct Areas(HashMap<*const Polygon, Arc<Area>>);

impl Areas {
    /// Those of all polygons in a filter.
    pub(super) fn of(filter: &Filter) -> Self {
        let mut areas = Self::default();
        areas.add(filter);
        areas
    }

    /// What `polygon` encloses; made anew if it is not one of the filter.
    pub(super) fn get(&self, polygon: &Polygon) -> Arc<Area> {
        let known = self.0.get(&std::ptr::from_ref(polygon));
        known.cloned().unwrap_or_else(|| Arc::new(Area::new(polygon)))
    }

    fn add(&mut self, filter: &Filter) {
        match filter {
            Filter::Not(inner) | Filter::Any { condition: inner, .. } => self.add(inner),
            Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| self.add(part)),
            Filter::Inside { polygon, .. } => {
                self.0.insert(std::ptr::from_ref(polygon), Arc::new(Area::new(polygon)));
            }
            Filter::Always(_)
            | Filter::Null(_)
            | Filter::Boolean { .. }
            | Filter::Text { .. }
            | Filter::Integers { .. }
            | Filter::Doubles { .. }
            | Filter::Within { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use lazuli_catalog::{FieldId, GeoPoint};

    use super::*;

    #[test]
    fn every_polygon_is_prepared_once() {
        let inside = |east| {
            let corner = |longitude, latitude| GeoPoint { longitude, latitude };
            let ring = vec![corner(0.0, 0.0), corner(east, 0.0), corner(0.0, 1.0), corner(0.0, 0.0)];
            Filter::Inside { field: FieldId(1), polygon: Polygon { ring } }
        };
        let any = Filter::Any { collection: FieldId(2), condition: Box::new(inside(2.0)) };
        let filter = Filter::And(vec![inside(1.0), Filter::Not(Box::new(Filter::Or(vec![any])))]);
        let areas = Areas::of(&filter);
        assert_eq!(areas.0.len(), 2);
        let Filter::And(parts) = &filter else { unreachable!() };
        let Filter::Inside { polygon, .. } = &parts[0] else { unreachable!() };
        assert!(Arc::ptr_eq(&areas.get(polygon), &areas.get(polygon)));
        assert!(!Arc::ptr_eq(&areas.get(&polygon.clone()), &areas.get(polygon)));
    }
}
