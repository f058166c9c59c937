package dev.capocomico.engine;

import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.UnreadableException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Why something could not be read. */
final class ReadFailure {
    private static final int CAUSES_MAX = 20;

    private ReadFailure() {}

    /** Whether it will not be readable the next time either. A database that is away, or slow, says nothing of the kind. */
    static boolean isPermanent(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof UnreadableException || cause instanceof StackOverflowError) {
                return true;
            }
            if (cause instanceof SQLException sql) {
                return SqlTrouble.isAboutTheRow(sql);
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Without the wrappings of those who handed it on. */
    static String words(Throwable failure) {
        Throwable said =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return said.getMessage() == null ? said.toString() : said.getMessage();
    }
}
