"""What all steps of the journey share: the server they talk to, and how they say what they expect."""

import os
from pathlib import Path

import azure.search.documents
from azure.core.credentials import AzureKeyCredential
from azure.search.documents import SearchClient
from azure.search.documents.indexes import SearchIndexClient

URL = os.environ["LAZULI_URL"]
ADMIN = AzureKeyCredential(os.environ["LAZULI_ADMIN_KEY"])
QUERY = AzureKeyCredential(os.environ["LAZULI_QUERY_KEY"])
PREFIX = os.environ["LAZULI_PREFIX"]
SAMPLE = Path(os.environ["LAZULI_SAMPLE"])
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
