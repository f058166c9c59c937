package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of each row that a reader has passed over that it was, once. A reader meets such a row again and again, and must neither stop
 * at it nor fill the log with it. Thread-safe.
 */
public final class UnreadableRows {
    /** Remembered; of those forgotten it is said again. */
    private static final int SAID_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRows.class);

    private static final Set<String> SAID =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > SAID_MAX;
                }
            }));

    private static final LongAdder COUNT = new LongAdder();

    private UnreadableRows() {}

    /** How many different rows this program has passed over since it began. */
    public static long count() {
        return COUNT.sum();
    }

    /**
     * Notes that a row was passed over.
     *
     * @param row which one, so that a person finds it
     */
    static void passedOver(String row, Throwable why) {
        if (SAID.add(row)) {
            COUNT.increment();
            LOG.error("{} cannot be read and is passed over: {}", row, why.toString());
        }
    }

    /** Whether what happened can be a row's fault: whatever the exception is, but for a database that is not well. */
    static boolean isFault(Throwable failure) {
        return (failure instanceof RuntimeException && !(failure instanceof StoreException))
                || failure instanceof StackOverflowError
                || failure instanceof LinkageError;
    }
}
