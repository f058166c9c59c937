package dev.capocomico.cli.client;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server could not be asked, or said no. The message is a sentence for a person. */
public abstract sealed class ServerFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ServerFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Nobody answered, or somebody who is no server of ours. Whether something was done is not known. */
    public static final class Unreachable extends ServerFailure {
        private static final long serialVersionUID = 1;

        Unreachable(URI server, String why, @Nullable Throwable cause) {
            super("the server at %s %s".formatted(server, why), cause);
        }
    }

    /** It answered in words that this program does not know. */
    public static final class Foreign extends ServerFailure {
        private static final long serialVersionUID = 1;

        Foreign(String what) {
            super(what + "; is the server of another version than this program?", null);
        }
    }

    /** The server's own no. */
    public static final class Refused extends ServerFailure {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String code;
        private final List<String> errors;
        private final @Nullable String traceId;
        private final @Nullable String retryAfter;

        Refused(
                int status,
                String code,
                String detail,
                List<String> errors,
                @Nullable String traceId,
                @Nullable String retryAfter) {
            super(detail, null);
            this.status = status;
            this.code = code;
            this.errors = List.copyOf(errors);
            this.traceId = traceId;
            this.retryAfter = retryAfter;
        }

        public int status() {
            return status;
        }

        /** Such as {@code WRONG_STATE}; see docs/http.md. */
        public String code() {
            return code;
        }

        /** What in particular is wrong, a line each; empty when there is nothing beyond the message. */
        public List<String> errors() {
            return errors;
        }

        /** Whether the same may be answered otherwise when it is asked again later. */
        public boolean isForNow() {
            return status == 429 || status == 503 || status == 507;
        }

        /** Under which the server's log has it. */
        public Optional<String> traceId() {
            return Optional.ofNullable(traceId);
        }

        /** Seconds after which it may be worth to ask again. */
        public Optional<String> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }
}
