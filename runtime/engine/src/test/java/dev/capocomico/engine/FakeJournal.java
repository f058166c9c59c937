package dev.capocomico.engine;

import com.typesafe.config.Config;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;

/** A journal in memory that may be lost, before or after it has written. As in a database, a row is written once and then stays. */
public final class FakeJournal extends AsyncWriteJournal {
    /** What happens to a write. */
    enum Mode {
        WELL,
        LOST,
        /** Nothing is written, and nobody hears anything. */
        SILENT,
        /** It is there, but nobody hears so; and nothing can be read. */
        WRITTEN_AND_LOST,
        /** Only this one is lost, and then all is well. */
        LOST_ONCE,
        /** Only of this one nobody hears. */
        WRITTEN_AND_LOST_ONCE,
        /** This row is refused, as one that has no form in the journal. */
        REJECTED_ONCE,
        /** What is read back of the execution "run" cannot be understood. */
        DAMAGED,
        /** The database answers, but for the execution "run", of which it says that something is wrong with itself. */
        TROUBLED,
        /** The same of all. */
        TROUBLED_FOR_ALL,
        /** The same of what "run" writes. */
        TROUBLED_TO_WRITE,
        /** This one is lost, and yet it is there as soon as somebody has read and not found it. */
        LATE_ONCE,
        /** The same, and then nothing works. */
        LATE_AND_LOST;

        boolean readable() {
            return this != LOST && this != WRITTEN_AND_LOST && this != SILENT;
        }

        boolean troubles(String persistenceId) {
            return this == TROUBLED_FOR_ALL || (this == TROUBLED && persistenceId.equals(RUN));
        }

        boolean troublesToWrite(String persistenceId) {
            return this == TROUBLED_FOR_ALL || (this == TROUBLED_TO_WRITE && persistenceId.equals(RUN));
        }
    }

    /** What survives the actors, as a database would. */
    static final class Rows {
        private final Map<String, List<PersistentRepr>> byId = new ConcurrentHashMap<>();
        private final AtomicInteger tried = new AtomicInteger();
        private final AtomicInteger recoveries = new AtomicInteger();
        volatile Mode mode = Mode.WELL;
        private final Queue<AtomicWrite> late = new ConcurrentLinkedQueue<>();
        /** Happens when somebody who only looks has read, before he hears what. */
        volatile Runnable onLooked = () -> {};

        /** How often somebody wanted to write or read. */
        int tried() {
            return tried.get();
        }

        /** How often an execution was read back. */
        int recoveries() {
            return recoveries.get();
        }

        /** As those read who only look; see {@link dev.capocomico.engine.store.StepLog}. */
        List<Step> steps(ExecutionKey key, long after, int limit) {
            tried.incrementAndGet();
            if (mode == Mode.DAMAGED && key.id().equals("run")) {
                throw new UnreadableException("step 1 is damaged", null);
            }
            if (mode.troubles("execution|" + key)) {
                throw new StoreException("the history could not be read", new SQLException("something", "XX000"));
            }
            if (!mode.readable()) {
                throw new IllegalStateException("the connection is gone");
            }
            List<Step> steps = kept("execution|" + key).stream()
                    .map(row -> (Step) row.payload())
                    .filter(step -> step.number() > after)
                    .limit(limit)
                    .toList();
            onLooked.run();
            return steps;
        }

        /** All that was written, as nobody reads who is part of a node. */
        List<Step> steps(ExecutionKey key) {
            return kept("execution|" + key).stream()
                    .map(row -> (Step) row.payload())
                    .toList();
        }

        private void landWhatIsLate() {
            for (AtomicWrite write = late.poll(); write != null; write = late.poll()) {
                keep(write);
            }
        }

        private boolean keep(AtomicWrite write) {
            List<PersistentRepr> kept = byId.computeIfAbsent(write.persistenceId(), id -> new ArrayList<>());
            synchronized (kept) {
                if (write.lowestSequenceNr() != kept.size() + 1) {
                    return false;
                }
                write.payload().foreach(row -> kept.add(row));
                return true;
            }
        }

        /** As a database that was restored from an old backup. */
        List<PersistentRepr> loseLast(ExecutionKey key, int count) {
            List<PersistentRepr> kept = byId.getOrDefault("execution|" + key, List.of());
            synchronized (kept) {
                List<PersistentRepr> last = kept.subList(kept.size() - count, kept.size());
                List<PersistentRepr> lost = List.copyOf(last);
                last.clear();
                return lost;
            }
        }

        /** A better backup was found. */
        void restore(ExecutionKey key, List<PersistentRepr> rows) {
            List<PersistentRepr> kept = byId.getOrDefault("execution|" + key, List.of());
            synchronized (kept) {
                kept.addAll(rows);
            }
        }

        private List<PersistentRepr> kept(String persistenceId) {
            List<PersistentRepr> kept = byId.getOrDefault(persistenceId, List.of());
            synchronized (kept) {
                return List.copyOf(kept);
            }
        }
    }

    private static final String RUN = "execution|default/run";

    private static final Map<String, Rows> DATABASES = new ConcurrentHashMap<>();

    private final Rows rows;

    /** Called by Pekko. */
    public FakeJournal(Config config) {
        rows = rows(config.getString("database"));
    }

    static Rows rows(String database) {
        return DATABASES.computeIfAbsent(database, name -> new Rows());
    }

    /** What a node needs to know of it. */
    static String settings(String database) {
        return """
                pekko.persistence.journal.plugin = "test-journal"
                test-journal {
                  class = "%s"
                  plugin-dispatcher = "pekko.actor.default-dispatcher"
                  database = "%s"
                  circuit-breaker { max-failures = 10, call-timeout = 10s, reset-timeout = 200ms }
                }
                """.formatted(FakeJournal.class.getName(), database);
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
        rows.tried.incrementAndGet();
        Mode mode = rows.mode;
        if (mode == Mode.REJECTED_ONCE) {
            rows.mode = Mode.WELL;
            return Futures.successful(List.of(Optional.of(new IllegalArgumentException("it has no form"))));
        }
        if (mode == Mode.LOST_ONCE || mode == Mode.WRITTEN_AND_LOST_ONCE || mode == Mode.LATE_ONCE) {
            rows.mode = Mode.WELL;
        }
        if (mode == Mode.SILENT) {
            return new scala.concurrent.impl.Promise.DefaultPromise<Iterable<Optional<Exception>>>().future();
        }
        if (mode == Mode.LATE_AND_LOST) {
            rows.mode = Mode.LOST;
        }
        for (AtomicWrite write : writes) {
            if (mode.troublesToWrite(write.persistenceId())) {
                return troubled();
            }
            switch (mode) {
                case LOST, LOST_ONCE, SILENT, REJECTED_ONCE -> {}
                case LATE_ONCE, LATE_AND_LOST -> rows.late.add(write);
                case WELL,
                        DAMAGED,
                        TROUBLED,
                        TROUBLED_FOR_ALL,
                        TROUBLED_TO_WRITE,
                        WRITTEN_AND_LOST,
                        WRITTEN_AND_LOST_ONCE -> {
                    if (!rows.keep(write)) {
                        return Futures.failed(new IllegalStateException("somebody else has written this row"));
                    }
                }
            }
        }
        return switch (mode) {
            case WELL, DAMAGED, TROUBLED, TROUBLED_FOR_ALL, TROUBLED_TO_WRITE -> Futures.successful(List.of());
            case LOST,
                    SILENT,
                    WRITTEN_AND_LOST,
                    LOST_ONCE,
                    WRITTEN_AND_LOST_ONCE,
                    REJECTED_ONCE,
                    LATE_ONCE,
                    LATE_AND_LOST -> lost();
        };
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
        rows.tried.incrementAndGet();
        rows.recoveries.incrementAndGet();
        if (rows.mode == Mode.DAMAGED && persistenceId.equals(RUN)) {
            return Futures.failed(new UnreadableException("step 1 is damaged", null));
        }
        if (rows.mode.troubles(persistenceId)) {
            return troubled();
        }
        if (!rows.mode.readable()) {
            return lost();
        }
        rows.kept(persistenceId).stream()
                .filter(row -> row.sequenceNr() >= from && row.sequenceNr() <= to)
                .limit(max)
                .forEach(replay);
        rows.landWhatIsLate();
        return Futures.successful(null);
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
        rows.tried.incrementAndGet();
        if (!rows.mode.readable()) {
            return lost();
        }
        List<PersistentRepr> kept = rows.kept(persistenceId);
        return Futures.successful(kept.isEmpty() ? 0L : kept.getLast().sequenceNr());
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long to) {
        return Futures.failed(new UnsupportedOperationException("rows of a test stay"));
    }

    private static <T> Future<T> lost() {
        return Futures.failed(new SQLException("the connection is gone", "08006"));
    }

    private static <T> Future<T> troubled() {
        return Futures.failed(new SQLException("missing chunk number 0 for toast value 1", "XX000"));
    }
}
