package dev.capocomico.http;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers what is no request at all in the same form as everything else. The server finds it by its name. */
public final class ProtocolErrors extends ParsingErrorHandler {
    /** Under this name the server looks for it. */
    @SuppressWarnings("MemberName") // given by the server
    public static final ProtocolErrors MODULE$ = new ProtocolErrors();

    private ProtocolErrors() {}

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo info, LoggingAdapter log, ServerSettings settings) {
        // Only the summary: the details may repeat a header, and headers hold secrets.
        return Responses.problem(Answer.Problem.of(code(status.intValue()), info.summary()), Dispatch.newTraceId());
    }

    private static ProblemCode code(int status) {
        return switch (status) {
            case 413 -> ProblemCode.TOO_LARGE;
            case 414 -> ProblemCode.URI_TOO_LONG;
            case 431 -> ProblemCode.HEADERS_TOO_LARGE;
            case 501 -> ProblemCode.NOT_IMPLEMENTED;
            default -> ProblemCode.BAD_REQUEST;
        };
    }
}
