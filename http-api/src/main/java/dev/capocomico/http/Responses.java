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
    private static final RawHeader TAKEN_AS_SAID = RawHeader.create("X-Content-Type-Options", "nosniff");
    private static final RawHeader NOT_KEPT = RawHeader.create("Cache-Control", "no-store");

    /** The page of the contract asks this server and no other. */
    private static final RawHeader NO_OUTSIDERS = RawHeader.create(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    private Responses() {}

    static HttpResponse of(Answer answer, String traceId) {
        return switch (answer) {
            case Answer.Problem problem ->
                ProblemWriter.response(problem, traceId).addHeader(NOT_KEPT);
            case Answer.Done done -> done(done).addHeader(NOT_KEPT).addHeader(TAKEN_AS_SAID);
            case Answer.Bytes bytes ->
                HttpResponse.create()
                        .withEntity(HttpEntities.create(bytes.type(), bytes.bytes()))
                        .addHeader(NO_OUTSIDERS)
                        .addHeader(TAKEN_AS_SAID);
            case Answer.Stream stream -> stream.response().addHeader(NOT_KEPT);
        };
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
