package dev.capocomico.engine;

import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.UnreadableException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.pattern.CircuitBreakerOpenException;
import org.apache.pekko.persistence.RecoveryTimedOut;
import org.jspecify.annotations.Nullable;

/** Why something could not be read, or written. */
final class ReadFailure {
    private static final int CAUSES_MAX = 20;

    /** Whether it is worth while to try again. */
    enum Kind {
        /** It will not be readable the next time either. */
        PERMANENT,
        /** The database was away, or slow. That says nothing about what was asked for. */
        PASSES,
        /** Nothing is known: it may pass, or come every time. */
        UNEXPLAINED
    }

    private ReadFailure() {}

    static boolean isPermanent(Throwable failure) {
        return kind(failure) == Kind.PERMANENT;
    }

    static Kind kind(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof UnreadableException || cause instanceof StackOverflowError) {
                return Kind.PERMANENT;
            }
            if (cause instanceof SQLException sql) {
                return SqlTrouble.isAboutTheRow(sql)
                        ? Kind.PERMANENT
                        : SqlTrouble.isOfAnAbsence(sql) ? Kind.PASSES : Kind.UNEXPLAINED;
            }
            if (cause instanceof TimeoutException
                    || cause instanceof RecoveryTimedOut
                    || cause instanceof CircuitBreakerOpenException
                    || cause instanceof RejectedExecutionException
                    || cause instanceof IOException) {
                return Kind.PASSES;
            }
            cause = cause.getCause();
        }
        return Kind.UNEXPLAINED;
    }

    /** Without the wrappings of those who handed it on. */
    static String words(Throwable failure) {
        Throwable said =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return said.getMessage() == null ? said.toString() : said.getMessage();
    }
}
