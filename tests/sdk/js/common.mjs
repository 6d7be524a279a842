// What all steps of the journey share: the server they talk to, and how they say what they expect.

import assert from "node:assert/strict";
import { AzureKeyCredential, SearchClient, SearchIndexClient, SearchIndexerClient } from "@azure/search-documents";

const { LAZULI_URL, LAZULI_ADMIN_KEY, LAZULI_QUERY_KEY, LAZULI_PREFIX } = process.env;
const admin = new AzureKeyCredential(LAZULI_ADMIN_KEY);
export const query = new AzureKeyCredential(LAZULI_QUERY_KEY);
export const named = (index) => `${LAZULI_PREFIX}-${index}`;
export const documentsOf = (index, key = admin) => new SearchClient(LAZULI_URL, named(index), key);
export const indexes = new SearchIndexClient(LAZULI_URL, admin);
export const indexers = new SearchIndexerClient(LAZULI_URL, admin);
export const reader = new SearchIndexClient(LAZULI_URL, query);

export async function all(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}

export async function hits(client, text, options) {
  return (await all((await client.search(text, options)).results)).map((result) => result.document);
}

export function statuses(answer, expected) {
  assert.deepEqual(answer.results.map((result) => result.statusCode), expected);
}

export async function fails(promise, status) {
  const error = await promise.then(() => assert.fail(`no error, expected ${status}`), (error) => error);
  assert.equal(error.name, "RestError", String(error.stack));
  assert.equal(error.statusCode, status, error.message);
  return error;
}

/** The SDK has other names in a few places, and other defaults: with it a string is not searchable unless it says so. */
export function toField({ retrievable, analyzer, searchAnalyzer, indexAnalyzer, synonymMaps, normalizer, fields, ...field }) {
  const renamed = { analyzerName: analyzer, searchAnalyzerName: searchAnalyzer, indexAnalyzerName: indexAnalyzer };
  const given = Object.entries({ ...field, ...renamed }).filter(([, value]) => value != null);
  if (retrievable === false) given.push(["hidden", true]);
  if (field.type.includes("Edm.String")) given.push(["searchable", field.searchable ?? true]);
  if (fields?.length) given.push(["fields", fields.map(toField)]);
  return Object.fromEntries(given);
}
