package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A run of mixed workflows on a node and a database that are killed and started again until everything is over. */
final class Ordeal implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration LAG_LIMIT = Duration.ofSeconds(15);
    private static final int LOG_LINES = 40;
    private static final int SKEW_MILLIS_MAX = 5_000;
    private static final Duration LOOK_PAUSE = Duration.ofMillis(250);

    private final Path directory;
    private final Database database;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, Expectation> expectations = new HashMap<>();
    private final Prompter prompter = new Prompter();
    private final List<NodeLife> lives = new ArrayList<>();
    private @Nullable NodeProcess node;
    private long nodeStartedMicros;
    private @Nullable SplittableRandom skews;
    private boolean databaseIsAway;

    /**
     * Prepares one.
     *
     * @param pool how many agents work at once
     */
    Ordeal(Path directory, Database database, int pool) {
        this.directory = directory;
        this.database = database;
        properties.putAll(database.properties());
        properties.put("calls", calls().toString());
        properties.put("pool", Integer.toString(pool));
    }

    /** From now on nodes have clocks of their own. */
    void skewClocks(SplittableRandom random) {
        skews = random;
    }

    private Path calls() {
        return directory.resolve("calls");
    }

    /** Lets executions of all kinds begin, spread over so much of the node's life. */
    void cast(int count, int spreadMillis, SplittableRandom random) {
        cast("", count, spreadMillis, random);
    }

    /** The same, once more. */
    void cast(String act, int count, int spreadMillis, SplittableRandom random) {
        List<Scenario> scenarios = Scenarios.all();
        for (int i = 0; i < count; i++) {
            Scenario scenario = scenarios.get(i % scenarios.size());
            cast(scenario, scenario.name() + "-" + act + i, random.nextInt(spreadMillis), random.split());
        }
    }

    void cast(Scenario scenario, String execution, int fromMillis, SplittableRandom random) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        Scenario.Part part = scenario.cast().of(execution, input, random);
        expectations.put(execution, part.expectation());
        expectations.putAll(part.children());
        prompter.owe(fromMillis, Deed.start(execution, scenario.name(), input), part.deeds());
    }

    /** Lets a node halt by itself at a crash point, and waits until it has. */
    void haltAt(String visit) throws Exception {
        start(Map.of("halt", visit));
        await("the node halts at " + visit, END_LIMIT, () -> !node().isAlive());
        if (node().exitValue() != ChaosNode.HALTED) {
            throw new AssertionError("the node ended with %d, and not at %s".formatted(node().exitValue(), visit));
        }
        over(false);
    }

    /** Kills the node when the agents have noted so many lines of this kind. */
    void killAfter(int lines, Call.Kind kind) throws Exception {
        start(Map.of());
        await(lines + " calls " + kind, END_LIMIT, () -> count(kind) >= lines);
        node().kill();
        over(false);
    }

    private long count(Call.Kind kind) {
        try {
            return Call.read(calls()).stream()
                    .filter(call -> call.kind() == kind)
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills, and says whether all that it was aimed at was there. */
    boolean strike(Strike strike) throws Exception {
        boolean hit = true;
        if (node == null) {
            start(Map.of());
        }
        if (!strike.whileStarting()) {
            await("the node is ready", START_LIMIT, () -> node().isReady());
        }
        pass(strike.afterMillis());
        if (strike.victim() == Strike.Victim.NODE_IN_ORDER) {
            prompter.hear(node().stop(STOP_LIMIT));
            over(true);
        } else if (strike.victim().node) {
            node().kill();
            over(false);
        }
        if (strike.victim().server) {
            hit = database.kill(strike.victim() == Strike.Victim.SERVER_WITH_ALL_PROCESSES);
            databaseIsAway = true;
            if (node != null) {
                pass(strike.outageMillis());
            }
            database.bringBack();
            databaseIsAway = false;
        }
        return hit;
    }

    /** Lets a node live until everything is over, stops it, and gives all that is known then. */
    Recording finish() throws Exception {
        if (node == null) {
            start(Map.of());
        }
        await("all that was asked for is done", END_LIMIT, prompter::nothingOwed);
        awaitEnds();
        awaitList();
        Recording recording = recording();
        node().stop(STOP_LIMIT);
        over(true);
        return recording;
    }

    /** How often a node came by each crash point that is asked to do all there is to do. */
    Map<String, Integer> visits() throws Exception {
        start(Map.of());
        await("all that was asked for is done", END_LIMIT, prompter::nothingOwed);
        awaitEnds();
        Map<String, Integer> visits = new LinkedHashMap<>();
        for (String line : node().stop(STOP_LIMIT)) {
            if (line.startsWith("visited ")) {
                String[] words = line.split(" ", -1);
                visits.put(words[1], Integer.valueOf(words[2]));
            }
        }
        over(true);
        return visits;
    }

    /** The table lags behind the journal by moments; if it lags for longer, the checker will say so. */
    private void awaitList() throws Exception {
        long deadline = System.nanoTime() + LAG_LIMIT.toNanos();
        boolean lags = true;
        while (lags && System.nanoTime() < deadline) {
            Recording now = recording();
            lags = now.histories().values().stream()
                    .anyMatch(history -> !now.listed().containsKey(history.execution())
                            || !now.listed().get(history.execution()).knows(history));
            pass(LOOK_PAUSE.toMillis());
        }
    }

    /** The node that lives now is counted as one that will be told to stop: its life is part of the recording. */
    private Recording recording() throws SQLException, IOException {
        List<NodeLife> known = new ArrayList<>(lives);
        if (node != null) {
            known.add(new NodeLife(nodeStartedMicros, nowMicros(), true));
        }
        try (Connection connection = database.connect()) {
            return new Recording(
                    History.read(connection),
                    Listed.read(connection),
                    Call.read(calls()),
                    expectations,
                    Published.read(connection),
                    prompter.acknowledged(),
                    prompter.refused(),
                    known);
        }
    }

    private Map<String, History> histories() throws SQLException, IOException {
        try (Connection connection = database.connect()) {
            return History.read(connection);
        }
    }

    private void start(Map<String, String> more) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(properties);
        all.putAll(more);
        all.put("skew", Integer.toString(skews == null ? 0 : drawSkew(skews)));
        nodeStartedMicros = nowMicros();
        node = new NodeProcess(all, directory.resolve("node.log"));
    }

    /** A third of the nodes have the clock of the database, the others lead or lag by up to so much. */
    private static int drawSkew(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> random.nextInt(SKEW_MILLIS_MAX);
            default -> -random.nextInt(SKEW_MILLIS_MAX);
        };
    }

    /** The node is no more; what it had not answered is asked of the next one. */
    private void over(boolean inOrder) {
        lives.add(new NodeLife(nodeStartedMicros, nowMicros(), inOrder));
        node = null;
        prompter.forgetWhatWasAsked();
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private NodeProcess node() {
        NodeProcess running = node;
        if (running == null) {
            throw new IllegalStateException("there is no node");
        }
        return running;
    }

    private void awaitEnds() throws Exception {
        long deadline = System.nanoTime() + END_LIMIT.toNanos();
        List<String> open = open();
        while (!open.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not ended: " + describe(open));
            }
            pass(LOOK_PAUSE.toMillis());
            open = open();
        }
    }

    private List<String> open() throws SQLException, IOException {
        Map<String, History> histories = histories();
        return expectations.keySet().stream()
                .filter(id -> histories.containsKey(id)
                        ? !histories.get(id).ended()
                        // A parent ends after its children, so none is begun when all that must be there have ended.
                        : !expectations.get(id).mayNeverBegin())
                .sorted()
                .toList();
    }

    private String describe(List<String> open) throws SQLException, IOException {
        Map<String, History> histories = histories();
        StringBuilder text = new StringBuilder();
        for (String id : open) {
            text.append('\n').append(id);
            if (histories.containsKey(id)) {
                histories.get(id).rows().forEach(row -> text.append("\n  ").append(row.step()));
            }
        }
        return text.toString();
    }

    private void pass(long millis) throws Exception {
        long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        goUntil(() -> System.nanoTime() >= until);
    }

    private void await(String what, Duration limit, BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        goUntil(() -> {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("in vain: " + what + "; " + prompter.lastUnknown() + lastWords());
            }
            return condition.getAsBoolean();
        });
    }

    /** The time of deeds passes only while there is a node to do them. */
    private void goUntil(BooleanSupplier condition) throws Exception {
        long last = System.nanoTime();
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
            long now = System.nanoTime();
            NodeProcess running = node();
            if (!running.isAlive()) {
                if (running.exitValue() == ChaosNode.HALTED) {
                    continue;
                }
                if (!databaseIsAway) {
                    throw new AssertionError("the node ended with " + running.exitValue() + lastWords());
                }
                // A node that cannot have its database says so and ends; somebody starts it again.
                over(false);
                start(Map.of());
            } else if (running.isReady()) {
                prompter.go(running, Duration.ofNanos(now - last).toMillis());
            }
            last = now;
        }
    }

    /** The end of what the nodes have logged. */
    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("node.log"));
            return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()).stream()
                    .collect(Collectors.joining("\n", "; it said\n", ""));
        } catch (IOException e) {
            return "; its log cannot be read: " + e;
        }
    }

    @Override
    public void close() {
        if (node != null) {
            node.destroy();
        }
        database.close();
    }
}
