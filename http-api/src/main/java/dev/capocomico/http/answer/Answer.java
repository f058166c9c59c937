package dev.capocomico.http.answer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** What a call comes to. */
public sealed interface Answer {
    /** It was done, or found. */
    record Done(int status, JsonNode body, Map<String, String> headers) implements Answer {
        public Done {
            headers = Map.copyOf(headers);
        }
    }

    /** A body that is no JSON. */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Bytes(ContentType type, byte[] bytes) implements Answer {}

    /** A response that goes on after its head. */
    record Stream(HttpResponse response) implements Answer {}

    /**
     * It was not done.
     *
     * @param detail what was wrong this time, and what to do, in a sentence
     * @param errors what was wrong where
     * @param headers that the status asks for
     */
    record Problem(ProblemCode code, String detail, List<Flaw> errors, Map<String, String> headers) implements Answer {
        public Problem {
            errors = List.copyOf(errors);
            headers = Map.copyOf(headers);
        }

        public static Problem of(ProblemCode code, String detail) {
            return new Problem(code, detail, List.of(), Map.of());
        }

        public static Problem of(ProblemCode code, String detail, List<Flaw> errors) {
            return new Problem(code, detail, errors, Map.of());
        }

        public Problem with(String header, String value) {
            return new Problem(code, detail, errors, Map.of(header, value));
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param pointer JSON pointer into the body; of a parameter, its place and name, such as {@code query/limit}
     * @param spot where in a workflow document it stands; null for what has no such place
     */
    record Flaw(String pointer, String message, @Nullable Spot spot) {
        public Flaw(String pointer, String message) {
            this(pointer, message, null);
        }
    }

    /** What is known of an error in a document. */
    record Spot(String code, String hint, int line, int column) {}

    static Answer ok(JsonNode body) {
        return new Done(200, body, Map.of());
    }
}
