// A journey through Lazuli with Microsoft's own client, unmodified: com.azure:azure-search-documents, see pom.xml.
//
// `Journey.java fill` creates definitions and documents and reads them back; after a restart of the server
// `Journey.java again` finds everything as it was, and cleans up. `cargo xtask sdk` runs both and sets the LAZULI_…
// variables; the CA is trusted through javax.net.ssl.trustStore. Expectations come from what was sent, or from the
// service's documentation; never from an answer of Lazuli's. Aliases are not part of this client.

import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.Context;
import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.azure.search.documents.SearchClient;
import com.azure.search.documents.SearchDocument;
import com.azure.search.documents.indexes.SearchIndexClient;
import com.azure.search.documents.indexes.SearchIndexClientBuilder;
import com.azure.search.documents.indexes.SearchIndexerClient;
import com.azure.search.documents.indexes.SearchIndexerClientBuilder;
import com.azure.search.documents.indexes.models.BM25SimilarityAlgorithm;
import com.azure.search.documents.indexes.models.BlobIndexerParsingMode;
import com.azure.search.documents.indexes.models.CorsOptions;
import com.azure.search.documents.indexes.models.CustomAnalyzer;
import com.azure.search.documents.indexes.models.FieldMapping;
import com.azure.search.documents.indexes.models.FieldMappingFunction;
import com.azure.search.documents.indexes.models.HnswAlgorithmConfiguration;
import com.azure.search.documents.indexes.models.IndexerExecutionResult;
import com.azure.search.documents.indexes.models.IndexerExecutionStatus;
import com.azure.search.documents.indexes.models.IndexingParameters;
import com.azure.search.documents.indexes.models.IndexingParametersConfiguration;
import com.azure.search.documents.indexes.models.LexicalAnalyzerName;
import com.azure.search.documents.indexes.models.LexicalTokenizerName;
import com.azure.search.documents.indexes.models.MagnitudeScoringFunction;
import com.azure.search.documents.indexes.models.MagnitudeScoringParameters;
import com.azure.search.documents.indexes.models.ScoringFunctionAggregation;
import com.azure.search.documents.indexes.models.ScoringProfile;
import com.azure.search.documents.indexes.models.SearchField;
import com.azure.search.documents.indexes.models.SearchFieldDataType;
import com.azure.search.documents.indexes.models.SearchIndex;
import com.azure.search.documents.indexes.models.SearchIndexer;
import com.azure.search.documents.indexes.models.SearchIndexerDataContainer;
import com.azure.search.documents.indexes.models.SearchIndexerDataSourceConnection;
import com.azure.search.documents.indexes.models.SearchIndexerDataSourceType;
import com.azure.search.documents.indexes.models.SearchIndexerStatus;
import com.azure.search.documents.indexes.models.SearchSuggester;
import com.azure.search.documents.indexes.models.SemanticConfiguration;
import com.azure.search.documents.indexes.models.SemanticField;
import com.azure.search.documents.indexes.models.SemanticPrioritizedFields;
import com.azure.search.documents.indexes.models.SemanticSearch;
import com.azure.search.documents.indexes.models.SynonymMap;
import com.azure.search.documents.indexes.models.TextWeights;
import com.azure.search.documents.indexes.models.TokenFilterName;
import com.azure.search.documents.indexes.models.VectorSearch;
import com.azure.search.documents.indexes.models.VectorSearchProfile;
import com.azure.search.documents.models.IndexDocumentsResult;
import com.azure.search.documents.models.IndexingResult;
import com.azure.search.documents.models.SearchMode;
import com.azure.search.documents.models.SearchOptions;
import com.azure.search.documents.models.SearchResult;
import com.azure.search.documents.util.SearchPagedIterable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

public final class Journey {
    private static final String PREFIX = System.getenv("LAZULI_PREFIX");
    private static final SearchIndexClient INDEXES = client(System.getenv("LAZULI_ADMIN_KEY"));
    private static final SearchIndexClient READER = client(System.getenv("LAZULI_QUERY_KEY"));

    private static final SearchIndexerClient INDEXERS = new SearchIndexerClientBuilder()
        .endpoint(System.getenv("LAZULI_URL"))
        .credential(new AzureKeyCredential(System.getenv("LAZULI_ADMIN_KEY")))
        .buildClient();

    private record Step(String name, Runnable action) {}

    public static void main(String[] arguments) {
        long began = System.nanoTime();
        List<Step> steps = arguments[0].equals("fill")
            ? List.of(
                new Step("an index is created", Journey::anIndexIsCreated),
                new Step("its etag decides", Journey::itsEtagDecides),
                new Step("its changes are refused or not", Journey::itsChangesAreRefusedOrNot),
                new Step("synonym maps come and go", Journey::synonymMapsComeAndGo),
                new Step("documents are written and read", Journey::documentsAreWrittenAndRead),
                new Step("pages are turned", Journey::pagesAreTurned),
                new Step("hotel search is filled", Journey::hotelSearchIsFilled),
                new Step("hotel search is answered", Journey::hotelSearchIsAnswered),
                new Step("a folder is crawled", Journey::aFolderIsCrawled),
                new Step("mistakes are refused", Journey::mistakesAreRefused),
                new Step("statistics are told", Journey::statisticsAreTold))
            : List.of(
                new Step("everything is still there", Journey::everythingIsStillThere),
                new Step("hotel search is answered", Journey::hotelSearchIsAnswered),
                new Step("statistics are told", Journey::statisticsAreTold),
                new Step("indexers are deleted", Journey::indexersAreDeleted),
                new Step("everything is deleted", Journey::everythingIsDeleted));
        for (Step step : steps) {
            step.action().run();
            System.out.println("  " + step.name());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("  azure-search-documents for Java, %s: %d steps in %.1f s%n", arguments[0], steps.size(), seconds);
    }

    // --- definitions

    private static SearchIndex places(SearchField... more) {
        List<SearchField> fields = new ArrayList<>(List.of(
            new SearchField("id", SearchFieldDataType.STRING).setKey(true),
            new SearchField("name", SearchFieldDataType.STRING).setSearchable(true).setSortable(true),
            new SearchField("notes", SearchFieldDataType.STRING).setSearchable(true).setAnalyzerName(LexicalAnalyzerName.EN_LUCENE),
            new SearchField("tags", SearchFieldDataType.collection(SearchFieldDataType.STRING)).setSearchable(true),
            new SearchField("floors", SearchFieldDataType.INT32),
            new SearchField("rating", SearchFieldDataType.DOUBLE),
            new SearchField("secret", SearchFieldDataType.STRING).setHidden(true),
            new SearchField("address", SearchFieldDataType.COMPLEX)
                .setFields(new SearchField("city", SearchFieldDataType.STRING).setSearchable(true)),
            new SearchField("embedding", SearchFieldDataType.collection(SearchFieldDataType.SINGLE))
                .setSearchable(true).setHidden(false).setVectorSearchDimensions(3).setVectorSearchProfileName("near")));
        fields.addAll(Arrays.asList(more));
        return new SearchIndex(named("places"), fields)
            .setDescription("made by the journey")
            .setCorsOptions(new CorsOptions(List.of("https://shop.example")).setMaxAgeInSeconds(60L))
            .setSuggesters(new SearchSuggester("sg", List.of("name", "tags")))
            .setAnalyzers(new CustomAnalyzer("folded", LexicalTokenizerName.KEYWORD)
                .setTokenFilters(TokenFilterName.LOWERCASE, TokenFilterName.ASCII_FOLDING))
            .setSimilarity(new BM25SimilarityAlgorithm())
            .setScoringProfiles(new ScoringProfile("stars")
                .setTextWeights(new TextWeights(Map.of("name", 2.0)))
                .setFunctionAggregation(ScoringFunctionAggregation.AVERAGE)
                .setFunctions(new MagnitudeScoringFunction("rating", 3.0, new MagnitudeScoringParameters(1, 5))))
            .setSemanticSearch(new SemanticSearch().setDefaultConfigurationName("plain").setConfigurations(List.of(
                new SemanticConfiguration("plain", new SemanticPrioritizedFields()
                    .setTitleField(new SemanticField("name")).setContentFields(new SemanticField("notes"))))))
            .setVectorSearch(new VectorSearch()
                .setAlgorithms(new HnswAlgorithmConfiguration("graph"))
                .setProfiles(new VectorSearchProfile("near", "graph")));
    }

    private static void anIndexIsCreated() {
        SearchIndex made = INDEXES.createIndex(places());
        equal(made.getName(), named("places"));
        if (made.getETag() == null) throw new AssertionError("an index has an ETag");
        SearchIndex same = INDEXES.getIndex(named("places"));
        equal(same.getETag(), made.getETag());
        equal(names(same.getFields()), names(places().getFields()));
        equal(field(same, "notes").getAnalyzerName(), LexicalAnalyzerName.EN_LUCENE);
        equal(field(same, "secret").isHidden(), true);
        equal(field(same, "tags").isSortable(), false);
        equal(field(same, "embedding").getVectorSearchDimensions(), 3);
        equal(same.getDescription(), "made by the journey");
        equal(same.getCorsOptions().getAllowedOrigins(), List.of("https://shop.example"));
        equal(same.getCorsOptions().getMaxAgeInSeconds(), 60L);
        equal(same.getSuggesters().get(0).getSourceFields(), List.of("name", "tags"));
        CustomAnalyzer analyzer = (CustomAnalyzer) same.getAnalyzers().get(0);
        equal(analyzer.getTokenFilters(), List.of(TokenFilterName.LOWERCASE, TokenFilterName.ASCII_FOLDING));
        equal(((BM25SimilarityAlgorithm) same.getSimilarity()).getK1(), null);
        ScoringProfile profile = same.getScoringProfiles().get(0);
        equal(profile.getFunctionAggregation(), ScoringFunctionAggregation.AVERAGE);
        equal(profile.getTextWeights().getWeights(), Map.of("name", 2.0));
        MagnitudeScoringFunction function = (MagnitudeScoringFunction) profile.getFunctions().get(0);
        equal(function.getParameters().getBoostingRangeEnd(), 5.0);
        equal(same.getSemanticSearch().getConfigurations().get(0).getPrioritizedFields().getTitleField().getFieldName(), "name");
        HnswAlgorithmConfiguration graph = (HnswAlgorithmConfiguration) same.getVectorSearch().getAlgorithms().get(0);
        equal(graph.getParameters().getEfConstruction(), 400);
        equal(same.getVectorSearch().getProfiles().get(0).getAlgorithmConfigurationName(), "graph");
        contains(INDEXES.listIndexNames().stream().toList(), named("places"));
        contains(INDEXES.listIndexes().stream().map(SearchIndex::getName).toList(), named("places"));
        HttpResponseException error = fails(400, () -> INDEXES.createIndex(places()));
        contains(error.getMessage(), "because it already exists");
    }

    private static void itsEtagDecides() {
        SearchIndex first = INDEXES.getIndex(named("places"));
        SearchIndex second = INDEXES.createOrUpdateIndex(places().setDescription("newer"));
        if (first.getETag().equals(second.getETag())) throw new AssertionError("a change makes a new ETag");
        fails(412, () -> INDEXES.createOrUpdateIndexWithResponse(first, false, true, Context.NONE));
        fails(412, () -> INDEXES.deleteIndexWithResponse(first, true, Context.NONE));
        equal(INDEXES.createOrUpdateIndexWithResponse(second, false, true, Context.NONE).getStatusCode(), 200);
        equal(INDEXES.getIndex(named("places")).getDescription(), "newer");
        SearchIndex small = new SearchIndex(named("small"), List.of(new SearchField("id", SearchFieldDataType.STRING).setKey(true)));
        SearchIndex created = INDEXES.createOrUpdateIndexWithResponse(small, false, false, Context.NONE).getValue();
        equal(INDEXES.deleteIndexWithResponse(created, true, Context.NONE).getStatusCode(), 204);
    }

    private static void itsChangesAreRefusedOrNot() {
        SearchField later = new SearchField("later", SearchFieldDataType.STRING).setSearchable(true);
        equal(names(INDEXES.createOrUpdateIndex(places(later)).getFields()).contains("later"), true);
        SearchIndex changed = places(later);
        changed.getFields().get(1).setSortable(false);
        HttpResponseException error = fails(400, () -> INDEXES.createOrUpdateIndex(changed));
        contains(error.getMessage(), "Existing field 'name' cannot be changed.");
        SearchIndex more = places(later).setAnalyzers(places().getAnalyzers().get(0), new CustomAnalyzer("other", LexicalTokenizerName.WHITESPACE));
        error = fails(400, () -> INDEXES.createOrUpdateIndex(more));
        contains(error.getMessage(), "set the 'allowIndexDowntime' query parameter to 'true'");
        SearchIndex allowed = INDEXES.createOrUpdateIndexWithResponse(more, true, false, Context.NONE).getValue();
        equal(allowed.getAnalyzers().size(), 2);
    }

    private static void synonymMapsComeAndGo() {
        SynonymMap words = new SynonymMap(named("words"), "USA, United States\nWashington => WA");
        SynonymMap first = INDEXES.createSynonymMap(words);
        equal(first.getSynonyms(), words.getSynonyms());
        fails(400, () -> INDEXES.createSynonymMap(words));
        SynonymMap second = INDEXES.createOrUpdateSynonymMap(new SynonymMap(named("words"), "a, b"));
        equal(INDEXES.getSynonymMap(named("words")).getETag(), second.getETag());
        fails(412, () -> INDEXES.createOrUpdateSynonymMapWithResponse(first, true, Context.NONE));
        fails(412, () -> INDEXES.deleteSynonymMapWithResponse(first, true, Context.NONE));
        equal(INDEXES.createOrUpdateSynonymMapWithResponse(second, true, Context.NONE).getStatusCode(), 200);
        equal(INDEXES.createOrUpdateSynonymMapWithResponse(new SynonymMap(named("more"), "c, d"), false, Context.NONE).getStatusCode(), 201);
        contains(INDEXES.listSynonymMapNames().stream().toList(), named("more"));
        contains(INDEXES.listSynonymMaps().stream().map(SynonymMap::getSynonyms).toList(), "c, d");
        HttpResponseException error = fails(400, () -> INDEXES.createSynonymMap(new SynonymMap(named("bad"), "a => b => c")));
        contains(error.getMessage(), "Only one explicit mapping (=>) can be specified in a synonym rule.");
        INDEXES.deleteSynonymMap(named("more"));
        error = fails(404, () -> INDEXES.getSynonymMap(named("more")));
        contains(error.getMessage(), "No synonym map with the name '" + named("more") + "' was found");
    }

    // --- documents

    private static final SearchDocument MILL = new SearchDocument(Map.of(
        "id", "mill", "name", "The Old Mill", "notes", "Grinding stones were turned by the river",
        "tags", List.of("river", "stone"), "floors", 3, "rating", 4.25, "secret", "not to be shown",
        "address", Map.of("city", "Liège"), "embedding", List.of(0.25, -0.5, 1.0)));
    private static final SearchDocument TOWER = new SearchDocument(Map.of("id", "tower", "name", "Water Tower", "notes", "A turning stair"));

    private static void documentsAreWrittenAndRead() {
        SearchClient writer = INDEXES.getSearchClient(named("places"));
        statuses(writer.uploadDocuments(List.of(MILL, TOWER)), 201, 201);
        statuses(writer.mergeDocuments(List.of(Map.of("id", "mill", "floors", 4))), 200);
        statuses(writer.mergeOrUploadDocuments(List.of(Map.of("id", "third", "later", "an afterthought"))), 201);
        statuses(writer.deleteDocuments(List.of(Map.of("id", "never-was"))), 200);
        documentsAreFound();
    }

    private static void documentsAreFound() {
        SearchClient reader = READER.getSearchClient(named("places"));
        equal(reader.getDocumentCount(), 3L);
        SearchDocument mill = reader.getDocument("mill", SearchDocument.class);
        equal(mill.get("floors"), 4);
        equal(mill.get("address"), Map.of("city", "Liège"));
        equal(mill.containsKey("secret"), false);
        List<String> selected = List.of("name", "tags");
        equal(reader.getDocumentWithResponse("tower", SearchDocument.class, selected, Context.NONE).getValue(),
            Map.of("name", "Water Tower", "tags", List.of()));
        equal(found(reader, "turn", new SearchOptions()), List.of("mill", "tower"));
        equal(found(reader, "old tower", new SearchOptions().setSearchMode(SearchMode.ALL)), List.of());
        equal(found(reader, "stone", new SearchOptions().setSearchFields("notes")), List.of("mill"));
        equal(found(reader, "afterthought", new SearchOptions()), List.of("third"));
        equal(reader.search("*", new SearchOptions().setIncludeTotalCount(true), Context.NONE).getTotalCount(), 3L);
        fails(404, () -> reader.getDocument("nowhere", SearchDocument.class));
    }

    private static void pagesAreTurned() {
        INDEXES.createIndex(new SearchIndex(named("pages"), List.of(new SearchField("id", SearchFieldDataType.STRING).setKey(true))));
        SearchClient client = INDEXES.getSearchClient(named("pages"));
        List<Map<String, String>> written = IntStream.range(0, 130).mapToObj(n -> Map.of("id", String.valueOf(n))).toList();
        equal(client.uploadDocuments(written).getResults().size(), 130);
        List<Integer> sizes = client.search("*").streamByPage().map(page -> page.getValue().size()).toList();
        equal(sizes, List.of(50, 50, 30));
        List<Object> walked = client.search(null, new SearchOptions().setFilter("id ne '7'").setOrderBy("id desc"), Context.NONE)
            .stream().map(hit -> document(hit).get("id")).toList();
        equal(walked, IntStream.range(0, 130).filter(n -> n != 7).mapToObj(String::valueOf).sorted(Comparator.reverseOrder()).toList());
    }

    // --- a hotel search: what it would ask, with the answers computed by data/make_queries.py

    private static void hotelSearchIsFilled() {
        String definition = "{\"name\":\"" + named("stays") + "\"," + data("hotels.index.json").strip().substring(1);
        try (JsonReader reader = JsonProviders.createReader(definition)) {
            INDEXES.createIndex(SearchIndex.fromJson(reader));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        List<Map<String, Object>> hotels = objects(data("hotels.json"));
        statuses(INDEXES.getSearchClient(named("stays")).uploadDocuments(hotels), Collections.nCopies(hotels.size(), 201).toArray(Integer[]::new));
    }

    private static void hotelSearchIsAnswered() {
        SearchClient reader = READER.getSearchClient(named("stays"));
        for (Map<String, Object> query : objects(data("hotel-queries.json"))) {
            SearchOptions options = new SearchOptions().setIncludeTotalCount(true)
                .setFilter((String) query.get("filter"))
                .setOrderBy(texts(query.get("orderby")))
                .setSelect(texts(query.get("select")))
                .setSearchFields(texts(query.get("searchFields")))
                .setSearchMode(query.containsKey("searchMode") ? SearchMode.fromString((String) query.get("searchMode")) : null)
                .setSkip((Integer) query.get("skip"))
                .setTop((Integer) query.get("top"));
            try {
                SearchPagedIterable found = reader.search((String) query.get("search"), options, Context.NONE);
                equal(found.getTotalCount(), ((Integer) query.get("count")).longValue());
                // Goes on to the last page.
                List<?> documents = found.stream().map(Journey::document).toList();
                List<?> expected = (List<?>) query.get("documents");
                if (expected == null) expected = Arrays.stream(texts(query.get("ids"))).map(id -> Map.of("HotelId", id)).toList();
                boolean isOrdered = (Boolean) query.get("isOrdered");
                equal(isOrdered ? documents : Set.copyOf(documents), isOrdered ? expected : Set.copyOf(expected));
            } catch (AssertionError | HttpResponseException error) {
                throw new AssertionError((String) query.get("name"), error);
            }
        }
    }

    private static String data(String file) {
        try {
            return Files.readString(Path.of(System.getenv("LAZULI_SDK_DATA"), file));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(String json) {
        try (JsonReader reader = JsonProviders.createReader(json)) {
            reader.nextToken();
            return (List<Map<String, Object>>) reader.readUntyped();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static String[] texts(Object list) {
        return list == null ? new String[0] : ((List<?>) list).toArray(String[]::new);
    }

    private static void mistakesAreRefused() {
        SearchClient writer = INDEXES.getSearchClient(named("places"));
        HttpResponseException error = fails(400, () -> writer.uploadDocuments(List.of(Map.of("id", "x", "colour", "red"))));
        contains(error.getMessage(), "The property 'colour' does not exist on type 'search.documentFields'");
        error = fails(404, () -> INDEXES.getIndex(named("missing")));
        equal(error instanceof ResourceNotFoundException || error.getResponse().getStatusCode() == 404, true);
        contains(error.getMessage(), "No index with the name '" + named("missing") + "' was found");
        fails(404, () -> INDEXES.getSearchClient(named("missing")).getDocumentCount());
        fails(403, () -> READER.getIndex(named("places")));
        fails(403, () -> READER.getSearchClient(named("places")).uploadDocuments(List.of(MILL)));
        fails(403, () -> client("wrong-key").getSearchClient(named("places")).getDocumentCount());
    }

    private static void statisticsAreTold() {
        equal(INDEXES.getIndexStatistics(named("places")).getDocumentCount(), 3L);
        var service = INDEXES.getServiceStatistics();
        long usage = service.getCounters().getIndexerCounter().getUsage();
        if (usage != INDEXERS.listIndexerNames().stream().count()) throw new AssertionError(usage + " indexers are counted");
        equal(service.getCounters().getSynonymMapCounter().getQuota(), null);
        if (service.getCounters().getIndexCounter().getUsage() < 2) throw new AssertionError("two indexes are ours");
        equal(service.getLimits().getMaxFieldNestingDepthPerIndex(), 10);
    }

    // --- the end

    private static void everythingIsStillThere() {
        documentsAreFound();
        equal(INDEXES.getIndex(named("places")).getAnalyzers().size(), 2);
        equal(INDEXES.getSynonymMap(named("words")).getSynonyms(), "a, b");
    }

    private static void everythingIsDeleted() {
        INDEXES.deleteSynonymMap(named("words"));
        for (String name : INDEXES.listIndexNames()) {
            if (name.startsWith(PREFIX + "-")) INDEXES.deleteIndex(name);
        }
        equal(INDEXES.listIndexNames().stream().filter(name -> name.startsWith(PREFIX + "-")).toList(), List.of());
    }

    // --- indexers

    private static void aFolderIsCrawled() {
        Path top = Path.of(System.getenv("LAZULI_FOLDER"));
        for (int number = 0; number < 5; number++) write(top.resolve(PREFIX), number + ".json", "page " + number);
        SearchIndexerDataSourceConnection source = INDEXERS.createDataSourceConnection(new SearchIndexerDataSourceConnection(
            named("folder"), SearchIndexerDataSourceType.fromString("files"), "Folder=" + top, new SearchIndexerDataContainer(PREFIX)));
        equal(source.getConnectionString(), null);
        source.setConnectionString("<unchanged>").setDescription("second");
        equal(INDEXERS.createOrUpdateDataSourceConnection(source).getDescription(), "second");
        contains(INDEXERS.listDataSourceConnectionNames().stream().toList(), named("folder"));

        INDEXES.createIndex(new SearchIndex(named("crawled"), List.of(
            new SearchField("key", SearchFieldDataType.STRING).setKey(true),
            new SearchField("text", SearchFieldDataType.STRING).setSearchable(true))));
        INDEXERS.createIndexer(new SearchIndexer(named("crawl"), named("folder"), named("crawled"))
            .setFieldMappings(new FieldMapping("metadata_storage_path").setTargetFieldName("key")
                .setMappingFunction(new FieldMappingFunction("base64Encode")))
            .setParameters(new IndexingParameters().setIndexingParametersConfiguration(
                new IndexingParametersConfiguration().setParsingMode(BlobIndexerParsingMode.JSON))));
        contains(INDEXERS.listIndexerNames().stream().toList(), named("crawl"));
        equal(ended(1).getItemCount(), 5);
        equal(crawled("\"page 3\""), List.of("page 3"));

        write(top.resolve(PREFIX), "3.json", "changed");
        INDEXERS.runIndexer(named("crawl"));
        ended(2);
        equal(crawled("changed"), List.of("changed"));
        INDEXERS.resetIndexer(named("crawl"));
        INDEXERS.runIndexer(named("crawl"));
        equal(ended(4).getItemCount(), 5);
        fails(404, () -> INDEXERS.runIndexer(named("nowhere")));
    }

    private static void indexersAreDeleted() {
        equal(INDEXERS.getIndexer(named("crawl")).getDataSourceName(), named("folder"));
        INDEXERS.deleteIndexer(named("crawl"));
        fails(404, () -> INDEXERS.getIndexerStatus(named("crawl")));
        INDEXERS.deleteDataSourceConnection(named("folder"));
        fails(404, () -> INDEXERS.getDataSourceConnection(named("folder")));
    }

    private static void write(Path folder, String name, String text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), "{\"text\": \"" + text + "\"}");
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** The result of the last run once so many have ended, which is to be a success. */
    private static IndexerExecutionResult ended(int runs) {
        for (int tries = 0; tries < 1000; tries++) {
            SearchIndexerStatus status = INDEXERS.getIndexerStatus(named("crawl"));
            IndexerExecutionResult last = status.getLastResult();
            if (status.getExecutionHistory().size() == runs && last.getStatus() != IndexerExecutionStatus.IN_PROGRESS) {
                equal(last.getStatus(), IndexerExecutionStatus.SUCCESS);
                return last;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException error) {
                throw new IllegalStateException(error);
            }
        }
        throw new AssertionError(runs + " runs do not end");
    }

    private static List<String> crawled(String text) {
        return INDEXES.getSearchClient(named("crawled")).search(text).stream()
            .map(hit -> (String) document(hit).get("text")).toList();
    }

    // --- helpers

    private static SearchIndexClient client(String key) {
        return new SearchIndexClientBuilder()
            .endpoint(System.getenv("LAZULI_URL"))
            .credential(new AzureKeyCredential(key))
            .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))))
            .buildClient();
    }

    private static String named(String name) {
        return PREFIX + "-" + name;
    }

    private static List<String> names(List<SearchField> fields) {
        return fields.stream().map(SearchField::getName).toList();
    }

    private static SearchField field(SearchIndex index, String name) {
        return index.getFields().stream().filter(field -> field.getName().equals(name)).findFirst().orElseThrow();
    }

    private static List<String> found(SearchClient client, String text, SearchOptions options) {
        return client.search(text, options, Context.NONE).stream()
            .map(hit -> (String) document(hit).get("id")).sorted().collect(Collectors.toList());
    }

    private static SearchDocument document(SearchResult hit) {
        return hit.getDocument(SearchDocument.class);
    }

    private static void statuses(IndexDocumentsResult result, Integer... expected) {
        equal(result.getResults().stream().map(IndexingResult::getStatusCode).toList(), List.of(expected));
    }

    private static void equal(Object actual, Object expected) {
        if (!Objects.equals(actual, expected)) throw new AssertionError("expected " + expected + ", got " + actual);
    }

    private static void contains(String text, String part) {
        if (!text.contains(part)) throw new AssertionError("expected '" + part + "' in: " + text);
    }

    private static void contains(List<String> list, String element) {
        if (!list.contains(element)) throw new AssertionError("expected '" + element + "' in " + list);
    }

    private static HttpResponseException fails(int status, Runnable call) {
        try {
            call.run();
        } catch (HttpResponseException error) {
            equal(error.getResponse().getStatusCode(), status);
            return error;
        }
        throw new AssertionError("no error, expected " + status);
    }

    private Journey() {}
}
