package dev.capocomico.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Writes problems as {@code application/problem+json} (RFC 9457). */
public final class ProblemWriter {
    /** What has no charset of its own, because JSON is UTF-8. */
    public static final ContentType PROBLEM_JSON = ContentTypes.create(MediaTypes.customWithFixedCharset(
            "application", "problem+json", HttpCharsets.UTF_8, new HashMap<>(), true));

    /** Of so many errors, the first are told; they are the ones to mend first. */
    private static final int ERRORS_MAX = 100;

    private ProblemWriter() {}

    public static HttpResponse response(Answer.Problem problem, String traceId) {
        int status = problem.code().status();
        HttpResponse response = HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(HttpEntities.create(
                        PROBLEM_JSON, json(problem, traceId).toString().getBytes(StandardCharsets.UTF_8)));
        for (var header : problem.headers().entrySet()) {
            response = response.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        }
        return response;
    }

    static ObjectNode json(Answer.Problem problem, String traceId) {
        int status = problem.code().status();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("title", StatusCodes.get(status).reason());
        json.put("status", status);
        json.put("code", problem.code().name());
        json.put("detail", problem.detail());
        if (!problem.errors().isEmpty()) {
            json.set("errors", errors(problem.errors()));
        }
        return json.put("trace_id", traceId);
    }

    public static ArrayNode errors(List<Answer.Flaw> errors) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        errors.stream().limit(ERRORS_MAX).forEach(error -> {
            ObjectNode one = json.addObject().put("pointer", error.pointer()).put("message", error.message());
            Answer.Spot spot = error.spot();
            if (spot != null) {
                one.put("code", spot.code()).put("hint", spot.hint());
                one.put("line", spot.line()).put("column", spot.column());
            }
        });
        return json;
    }
}
