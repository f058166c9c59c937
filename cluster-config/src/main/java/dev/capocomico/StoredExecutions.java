package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cluster.Catalogue;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.engine.store.PayloadStore;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.engine.store.WorkflowDirectory;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.RunningPostgres;
import dev.capocomico.persistence.lease.NodeLease;
import dev.capocomico.persistence.store.JdbcArchive;
import dev.capocomico.persistence.store.JdbcDefinitionStore;
import dev.capocomico.persistence.store.JdbcHistory;
import dev.capocomico.persistence.store.JdbcPayloadStore;
import dev.capocomico.persistence.store.JdbcWorkflowDirectory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Reads the executions of a data directory without carrying them on. Uses the server of the directory if it runs, whoever started
 * it; else it starts one, and stops it in {@link #close}.
 */
public final class StoredExecutions implements AutoCloseable {
    private static final int STEPS_MAX = 1_000;
    private static final String UNDEFINED_TABLE = "42P01";

    private final Catalogue catalogue;
    private final StepLog journal;
    private final PayloadStore values;
    private final Archive archive;
    private final WorkflowDirectory workflows;
    private final Deque<AutoCloseable> closing;
    private final boolean carriedOn;

    private StoredExecutions(
            Catalogue catalogue,
            StepLog journal,
            PayloadStore values,
            Archive archive,
            WorkflowDirectory workflows,
            Deque<AutoCloseable> closing,
            boolean carriedOn) {
        this.catalogue = catalogue;
        this.journal = journal;
        this.values = values;
        this.archive = archive;
        this.workflows = workflows;
        this.closing = closing;
        this.carriedOn = carriedOn;
    }

    /**
     * An execution as the journal has it.
     *
     * @param workflowId of its workflow; empty when that was executed and not registered
     * @param output the whole of it, if the execution completed
     * @param carriedOn whether a program has the data directory open, or works on the database, and so carries the execution on
     */
    public record Told(
            Optional<String> workflowId,
            Plan plan,
            Chronicle chronicle,
            List<HistoryEntry> history,
            Optional<JsonNode> output,
            boolean carriedOn) {
        public Told {
            history = List.copyOf(history);
        }
    }

    /** Whether there is anything to be read; nothing is created. */
    public static boolean areIn(Path directory) {
        return RunningPostgres.hasDatabase(directory);
    }

    /**
     * Opens a data directory that is there.
     *
     * @throws dev.capocomico.persistence.embedded.EmbeddedPostgresException if its database cannot be had
     */
    public static StoredExecutions in(Path directory, Consumer<String> progress) {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        Optional<RunningPostgres> running = RunningPostgres.find(directory);
        PGSimpleDataSource source = new PGSimpleDataSource();
        if (running.isPresent()) {
            source.setUrl(running.get().jdbcUrl());
            source.setUser(running.get().user());
            source.setPassword(running.get().password());
        } else {
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(EmbeddedPostgresSettings.in(directory), progress::accept);
            opened.push(postgres);
            source.setUrl(postgres.jdbcUrl());
            source.setUser(postgres.user());
            source.setPassword(postgres.password());
        }
        return in(source, opened, running.isPresent() && RunningPostgres.isHeld(directory));
    }

    /**
     * Reads a database that somebody else runs.
     *
     * @throws Unavailable if it cannot be read
     */
    public static StoredExecutions in(NodeConfiguration.Database database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.user());
        source.setPassword(database.password());
        return in(source, new ArrayDeque<>(), isWorkedOn(source));
    }

    private static boolean isWorkedOn(DataSource source) {
        try {
            return NodeLease.holderOf(source).isPresent();
        } catch (SQLException e) {
            throw new Unavailable("the database cannot be read: " + e.getMessage(), e);
        }
    }

    private static StoredExecutions in(DataSource source, Deque<AutoCloseable> opened, boolean carriedOn) {
        Catalogue catalogue = new Catalogue(
                new JdbcDefinitionStore(source), new WorkflowReader(new BuiltInPatterns()), Runnable::run);
        return new StoredExecutions(
                catalogue,
                new JdbcHistory(source),
                new JdbcPayloadStore(source),
                new JdbcArchive(source),
                new JdbcWorkflowDirectory(source),
                opened,
                carriedOn);
    }

    /**
     * An execution from its start to what is in the journal now; empty when there is none of this id.
     *
     * @throws HistoryRemoved if it ended so long ago that only how it ended is known
     * @throws Unavailable if it cannot be read
     */
    public Optional<Told> find(String id) {
        try {
            ExecutionKey key = new ExecutionKey(CapocomicoBuilder.TENANT, id);
            List<Step> steps = journal.read(key, 0, STEPS_MAX);
            if (steps.isEmpty()) {
                archive.find(key).ifPresent(summary -> {
                    throw new HistoryRemoved(id, summary.kind().status(), "what is known of its tasks went");
                });
                return Optional.empty();
            }
            return Optional.of(tell(key, steps));
        } catch (CompletionException e) {
            throw new Unavailable("the workflow of execution \"" + id + "\" cannot be read: " + why(e), e);
        } catch (StoreException e) {
            if (hasNoTables(e)) {
                return Optional.empty();
            }
            throw new Unavailable(why(e), e);
        } catch (UnreadableException | ValueLostException e) {
            throw new Unavailable(why(e), e);
        }
    }

    /** Of a database in which no node has worked yet. */
    private static boolean hasNoTables(Throwable failure) {
        return (failure instanceof SQLException sql && UNDEFINED_TABLE.equals(sql.getSQLState()))
                || (failure.getCause() != null && hasNoTables(failure.getCause()));
    }

    private static String why(RuntimeException e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return String.valueOf(cause.getMessage());
    }

    private Told tell(ExecutionKey key, List<Step> first) {
        if (!(first.getFirst().facts().getFirst() instanceof Fact.Started started)) {
            throw new IllegalStateException("the history of execution \"" + key.id() + "\" has lost its beginning");
        }
        Plan plan = catalogue
                .load(key.tenant(), started.planDigest())
                .toCompletableFuture()
                .join();
        Chronicle chronicle = new Chronicle(plan);
        List<HistoryEntry> history = new ArrayList<>();
        for (List<Step> steps = first;
                !steps.isEmpty();
                steps = journal.read(key, chronicle.state().steps(), STEPS_MAX)) {
            steps.forEach(step -> history.addAll(chronicle.add(step)));
        }
        Optional<JsonNode> output =
                Optional.ofNullable(chronicle.state().output()).map(value -> values.whole(key, value));
        Optional<String> workflowId =
                workflows.byDigest(key.tenant(), started.planDigest()).map(WorkflowDirectory.Registered::id);
        return new Told(workflowId, plan, chronicle, history, output, carriedOn);
    }

    @Override
    public void close() {
        Capocomico.closeAll(closing);
    }
}
