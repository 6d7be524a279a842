"""The journey's steps through indexers: every call of the client for data sources and indexers, over a folder of the server and,
where there is one, over an Azurite.

Expectations are the files that the journey writes. `resetdocs` and `resync` are not part of the stable clients.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlencode

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.search.documents.indexes import SearchIndexerClient, models
from common import ADMIN, PREFIX, QUERY, TRUST, URL, contains, documents_of, equal, indexes, raises

# A folder that the server may read, and where Azurite is.
FOLDER = Path(os.environ["LAZULI_FOLDER"]) / PREFIX
AZURITE = os.environ.get("LAZULI_AZURITE")
SOURCE, INDEXER = f"{PREFIX}-folder", f"{PREFIX}-crawl"


def indexers(credential=ADMIN):
    return SearchIndexerClient(URL, credential, **TRUST)


def write(name, text):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(json.dumps({"text": text}), "utf-8")


def source(name=SOURCE, **changes):
    parts = {"type": "files", "connection_string": f"Folder={FOLDER.parent}", "container": {"name": PREFIX}} | changes
    parts["container"] = models.SearchIndexerDataContainer(**parts["container"])
    return models.SearchIndexerDataSourceConnection(name=name, **parts)


def indexer(name=INDEXER, **changes):
    path = models.FieldMapping(
        source_field_name="metadata_storage_path",
        target_field_name="key",
        mapping_function=models.FieldMappingFunction(name="base64Encode"),
    )
    configuration = models.IndexingParametersConfiguration(parsing_mode="json", query_timeout=None)
    parts = {
        "data_source_name": SOURCE,
        "target_index_name": f"{PREFIX}-crawled",
        "field_mappings": [path],
        "parameters": models.IndexingParameters(batch_size=5, configuration=configuration),
    } | changes
    return models.SearchIndexer(name=name, **parts)


def ended(name, runs):
    """The status once so many runs have ended."""
    for _ in range(1000):
        status = indexers().get_indexer_status(name)
        if len(status.execution_history) == runs and status.last_result.status != "inProgress":
            return status
        time.sleep(0.02)
    raise AssertionError(f"{runs} runs of {name} do not end: {status.as_dict()}")


def succeeded(name, runs, processed):
    last = ended(name, runs).last_result
    equal((last.status, last.error_message, last.failed_item_count), ("success", None, 0))
    equal(last.item_count, processed)


def texts(index="crawled"):
    return sorted(hit["text"] for hit in documents_of(index).search("*", select=["text"], top=100))


# --- definitions -------------------------------------------------------------------------------------------------


def data_sources_hide_their_secrets():
    client = indexers()
    made = client.create_data_source_connection(source(description="first"))
    equal((made.name, made.type, made.container.name, made.description), (SOURCE, "files", PREFIX, "first"))
    assert made.e_tag, "a definition has an etag"
    for shown in (made, client.get_data_source_connection(SOURCE)):
        assert str(FOLDER.parent) not in str(shown.as_dict()), "the connection string is not shown"
    contains([one.name for one in client.get_data_source_connections()], SOURCE)
    contains(list(client.get_data_source_connection_names()), SOURCE)
    raises(HttpResponseError, client.create_data_source_connection, source())
    raises(HttpResponseError, indexers(QUERY).get_data_source_connection, SOURCE)
    again = client.create_or_update_data_source_connection(source(connection_string="<unchanged>", description="second"))
    equal(again.description, "second")
    assert again.e_tag != made.e_tag, "a change makes a new etag"
    update, unchanged = client.create_or_update_data_source_connection, {"match_condition": MatchConditions.IfNotModified}
    made.connection_string = "<unchanged>"
    raises(ResourceModifiedError, lambda: update(made, **unchanged))
    raises(ResourceExistsError, lambda: update(source(), match_condition=MatchConditions.IfMissing))
    raises(ResourceModifiedError, lambda: client.delete_data_source_connection(made, **unchanged))
    more = client.create_or_update_data_source_connection(source(f"{PREFIX}-more"))
    client.delete_data_source_connection(more, **unchanged)
    raises(ResourceNotFoundError, client.get_data_source_connection, more.name)


def an_index_to_crawl_into_is_created():
    for name in ("crawled", "stored"):
        fields = [models.SimpleField(name="key", type="Edm.String", key=True), models.SearchableField(name="text")]
        indexes().create_index(models.SearchIndex(name=f"{PREFIX}-{name}", fields=fields))


def indexers_are_defined():
    client = indexers()
    raises(HttpResponseError, client.create_indexer, indexer(data_source_name=f"{PREFIX}-nowhere"))
    made = client.create_indexer(indexer(is_disabled=True))
    equal((made.name, made.data_source_name, made.target_index_name), (INDEXER, SOURCE, f"{PREFIX}-crawled"))
    equal((made.is_disabled, made.parameters.batch_size), (True, 5))
    equal(made.parameters.configuration.parsing_mode, "json")
    equal(made.field_mappings[0].mapping_function.name, "base64Encode")
    assert made.e_tag, "a definition has an etag"
    equal(client.get_indexer(INDEXER).e_tag, made.e_tag)
    contains([one.name for one in client.get_indexers()], INDEXER)
    contains(list(client.get_indexer_names()), INDEXER)
    raises(HttpResponseError, client.create_indexer, indexer())
    schedule = models.IndexingSchedule(interval=timedelta(hours=2), start_time=datetime(2100, 1, 1, tzinfo=timezone.utc))
    again = client.create_or_update_indexer(indexer(is_disabled=True, schedule=schedule))
    equal((again.schedule.interval, again.schedule.start_time), (schedule.interval, schedule.start_time))
    unchanged = {"match_condition": MatchConditions.IfNotModified}
    raises(ResourceModifiedError, lambda: client.create_or_update_indexer(made, **unchanged))
    raises(ResourceExistsError, lambda: client.create_or_update_indexer(indexer(), match_condition=MatchConditions.IfMissing))
    raises(ResourceModifiedError, lambda: client.delete_indexer(made, **unchanged))
    more = client.create_or_update_indexer(indexer(f"{PREFIX}-more", is_disabled=True))
    client.delete_indexer(more, **unchanged)
    raises(ResourceNotFoundError, client.get_indexer, more.name)
    client.delete_indexer(INDEXER)


# --- runs --------------------------------------------------------------------------------------------------------


def a_folder_is_crawled():
    for number in range(12):
        write(f"{number}.json", f"page {number}")
    client = indexers()
    client.create_indexer(indexer())
    succeeded(INDEXER, 1, 12)
    equal(texts(), sorted(f"page {number}" for number in range(12)))
    status = client.get_indexer_status(INDEXER)
    equal((status.name, status.status, len(status.execution_history)), (INDEXER, "running", 1))
    last = status.last_result
    assert last.start_time <= last.end_time <= datetime.now(timezone.utc) + timedelta(seconds=5), last.as_dict()
    equal((last.errors, last.warnings), ([], []))
    equal([hit["text"] for hit in documents_of("crawled").search('"page 7"', select=["text"])], ["page 7"])


def changes_are_followed():
    write("3.json", "changed")
    write("new.json", "new")
    indexers().run_indexer(INDEXER)
    # The server looks back half a minute, so that what was just written comes again.
    last = ended(INDEXER, 2).last_result
    equal((last.status, last.failed_item_count), ("success", 0))
    equal(texts(), sorted([f"page {number}" for number in range(12) if number != 3] + ["changed", "new"]))


def a_reset_indexer_begins_anew():
    client = indexers()
    client.reset_indexer(INDEXER)
    client.run_indexer(INDEXER)
    succeeded(INDEXER, 4, 13)
    reset = client.get_indexer_status(INDEXER).execution_history[1]
    equal(reset.status, "reset")
    raises(ResourceNotFoundError, client.run_indexer, f"{PREFIX}-nowhere")
    raises(HttpResponseError, indexers(QUERY).run_indexer, INDEXER)


def a_broken_file_is_told():
    (FOLDER / "broken.json").write_text("{", "utf-8")
    client = indexers()
    client.run_indexer(INDEXER)
    last = ended(INDEXER, 5).last_result
    assert (last.status, last.failed_item_count) != ("success", 0), last.as_dict()
    contains(last.errors[0].key, "broken.json")
    assert last.errors[0].error_message, last.as_dict()
    (FOLDER / "broken.json").unlink()
    client.run_indexer(INDEXER)
    equal(ended(INDEXER, 6).last_result.status, "success")


def a_container_of_azurite_is_crawled():
    name = f"{PREFIX}-blobs"
    put_blobs(name, {f"{number}.json": f"blob {number}" for number in range(7)})
    client = indexers()
    client.create_data_source_connection(source(name, type="azureblob", connection_string=AZURITE, container={"name": name}))
    client.create_indexer(indexer(name, data_source_name=name, target_index_name=f"{PREFIX}-stored"))
    succeeded(name, 1, 7)
    equal(texts("stored"), sorted(f"blob {number}" for number in range(7)))


def put_blobs(container, blobs):
    """Writes blobs of JSON with the one key of every Azurite, which signs for a whole account."""
    parts = dict(pair.split("=", 1) for pair in AZURITE.strip(";").split(";"))
    signature = account_signature(parts["AccountName"], parts["AccountKey"])
    requests = [(f"{container}?restype=container&", b"")]
    requests += [(f"{container}/{name}?", json.dumps({"text": text}).encode()) for name, text in blobs.items()]
    for path, body in requests:
        request = urllib.request.Request(f"{parts['BlobEndpoint']}/{path}{signature}", body, method="PUT")
        request.add_header("x-ms-blob-type", "BlockBlob")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()


def account_signature(account, key):
    given = {"sv": "2019-12-12", "ss": "b", "srt": "sco", "sp": "rwdlac", "se": "2100-01-01"}
    text = "\n".join([account, given["sp"], given["ss"], given["srt"], "", given["se"], "", "", given["sv"], ""])
    tag = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    return urlencode(given | {"sig": base64.b64encode(tag).decode()})


# --- after a restart ---------------------------------------------------------------------------------------------


def indexers_are_still_there():
    client = indexers()
    contains(list(client.get_data_source_connection_names()), SOURCE)
    equal([run.status for run in ended(INDEXER, 6).execution_history][-1], "success")
    write("after.json", "after the restart")
    client.run_indexer(INDEXER)
    equal(ended(INDEXER, 7).last_result.status, "success")
    contains(texts(), "after the restart")


def indexers_are_deleted():
    client = indexers()
    for name in [name for name in client.get_indexer_names() if name.startswith(f"{PREFIX}-")]:
        client.delete_indexer(name)
        raises(ResourceNotFoundError, client.get_indexer_status, name)
    for name in [name for name in client.get_data_source_connection_names() if name.startswith(f"{PREFIX}-")]:
        client.delete_data_source_connection(name)
        raises(ResourceNotFoundError, client.get_data_source_connection, name)


FILL = [
    data_sources_hide_their_secrets,
    an_index_to_crawl_into_is_created,
    indexers_are_defined,
    a_folder_is_crawled,
    changes_are_followed,
    a_reset_indexer_begins_anew,
    a_broken_file_is_told,
]
if AZURITE:
    FILL.append(a_container_of_azurite_is_crawled)
AGAIN = [indexers_are_still_there, indexers_are_deleted]
