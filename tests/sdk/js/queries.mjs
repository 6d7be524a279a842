// The journey's steps through a hotel search: what it would ask, with the answers computed by data/make_queries.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { all, documentsOf, indexes, named, query as key, toField } from "./common.mjs";

const data = (file) => JSON.parse(readFileSync(join(process.env.LAZULI_SDK_DATA, file), "utf8"));

async function hotelSearchIsFilled() {
  await indexes.createIndex({ name: named("stays"), fields: data("hotels.index.json").fields.map(toField) });
  await documentsOf("stays").uploadDocuments(data("hotels.json"), { throwOnAnyFailure: true });
}

async function hotelSearchIsAnswered() {
  const client = documentsOf("stays", key);
  for (const query of data("hotel-queries.json")) {
    const { search, filter, orderby: orderBy, select, searchFields, searchMode, skip, top } = query;
    const options = { filter, orderBy, select, searchFields, searchMode, skip, top, includeTotalCount: true };
    const answer = await client.search(search, options);
    assert.equal(answer.count, query.count, query.name);
    // Goes on to the last page.
    const documents = (await all(answer.results)).map((result) => fieldsOf(result.document));
    const expected = query.documents ?? query.ids.map((id) => ({ HotelId: id }));
    assert.deepEqual(inOrder(documents, query), inOrder(expected, query), query.name);
  }
}

/** 13.0.0 leaves annotations among the fields. */
function fieldsOf(document) {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith("@search.")));
}

function inOrder(documents, { isOrdered }) {
  return isOrdered ? documents : documents.map((document) => JSON.stringify(document)).sort();
}

export const fill = [hotelSearchIsFilled, hotelSearchIsAnswered];
export const again = [hotelSearchIsAnswered];
