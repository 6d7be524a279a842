"""What all steps of the journey share: the server they talk to, and how they say what they expect."""

import json
import os
from pathlib import Path

import azure.search.documents
from azure.core.credentials import AzureKeyCredential
from azure.search.documents import SearchClient
from azure.search.documents.indexes import SearchIndexClient
from azure.search.documents.indexes.models import SearchField, SearchIndex

URL = os.environ["LAZULI_URL"]
ADMIN = AzureKeyCredential(os.environ["LAZULI_ADMIN_KEY"])
QUERY = AzureKeyCredential(os.environ["LAZULI_QUERY_KEY"])
PREFIX = os.environ["LAZULI_PREFIX"]
SAMPLE = Path(os.environ["LAZULI_SAMPLE"])
DATA = Path(os.environ["LAZULI_SDK_DATA"])
SHARED = Path(os.environ["LAZULI_SHARED_DATA"]) if "LAZULI_SHARED_DATA" in os.environ else None

# Two ways to trust the CA of a local Lazuli: an argument of the client, or requests' own variable.
if azure.search.documents.__version__.startswith("12."):
    TRUST = {"connection_verify": os.environ["LAZULI_CA"]}
else:
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["LAZULI_CA"]
    TRUST = {}


def documents_of(index, credential=ADMIN):
    return SearchClient(URL, f"{PREFIX}-{index}", credential, **TRUST)


def indexes(credential=ADMIN):
    return SearchIndexClient(URL, credential, **TRUST)


def create(name, definition):
    """Creates an index from a definition in the service's JSON, without what Lazuli does not have yet."""
    fields = [field_from(json_field) for json_field in definition["fields"]]
    indexes().create_index(SearchIndex(name=f"{PREFIX}-{name}", fields=fields))


def field_from(json_field):
    names = {"analyzer": "analyzer_name", "searchAnalyzer": "search_analyzer_name", "indexAnalyzer": "index_analyzer_name"}
    known = ("name", "type", "key", "searchable", "filterable", "sortable", "facetable")
    arguments = {name: json_field[name] for name in known if json_field.get(name) is not None}
    arguments |= {names[name]: json_field[name] for name in names if json_field.get(name)}
    if json_field.get("retrievable") is False:
        arguments["hidden"] = True
    if json_field.get("fields"):
        arguments["fields"] = [field_from(inner) for inner in json_field["fields"]]
    return SearchField(**arguments)


def data(name):
    """A file that the journeys of all languages share."""
    return json.loads((DATA / name).read_text("utf-8"))


def equal(actual, expected, what=""):
    assert actual == expected, f"{what}: expected {expected!r}, got {actual!r}"


def contains(where, what):
    assert what in where, f"expected {what!r} in {where!r}"


def raises(kind, call, *arguments):
    try:
        call(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")
