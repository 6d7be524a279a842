//! Index definitions: from what a client sent to a [`Schema`] that can no longer be wrong.
//!
//! [`bind`] checks a definition, fills in its defaults and allots field ids; what it yields is stored as the completed
//! definition and, beside it, the internal JSON of [`field_ids`]. [`rebind`] makes the schema of these two again when a
//! server starts, without repeating the checks. Before binding, [`take_secrets`] separates a definition from
//! what may never be shown.

use lazuli_wire::ApiVersion;
use lazuli_wire::indexes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::DefinitionError;
use crate::paths::Paths;
use crate::schema::Schema;
use crate::tiers::Tier;
use crate::{
    analyzers, changes, components, cors, fields, names, scoring, semantic, similarity, suggesters, vectors,
};

pub use crate::secrets::{REDACTED, Secret, StoredSecrets, take_secrets};

mod build;

use build::{Builder, FieldIds, corrupt};

/// A definition after all checks.
#[derive(Debug, Clone)]
pub struct Bound {
    /// What every later layer works with.
    pub schema: Schema,
    /// The definition with its defaults filled in, as it is stored and shown.
    pub definition: indexes::Index,
    /// Analyzers for which something else stands in, for the log and for people who ask.
    pub approximated: Vec<Approximated>,
}

/// The index that a definition is about to replace.
#[derive(Debug, Clone, Copy)]
pub struct Existing<'a> {
    /// Its schema, from which fields keep their ids.
    pub schema: &'a Schema,
    /// Its completed definition.
    pub definition: &'a indexes::Index,
}

/// What the rules depend on beside the definition.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The request's version: what is required depends on it.
    pub version: ApiVersion,
    /// The service's name, for sentences.
    pub service: &'a str,
    /// Whether the request says `allowIndexDowntime=true`. Nothing goes offline here; some updates are refused without it.
    pub allow_downtime: bool,
    /// The service's tier.
    pub tier: Tier,
    /// Whether there is a synonym map of this name.
    pub synonym_map_exists: &'a dyn Fn(&str) -> bool,
}

impl Default for Rules<'_> {
    /// The newest version, no tier, no downtime, no synonym maps.
    fn default() -> Self {
        Self {
            version: ApiVersion::NEWEST,
            service: "",
            allow_downtime: false,
            tier: Tier::Unlimited,
            synonym_map_exists: &|_| false,
        }
    }
}

/// A field whose text is not analysed exactly as the service would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Approximated {
    /// The field's path.
    pub field: String,
    /// The analyzer its definition names.
    pub analyzer: String,
    /// What happens instead, e.g. `analysed as standard.lucene`.
    pub note: &'static str,
}

/// Checks a definition, completes it and binds it; with `existing`, also that the change is allowed.
///
/// The name must be filled in and secrets taken out. A definition equal to the existing one keeps its version, any other
/// gets the next.
pub fn bind(
    new: &indexes::Index,
    existing: Option<Existing<'_>>,
    rules: &Rules<'_>,
) -> Result<Bound, DefinitionError> {
    let definition = complete(new, existing.map(|existing| existing.definition), rules)?;
    check_synonym_maps(&definition, existing, rules)?;
    let ids = match existing {
        None => FieldIds::default(),
        Some(existing) => {
            changes::check(existing.definition, &definition, rules)?;
            let mut ids = FieldIds::of(existing.schema);
            ids.version += u64::from(definition != *existing.definition);
            ids
        }
    };
    let schema = Builder::allotting(ids, &definition).build()?;
    let approximated = approximated(&definition);
    Ok(Bound { schema, definition, approximated })
}

/// The internal JSON to be stored beside the definition: `{"fieldIds":{"path":1},"nextFieldId":2,"version":1}`.
pub fn field_ids(schema: &Schema) -> Value {
    let ids = FieldIds::of(schema);
    json!({ "fieldIds": ids.field_ids, "nextFieldId": ids.next_field_id, "version": ids.version })
}

/// The schema of a stored definition.
///
/// The rules are not checked again, so that an index stays open when they become stricter; the only error is
/// [`DefinitionError::Corrupt`].
pub fn rebind(definition: &indexes::Index, internal: &Value) -> Result<Schema, DefinitionError> {
    let ids = FieldIds::deserialize(internal).map_err(|error| corrupt(format!("internal part: {error}")))?;
    Builder::of_stored(ids, definition).build()
}

/// The analyzers named in a completed definition for which something else stands in.
pub fn approximated(definition: &indexes::Index) -> Vec<Approximated> {
    fn visit(fields: &[indexes::Field], prefix: &str, found: &mut Vec<Approximated>) {
        for field in fields {
            let path = format!("{prefix}{}", field.name);
            found.extend(analyzers::approximated(field).map(|(analyzer, note)| Approximated {
                field: path.clone(),
                analyzer: analyzer.to_owned(),
                note,
            }));
            visit(&field.fields, &format!("{path}/"), found);
        }
    }
    let mut found = Vec::new();
    visit(&definition.fields, "", &mut found);
    found
}

/// Checks everything that does not depend on an existing index, and fills in the defaults.
///
/// First comes what fields refer to, then fields, then what refers to fields. What the request's version does not know is
/// refused unless `stored` has it already: whoever got a definition may send it back.
fn complete(
    new: &indexes::Index,
    stored: Option<&indexes::Index>,
    rules: &Rules<'_>,
) -> Result<indexes::Index, DefinitionError> {
    names::check_index_name(&new.name)?;
    refuse_not_yet(new)?;
    let components = components::complete(new)?;
    let vector_search = new.vector_search.as_ref();
    let stored_search = stored.and_then(|stored| stored.vector_search.as_ref());
    let vector_search =
        vector_search.map(|search| vectors::complete(search, stored_search, rules.version)).transpose()?;
    let stored_fields = stored.map(|stored| Paths::new(&stored.fields));
    let surroundings = fields::Surroundings {
        vector_search: vector_search.as_ref(),
        components: &components,
        stored: stored_fields.as_ref(),
        version: rules.version,
    };
    let fields = fields::complete(&new.fields, surroundings)?;
    check_key(&new.name, &fields)?;
    let paths = Paths::new(&fields);
    let default_profile = new.default_scoring_profile.clone().filter(|name| !name.is_empty());
    let stored_profiles = stored.map_or(&[][..], |stored| &stored.scoring_profiles);
    let surroundings =
        scoring::Surroundings { paths: &paths, stored: stored_profiles, version: rules.version };
    let scoring_profiles =
        scoring::complete(&new.scoring_profiles, default_profile.as_deref(), surroundings)?;
    let suggesters = suggesters::complete(&new.suggesters, &paths)?;
    let semantic = new.semantic.as_ref().map(|semantic| semantic::complete(semantic, &paths)).transpose()?;
    new.cors_options.as_ref().map(cors::check).transpose()?;
    let similarity = similarity::complete(new.similarity.as_ref())?;
    let completed = indexes::Index {
        name: new.name.clone(),
        description: new.description.clone(),
        default_scoring_profile: default_profile,
        permission_filter_option: new.permission_filter_option.clone(),
        purview_enabled: new.purview_enabled,
        fields,
        scoring_profiles,
        cors_options: new.cors_options.clone(),
        suggesters,
        analyzers: components.analyzers,
        normalizers: components.normalizers,
        tokenizers: components.tokenizers,
        token_filters: components.token_filters,
        char_filters: components.char_filters,
        encryption_key: None,
        similarity: Some(similarity),
        semantic,
        vector_search,
        share_point_connector_app_registration: None,
    };
    components::check_built(&completed)?;
    Ok(completed)
}

/// Parts that would protect documents, and that nothing enforces yet: accepting them would be a promise.
fn refuse_not_yet(new: &indexes::Index) -> Result<(), DefinitionError> {
    let filters = new.permission_filter_option.as_deref();
    for (what, set) in [
        ("Customer-managed keys", new.encryption_key.is_some()),
        ("Permission filters", filters.is_some_and(|option| !option.eq_ignore_ascii_case("disabled"))),
        ("Sensitivity labels", new.purview_enabled),
        ("SharePoint applications", new.share_point_connector_app_registration.is_some()),
    ] {
        if set {
            return Err(DefinitionError::NotYet { what });
        }
    }
    Ok(())
}

fn check_key(index: &str, fields: &[indexes::Field]) -> Result<(), DefinitionError> {
    if fields.is_empty() {
        return Err(DefinitionError::NoFields);
    }
    let count = fields.iter().filter(|field| field.key == Some(true)).count();
    if count == 1 { Ok(()) } else { Err(DefinitionError::KeyCount { index: index.to_owned(), count }) }
}

/// A synonym map must exist when a field begins to use it. It may be deleted later, and the index can still be updated.
fn check_synonym_maps(
    definition: &indexes::Index,
    existing: Option<Existing<'_>>,
    rules: &Rules<'_>,
) -> Result<(), DefinitionError> {
    let before = existing.map(|existing| Paths::new(&existing.definition.fields));
    for (path, found) in Paths::new(&definition.fields).iter() {
        let before = before.as_ref().and_then(|before| before.find(path));
        let is_used = |map: &String| before.is_some_and(|before| before.field.synonym_maps.contains(map));
        let missing = |map: &&String| !is_used(map) && !(rules.synonym_map_exists)(map);
        if let Some(map) = found.field.synonym_maps.iter().find(missing) {
            return Err(DefinitionError::UnknownSynonymMap { field: path.to_owned(), map: map.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
