//! Every limit of definitions and documents, with its source in the service's documents (`api.md` §4).

/// Characters of an index name (REST naming rules).
pub const INDEX_NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=128;

/// Characters of a field name (REST naming rules).
pub const FIELD_NAME_CHARS_MAX: usize = 128;

/// Characters of the name of a part of an index definition, such as a vector profile or an analyzer, and of a synonym map
/// (`api.md` §4.1).
pub const PART_NAME_CHARS_MAX: usize = 128;

/// Characters of a document key (REST naming rules).
pub const KEY_CHARS_MAX: usize = 1024;

/// Fields of an index, complex fields and sub-fields counted (service limits). The same in every tier: statistics of a basic
/// service say so too (`wire.md` §10), where the page on limits has 100; the recording is the newer word.
pub const FIELDS_MAX: usize = 1000;

/// Parts of a field's path: `a/b/c` is nested 3 deep (`maxFieldNestingDepthPerIndex` of the service statistics).
pub const FIELD_DEPTH_MAX: usize = 10;

/// Fields of type `Collection(Edm.ComplexType)` in an index (`maxComplexCollectionFieldsPerIndex`).
pub const COMPLEX_COLLECTIONS_MAX: usize = 40;

/// Elements of all complex collections of one document together (`maxComplexObjectsInCollectionsPerDocument`).
pub const COMPLEX_ELEMENTS_MAX: usize = 3000;

/// Components of a vector; for packed bits the number of bits (service limits, since August 2025).
pub const VECTOR_DIMENSIONS: std::ops::RangeInclusive<i32> = 2..=4096;

/// Links per node of an HNSW graph.
pub const HNSW_M: std::ops::RangeInclusive<i32> = 4..=10;

/// Candidates kept while building an HNSW graph.
pub const HNSW_EF_CONSTRUCTION: std::ops::RangeInclusive<i32> = 100..=1000;

/// Candidates kept while searching an HNSW graph.
pub const HNSW_EF_SEARCH: std::ops::RangeInclusive<i32> = 100..=1000;

/// Suggesters of an index (service limits, as the next three).
pub const SUGGESTERS_MAX: usize = 1;

/// Scoring profiles of an index.
pub const SCORING_PROFILES_MAX: usize = 100;

/// Functions of a scoring profile.
pub const SCORING_FUNCTIONS_MAX: usize = 8;

/// Semantic configurations of an index.
pub const SEMANTIC_CONFIGURATIONS_MAX: usize = 100;

/// Analysis components of one kind in an index (a comment in the tests of the Java SDK, `CustomAnalyzerTests`, which pass
/// against the service).
pub const COMPONENTS_MAX: usize = 50;

/// Algorithms, profiles, vectorizers or compressions of an index: as many as it has fields, since no more could be used. The
/// service names no such limit; this one bounds the work of checking references.
pub const VECTOR_PARTS_MAX: usize = 1000;

/// Expansions of one synonym rule: terms that one term stands for beside itself.
pub const SYNONYM_EXPANSIONS_MAX: usize = 20;

/// Bytes of one term: of a filterable, sortable or facetable string value, for one (Lucene's limit).
pub const TERM_BYTES_MAX: usize = lazuli_analysis::TERM_BYTES_MAX;
