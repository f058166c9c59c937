package dev.capocomico.http;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemWriter;
import dev.capocomico.http.contract.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaRange;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Accept;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Writes answers. */
final class Responses {
    private Responses() {}

    static HttpResponse of(Answer answer, String traceId) {
        return switch (answer) {
            case Answer.Problem problem -> problem(problem, traceId);
            case Answer.Done done -> SecurityHeaders.ofData(done(done));
            case Answer.Bytes bytes ->
                SecurityHeaders.ofPage(
                        HttpResponse.create().withEntity(HttpEntities.create(bytes.type(), bytes.bytes())));
            case Answer.Stream stream -> SecurityHeaders.ofData(stream.response());
        };
    }

    /** Also of what is no request at all. */
    static HttpResponse problem(Answer.Problem problem, String traceId) {
        return SecurityHeaders.ofData(ProblemWriter.response(problem, traceId));
    }

    private static HttpResponse done(Answer.Done done) {
        byte[] body = done.body().toString().getBytes(StandardCharsets.UTF_8);
        HttpResponse response = HttpResponse.create()
                .withStatus(StatusCodes.get(done.status()))
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body));
        for (var header : done.headers().entrySet()) {
            response = response.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        }
        return response;
    }

    /** Whether the request takes any of what the operation answers with. Who says nothing takes everything. */
    static boolean acceptable(HttpRequest request, Operation operation) {
        List<MediaRange> ranges = StreamSupport.stream(request.getHeaders().spliterator(), false)
                .filter(Accept.class::isInstance)
                .flatMap(header ->
                        StreamSupport.stream(((Accept) header).getMediaRanges().spliterator(), false))
                .toList();
        return ranges.isEmpty()
                || operation.isSocket()
                || operation.produces().stream()
                        .anyMatch(type -> ranges.stream().anyMatch(range -> range.qValue() > 0 && covers(range, type)));
    }

    private static boolean covers(MediaRange range, String type) {
        int slash = type.indexOf('/');
        String sub = range.toString().substring(range.mainType().length() + 1);
        int end = sub.indexOf(';');
        String subtype = (end < 0 ? sub : sub.substring(0, end)).strip();
        boolean main = range.mainType().equals("*") || range.mainType().equals(type.substring(0, slash));
        return main && (subtype.equals("*") || subtype.equals(type.substring(slash + 1)));
    }
}
