"""The journey's steps through definitions: every call of the client for indexes, synonym maps, aliases and statistics.

Expectations are what was sent, completed by the service's documented defaults. What version 11.6.0 lacks (aliases) is left
out there.
"""

from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.search.documents.indexes import models
from common import PREFIX, QUERY, contains, documents_of, equal, indexes, raises

HAS_ALIASES = hasattr(models, "SearchAlias")


def definition(**changes):
    """An index with every part that a definition can have and that needs nothing outside of it."""
    parts = {
        "name": f"{PREFIX}-defined",
        "fields": [
            models.SimpleField(name="id", type="Edm.String", key=True),
            models.SearchableField(name="title", synonym_map_names=[f"{PREFIX}-words"]),
            models.SearchableField(name="body", analyzer_name="en.lucene"),
            models.SearchableField(name="code", index_analyzer_name="keyword", search_analyzer_name="whitespace"),
            models.SimpleField(name="rating", type="Edm.Double", filterable=True, sortable=True),
            models.SimpleField(name="built", type="Edm.DateTimeOffset", filterable=True),
            models.SimpleField(name="place", type="Edm.GeographyPoint", filterable=True),
            models.SimpleField(name="tags", type="Collection(Edm.String)", filterable=True),
            models.SearchField(
                name="vector",
                type="Collection(Edm.Single)",
                searchable=True,
                stored=False,
                hidden=True,
                vector_search_dimensions=3,
                vector_search_profile_name="near",
            ),
        ],
        "cors_options": models.CorsOptions(allowed_origins=["https://shop.example"], max_age_in_seconds=60),
        "suggesters": [models.SearchSuggester(name="sg", source_fields=["title", "body"])],
        "analyzers": [
            models.CustomAnalyzer(name="folded", tokenizer_name="pieces", token_filters=["lowercase", "plain"], char_filters=["dashes"]),
            models.PatternAnalyzer(name="cut", pattern="[,;]", flags=["CASE_INSENSITIVE", "DOTALL"]),
        ],
        "tokenizers": [models.EdgeNGramTokenizer(name="pieces", min_gram=2, max_gram=4, token_chars=["letter"])],
        "token_filters": [models.AsciiFoldingTokenFilter(name="plain", preserve_original=True)],
        "char_filters": [models.MappingCharFilter(name="dashes", mappings=["-=>_"])],
        "similarity": models.BM25SimilarityAlgorithm(k1=1.3, b=0.5),
        "scoring_profiles": [
            models.ScoringProfile(name="words", text_weights=models.TextWeights(weights={"title": 2.5})),
            models.ScoringProfile(
                name="all",
                function_aggregation="average",
                functions=[
                    models.MagnitudeScoringFunction(
                        field_name="rating",
                        boost=2.0,
                        interpolation="constant",
                        parameters=models.MagnitudeScoringParameters(boosting_range_start=1, boosting_range_end=5),
                    ),
                    models.TagScoringFunction(
                        field_name="tags", boost=3.0, parameters=models.TagScoringParameters(tags_parameter="mine")
                    ),
                    models.DistanceScoringFunction(
                        field_name="place",
                        boost=2.0,
                        parameters=models.DistanceScoringParameters(reference_point_parameter="here", boosting_distance=10.0),
                    ),
                ],
            ),
        ],
        "semantic_search": models.SemanticSearch(
            default_configuration_name="plain",
            configurations=[
                models.SemanticConfiguration(
                    name="plain",
                    prioritized_fields=models.SemanticPrioritizedFields(
                        title_field=models.SemanticField(field_name="title"),
                        content_fields=[models.SemanticField(field_name="body")],
                    ),
                )
            ],
        ),
        "vector_search": models.VectorSearch(
            algorithms=[
                models.HnswAlgorithmConfiguration(name="graph", parameters=models.HnswParameters(m=5, metric="dotProduct")),
                models.ExhaustiveKnnAlgorithmConfiguration(name="all"),
            ],
            profiles=[models.VectorSearchProfile(name="near", algorithm_configuration_name="graph", compression_name="small")],
            compressions=[models.ScalarQuantizationCompression(compression_name="small")],
        ),
    }
    return models.SearchIndex(**{**parts, **changes})


def synonym_maps_come_and_go():
    client = indexes()
    words = models.SynonymMap(name=f"{PREFIX}-words", synonyms=["USA, United States", "Washington => WA"])
    first = client.create_synonym_map(words)
    assert first.e_tag, "a definition has an etag"
    same = client.get_synonym_map(words.name)
    # A map whose rules were looked at is sent by 12.0.0 with an array in the place of text, which no service takes: those
    # that go back to the service are not looked at.
    equal((same.e_tag, same.synonyms), (first.e_tag, ["USA, United States", "Washington => WA"]))
    error = raises(HttpResponseError, client.create_synonym_map, words)
    equal(error.status_code, 400)
    second = client.create_or_update_synonym_map(models.SynonymMap(name=words.name, synonyms=["a, b"]))
    assert second.e_tag != first.e_tag, "a change makes a new etag"
    unchanged = {"match_condition": MatchConditions.IfNotModified}
    raises(ResourceModifiedError, lambda: client.create_or_update_synonym_map(first, **unchanged))
    raises(ResourceModifiedError, lambda: client.delete_synonym_map(first, **unchanged))
    third = client.create_or_update_synonym_map(second, **unchanged)
    equal(third.synonyms, ["a, b"])
    missing = {"match_condition": MatchConditions.IfMissing}
    raises(ResourceExistsError, lambda: client.create_or_update_synonym_map(words, **missing))
    more = client.create_or_update_synonym_map(models.SynonymMap(name=f"{PREFIX}-more", synonyms=["c, d"]), **missing)
    contains(client.get_synonym_map_names(), more.name)
    equal([found.synonyms for found in client.get_synonym_maps() if found.name == more.name], [["c, d"]])
    # 11.6.0 cannot read an answer without synonyms.
    selected = [found for found in client.get_synonym_maps(select=["name", "synonyms"]) if found.name == more.name]
    equal([(found.name, found.e_tag) for found in selected], [(more.name, None)])
    error = raises(HttpResponseError, client.create_synonym_map, models.SynonymMap(name="bad", synonyms=["a => b => c"]))
    contains(error.message, "Only one explicit mapping (=>) can be specified in a synonym rule.")
    client.delete_synonym_map(more, **unchanged)
    error = raises(ResourceNotFoundError, client.get_synonym_map, more.name)
    contains(error.message, f"No synonym map with the name '{more.name}' was found in service")
    error = raises(HttpResponseError, indexes(QUERY).get_synonym_map, words.name)
    equal(error.status_code, 403)


def an_index_with_every_part():
    client = indexes()
    made = client.create_index(definition())
    same = client.get_index(made.name)
    equal(same.e_tag, made.e_tag)
    fields = {field.name: field for field in same.fields}
    equal(list(fields), [field.name for field in definition().fields])
    equal(fields["title"].synonym_map_names, [f"{PREFIX}-words"])
    equal((fields["code"].index_analyzer_name, fields["code"].search_analyzer_name), ("keyword", "whitespace"))
    equal((fields["vector"].stored, fields["vector"].hidden, fields["vector"].vector_search_dimensions), (False, True, 3))
    equal((same.cors_options.allowed_origins, same.cors_options.max_age_in_seconds), (["https://shop.example"], 60))
    equal(same.suggesters[0].source_fields, ["title", "body"])
    folded, cut = same.analyzers
    equal((folded.tokenizer_name, folded.token_filters, folded.char_filters), ("pieces", ["lowercase", "plain"], ["dashes"]))
    equal((cut.pattern, cut.lower_case_terms), ("[,;]", True))
    pieces = same.tokenizers[0]
    equal((pieces.min_gram, pieces.max_gram, pieces.token_chars), (2, 4, ["letter"]))
    equal(same.token_filters[0].preserve_original, True)
    equal(same.char_filters[0].mappings, ["-=>_"])
    equal((same.similarity.k1, same.similarity.b), (1.3, 0.5))
    words, everything = same.scoring_profiles
    equal((words.text_weights.weights, words.function_aggregation), ({"title": 2.5}, None))
    equal(everything.function_aggregation, "average")
    equal([function.type for function in everything.functions], ["magnitude", "tag", "distance"])
    equal(everything.functions[0].parameters.boosting_range_end, 5)
    equal([function.interpolation for function in everything.functions], ["constant", "linear", "linear"])
    plain = same.semantic_search.configurations[0].prioritized_fields
    equal((plain.title_field.field_name, plain.content_fields[0].field_name, plain.keywords_fields), ("title", "body", []))
    graph, everyone = same.vector_search.algorithms
    equal((graph.parameters.m, graph.parameters.ef_construction, graph.parameters.metric), (5, 400, "dotProduct"))
    equal(everyone.parameters.metric, "cosine")
    equal(same.vector_search.profiles[0].compression_name, "small")
    small = same.vector_search.compressions[0]
    equal((small.rescoring_options.enable_rescoring, small.rescoring_options.default_oversampling), (True, 4.0))


def an_index_changes():
    client = indexes()
    first = client.get_index(f"{PREFIX}-defined")
    second = client.create_or_update_index(definition(description="newer"))
    equal(second.description, "newer")
    assert second.e_tag != first.e_tag, "a change makes a new etag"
    unchanged = {"match_condition": MatchConditions.IfNotModified}
    raises(ResourceModifiedError, lambda: client.create_or_update_index(first, **unchanged))
    raises(ResourceModifiedError, lambda: client.delete_index(first, **unchanged))
    third = client.create_or_update_index(second, **unchanged)
    equal(third.description, "newer", "what the service said can be sent back to it")
    raises(ResourceExistsError, lambda: client.create_or_update_index(definition(), match_condition=MatchConditions.IfMissing))
    absent = definition(name=f"{PREFIX}-absent")
    raises(ResourceNotFoundError, lambda: client.create_or_update_index(absent, match_condition=MatchConditions.IfPresent))
    fields = definition().fields
    fields[4].sortable = False
    error = raises(HttpResponseError, client.create_or_update_index, definition(fields=fields))
    contains(error.message, "Existing field 'rating' cannot be changed.")
    analyzers = [*definition().analyzers, models.StopAnalyzer(name="another")]
    error = raises(HttpResponseError, client.create_or_update_index, definition(analyzers=analyzers))
    contains(error.message, "set the 'allowIndexDowntime' query parameter to 'true'")
    allowed = client.create_or_update_index(definition(analyzers=analyzers), allow_index_downtime=True)
    equal([analyzer.name for analyzer in allowed.analyzers], ["folded", "cut", "another"])
    contains([index.name for index in client.list_indexes()], first.name)
    contains(list(client.list_index_names()), first.name)
    selected = [index for index in client.list_indexes(select=["name", "description"]) if index.name == first.name]
    equal([(index.name, index.fields or []) for index in selected], [(first.name, [])])
    error = raises(HttpResponseError, indexes(QUERY).get_index, first.name)
    equal(error.status_code, 403)


def aliases_come_and_go():
    client = indexes()
    name = f"{PREFIX}-current"
    alias = client.create_alias(models.SearchAlias(name=name, indexes=[f"{PREFIX}-places"]))
    equal((alias.name, alias.indexes), (name, [f"{PREFIX}-places"]))
    error = raises(HttpResponseError, client.create_alias, alias)
    contains(error.message, "An index alias cannot have the same name as another alias")
    equal(client.get_alias(name).indexes, [f"{PREFIX}-places"])
    contains(list(client.list_alias_names()), name)
    contains([found.name for found in client.list_aliases()], name)
    reader = documents_of("current", QUERY)
    equal(reader.get_document("mill")["name"], "The Old Mill")
    equal(reader.get_document_count(), documents_of("places").get_document_count())
    equal([hit["id"] for hit in reader.search("wheel")], ["mill"])
    error = raises(HttpResponseError, client.delete_index, f"{PREFIX}-places")
    contains(error.message, "cannot be deleted because the following alias(es) map to it")
    turned = client.create_or_update_alias(models.SearchAlias(name=name, indexes=[f"{PREFIX}-pages"]))
    equal(turned.indexes, [f"{PREFIX}-pages"])
    equal(reader.get_document_count(), 230)
    error = raises(HttpResponseError, client.create_alias, models.SearchAlias(name=f"{PREFIX}-lost", indexes=[f"{PREFIX}-absent"]))
    contains(error.message, "Index alias was not valid for creation.")
    client.delete_alias(name)
    raises(ResourceNotFoundError, client.get_alias, name)
    client.create_alias(models.SearchAlias(name=name, indexes=[f"{PREFIX}-places"]))


def the_service_counts():
    told = indexes().get_service_statistics()
    told = told if isinstance(told, dict) else told.as_dict()
    counters = told["counters"]
    names = set(indexes().list_index_names())
    counter = lambda *spellings: next(counters[spelling] for spelling in spellings if spelling in counters)
    equal(counter("index_counter", "indexesCount")["usage"], len(names))
    assert counter("document_counter", "documentCount")["usage"] > 0
    assert counter("synonym_map_counter", "synonymMaps")["usage"] >= 1


def definitions_are_still_there():
    client = indexes()
    equal([analyzer.name for analyzer in client.get_index(f"{PREFIX}-defined").analyzers], ["folded", "cut", "another"])
    equal(client.get_synonym_map(f"{PREFIX}-words").synonyms, ["a, b"])
    if HAS_ALIASES:
        equal(documents_of("current", QUERY).get_document("mill")["name"], "The Old Mill")


def definitions_are_deleted():
    client = indexes()
    if HAS_ALIASES:
        client.delete_alias(client.get_alias(f"{PREFIX}-current"))
    client.delete_index(client.get_index(f"{PREFIX}-defined"), match_condition=MatchConditions.IfNotModified)
    client.delete_synonym_map(f"{PREFIX}-words")
    equal([name for name in client.get_synonym_map_names() if name.startswith(f"{PREFIX}-")], [])


FILL = [
    synonym_maps_come_and_go,
    an_index_with_every_part,
    an_index_changes,
    *([aliases_come_and_go] if HAS_ALIASES else []),
    the_service_counts,
]
AGAIN = [definitions_are_still_there, definitions_are_deleted]
