package dev.capocomico.http;

import dev.capocomico.http.access.AccessSettings;
import java.time.Duration;

/** Of a server that a test starts on a free port, for callers with {@link TestTokens}. */
final class TestSettings {
    static final HttpSettings USUAL =
            HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET));

    private TestSettings() {}

    /** One that loses its patience while a test can wait. */
    static HttpSettings impatient(Duration body, Duration idle, Duration answer) {
        return new HttpSettings(
                USUAL.host(),
                USUAL.port(),
                USUAL.access(),
                USUAL.connectionsMax(),
                USUAL.watchersMax(),
                body,
                idle,
                answer,
                USUAL.limits());
    }
}
