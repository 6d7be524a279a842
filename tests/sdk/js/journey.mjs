// A journey through Lazuli with Microsoft's own client, unmodified: @azure/search-documents 13.
//
// `journey.mjs fill` creates indexes, writes, reads and searches; after a restart of the server `journey.mjs again`
// finds everything as it was, and cleans up. `cargo xtask sdk` runs both and sets the LAZULI_… variables; the CA is
// trusted through NODE_EXTRA_CA_CERTS. Expectations come from the documents themselves, by plain JavaScript.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GeographyPoint, odata } from "@azure/search-documents";
import { all, documentsOf, fails, hits, indexes, named, query, statuses, toField } from "./common.mjs";
import * as definitions from "./definitions.mjs";
import * as indexers from "./indexers.mjs";
import * as queries from "./queries.mjs";

const { LAZULI_PREFIX, LAZULI_SAMPLE, LAZULI_SHARED_DATA } = process.env;

// --- the journey's own index

const simple = (name, type, more = {}) => ({ name, type, ...more });
const places = (...extra) => ({
  name: named("places"),
  fields: [
    simple("id", "Edm.String", { key: true, searchable: false }),
    simple("name", "Edm.String", { searchable: true, sortable: true }),
    simple("notes", "Edm.String", { searchable: true, analyzerName: "en.lucene" }),
    simple("tags", "Collection(Edm.String)", { searchable: true }),
    simple("open", "Edm.Boolean"),
    simple("floors", "Edm.Int32"),
    simple("rating", "Edm.Double"),
    simple("founded", "Edm.DateTimeOffset"),
    simple("location", "Edm.GeographyPoint"),
    simple("secret", "Edm.String", { hidden: true }),
    simple("address", "Edm.ComplexType", { fields: [simple("city", "Edm.String", { searchable: true }), simple("zip", "Edm.String")] }),
    simple("rooms", "Collection(Edm.ComplexType)", {
      fields: [simple("kind", "Edm.String", { searchable: true }), simple("beds", "Edm.Int32")],
    }),
    simple("embedding", "Collection(Edm.Single)", {
      hidden: false,
      searchable: true,
      vectorSearchDimensions: 3,
      vectorSearchProfileName: "near",
    }),
    ...extra,
  ],
  vectorSearch: {
    algorithms: [{ name: "graph", kind: "hnsw" }],
    profiles: [{ name: "near", algorithmConfigurationName: "graph" }],
  },
});

const mill = {
  id: "mill",
  name: "The Old Mill",
  notes: "Grinding stones were turned by the river",
  tags: ["river", "stone"],
  open: true,
  floors: 3,
  rating: 4.25,
  founded: new Date("1848-02-22T10:30:00.500Z"),
  location: new GeographyPoint({ longitude: 5.75, latitude: 50.5 }),
  secret: "not to be shown",
  address: { city: "Liège", zip: "4000" },
  rooms: [{ kind: "wheel house", beds: 0 }, { kind: "miller's room", beds: 1 }],
  embedding: [0.25, -0.5, 1.0],
};
const tower = { id: "tower", name: "Water Tower", notes: "A turning stair", tags: [], rating: NaN, floors: null };

async function placesAreCreated() {
  const made = await indexes.createIndex(places());
  assert.equal(made.name, named("places"));
  const same = await indexes.getIndex(made.name);
  assert.deepEqual(same.fields.map((field) => field.name), places().fields.map((field) => field.name));
  assert.equal(same.fields.find((field) => field.name === "notes").analyzerName, "en.lucene");
  assert.equal(same.vectorSearch.profiles[0].algorithmConfigurationName, "graph");
  const error = await fails(indexes.createIndex(places()), 400);
  assert.match(error.message, /because it already exists/);
  assert((await all(indexes.listIndexesNames())).includes(named("places")));
  assert((await all(indexes.listIndexes())).some((index) => index.name === named("places")));
}

async function documentsAreWritten() {
  const client = documentsOf("places");
  statuses(await client.uploadDocuments([mill, tower]), [201, 201]);
  statuses(await client.uploadDocuments([tower]), [200]);
  statuses(await client.mergeDocuments([{ id: "mill", floors: 4, address: { zip: "4020" } }]), [200]);
  const missed = await client.mergeDocuments([{ id: "nowhere", floors: 1 }]);
  statuses(missed, [404]);
  assert.equal(missed.results[0].succeeded, false);
  statuses(await client.mergeOrUploadDocuments([{ id: "nowhere", floors: 1 }, { id: "tower", floors: 9 }]), [201, 200]);
  statuses(await client.deleteDocuments("id", ["nowhere", "never-was"]), [200, 200]);
  assert.equal(await client.getDocumentsCount(), 2);
}

async function documentsAreRead() {
  const client = documentsOf("places", query);
  const found = await client.getDocument("mill");
  const { secret, location, ...expected } = { ...mill, floors: 4, address: { city: "Liège", zip: "4020" } };
  for (const [name, value] of Object.entries(expected)) {
    assert.deepEqual(found[name], value, name);
  }
  assert.deepEqual([found.location.longitude, found.location.latitude], [location.longitude, location.latitude]);
  assert(!("secret" in found), "a hidden field is not shown");
  // 13.0.0 encodes the name of `$select` twice here, which no service understands: the whole document comes back.
  const part = await client.getDocument("tower", { selectedFields: ["id", "floors"] });
  assert.deepEqual([part.id, part.floors, part.rating, part.tags, part.address], ["tower", 9, NaN, [], null]);
  // The service's 404 of a missing document has no body, over which 13.0.0 stumbles: an error, but not its own kind.
  await assert.rejects(client.getDocument("nowhere"));
}

async function documentsAreFound() {
  const client = documentsOf("places", query);
  const search = async (text, options) => (await hits(client, text, options)).map((document) => document.id).sort();
  assert.deepEqual(await search("turn"), ["mill", "tower"]);
  assert.deepEqual(await search("old tower", { searchMode: "all" }), []);
  assert.deepEqual(await search('"water tower"'), ["tower"]);
  assert.deepEqual(await search("turn -river", { searchMode: "all" }), ["tower"]);
  assert.deepEqual(await search("gri*"), ["mill"]);
  assert.deepEqual(await search("wheel"), ["mill"]);
  assert.deepEqual(await search("stone", { searchFields: ["notes"] }), ["mill"]);
  const answer = await client.search("river", { select: ["name", "address/city"], includeTotalCount: true });
  assert.equal(answer.count, 1);
  const [hit] = await all(answer.results);
  assert(hit.score > 0);
  const fields = Object.keys(hit.document).filter((name) => !name.startsWith("@search."));
  assert.deepEqual(fields, ["name", "address"], "only what was selected");
  assert.deepEqual([hit.document.name, hit.document.address], ["The Old Mill", { city: "Liège" }]);
}

async function aFieldIsAdded() {
  const changed = await indexes.createOrUpdateIndex(places(simple("later", "Edm.String", { searchable: true })));
  assert.equal(changed.fields.at(-1).name, "later");
  const client = documentsOf("places");
  assert.equal((await client.getDocument("mill")).later, null);
  statuses(await client.mergeDocuments([{ id: "tower", later: "an afterthought" }]), [200]);
  assert.equal((await hits(client, "afterthought"))[0].id, "tower");
}

async function mistakesAreRefused() {
  const client = documentsOf("places");
  const unknown = await fails(client.uploadDocuments([{ id: "x", colour: "red" }]), 400);
  assert.match(unknown.message, /The property 'colour' does not exist on type 'search\.documentFields'/);
  const keyless = await fails(client.uploadDocuments([{ name: "no key" }]), 400);
  assert.match(keyless.message, /Document key cannot be missing or empty/);
  const missing = await fails(indexes.getIndex(named("missing")), 404);
  assert.match(missing.message, /No index with the name/);
  await fails(documentsOf("missing").getDocumentsCount(), 404);
  await fails(documentsOf("places", query).uploadDocuments([mill]), 403);
  assert.equal(await client.getDocumentsCount(), 2, "nothing of this was written");
}

async function pagesAreTurned() {
  await indexes.createIndex({
    name: named("pages"),
    fields: [
      simple("id", "Edm.String", { key: true, searchable: false, sortable: true }),
      simple("text", "Edm.String", { searchable: true, filterable: true }),
    ],
  });
  const client = documentsOf("pages");
  const written = Array.from({ length: 230 }, (_, number) => ({ id: `${number}`, text: number % 2 ? "odd" : "even" }));
  await client.uploadDocuments(written, { throwOnAnyFailure: true });
  const pages = [];
  for await (const page of (await client.search("*")).results.byPage()) {
    pages.push([...page.results].map((result) => result.document.id));
  }
  assert.deepEqual(pages.map((page) => page.length), [50, 50, 50, 50, 30]);
  assert.deepEqual(pages.flat(), written.map((document) => document.id), "match-all keeps the order of uploads");
  const odd = await client.search("odd", { includeTotalCount: true, top: 20, skip: 10 });
  assert.equal(odd.count, 115);
  const expected = written.filter((document) => document.text === "odd").slice(10, 30);
  assert.deepEqual((await all(odd.results)).map((result) => result.document.id), expected.map((document) => document.id));
  const walked = await hits(client, undefined, { filter: odata`text eq ${"odd"}`, orderBy: ["id desc"] });
  const backwards = written.filter((document) => document.text === "odd").map((document) => document.id).sort().reverse();
  assert.deepEqual(walked.map((document) => document.id), backwards, "each document once, as text");
}

async function statisticsAreTold() {
  const told = await indexes.getIndexStatistics(named("places"));
  assert.equal(Number(told.documentCount), 2);
  assert(Number(told.storageSize) > 0);
}

// --- the project's sample, and Microsoft's hotels where they are

const sources = {
  museums: { folder: LAZULI_SAMPLE, definition: "museums.index.json", documents: "museums.documents.json", key: "id", name: "name" },
  hotels: {
    folder: LAZULI_SHARED_DATA && join(LAZULI_SHARED_DATA, "hotels"),
    definition: "Hotels_IndexDefinition.JSON",
    documents: "HotelsData_toAzureSearch.JSON",
    key: "HotelId",
    name: "HotelName",
  },
};

function read(source, file) {
  return JSON.parse(readFileSync(join(source.folder, file), "utf8").replace(/^\uFEFF/, ""));
}

async function fillFrom(index) {
  const source = sources[index];
  await indexes.createIndex({ name: named(index), fields: read(source, source.definition).fields.map(toField) });
  const written = read(source, source.documents).value.map(({ "@search.action": _, ...document }) => document);
  await documentsOf(index).uploadDocuments(written, { throwOnAnyFailure: true });
  await foundIn(index);
}

async function foundIn(index) {
  const source = sources[index];
  const written = read(source, source.documents).value;
  const client = documentsOf(index, query);
  assert.equal(await client.getDocumentsCount(), written.length);
  for (const word of ["hotel", "museum", "inn", "house"]) {
    const having = written.filter((document) => words(document[source.name]).includes(word));
    const found = await hits(client, word, { searchFields: [source.name], select: [source.key] });
    const sorted = (documents) => documents.map((document) => document[source.key]).sort();
    assert.deepEqual(sorted(found), sorted(having), word);
  }
}

const museumsAreFilled = () => fillFrom("museums");
const museumsAreFound = () => foundIn("museums");
const hotelsAreFilled = () => fillFrom("hotels");
const hotelsAreFound = () => foundIn("hotels");

// --- the end

async function placesAreStillThere() {
  const client = documentsOf("places");
  assert.equal(await client.getDocumentsCount(), 2);
  await documentsAreFound();
  assert.deepEqual((await client.getDocument("mill")).embedding, mill.embedding);
  assert.equal((await hits(client, "afterthought"))[0].id, "tower");
}

async function indexesAreDeleted() {
  for (const name of await all(indexes.listIndexesNames())) {
    if (!name.startsWith(`${LAZULI_PREFIX}-`)) continue;
    await indexes.deleteIndex(name);
    await fails(indexes.getIndex(name), 404);
  }
}

// --- helpers

/** What standard.lucene makes of plain Latin text. */
function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu) ?? [];
}

const shared = (...steps) => (LAZULI_SHARED_DATA ? steps : []);
const journeys = {
  fill: [
    placesAreCreated,
    documentsAreWritten,
    documentsAreRead,
    documentsAreFound,
    aFieldIsAdded,
    mistakesAreRefused,
    pagesAreTurned,
    statisticsAreTold,
    museumsAreFilled,
    ...shared(hotelsAreFilled),
    ...queries.fill,
    ...definitions.fill,
    ...indexers.fill,
  ],
  again: [...definitions.again, ...indexers.again, placesAreStillThere, statisticsAreTold, museumsAreFound, ...queries.again, ...shared(hotelsAreFound), indexesAreDeleted],
};

const [, , phase] = process.argv;
const began = Date.now();
for (const step of journeys[phase]) {
  await step();
  console.log(`  ${step.name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`);
}
console.log(`  @azure/search-documents 13, ${phase}: ${journeys[phase].length} steps in ${(Date.now() - began) / 1000} s`);
