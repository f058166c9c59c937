package dev.capocomico.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.capocomico.language.problem.Excerpt;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Spoils valid documents and reads them. {@code -Dcapocomico.fuzz=N} reads N documents, {@code -Dcapocomico.seed=S} the same ones
 * again.
 */
class FuzzTest {
    private static final int DOCUMENTS = Integer.getInteger("capocomico.fuzz", 10_000);
    private static final long SEED = Long.getLong("capocomico.seed", 20261121L);
    private static final long NANOS_MAX = 1_000_000_000L;
    private static final double PAST_THE_PARSER_MIN = 0.6;

    /** What a parser refuses, before the language is looked at. */
    private static final Set<ProblemCode> OF_THE_PARSER = EnumSet.of(
            ProblemCode.SYNTAX,
            ProblemCode.UNSUPPORTED_YAML,
            ProblemCode.NESTING_TOO_DEEP,
            ProblemCode.INVALID_UTF8,
            ProblemCode.EMPTY_DOCUMENT);

    /** These take a document larger than any that is worth making ten thousand times; the broken documents have them. */
    private static final Set<ProblemCode> OF_LARGE_DOCUMENTS = EnumSet.of(
            ProblemCode.DOCUMENT_TOO_LARGE,
            ProblemCode.LINE_TOO_LONG,
            ProblemCode.TOO_MANY_NODES,
            ProblemCode.TOO_MANY_PROBLEMS);

    private static final String SMALL = """
            workflow:
              name: small
              version: "1"
              timeout: 5d
              orchestration_pattern: swarm
              pattern: {rounds: 3}
              agents:
                a: {type: simulated, count: 2, capabilities: [x, y], settings: {latency: 1s, fail_rate: 0.1}}
                b: {type: http, settings: {url: "https://example.org", headers: {Accept: text}}}
              tasks:
                - {id: a, agent: a, parallel: true, max_parallel: 2}
                - {id: b, agent: b, depends_on: [a], when: "${tasks.a.output.size() > 1}", retry_policy: quick}
                - {id: c, wait_for: {signal: go, timeout: 1d}, depends_on: [a, b]}
                - {id: d, sleep: 1h, depends_on: [c], compensate: {agent: a, input: "${output}"}}
            """;

    private static final WorkflowReader READER = new WorkflowReader(new SamplePatterns());
    private static final LoadSettings YAML =
            LoadSettings.builder().setSchema(new CoreSchema()).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(WorkflowSchema.json());

    private final Map<ProblemCode, Integer> hits = new EnumMap<>(ProblemCode.class);
    private int valid;
    private int pastTheParser;
    private long slowest;

    /** A document and the random numbers that it came from. */
    private record Spoilt(long seed, Source source) {
        String text() {
            return new String(source.bytes(), StandardCharsets.UTF_8);
        }

        String describe() {
            return "seed %d, %s:%n%s".formatted(seed, source.name(), text());
        }
    }

    @Test
    void no_document_breaks_the_reader() throws IOException {
        System.out.println("FuzzTest: -Dcapocomico.seed=" + SEED + " -Dcapocomico.fuzz=" + DOCUMENTS);
        List<Plant> seedlings = seedlings();
        SplittableRandom seeds = new SplittableRandom(SEED);

        for (int i = 0; i < DOCUMENTS; i++) {
            Spoilt spoilt = spoil(seedlings, seeds.nextLong());
            judge(spoilt, read(spoilt));
        }

        report();
        assertThat(pastTheParser / (double) DOCUMENTS)
                .as("share of documents that got past the parser")
                .isGreaterThan(PAST_THE_PARSER_MIN);
        Set<ProblemCode> reachable = EnumSet.complementOf(EnumSet.copyOf(OF_LARGE_DOCUMENTS));
        assertThat(hits.keySet()).as("codes that were hit").containsAll(reachable);
    }

    private static List<Plant> seedlings() throws IOException {
        List<Plant> seedlings = new ArrayList<>();
        for (Definition definition : RoundTripTest.definitions().toList()) {
            seedlings.add(Plant.of(DefinitionTree.of(definition)));
        }
        if (!(READER.read(Source.of("small.yaml", SMALL)) instanceof Reading.Valid small)) {
            throw new AssertionError("the small definition is invalid");
        }
        Plant plant = Plant.of(DefinitionTree.of(small.definition()));
        // The smaller a document is, the more of it a few mutations change.
        seedlings.addAll(List.of(plant, plant, plant));
        return seedlings;
    }

    private static Spoilt spoil(List<Plant> seedlings, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        Plant plant = seedlings.get(random.nextInt(seedlings.size())).copy();
        Gardener gardener = new Gardener(random, plant);
        // More often few than many, so that some documents stay valid.
        for (int mutations = Math.min(random.nextInt(1, 6), random.nextInt(1, 6)); mutations > 0; mutations--) {
            gardener.spoil();
        }
        boolean json = random.nextInt(4) == 0;
        boolean withoutRoot = json && random.nextBoolean() && plant.keys.equals(List.of("workflow"));
        PlantPrinter printer = new PlantPrinter(random);
        String text = json ? printer.json(withoutRoot ? plant.children.getFirst() : plant) : printer.yaml(plant);
        String name = json && random.nextBoolean() ? "fuzz.json" : json ? "<request>" : "fuzz.yaml";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Spoilt(seed, new Source(name, random.nextInt(20) == 0 ? damaged(bytes, random) : bytes));
    }

    /** What a disk or a hasty hand does to a file. */
    private static byte[] damaged(byte[] bytes, RandomGenerator random) {
        if (random.nextInt(5) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(5) == 0 ? 0 : random.nextInt(bytes.length + 1));
        }
        byte[] damaged = bytes.clone();
        for (int times = random.nextInt(1, 4); times > 0 && damaged.length > 0; times--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    private Reading read(Spoilt spoilt) {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        try {
            return READER.read(spoilt.source());
        } catch (RuntimeException | StackOverflowError e) {
            // Surefire leaves out of a stack trace what is not of the test.
            List<StackTraceElement> trace = List.of(e.getStackTrace());
            throw new AssertionError(
                    e + " at " + trace.subList(0, Math.min(12, trace.size())) + "\n" + spoilt.describe(), e);
        } finally {
            long nanos = threads.getCurrentThreadCpuTime() - before;
            slowest = Math.max(slowest, nanos);
            assertThat(nanos).as(spoilt::describe).isLessThan(NANOS_MAX);
        }
    }

    private void judge(Spoilt spoilt, Reading reading) throws JsonProcessingException {
        switch (reading) {
            case Reading.Valid accepted -> {
                valid++;
                pastTheParser++;
                assertReadsBack(spoilt, accepted.definition());
                assertTheSchemaAccepts(spoilt);
            }
            case Reading.Invalid refused -> {
                List<Problem> problems = refused.problems();
                assertThat(problems).as(spoilt::describe).isNotEmpty();
                pastTheParser += problems.stream().noneMatch(problem -> OF_THE_PARSER.contains(problem.code())) ? 1 : 0;
                problems.forEach(problem -> hits.merge(problem.code(), 1, Integer::sum));
                assertEachIsExplained(spoilt, problems);
            }
        }
    }

    private static void assertEachIsExplained(Spoilt spoilt, List<Problem> problems) {
        List<String> lines = spoilt.text().lines().toList();
        Set<String> known = new HashSet<>();
        for (Problem problem : problems) {
            int line = problem.place().line();
            int column = problem.place().column();
            Excerpt excerpt = problem.excerpt();
            boolean inside = line >= 1 && line <= lines.size() + 1 && column >= 1;
            boolean undamaged = problem.code() != ProblemCode.INVALID_UTF8 && inside && line <= lines.size();
            boolean withinItsLine = !undamaged || column <= lines.get(line - 1).length() + 1;
            boolean explained = inside
                    && withinItsLine
                    && problem.place().file().equals(spoilt.source().name())
                    && (problem.pointer().isEmpty() || problem.pointer().startsWith("/"))
                    && !problem.message().isBlank()
                    && !problem.hint().isBlank()
                    && excerpt.caretLength() >= 1
                    && excerpt.caretColumn() >= 0
                    && excerpt.caretColumn() <= excerpt.line().length()
                    && known.add(problem.code() + " " + problem.place() + " " + problem.message());
            assertThat(explained)
                    .as(() -> "once, and in its place: " + problem + "\n" + spoilt.describe())
                    .isTrue();
        }
    }

    private static void assertReadsBack(Spoilt spoilt, Definition definition) {
        String printed = WorkflowPrinter.yaml(definition);
        Reading again = READER.read(Source.of("printed.yaml", printed));
        Definition back = again instanceof Reading.Valid accepted ? accepted.definition() : null;
        assertThat(back)
                .as(() -> "printed as\n" + printed + "\nread as " + again + "\nof " + spoilt.describe())
                .isEqualTo(definition);
    }

    /** What the schema refuses the reader refuses; asked the other way round, of what the reader accepted. */
    private static void assertTheSchemaAccepts(Spoilt spoilt) throws JsonProcessingException {
        String text = spoilt.text();
        JsonNode json = spoilt.source().name().endsWith(".json")
                ? JSON.readTree(text)
                : JSON.valueToTree(new Load(YAML).loadFromString(text));
        JsonNode document = json.has("workflow")
                ? json
                : JsonNodeFactory.instance.objectNode().set("workflow", json);
        assertThat(SCHEMA.validate(document)).as(spoilt::describe).isEmpty();
    }

    private void report() {
        System.out.printf(
                "FuzzTest: %d documents, %d valid, %.1f %% past the parser, slowest %d ms%n",
                DOCUMENTS, valid, 100.0 * pastTheParser / DOCUMENTS, slowest / 1_000_000);
        for (ProblemCode code : ProblemCode.values()) {
            System.out.printf("%8d %s%n", hits.getOrDefault(code, 0), code);
        }
    }
}
