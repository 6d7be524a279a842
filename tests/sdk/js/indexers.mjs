// The journey's steps through indexers: a folder of the server is crawled. Expectations are the files that the journey writes.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentsOf, fails, hits, indexers, indexes, named } from "./common.mjs";

const { LAZULI_FOLDER, LAZULI_PREFIX } = process.env;
const folder = join(LAZULI_FOLDER, LAZULI_PREFIX);

const source = (changes = {}) => ({
  name: named("folder"),
  type: "files",
  connectionString: `Folder=${LAZULI_FOLDER}`,
  container: { name: LAZULI_PREFIX },
  ...changes,
});
const indexer = (changes = {}) => ({
  name: named("crawl"),
  dataSourceName: named("folder"),
  targetIndexName: named("crawled"),
  fieldMappings: [{ sourceFieldName: "metadata_storage_path", targetFieldName: "key", mappingFunction: { name: "base64Encode" } }],
  parameters: { configuration: { parsingMode: "json" } },
  ...changes,
});

function write(name, text) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify({ text }));
}

/** The last result once so many runs have ended. */
async function ended(runs) {
  for (let tries = 0; tries < 1000; tries++) {
    const { executionHistory, lastResult } = await indexers.getIndexerStatus(named("crawl"));
    if (executionHistory.length === runs && lastResult.status !== "inProgress") return lastResult;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`${runs} runs do not end`);
}

async function dataSourcesAreDefined() {
  const made = await indexers.createDataSourceConnection(source());
  assert.deepEqual([made.name, made.type, made.container.name], [named("folder"), "files", LAZULI_PREFIX]);
  assert(!JSON.stringify(made).includes(LAZULI_FOLDER), "the connection string is not shown");
  const again = await indexers.createOrUpdateDataSourceConnection(source({ connectionString: "<unchanged>", description: "second" }));
  assert.equal(again.description, "second");
  assert.equal((await indexers.getDataSourceConnection(named("folder"))).description, "second");
  // Not by listDataSourceConnectionsNames: with 13.0.0 it asks for names only and then looks into `credentials`.
  assert((await indexers.listDataSourceConnections()).some(({ name }) => name === named("folder")));
  await fails(indexers.createDataSourceConnection(source()), 400);
}

async function aFolderIsCrawled() {
  for (let number = 0; number < 5; number++) write(`${number}.json`, `page ${number}`);
  const fields = [
    { name: "key", type: "Edm.String", key: true },
    { name: "text", type: "Edm.String", searchable: true },
  ];
  await indexes.createIndex({ name: named("crawled"), fields });
  const made = await indexers.createIndexer(indexer());
  assert.equal(made.parameters.configuration.parsingMode, "json");
  assert((await indexers.listIndexersNames()).includes(named("crawl")));
  const { status, itemCount, failedItemCount } = await ended(1);
  assert.deepEqual([status, itemCount, failedItemCount], ["success", 5, 0]);
  assert.deepEqual((await hits(documentsOf("crawled"), '"page 3"')).map(({ text }) => text), ["page 3"]);
}

async function changesAreFollowed() {
  write("3.json", "changed");
  await indexers.runIndexer(named("crawl"));
  assert.equal((await ended(2)).status, "success");
  assert.equal((await hits(documentsOf("crawled"), "changed")).length, 1);
  await indexers.resetIndexer(named("crawl"));
  await indexers.runIndexer(named("crawl"));
  assert.equal((await ended(4)).itemCount, 5);
  await fails(indexers.runIndexer(named("nowhere")), 404);
}

async function indexersAreDeleted() {
  assert.equal((await indexers.getIndexer(named("crawl"))).dataSourceName, named("folder"));
  await indexers.deleteIndexer(named("crawl"));
  await fails(indexers.getIndexerStatus(named("crawl")), 404);
  await indexers.deleteDataSourceConnection(named("folder"));
  await fails(indexers.getDataSourceConnection(named("folder")), 404);
}

export const fill = [dataSourcesAreDefined, aFolderIsCrawled, changesAreFollowed];
export const again = [indexersAreDeleted];
