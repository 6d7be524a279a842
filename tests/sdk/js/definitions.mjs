// The journey's steps through definitions: every call of the client for indexes, synonym maps, aliases and statistics.
// Expectations are what was sent, completed by the service's documented defaults.

import assert from "node:assert/strict";
import { all, documentsOf, fails, indexes, named, query, reader } from "./common.mjs";

/** An index with every part that a definition can have and that needs nothing outside of it. */
const definition = (changes = {}) => ({
  name: named("defined"),
  fields: [
    { name: "id", type: "Edm.String", key: true },
    { name: "title", type: "Edm.String", searchable: true, synonymMapNames: [named("words")] },
    { name: "body", type: "Edm.String", searchable: true, analyzerName: "en.lucene" },
    { name: "code", type: "Edm.String", searchable: true, indexAnalyzerName: "keyword", searchAnalyzerName: "whitespace" },
    { name: "rating", type: "Edm.Double", filterable: true, sortable: true },
    { name: "built", type: "Edm.DateTimeOffset", filterable: true },
    { name: "tags", type: "Collection(Edm.String)", filterable: true },
    { name: "vector", type: "Collection(Edm.Single)", searchable: true, hidden: true, stored: false, vectorSearchDimensions: 3, vectorSearchProfileName: "near" },
  ],
  corsOptions: { allowedOrigins: ["https://shop.example"], maxAgeInSeconds: 60 },
  suggesters: [{ name: "sg", searchMode: "analyzingInfixMatching", sourceFields: ["title", "body"] }],
  analyzers: [
    {
      odatatype: "#Microsoft.Azure.Search.CustomAnalyzer",
      name: "folded",
      tokenizerName: "pieces",
      tokenFilters: ["lowercase", "plain"],
      charFilters: ["dashes"],
    },
  ],
  tokenizers: [{ odatatype: "#Microsoft.Azure.Search.EdgeNGramTokenizer", name: "pieces", minGram: 2, maxGram: 4, tokenChars: ["letter"] }],
  tokenFilters: [{ odatatype: "#Microsoft.Azure.Search.AsciiFoldingTokenFilter", name: "plain", preserveOriginal: true }],
  charFilters: [{ odatatype: "#Microsoft.Azure.Search.MappingCharFilter", name: "dashes", mappings: ["-=>_"] }],
  normalizers: [{ odatatype: "#Microsoft.Azure.Search.CustomNormalizer", name: "lower", tokenFilters: ["lowercase"] }],
  similarity: { odatatype: "#Microsoft.Azure.Search.BM25Similarity", k1: 1.3, b: 0.5 },
  scoringProfiles: [
    { name: "words", textWeights: { weights: { title: 2.5 } } },
    {
      name: "all",
      functionAggregation: "average",
      functions: [
        { type: "magnitude", fieldName: "rating", boost: 2, interpolation: "constant", parameters: { boostingRangeStart: 1, boostingRangeEnd: 5 } },
        { type: "freshness", fieldName: "built", boost: 3, parameters: { boostingDuration: "P365D" } },
      ],
    },
  ],
  semanticSearch: {
    defaultConfigurationName: "plain",
    configurations: [{ name: "plain", prioritizedFields: { titleField: { name: "title" }, contentFields: [{ name: "body" }] } }],
  },
  vectorSearch: {
    algorithms: [{ name: "graph", kind: "hnsw", parameters: { m: 5, metric: "dotProduct" } }],
    profiles: [{ name: "near", algorithmConfigurationName: "graph", compressionName: "small" }],
    compressions: [{ compressionName: "small", kind: "scalarQuantization" }],
  },
  ...changes,
});

/** An index as 13.0.0 sends it: it reads `tokenizer` and `eTag`, and looks for `tokenizerName` and `etag` when it sends. */
const sendable = (index) => ({ ...index, etag: index.eTag, analyzers: definition().analyzers });

async function synonymMapsComeAndGo() {
  const words = { name: named("words"), synonyms: ["USA, United States", "Washington => WA"] };
  const first = await indexes.createSynonymMap(words);
  assert.deepEqual(first.synonyms, words.synonyms);
  assert.equal((await indexes.getSynonymMap(words.name)).etag, first.etag);
  await fails(indexes.createSynonymMap(words), 400);
  const second = await indexes.createOrUpdateSynonymMap({ ...words, synonyms: ["a, b"] });
  assert.notEqual(second.etag, first.etag);
  const unchanged = { onlyIfUnchanged: true };
  await fails(indexes.createOrUpdateSynonymMap(first, unchanged), 412);
  await fails(indexes.deleteSynonymMap(first, unchanged), 412);
  assert.deepEqual((await indexes.createOrUpdateSynonymMap(second, unchanged)).synonyms, ["a, b"]);
  const more = await indexes.createOrUpdateSynonymMap({ name: named("more"), synonyms: ["c, d"] });
  assert((await indexes.listSynonymMaps()).some((map) => map.name === more.name && map.synonyms[0] === "c, d"));
  assert((await indexes.listSynonymMapsNames()).includes(more.name));
  const error = await fails(indexes.createSynonymMap({ name: named("bad"), synonyms: ["a => b => c"] }), 400);
  assert.match(error.message, /Only one explicit mapping \(=>\) can be specified in a synonym rule\./);
  await indexes.deleteSynonymMap(more, unchanged);
  const gone = await fails(indexes.getSynonymMap(more.name), 404);
  assert.match(gone.message, /No synonym map with the name/);
  await fails(reader.getSynonymMap(words.name), 403);
}

async function anIndexWithEveryPart() {
  const made = await indexes.createIndex(definition());
  const same = await indexes.getIndex(made.name);
  assert(made.eTag, "a definition has an etag");
  assert.equal(same.eTag, made.eTag);
  const fields = Object.fromEntries(same.fields.map((field) => [field.name, field]));
  assert.deepEqual(Object.keys(fields), definition().fields.map((field) => field.name));
  assert.deepEqual(fields.title.synonymMapNames, [named("words")]);
  assert.deepEqual([fields.code.indexAnalyzerName, fields.code.searchAnalyzerName], ["keyword", "whitespace"]);
  assert.deepEqual([fields.vector.stored, fields.vector.hidden, fields.vector.vectorSearchDimensions], [false, true, 3]);
  assert.deepEqual([same.corsOptions.allowedOrigins, same.corsOptions.maxAgeInSeconds], [["https://shop.example"], 60]);
  assert.deepEqual(same.suggesters[0].sourceFields, ["title", "body"]);
  const [folded] = same.analyzers;
  assert.deepEqual([folded.tokenizer, folded.tokenFilters, folded.charFilters], ["pieces", ["lowercase", "plain"], ["dashes"]]);
  assert.deepEqual([same.tokenizers[0].minGram, same.tokenizers[0].maxGram], [2, 4]);
  assert.equal(same.tokenFilters[0].preserveOriginal, true);
  assert.deepEqual(same.charFilters[0].mappings, ["-=>_"]);
  assert.deepEqual(same.normalizers[0].tokenFilters, ["lowercase"]);
  assert.deepEqual([same.similarity.k1, same.similarity.b], [1.3, 0.5]);
  const [words, everything] = same.scoringProfiles;
  assert.deepEqual(words.textWeights.weights, { title: 2.5 });
  assert.equal(everything.functionAggregation, "average");
  assert.deepEqual(everything.functions.map((one) => one.type), ["magnitude", "freshness"]);
  assert.deepEqual(everything.functions.map((one) => one.interpolation), ["constant", "linear"]);
  assert.equal(same.semanticSearch.configurations[0].prioritizedFields.titleField.name, "title");
  const [graph] = same.vectorSearch.algorithms;
  assert.deepEqual([graph.parameters.m, graph.parameters.efConstruction, graph.parameters.metric], [5, 400, "dotProduct"]);
  assert.equal(same.vectorSearch.profiles[0].compressionName, "small");
}

async function anIndexChanges() {
  const first = await indexes.getIndex(named("defined"));
  const second = await indexes.createOrUpdateIndex(definition({ description: "newer" }));
  assert.equal(second.description, "newer");
  assert.notEqual(second.eTag, first.eTag);
  const unchanged = { onlyIfUnchanged: true };
  await fails(indexes.createOrUpdateIndex(sendable(first), unchanged), 412);
  await fails(indexes.deleteIndex(sendable(first), unchanged), 412);
  const third = await indexes.createOrUpdateIndex(sendable(second), unchanged);
  assert.equal(third.description, "newer", "what the service said can be sent back to it");
  const { fields } = definition();
  fields[4].sortable = false;
  const refused = await fails(indexes.createOrUpdateIndex(definition({ fields })), 400);
  assert.match(refused.message, /Existing field 'rating' cannot be changed\./);
  const analyzers = [...definition().analyzers, { odatatype: "#Microsoft.Azure.Search.StopAnalyzer", name: "another" }];
  const later = await fails(indexes.createOrUpdateIndex(definition({ analyzers })), 400);
  assert.match(later.message, /set the 'allowIndexDowntime' query parameter to 'true'/);
  const allowed = await indexes.createOrUpdateIndex(definition({ analyzers }), { allowIndexDowntime: true });
  assert.deepEqual(allowed.analyzers.map((analyzer) => analyzer.name), ["folded", "another"]);
  assert((await all(indexes.listIndexes())).some((index) => index.name === first.name));
  assert((await all(indexes.listIndexesNames())).includes(first.name));
  await fails(reader.getIndex(first.name), 403);
}

async function aliasesComeAndGo() {
  const alias = { name: named("current"), indexes: [named("places")] };
  assert.deepEqual((await indexes.createAlias(alias)).indexes, alias.indexes);
  const twice = await fails(indexes.createAlias(alias), 400);
  assert.match(twice.message, /An index alias cannot have the same name as another alias/);
  assert.deepEqual((await indexes.getAlias(alias.name)).indexes, alias.indexes);
  assert((await all(indexes.listAliases())).some((found) => found.name === alias.name));
  const client = documentsOf("current", query);
  assert.equal((await client.getDocument("mill")).name, "The Old Mill");
  assert.equal(await client.getDocumentsCount(), await documentsOf("places").getDocumentsCount());
  const bound = await fails(indexes.deleteIndex(named("places")), 400);
  assert.match(bound.message, /cannot be deleted because the following alias\(es\) map to it/);
  await indexes.createOrUpdateAlias({ ...alias, indexes: [named("pages")] });
  assert.equal(await client.getDocumentsCount(), 230);
  const lost = await fails(indexes.createAlias({ name: named("lost"), indexes: [named("absent")] }), 400);
  assert.match(lost.message, /Index alias was not valid for creation\./);
  await indexes.deleteAlias(alias.name);
  await fails(indexes.getAlias(alias.name), 404);
  await indexes.createAlias(alias);
}

async function theServiceCounts() {
  const { counters, limits } = await indexes.getServiceStatistics();
  const names = await all(indexes.listIndexesNames());
  assert.equal(counters.indexCounter.usage, names.length);
  assert(counters.documentCounter.usage > 0);
  assert(counters.synonymMapCounter.usage >= 1);
  assert.equal(limits.maxFieldNestingDepthPerIndex, 10);
}

async function definitionsAreStillThere() {
  const { analyzers } = await indexes.getIndex(named("defined"));
  assert.deepEqual(analyzers.map((analyzer) => analyzer.name), ["folded", "another"]);
  assert.deepEqual((await indexes.getSynonymMap(named("words"))).synonyms, ["a, b"]);
  assert.equal((await documentsOf("current", query).getDocument("mill")).name, "The Old Mill");
}

async function definitionsAreDeleted() {
  await indexes.deleteAlias(await indexes.getAlias(named("current")));
  await indexes.deleteIndex(sendable(await indexes.getIndex(named("defined"))), { onlyIfUnchanged: true });
  await indexes.deleteSynonymMap(named("words"));
  assert(!(await indexes.listSynonymMapsNames()).includes(named("words")));
}

export const fill = [synonymMapsComeAndGo, anIndexWithEveryPart, anIndexChanges, aliasesComeAndGo, theServiceCounts];
export const again = [definitionsAreStillThere, definitionsAreDeleted];
