"""The journey's steps through a hotel search: what it would ask, with the answers computed by `data/make_queries.py`."""

from common import QUERY, create, data, documents_of, equal


def hotel_search_is_filled():
    create("stays", data("hotels.index.json"))
    results = documents_of("stays").upload_documents(data("hotels.json"))
    equal({result.status_code for result in results}, {201})


def hotel_search_is_answered():
    client = documents_of("stays", QUERY)
    for query in data("hotel-queries.json"):
        what = query["name"]
        found = client.search(
            query.get("search"),
            filter=query.get("filter"),
            order_by=query.get("orderby"),
            select=query["select"],
            search_fields=query.get("searchFields"),
            search_mode=query.get("searchMode"),
            skip=query.get("skip"),
            top=query.get("top"),
            include_total_count=True,
        )
        equal(found.get_count(), query["count"], what)
        # Goes on to the last page.
        hits = [{name: value for name, value in hit.items() if not name.startswith("@search.")} for hit in found]
        expected = query.get("documents") or [{"HotelId": key} for key in query["ids"]]
        if not query["isOrdered"]:
            hits.sort(key=str)
            expected.sort(key=str)
        equal(hits, expected, what)


FILL = [hotel_search_is_filled, hotel_search_is_answered]
AGAIN = [hotel_search_is_answered]
