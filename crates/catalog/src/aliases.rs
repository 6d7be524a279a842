//! Aliases: second names of indexes (`api.md` §3.4, `wire.md` §11).
//!
//! An alias is used wherever an index is named, so the two share one space of names: neither may take the other's. That the
//! service does the same is not known (`api.md` §4.1).

use lazuli_wire::aliases::Alias;

use crate::error::{AliasProblem, DefinitionError};
use crate::names::check_index_name;

/// Checks an alias: its name, and that it stands for exactly one index that exists.
///
/// `index_exists` knows indexes and no aliases, so that an alias of an alias is refused. `service` is the name of the
/// service for the sentences.
pub fn check(
    alias: &Alias,
    index_exists: &dyn Fn(&str) -> bool,
    service: &str,
) -> Result<Alias, DefinitionError> {
    check_index_name(&alias.name)?;
    let (name, service) = (alias.name.clone(), service.to_owned());
    if index_exists(&alias.name) {
        return Err(AliasProblem::NameOfIndex { alias: name, service }.into());
    }
    match alias.indexes.as_slice() {
        [index] if index_exists(index) => Ok(alias.clone()),
        [index] => Err(AliasProblem::NoSuchIndex { index: index.clone(), service }.into()),
        [] => Err(AliasProblem::NoIndex { alias: name, service }.into()),
        [_, _, ..] => Err(AliasProblem::SeveralIndexes { alias: name, service }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_alias(name: &str, indexes: &[&str]) -> Result<Alias, DefinitionError> {
        let indexes = indexes.iter().map(|&index| index.to_owned()).collect();
        let alias = Alias { name: name.to_owned(), indexes };
        check(&alias, &|index| matches!(index, "hotels" | "rooms"), "s")
    }

    #[test]
    fn an_alias_stands_for_one_index_that_exists() {
        assert_eq!(check_alias("a1", &["hotels"]).unwrap().indexes, ["hotels"]);
        for (name, indexes, expected) in [
            (
                "a1",
                &["nowhere"] as &[_],
                "An index alias can be created on an existing index. Index – 'nowhere' was not found within the search \
                 service – 's'. Learn more at https://aka.ms/azurecognitivesearchcreateupdatealias",
            ),
            (
                "a1",
                &["hotels", "rooms"],
                "An index alias can be mapped to a single index within the search service. Alias - 'a1' is being mapped to \
                 more than one index within the search service – 's'. Learn more at \
                 https://aka.ms/azurecognitivesearchcreateupdatealias",
            ),
            (
                "a1",
                &[],
                "An index alias must be mapped to a single index within the search service. Alias - 'a1' is not being mapped \
                 to any index within the search service – 's'. Learn more at \
                 https://aka.ms/azurecognitivesearchcreateupdatealias",
            ),
            (
                "rooms",
                &["hotels"],
                "An index alias cannot have the same name as an index within the search service. Index – 'rooms' already \
                 exists within the search service – 's'. Learn more at \
                 https://aka.ms/azurecognitivesearchcreateupdatealias",
            ),
        ] {
            let error = check_alias(name, indexes).expect_err(expected);
            assert_eq!(error.message(), "Index alias was not valid for creation.");
            assert_eq!(error.detail_message(), expected);
            assert_eq!(
                (error.code(), error.detail_code()),
                ("InvalidRequestParameter", Some("InvalidIndexAliasMapping"))
            );
        }
        assert_eq!(check_alias("My", &["hotels"]).unwrap_err().code(), "InvalidName");
    }
}
