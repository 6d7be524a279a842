#!/usr/bin/env python3
"""What a hotel search would ask, and the right answers: writes `hotel-queries.json`.

Every query stands here twice: as the service's parameters, and as a condition on a hotel in plain Python, written by hand
from the documentation of the service. The answers come from `hotels.json` and these conditions, never from a search engine.
`make_queries.py --check` fails where the file is not what this program would write.
"""

import json
import re
import sys
from math import asin, cos, inf, radians, sin, sqrt
from pathlib import Path

HERE = Path(__file__).parent
HOTELS = json.loads((HERE / "hotels.json").read_text())
KILOMETRES = 6371.0087714
queries = []


def query(name, where=lambda hotel: True, order=(), search=None, filter=None, orderby=None, select="HotelId", skip=None, top=None, **more):
    """Adds a query. `order` are functions from a hotel to a sortable value, from the most to the least important."""
    found = [hotel for hotel in HOTELS if where(hotel)]
    for key in reversed(order):
        found.sort(key=key)  # stable, so that equal hotels stay in the order of their upload
    shown = found[skip or 0 :][: len(found) if top is None else top]
    asked = {"search": search, "filter": filter, "orderby": orderby, "select": select.split(","), "skip": skip, "top": top}
    entry = {"name": name} | {member: value for member, value in {**asked, **more}.items() if value is not None}
    entry["count"] = len(found)
    # A text without an order comes best score first, which is not computed here.
    entry["isOrdered"] = search is None or bool(order)
    entry["ids"] = [hotel["HotelId"] for hotel in shown]
    if select != "HotelId":
        entry["documents"] = [selected(hotel, entry["select"]) for hotel in shown]
    queries.append(entry)


# --- null is neither below nor above anything


def less(value, limit):
    return value is not None and value < limit


def more(value, limit):
    return value is not None and value > limit


def at_least(value, limit):
    return value is not None and value >= limit


def address(hotel, member):
    return (hotel["Address"] or {}).get(member)


def area(hotel):
    return (address(hotel, "Area") or {}).get("Name")


def rooms(hotel, condition):
    return any(condition(room) for room in hotel["Rooms"])


def kilometres(hotel, longitude, latitude):
    """None for a hotel without a place. The haversine formula."""
    if hotel["Location"] is None:
        return None
    there = [radians(degrees) for degrees in hotel["Location"]["coordinates"]]
    here = radians(longitude), radians(latitude)
    across, up = there[0] - here[0], there[1] - here[1]
    half = sin(up / 2) ** 2 + cos(here[1]) * cos(there[1]) * sin(across / 2) ** 2
    return 2 * KILOMETRES * asin(sqrt(half))


def within(hotel, west, south, east, north):
    if hotel["Location"] is None:
        return False
    longitude, latitude = hotel["Location"]["coordinates"]
    return west <= longitude <= east and south <= latitude <= north


def words(text):
    return re.findall(r"[\w']+", (text or "").lower())


# --- orders: null comes first ascending and last descending


def ascending(value):
    return lambda hotel: (value(hotel) is not None, value(hotel) or 0)


def descending(value):
    return lambda hotel: (value(hotel) is None, -(value(hotel) or 0))


def by_text(value):
    return lambda hotel: (value(hotel) is not None, value(hotel) or "")


def by_text_backwards(value):
    return lambda hotel: (value(hotel) is None, [-ord(letter) for letter in value(hotel) or ""] + [1])


def nearest(longitude, latitude):
    """No place is as far away as can be."""
    return lambda hotel: inf if hotel["Location"] is None else kilometres(hotel, longitude, latitude)


def field(name):
    return lambda hotel: hotel[name]


def selected(value, paths):
    """The parts of a document that a `$select` shows."""
    if value is None:
        return None
    if isinstance(value, list):
        return [selected(element, paths) for element in value]
    shown = {}
    for name in value:
        below = [path.partition("/")[2] for path in paths if path.partition("/")[0] == name]
        if below:
            shown[name] = value[name] if "" in below else selected(value[name], below)
    return shown


# --- the queries

query("everything, by default", top=50)
query("one hotel by its key", lambda h: h["HotelId"] == "17", filter="HotelId eq '17'")
query("a few by their keys", lambda h: h["HotelId"] in ("3", "20", "41", "6"), filter="search.in(HotelId, '3,20,41,6,nowhere')")
query("of one category", lambda h: h["Category"] == "Luxury", filter="Category eq 'Luxury'")
query(
    "not of some categories",
    lambda h: h["Category"] not in ("Budget", "Extended-Stay", "Resort and Spa"),
    filter="not search.in(Category, 'Budget|Extended-Stay|Resort and Spa', '|')",
)
query("without a category", lambda h: h["Category"] is None, filter="Category eq null")
query("any category but boutique, null too", lambda h: h["Category"] != "Boutique", filter="Category ne 'Boutique'", top=30)
query("with parking", lambda h: h["ParkingIncluded"] is True, filter="ParkingIncluded", top=100)
query("not with parking: no or unknown", lambda h: h["ParkingIncluded"] is not True, filter="not ParkingIncluded")
query("surely without parking", lambda h: h["ParkingIncluded"] is False, filter="ParkingIncluded eq false")
query("well rated", lambda h: more(h["Rating"], 4.5), filter="Rating gt 4.5")
query(
    "rated between, best first",
    lambda h: at_least(h["Rating"], 3.9) and h["Rating"] <= 4.2,
    [descending(field("Rating"))],
    filter="Rating ge 3.9 and Rating le 4.2",
    orderby=["Rating desc"],
)
query("not rated below four: also those without a rating", lambda h: not less(h["Rating"], 4), filter="not (Rating lt 4)", top=100)
query("a whole number for a double", lambda h: h["Rating"] == 4, filter="Rating eq 4")
query("a fraction for a whole number", lambda h: more(h["Stars"], 4.5), filter="4.5 lt Stars")
query("many reviews", lambda h: more(h["ReviewCount"], 4000), [descending(field("ReviewCount"))], filter="ReviewCount gt 4000", orderby=["ReviewCount desc"])
query("more reviews than there can be", lambda h: False, filter="ReviewCount gt 9223372036854775806")
query("renovated since 2020", lambda h: at_least(h["LastRenovated"], "2020"), filter="LastRenovated ge 2020-01-01T00:00:00Z")
query(
    "renovated up to the last millisecond of a century, by another clock",
    lambda h: less(h["LastRenovated"], "1999-12-31T23:59:59.999Z"),
    [by_text(field("LastRenovated"))],
    filter="LastRenovated lt 2000-01-01T00:59:59.999+01:00",
    orderby=["LastRenovated"],
)
query("never renovated", lambda h: h["LastRenovated"] is None, filter="LastRenovated eq null")
query("in a city", lambda h: address(h, "City") == "Wien", filter="Address/City eq 'Wien'")
query("a quote in a name", lambda h: h["HotelName"] == "Hôtel d'Été", filter="HotelName eq 'Hôtel d''Été'")
query("names are compared letter by letter", lambda h: h["HotelName"] == "Zebra crossing", filter="HotelName eq 'Zebra crossing'")
query("two levels down", lambda h: area(h) in ("Altstadt", "Old Town"), filter="Address/Area/Name eq 'Altstadt' or Address/Area/Name eq 'Old Town'")
query(
    "no area: the area, the address or both are null",
    lambda h: area(h) is None and less(h["Stars"], 2),
    filter="Address/Area/Name eq null and Stars lt 2",
)
query(
    "and binds closer than or",
    lambda h: h["Category"] == "Luxury" or (h["Category"] == "Budget" and h["ParkingIncluded"] is True),
    filter="Category eq 'Luxury' or Category eq 'Budget' and ParkingIncluded",
)
query(
    "unless there are parentheses",
    lambda h: h["Category"] in ("Luxury", "Budget") and h["ParkingIncluded"] is True,
    filter="(Category eq 'Luxury' or Category eq 'Budget') and ParkingIncluded",
)
query("with a tag", lambda h: "view" in h["Tags"], filter="Tags/any(t: t eq 'view')")
query("with one of some tags", lambda h: bool({"ski", "parking lot"} & set(h["Tags"])), filter="Tags/any(t: search.in(t, 'ski,parking lot', ','))")
query(
    "with two tags",
    lambda h: "pool" in h["Tags"] and "bar" in h["Tags"],
    filter="Tags/any(t: t eq 'pool') and Tags/any(t: t eq 'bar')",
)
query(
    "never loud: all tags are others",
    lambda h: not {"bar", "shuttle"} & set(h["Tags"]) and more(h["Rating"], 4.2),
    filter="Tags/all(t: t ne 'bar' and t ne 'shuttle') and Rating gt 4.2",
)
query("no tags at all", lambda h: not h["Tags"], filter="not Tags/any()")
query("on a floor up high", lambda h: any(floor > 6 for floor in h["Floors"]), filter="Floors/any(f: f gt 6)")
query(
    "only ground and first floor, and there are floors",
    lambda h: h["Floors"] and all(floor < 2 for floor in h["Floors"]) and more(h["Rating"], 3.5),
    filter="Floors/all(f: f lt 2) and Floors/any() and Rating gt 3.5",
)
query(
    "one room that is cheap and for two",
    lambda h: rooms(h, lambda r: r["Rate"] < 100 and r["Beds"] == 2),
    filter="Rooms/any(r: r/Rate lt 100 and r/Beds eq 2)",
)
query(
    "a cheap room and a room for two",
    lambda h: rooms(h, lambda r: r["Rate"] < 60) and rooms(h, lambda r: r["Beds"] == 2),
    filter="Rooms/any(r: r/Rate lt 60) and Rooms/any(r: r/Beds eq 2)",
)
query(
    "smoke in no room, and there is one",
    lambda h: h["Rooms"] and all(r["SmokingAllowed"] is not True for r in h["Rooms"]) and h["Category"] == "Budget",
    filter="Rooms/any() and Rooms/all(r: not r/SmokingAllowed) and Category eq 'Budget'",
)
query("no rooms", lambda h: not h["Rooms"], filter="not Rooms/any()")
query(
    "a room with a balcony and a view",
    lambda h: rooms(h, lambda r: "balcony" in r["Tags"] and "view" in r["Tags"]),
    filter="Rooms/any(r: r/Tags/any(t: t eq 'balcony') and r/Tags/any(t: t eq 'view'))",
)
query(
    "a dear extra in a room that is not",
    lambda h: rooms(h, lambda r: r["Rate"] < 300 and any(more(a["Price"], 10) for a in r["Amenities"])),
    filter="Rooms/any(r: r/Rate lt 300 and r/Amenities/any(a: a/Price gt 10))",
)
query(
    "every extra of every room costs nothing more",
    lambda h: h["Rooms"] and all(r["Amenities"] and all(a["Price"] is None for a in r["Amenities"]) for r in h["Rooms"]),
    filter="Rooms/any() and Rooms/all(r: r/Amenities/any() and r/Amenities/all(a: a/Price eq null))",
)
query(
    "near a place, nearest first",
    lambda h: less(kilometres(h, 4.9, 52.37), 300),
    [nearest(4.9, 52.37)],
    filter="geo.distance(Location, geography'POINT(4.9 52.37)') lt 300",
    orderby=["geo.distance(Location, geography'POINT(4.9 52.37)')"],
)
query(
    "far from everything: over the date line",
    lambda h: less(kilometres(h, 180, -16.6), 200),
    filter="geo.distance(Location, geography'POINT(180 -16.6)') le 200",
)
query(
    "on a part of the map",
    lambda h: within(h, -10, 36, 5, 49),
    filter="geo.intersects(Location, geography'POLYGON((-10 36, 5 36, 5 49, -10 49, -10 36))')",
)
query(
    "by country, then by rating",
    lambda h: at_least(h["Stars"], 5),
    [by_text(lambda h: address(h, "Country")), descending(field("Rating"))],
    filter="Stars ge 5",
    orderby=["Address/Country asc", "Rating desc"],
    select="HotelName,Address/Country,Rating",
)
query(
    "no stars come first",
    lambda h: not more(h["Stars"], 1),
    [ascending(field("Stars")), by_text_backwards(field("HotelId"))],
    filter="not (Stars gt 1)",
    orderby=["Stars", "HotelId desc"],
)
query(
    "the second page of names, letter by letter",
    order=[by_text(field("HotelName"))],
    orderby=["HotelName"],
    select="HotelName",
    skip=10,
    top=10,
)
query("the longest walk", order=[by_text_backwards(field("HotelId"))], orderby=["HotelId desc"], select="HotelId,Tags")
query(
    "parts of rooms, also where nothing is in them",
    lambda h: h["HotelId"] in ("38", "39", "40", "41", "42"),
    filter="search.in(HotelId, '38 39 40 41 42')",
    select="Rooms/SmokingAllowed,Rooms/Amenities/Price,Address/Area,Tags",
)
query(
    "words in names with a filter",
    lambda h: "inn" in words(h["HotelName"]) and h["ParkingIncluded"] is True,
    search="inn",
    searchFields=["HotelName"],
    filter="ParkingIncluded",
)
query(
    "all words, ordered by something else than the score",
    lambda h: {"cottage"} <= set(words(h["HotelName"])) and address(h, "City") == "Montreux",
    [descending(field("Rating")), by_text(field("HotelName"))],
    search="cottage",
    searchMode="all",
    searchFields=["HotelName", "Address/City"],
    filter="Address/City eq 'Montreux'",
    orderby=["Rating desc", "HotelName"],
    select="HotelName,Rating",
    top=5,
)
query("only how many", lambda h: at_least(h["Stars"], 3), filter="Stars ge 3", top=0)


def main():
    text = "[\n" + ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in queries) + "\n]\n"
    file = HERE / "hotel-queries.json"
    if "--check" not in sys.argv:
        file.write_text(text)
    elif file.read_text() != text:
        sys.exit(f"{file.name} is not what {Path(__file__).name} writes")


main()
