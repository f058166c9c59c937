package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.Projection;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.language.tree.JsonTree;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Path;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.language.tree.SourceText;
import dev.capocomico.language.tree.TreeBounds;
import dev.capocomico.language.tree.Values;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.execution.ValueLimits;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Reference;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.schema.Schema;
import dev.capocomico.persistence.store.JdbcDefinitionStore;
import dev.capocomico.persistence.store.JdbcEventLog;
import dev.capocomico.persistence.store.JdbcExecutionList;
import dev.capocomico.persistence.store.JdbcHistory;
import dev.capocomico.persistence.store.JdbcPayloadStore;
import dev.capocomico.persistence.store.JdbcProjection;
import dev.capocomico.persistence.store.JdbcSnapshotStore;
import dev.capocomico.persistence.wire.Payloads;
import dev.capocomico.persistence.wire.StateCodec;
import dev.capocomico.persistence.wire.StepCodec;
import dev.capocomico.persistence.wire.StepSkim;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random values at the limits go in at every door. Each is refused in words, or is read back as it was from everything that keeps it.
 * The build always takes the same seed, {@code -Dcapocomico.seed=N} another, {@code -Dcapocomico.trees=N} more of them.
 */
class AcceptedValuesTest {
    private static final long SEED = Long.getLong("capocomico.seed", 20_261_130);
    private static final int TREES = Integer.getInteger("capocomico.trees", 10_000);

    /** Every so many go through the tables too. */
    private static final int STORED_EVERY = 250;

    private static final String EARLY = "0a1b2c";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final WorkflowReader READER = new WorkflowReader(new BuiltInPatterns());
    private static final Plan PLAN = Plan.of(Workflow.named("flow")
            .agent("a", role -> role.type("worker"))
            .task("work", task -> task.agent("a"))
            .task("wait", task -> task.waitFor("go"))
            .task("heard", task -> task.agent("a").onEvent(new EventWait("paid", null, null)))
            .build());
    private static final Definition PLAIN = Workflow.named("flow")
            .agent("a", role -> role.type("worker"))
            .task("work", task -> task.agent("a"))
            .build();

    @TempDir
    static java.nio.file.Path temporary;

    private static EmbeddedPostgres postgres;
    private static DataSource database;

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
        database = postgres.dataSource();
        Schema.migrate(database);
        new JdbcDefinitionStore(database)
                .keep(
                        "t",
                        new DefinitionStore.Stored(
                                EARLY,
                                "flow",
                                "1",
                                DefinitionTree.of(PLAN.definition()).toString()));
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void what_is_let_in_at_any_door_is_read_back_as_it_was_from_everything_that_keeps_it() throws Exception {
        RandomTrees trees = new RandomTrees(SEED);
        Map<Door, Integer> accepted = new EnumMap<>(Door.class);
        for (int i = 0; i < TREES; i++) {
            JsonNode tree = trees.next(i);
            for (Door door : Door.values()) {
                Optional<JsonNode> value = through(door, tree, i);
                if (value.isPresent()) {
                    accepted.merge(door, 1, Integer::sum);
                    comesBack(door + " let in tree " + i + " of seed " + SEED, value.get(), i);
                }
            }
        }
        assertThat(accepted.get(Door.PROGRAM)).as("let in, of %d", TREES).isBetween(TREES / 3, TREES * 9 / 10);
        assertThat(accepted.get(Door.BODY)).isBetween(TREES / 3, TREES * 9 / 10);
    }

    /** Where values come in. */
    private enum Door {
        /** From a program and its agents. */
        PROGRAM,
        /** As the body of a request. */
        BODY
    }

    private static Optional<JsonNode> through(Door door, JsonNode tree, int number) {
        try {
            return switch (door) {
                case PROGRAM -> Optional.of(Json.bounded("the value", tree));
                case BODY -> body(tree);
            };
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage())
                    .as("why tree %d of seed %d is refused", number, SEED)
                    .isNotBlank();
            return Optional.empty();
        }
    }

    /** As a server reads it. */
    private static Optional<JsonNode> body(JsonNode tree) {
        SourceText text = new SourceText("<request>.json", text(tree).getBytes(StandardCharsets.UTF_8));
        Problems problems = new Problems(text);
        Node root = JsonTree.read(text, problems, TreeBounds.VALUE);
        if (root != null) {
            Values.reportLost(root, Path.ROOT, problems);
        }
        if (root == null || !problems.isEmpty()) {
            assertThat(problems.inOrder()).isNotEmpty().allSatisfy(problem -> assertThat(problem.message())
                    .isNotBlank());
            return Optional.empty();
        }
        JsonNode json = Values.json(root);
        return ValueLimits.excess(json).isPresent() ? Optional.empty() : Optional.of(json);
    }

    @Test
    void a_body_of_millions_of_empty_objects_is_refused_while_it_is_read() {
        String list = "[" + "{},".repeat(2_500_000) + "{}]";
        Problems problems = new Problems(new SourceText("<request>.json", new byte[0]));
        SourceText text = new SourceText("<request>.json", list.getBytes(StandardCharsets.UTF_8));
        assertThat(JsonTree.read(text, problems, TreeBounds.VALUE)).isNull();
        assertThat(problems.inOrder().getFirst().message()).contains("more than 1,000,000 values");
    }

    /** Halves of characters are written as escapes, as a hostile client would. */
    private static String text(JsonNode tree) {
        StringBuilder escaped = new StringBuilder();
        String json = tree.toString();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (Character.isSurrogate(c)) {
                escaped.append("\\u%04x".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static void comesBack(String what, JsonNode value, int number) throws Exception {
        Step step = step(number, value);
        byte[] row = StepCodec.encode(step);
        assertThat(StepCodec.decode(StepCodec.manifest(), row)).as(what).isEqualTo(step);
        assertThat(StepSkim.of(StepCodec.manifest(), row).number()).as(what).isEqualTo(1);

        ExecutionState state = Execution.evolve(PLAN, ExecutionState.NEW, step);
        byte[] snapshot = StateCodec.encode(state, UnaryOperator.identity());
        assertThat(StateCodec.decode(StateCodec.manifest(), snapshot)).as(what).isEqualTo(state);

        Payloads aside = new Payloads();
        JsonNode slim = aside.slim(value);
        Map<Reference, JsonNode> kept = new HashMap<>();
        aside.bytes().forEach((reference, bytes) -> kept.put(reference, Payloads.read(reference, bytes)));
        assertThat(Payloads.whole(slim, kept)).as(what).isEqualTo(value);
        if (number % STORED_EVERY == STORED_EVERY - 1) {
            comesBackFromTheTables(what, value, number);
        }
    }

    private static Step step(int number, JsonNode value) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact.Started("e" + number, EARLY, value, StartOptions.NONE, Long.MAX_VALUE, "ann"));
        facts.add(new Fact.WaitBegan(1, Long.MAX_VALUE));
        facts.add(new Fact.EventAwaited(2, Long.MAX_VALUE));
        facts.add(new Fact.EventTaken(2, "event", value));
        facts.add(new Fact.SignalArrived("go", value, null, null));
        facts.add(new Fact.Dispatched(new Target.Element(0, 0), value));
        facts.add(new Fact.Succeeded(new Target.Element(0, 0), value, "worker", 1, Usage.NONE));
        return new Step(1, 1_000, facts);
    }

    private static void comesBackFromTheTables(String what, JsonNode value, int number) throws SQLException {
        ExecutionKey key = new ExecutionKey("t", "e" + number + "-" + Integer.toHexString(what.hashCode()));
        JdbcEventLog events = new JdbcEventLog(database);
        events.publish("t", "topic-" + key.id(), key.id(), value);
        EventLog.Page page = events.read("t", "topic-" + key.id(), null, EventLog.Position.START, 0, 10);
        assertThat(page.events()).as(what).extracting(EventLog.Event::payload).containsExactly(value);

        JdbcPayloadStore payloads = new JdbcPayloadStore(database);
        List<JsonNode> slim = payloads.keep(key, List.of(value));
        assertThat(payloads.whole(key, slim.getFirst())).as(what).isEqualTo(value);

        write(key, 1, step(number, slim.getFirst()));
        write(
                key,
                2,
                new Step(
                        2,
                        2_000,
                        List.of(new Fact.Ended(
                                new Ending(Ending.Kind.COMPLETED, "COMPLETED", "done", null), slim.getFirst()))));
        project();
        ExecutionList.Entry listed = new JdbcExecutionList(database).find(key).orElseThrow();
        JsonNode output = listed.summary() == null ? null : listed.summary().output();
        assertThat(output == null || output.equals(value)).as(what).isTrue();
        assertThat(new JdbcHistory(database).read(key, 0, 10).getFirst())
                .as(what)
                .isEqualTo(step(number, slim.getFirst()));
        ExecutionState state = Execution.evolve(PLAN, ExecutionState.NEW, step(number, value));
        assertThat(new JdbcSnapshotStore(database).write(key, state)).as(what).isPositive();
    }

    private static void write(ExecutionKey key, long number, Step step) throws SQLException {
        String sql = """
                INSERT INTO event_journal (persistence_id, sequence_number, deleted, writer, write_timestamp, adapter_manifest,
                  event_payload, event_ser_id, event_ser_manifest) VALUES (?, ?, false, 'w', 1, '', ?, 1667330159, ?)""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, "execution|" + key);
            statement.setLong(2, number);
            statement.setBytes(3, StepCodec.encode(step));
            statement.setString(4, StepCodec.manifest());
            statement.executeUpdate();
        }
    }

    private static void project() {
        Projection projection = new JdbcProjection(database, Probe.NONE);
        Projection.Batch batch;
        do {
            batch = projection.advance();
            assertThat(batch.setAside()).isEmpty();
        } while (batch.more());
    }

    @Test
    void a_definition_that_is_let_in_is_read_again_as_it_was_and_its_executions_are_listed() throws Exception {
        RandomTrees trees = new RandomTrees(SEED + 1);
        int accepted = 0;
        for (int i = 0; i < TREES / 10; i++) {
            ObjectNode settings = JSON.objectNode();
            settings.set("s", trees.next(i));
            ObjectNode definition = DefinitionTree.of(PLAIN);
            ((ObjectNode) definition.at("/workflow")).put("version", "v" + i);
            ((ObjectNode) definition.at("/workflow/agents/a")).set("settings", settings);
            if (READER.read(Source.of("<d>.json", text(definition))) instanceof Reading.Valid valid) {
                accepted++;
                String tree = DefinitionTree.of(valid.definition()).toString();
                Reading again = READER.readStored(Source.of("<d>.json", tree));
                assertThat(again).as("definition %d of seed %d", i, SEED + 1).isInstanceOf(Reading.Valid.class);
                assertThat(((Reading.Valid) again).plan().digest())
                        .isEqualTo(valid.plan().digest());
                if (accepted % 20 == 0) {
                    isListed(valid.plan(), tree, i);
                }
            }
        }
        assertThat(accepted).isBetween(TREES / 40, TREES / 10 - 1);
    }

    private static void isListed(Plan plan, String tree, int number) throws SQLException {
        new JdbcDefinitionStore(database)
                .keep("t", new DefinitionStore.Stored(plan.digest(), "flow", "v" + number, tree));
        ExecutionKey key = new ExecutionKey("t", "d" + number);
        write(
                key,
                1,
                new Step(
                        1,
                        1_000,
                        List.of(new Fact.Started(
                                "d" + number, plan.digest(), IntNode.valueOf(1), StartOptions.NONE, 9, null))));
        project();
        assertThat(new JdbcExecutionList(database).find(key))
                .map(ExecutionList.Entry::version)
                .contains("v" + number);
    }

    /** The case that was seen: it could be accepted by one version, and not be read by the next. */
    @Test
    void a_row_and_a_definition_of_a_version_that_let_in_longer_keys_are_read() throws Exception {
        ObjectNode old = JSON.objectNode().put("k".repeat(60_000), 1);
        comesBack("an old value", old, STORED_EVERY - 1);
        ObjectNode definition = DefinitionTree.of(PLAIN);
        ((ObjectNode) definition.at("/workflow/agents/a")).set("settings", old);
        Source source = Source.of("<d>.json", definition.toString());
        assertThat(READER.read(source)).isInstanceOfSatisfying(Reading.Invalid.class, invalid -> assertThat(
                        invalid.problems().getFirst().message())
                .contains("more than 10,000 characters"));
        assertThat(READER.readStored(source)).isInstanceOfSatisfying(Reading.Valid.class, valid -> {
            try {
                isListed(valid.plan(), DefinitionTree.of(valid.definition()).toString(), -1);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void why_something_failed_is_read_back_as_it_was_whatever_an_agent_wrote() {
        RandomTrees trees = new RandomTrees(SEED + 2);
        for (int i = 0; i < TREES / 10; i++) {
            int length = trees.below(20) == 0 ? 10_000 : trees.below(40);
            Failure failure = new Failure(trees.letters(trees.below(200), 13), trees.letters(length, 13), true);
            Target target = new Target.Element(0, 0);
            AttemptResult.Failed failed = new AttemptResult.Failed(failure, "worker", Usage.NONE);
            Step step = new Step(
                    1,
                    1,
                    List.of(
                            new Fact.GaveUp(target, failed.failure(), failed.agent(), failed.usage()),
                            new Fact.EndingBegan(
                                    new Ending(Ending.Kind.FAILED, failure.code(), failure.message(), 0), 1, null)));
            assertThat(StepCodec.decode(StepCodec.manifest(), StepCodec.encode(step)))
                    .as("failure %d of seed %d", i, SEED + 2)
                    .isEqualTo(step);
        }
    }

    @Test
    void every_list_of_a_fan_out_is_read_back() {
        ArrayNode items = JSON.arrayNode();
        for (int i = 0; i < 100_000; i++) {
            items.addObject().put("id", i).put("name", "n" + i);
        }
        Step step = new Step(1, 1, List.of(new Fact.Expanded(0, items.size(), items)));
        assertThat(StepCodec.decode(StepCodec.manifest(), StepCodec.encode(step)))
                .isEqualTo(step);
    }
}
