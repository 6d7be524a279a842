"""A journey through Lazuli with Microsoft's own client, unmodified: azure-search-documents 12.0.0 or 11.6.0.

`journey.py fill` creates indexes, writes, reads and searches; after a restart of the server `journey.py again` finds
everything as it was, and cleans up. `cargo xtask sdk` runs both and sets the LAZULI_… variables.

Expectations come from the documents themselves, by plain Python, or from the service's documentation; never from an
answer of Lazuli's.
"""

import csv
import json
import re
import sys
from datetime import datetime, timezone

import azure.search.documents
import definitions
import indexers
import queries
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.search.documents.indexes.models import (
    ComplexField,
    HnswAlgorithmConfiguration,
    SearchableField,
    SearchField,
    SearchFieldDataType,
    SearchIndex,
    SimpleField,
    VectorSearch,
    VectorSearchProfile,
)
from common import PREFIX, QUERY, SAMPLE, SHARED, contains, create, documents_of, equal, indexes, raises

# --- the journey's own index -------------------------------------------------------------------------------------


def places_index(extra=()):
    """Every kind of field, made with the SDK's own helpers."""
    return SearchIndex(
        name=f"{PREFIX}-places",
        fields=[
            SimpleField(name="id", type=SearchFieldDataType.String, key=True),
            SearchableField(name="name", sortable=True),
            SearchableField(name="notes", analyzer_name="en.lucene"),
            SearchableField(name="tags", collection=True, filterable=True),
            SimpleField(name="open", type=SearchFieldDataType.Boolean),
            SimpleField(name="visitors", type=SearchFieldDataType.Int64),
            SimpleField(name="floors", type=SearchFieldDataType.Int32),
            SimpleField(name="rating", type=SearchFieldDataType.Double),
            SimpleField(name="founded", type=SearchFieldDataType.DateTimeOffset),
            SimpleField(name="location", type=SearchFieldDataType.GeographyPoint),
            SimpleField(name="secret", type=SearchFieldDataType.String, hidden=True),
            ComplexField(name="address", fields=[SearchableField(name="city"), SimpleField(name="zip", type="Edm.String")]),
            ComplexField(
                name="rooms",
                collection=True,
                fields=[SearchableField(name="kind"), SimpleField(name="beds", type=SearchFieldDataType.Int32)],
            ),
            SearchField(
                name="embedding",
                type="Collection(Edm.Single)",
                hidden=False,
                searchable=True,
                vector_search_dimensions=3,
                vector_search_profile_name="near",
            ),
            *extra,
        ],
        vector_search=VectorSearch(
            algorithms=[HnswAlgorithmConfiguration(name="graph")],
            profiles=[VectorSearchProfile(name="near", algorithm_configuration_name="graph")],
        ),
    )


MILL = {
    "id": "mill",
    "name": "The Old Mill",
    "notes": "Grinding stones were turned by the river",
    "tags": ["river", "stone"],
    "open": True,
    "visitors": 9_007_199_254_740_993,  # more than a double can hold
    "floors": 3,
    "rating": 4.25,
    "founded": "1848-02-22T10:30:00.5Z",
    "location": {"type": "Point", "coordinates": [5.75, 50.5]},
    "secret": "not to be shown",
    "address": {"city": "Liège", "zip": "4000"},
    "rooms": [{"kind": "wheel house", "beds": 0}, {"kind": "miller's room", "beds": 1}],
    "embedding": [0.25, -0.5, 1.0],
}
TOWER = {"id": "tower", "name": "Water Tower", "notes": "A turning stair", "tags": [], "rating": "NaN", "floors": None}


def places_are_created():
    client = indexes()
    made = client.create_index(places_index())
    equal(made.name, f"{PREFIX}-places")
    same = client.get_index(made.name)
    equal([field.name for field in same.fields], [field.name for field in places_index().fields])
    equal(field_named(same, "notes").analyzer_name, "en.lucene")
    equal(field_named(same, "secret").hidden, True)
    equal(field_named(same, "embedding").vector_search_dimensions, 3)
    equal(same.vector_search.profiles[0].algorithm_configuration_name, "graph")
    error = raises(HttpResponseError, client.create_index, places_index())
    contains(error.message, f"Cannot create index '{PREFIX}-places' because it already exists.")
    contains(list(client.list_index_names()), f"{PREFIX}-places")
    contains([index.name for index in client.list_indexes()], f"{PREFIX}-places")


def documents_are_written():
    client = documents_of("places")
    statuses(client.upload_documents([MILL, TOWER]), [201, 201])
    statuses(client.upload_documents([TOWER]), [200])
    statuses(client.merge_documents([{"id": "mill", "floors": 4, "address": {"zip": "4020"}}]), [200])
    results = client.merge_documents([{"id": "nowhere", "floors": 1}])
    statuses(results, [404])
    equal(results[0].succeeded, False)
    contains(results[0].error_message, "Document not found")
    statuses(client.merge_or_upload_documents([{"id": "nowhere", "floors": 1}, {"id": "tower", "floors": 9}]), [201, 200])
    statuses(client.delete_documents([{"id": "nowhere"}, {"id": "never-was"}]), [200, 200])
    equal(client.get_document_count(), 2)


def documents_are_read():
    client = documents_of("places", QUERY)
    mill = client.get_document("mill")
    expected = {**MILL, "floors": 4, "address": {"city": "Liège", "zip": "4020"}, "founded": "1848-02-22T10:30:00.5Z"}
    del expected["secret"]
    for name, value in expected.items():
        if name == "location":
            equal(mill[name]["coordinates"], value["coordinates"])
        else:
            equal(mill[name], value, name)
    assert "secret" not in mill, "a hidden field is not shown"
    tower = client.get_document("tower", selected_fields=["id", "floors", "rating", "tags", "address/city"])
    equal(sorted(tower), ["address", "floors", "id", "rating", "tags"])
    equal((tower["floors"], tower["rating"], tower["tags"], tower["address"]), (9, "NaN", [], None))
    raises(ResourceNotFoundError, client.get_document, "nowhere")


def documents_are_found():
    client = documents_of("places", QUERY)
    equal(keys(client.search("turn")), ["mill", "tower"], "en.lucene stems turned and turning alike")
    equal(keys(client.search("old tower")), ["mill", "tower"])
    equal(keys(client.search("old tower", search_mode="all")), [])
    equal(keys(client.search('"water tower"')), ["tower"])
    equal(keys(client.search("turn -river", search_mode="all")), ["tower"])
    equal(keys(client.search("gri*")), ["mill"])
    equal(keys(client.search("wheel")), ["mill"], "in a complex collection")
    equal(keys(client.search("stone", search_fields=["notes"])), ["mill"])
    equal(keys(client.search("stone", search_fields=["name"])), [])
    found = client.search("river", select=["name", "address/city"], include_total_count=True)
    equal(found.get_count(), 1)
    hit = next(found)
    equal((hit["name"], hit["address"]), ("The Old Mill", {"city": "Liège"}))
    assert hit["@search.score"] > 0
    assert "id" not in hit, "only what was selected"


def a_field_is_added():
    client = indexes()
    later = SearchableField(name="later")
    changed = client.create_or_update_index(places_index([later]))
    equal(changed.fields[-1].name, "later")
    writer = documents_of("places")
    equal(writer.get_document("mill")["later"], None)
    statuses(writer.merge_documents([{"id": "tower", "later": "an afterthought"}]), [200])
    equal(keys(writer.search("afterthought")), ["tower"])


def mistakes_are_refused():
    client = documents_of("places")
    error = raises(HttpResponseError, client.upload_documents, [{"id": "x", "colour": "red"}])
    equal(error.status_code, 400)
    contains(error.message, "The property 'colour' does not exist on type 'search.documentFields'")
    error = raises(HttpResponseError, client.upload_documents, [{"name": "no key"}])
    contains(error.message, "Document key cannot be missing or empty.")
    error = raises(HttpResponseError, client.upload_documents, [{"id": "no spaces"}])
    contains(error.message, "Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=).")
    raises(HttpResponseError, list, client.search("x", select=["colour"]))
    error = raises(ResourceNotFoundError, documents_of("missing").get_document_count)
    contains(error.message, f"The index '{PREFIX}-missing' for service")
    error = raises(ResourceNotFoundError, indexes().get_index, f"{PREFIX}-missing")
    contains(error.message, f"No index with the name '{PREFIX}-missing' was found")
    wrong = AzureKeyCredential("wrong-key")
    error = raises(HttpResponseError, documents_of("places", wrong).get_document_count)
    assert error.status_code in (401, 403), error.status_code
    error = raises(HttpResponseError, documents_of("places", QUERY).upload_documents, [MILL])
    equal(error.status_code, 403)
    equal(client.get_document_count(), 2, "nothing of this was written")


def pages_are_turned():
    indexes().create_index(
        SearchIndex(
            name=f"{PREFIX}-pages",
            fields=[
                SimpleField(name="id", type="Edm.String", key=True, sortable=True),
                SearchableField(name="text", filterable=True),
            ],
        )
    )
    client = documents_of("pages")
    written = [{"id": str(number), "text": "even" if number % 2 == 0 else "odd"} for number in range(230)]
    statuses(client.upload_documents(written), [201] * 230)
    pages = [[hit["id"] for hit in page] for page in client.search("*").by_page()]
    equal([len(page) for page in pages], [50, 50, 50, 50, 30])
    equal(sum(pages, []), [document["id"] for document in written], "match-all keeps the order of uploads")
    odd = client.search("odd", include_total_count=True, skip=10)
    equal(odd.get_count(), 115)
    equal([hit["id"] for hit in odd], [str(number) for number in range(21, 230, 2)])
    equal(len(list(client.search("even", top=7))), 7)
    pages = [[hit["id"] for hit in page] for page in client.search(filter="text eq 'odd'", order_by=["id desc"]).by_page()]
    equal([len(page) for page in pages], [50, 50, 15])
    equal(sum(pages, []), sorted((str(number) for number in range(1, 230, 2)), reverse=True), "each document once, as text")


# --- the project's sample ----------------------------------------------------------------------------------------


def museums():
    definition = json.loads((SAMPLE / "museums.index.json").read_text("utf-8"))
    documents = json.loads((SAMPLE / "museums.documents.json").read_text("utf-8"))["value"]
    return definition, [without_action(document) for document in documents]


def museums_are_filled():
    definition, documents = museums()
    create("museums", definition)
    statuses(documents_of("museums").upload_documents(documents), [201] * len(documents))
    museums_are_found()


def museums_are_found():
    _, documents = museums()
    client = documents_of("museums", QUERY)
    equal(client.get_document_count(), len(documents))
    for document in documents:
        found = client.get_document(document["id"])
        equal(found["name"], document["name"])
        equal(found["rooms"], document.get("rooms") or [])
        equal(found["rating"], document.get("rating"))
    for word in ["clocks", "museum", "house", "of"]:
        having = {document["id"] for document in documents if word in words(document["name"])}
        found = {hit["id"] for hit in client.search(word, search_fields=["name"], select=["id"])}
        equal(found, having, word)
    cities = {document["id"] for document in documents if "brest" in words(document["address"]["city"])}
    equal({hit["id"] for hit in client.search("Brest", search_fields=["address/city"])}, cities)


# --- Microsoft's hotels, where they are --------------------------------------------------------------------------


def hotels():
    folder = SHARED / "hotels"
    definition = json.loads((folder / "Hotels_IndexDefinition.JSON").read_text("utf-8-sig"))
    documents = json.loads((folder / "HotelsData_toAzureSearch.JSON").read_text("utf-8-sig"))["value"]
    return definition, [without_action(document) for document in documents]


def hotels_are_filled():
    definition, documents = hotels()
    create("hotels", definition)
    statuses(documents_of("hotels").upload_documents(documents), [201] * len(documents))
    hotels_are_found()


def hotels_are_found():
    _, documents = hotels()
    client = documents_of("hotels", QUERY)
    equal(client.get_document_count(), len(documents))
    for word in ["hotel", "inn", "resort", "kay"]:
        having = {document["HotelId"] for document in documents if word in words(document["HotelName"])}
        assert having, word
        found = client.search(word, search_fields=["HotelName"], select=["HotelId"], include_total_count=True)
        equal(found.get_count(), len(having))
        equal({hit["HotelId"] for hit in found}, having, word)
    for document in documents:
        found = client.get_document(document["HotelId"], selected_fields=["HotelName", "Tags", "Address/City", "Rooms"])
        equal((found["HotelName"], found["Tags"]), (document["HotelName"], document["Tags"]))
        equal(found["Address"], {"City": document["Address"]["City"]})
        equal([room["BaseRate"] for room in found["Rooms"]], [room["BaseRate"] for room in document["Rooms"]])
    cheap = "Rooms/any(room: room/BaseRate lt 100 and not room/SmokingAllowed)"
    having = {document["HotelId"] for document in documents if any(room["BaseRate"] < 100 and not room["SmokingAllowed"] for room in document["Rooms"])}
    assert having
    equal({hit["HotelId"] for hit in client.search(filter=cheap)}, having)
    parking = "ParkingIncluded and (Rating ge 4 or Tags/any(tag: tag eq 'pool')) and Address/Country eq 'USA'"
    having = [document for document in documents if document["ParkingIncluded"] and (document["Rating"] >= 4 or "pool" in document["Tags"])]
    having.sort(key=lambda document: (-document["Rating"], document["HotelName"]))
    assert {document["Address"]["Country"] for document in documents} == {"USA"}
    found = client.search(filter=parking, order_by=["Rating desc", "HotelName"], include_total_count=True, select=["HotelName", "Rating"])
    equal(found.get_count(), len(having))
    equal([(hit["HotelName"], hit["Rating"]) for hit in found], [(document["HotelName"], document["Rating"]) for document in having])
    older = "LastRenovationDate lt 2000-01-01T00:00:00Z and not search.in(Category, 'Budget, Luxury', ', ')"
    having = [document["HotelId"] for document in documents if document["LastRenovationDate"] < "2000" and document["Category"] not in ("Budget", "Luxury")]
    equal([hit["HotelId"] for hit in client.search(filter=older)], having)
    french = keys(client.search("hôtels historiques", search_fields=["Description_fr"]), "HotelId")
    assert "1" in french, "fr.lucene stems the plural of the first hotel's « hôtel … historique »"


# --- 10 000 books, where they are --------------------------------------------------------------------------------

BOOK_FIELDS = {
    "book_id": "Edm.String",
    "goodreads_book_id": "Edm.Int32",
    "books_count": "Edm.Int32",
    "isbn": "Edm.String",
    "authors": "Collection(Edm.String)",
    "original_publication_year": "Edm.Int32",
    "original_title": "Edm.String",
    "title": "Edm.String",
    "language_code": "Edm.String",
    "average_rating": "Edm.Double",
    "ratings_count": "Edm.Int64",
    "image_url": "Edm.String",
}


def books():
    def value(text, kind):
        if text == "":
            return [] if kind.startswith("Collection") else None
        if kind in ("Edm.Int32", "Edm.Int64"):
            return int(float(text))
        if kind == "Edm.Double":
            return float(text)
        return text.split(", ") if kind.startswith("Collection") else text

    with open(SHARED / "good-books/books.csv", encoding="utf-8", newline="") as file:
        return [{name: value(row[name], kind) for name, kind in BOOK_FIELDS.items()} for row in csv.DictReader(file)]


def books_are_filled():
    text = ("authors", "original_title", "title")
    fields = [
        {"name": name, "type": kind, "key": name == "book_id", "searchable": name in text}
        for name, kind in BOOK_FIELDS.items()
    ]
    create("books", {"fields": fields})
    documents = books()
    for start in range(0, len(documents), 1000):
        batch = documents[start : start + 1000]
        statuses(documents_of("books").upload_documents(batch), [201] * len(batch))
    books_are_found()


def books_are_found():
    documents = books()
    client = documents_of("books", QUERY)
    equal(client.get_document_count(), len(documents))
    for text in ["hunger games", "harry potter", "lighthouse", "time machine", "war peace"]:
        having = {book["book_id"] for book in documents if set(text.split()) <= set(words(book["title"]))}
        assert having, text
        found = client.search(text, search_mode="all", search_fields=["title"], select=["book_id"])
        equal({hit["book_id"] for hit in found}, having, text)
    first = client.get_document("1")
    equal((first["title"], first["authors"]), ("The Hunger Games (The Hunger Games, #1)", ["Suzanne Collins"]))
    everything = [hit["book_id"] for hit in client.search("*", select=["book_id"], top=10_000)]
    equal(everything[:1000], [book["book_id"] for book in documents][:1000])


# --- the end -----------------------------------------------------------------------------------------------------


def statistics_are_told():
    told = indexes().get_index_statistics(f"{PREFIX}-places")
    count = told["document_count"] if isinstance(told, dict) else told.document_count
    size = told["storage_size"] if isinstance(told, dict) else told.storage_size
    equal(count, 2)
    assert size > 0


def places_are_still_there():
    client = documents_of("places")
    equal(client.get_document_count(), 2)
    documents_are_found()
    equal(client.get_document("mill")["embedding"], MILL["embedding"])
    equal(keys(client.search("afterthought")), ["tower"])


def indexes_are_deleted():
    client = indexes()
    own = [name for name in client.list_index_names() if name.startswith(f"{PREFIX}-")]
    for name in own:
        client.delete_index(name)
        raises(ResourceNotFoundError, client.get_index, name)
    equal([name for name in client.list_index_names() if name in own], [])


# --- helpers -----------------------------------------------------------------------------------------------------


def field_named(index, name):
    return next(field for field in index.fields if field.name == name)


def without_action(document):
    return {name: value for name, value in document.items() if name != "@search.action"}


def words(text):
    """What standard.lucene makes of plain Latin text: letters and digits, joined by an apostrophe inside a word."""
    return re.findall(r"\w+(?:['’]\w+)*", text.lower())


def keys(hits, key="id"):
    return sorted(hit[key] for hit in hits)


def statuses(results, expected):
    equal([result.status_code for result in results], expected)


FILL = [
    places_are_created,
    documents_are_written,
    documents_are_read,
    documents_are_found,
    a_field_is_added,
    mistakes_are_refused,
    pages_are_turned,
    statistics_are_told,
    museums_are_filled,
    *queries.FILL,
    *definitions.FILL,
    *indexers.FILL,
]
AGAIN = [*definitions.AGAIN, *indexers.AGAIN, places_are_still_there, statistics_are_told, museums_are_found, *queries.AGAIN]
if SHARED:
    FILL += [hotels_are_filled, books_are_filled]
    AGAIN += [hotels_are_found, books_are_found]
AGAIN.append(indexes_are_deleted)

if __name__ == "__main__":
    began = datetime.now(timezone.utc)
    steps = {"fill": FILL, "again": AGAIN}[sys.argv[1]]
    for step in steps:
        step()
        print(f"  {step.__name__.replace('_', ' ')}")
    took = (datetime.now(timezone.utc) - began).total_seconds()
    print(f"  azure-search-documents {azure.search.documents.__version__}, {sys.argv[1]}: {len(steps)} steps in {took:.1f} s")
