package dev.capocomico.http;

import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What browsers are told about every answer, so that they do no more with it than show it. */
final class SecurityHeaders {
    private static final HttpHeader TAKEN_AS_SAID = RawHeader.create("X-Content-Type-Options", "nosniff");
    private static final HttpHeader NOT_KEPT = RawHeader.create("Cache-Control", "no-store");
    private static final HttpHeader ASKED_EACH_TIME = RawHeader.create("Cache-Control", "no-cache");
    private static final HttpHeader TELLS_NOBODY = RawHeader.create("Referrer-Policy", "no-referrer");

    /** No page of another site gets it as a script, a picture or a style sheet. */
    private static final HttpHeader FOR_OWN_PAGES = RawHeader.create("Cross-Origin-Resource-Policy", "same-origin");

    private static final HttpHeader NO_PAGE = RawHeader.create(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox");

    /** The page of the contract asks this server and no other. */
    private static final HttpHeader NO_OUTSIDERS = RawHeader.create(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    private static final HttpHeader TLS_NEXT_TIME_TOO =
            RawHeader.create("Strict-Transport-Security", "max-age=31536000");

    private static final List<HttpHeader> OF_DATA =
            List.of(NOT_KEPT, TAKEN_AS_SAID, TELLS_NOBODY, FOR_OWN_PAGES, NO_PAGE);
    private static final List<HttpHeader> OF_PAGES =
            List.of(ASKED_EACH_TIME, TAKEN_AS_SAID, TELLS_NOBODY, FOR_OWN_PAGES, NO_OUTSIDERS);

    private SecurityHeaders() {}

    /** Of an answer of the API, or a problem. */
    static HttpResponse ofData(HttpResponse response) {
        return response.addHeaders(OF_DATA);
    }

    /** Of the page that shows the contract, and its parts. */
    static HttpResponse ofPage(HttpResponse response) {
        return response.addHeaders(OF_PAGES);
    }

    /** Besides, where it was asked over TLS. */
    static HttpResponse onlyOverTls(HttpResponse response) {
        return response.addHeader(TLS_NEXT_TIME_TOO);
    }
}
