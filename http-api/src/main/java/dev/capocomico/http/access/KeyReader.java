package dev.capocomico.http.access;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads published keys over HTTP, and takes no more time and no more bytes for it than it may. Blocks. */
final class KeyReader {
    private final URI url;
    private final Duration timeout;
    private final HttpClient client;

    /** @param timeout of each: connecting, the answer's beginning, and its body */
    KeyReader(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                // Away from TLS it is never followed; away from this machine it would be.
                .followRedirects(
                        "https".equals(url.getScheme()) ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER)
                .build();
    }

    /** For a log: without what an address may hold that is nobody's business. */
    String address() {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()) + url.getPath();
    }

    /** Longer it does not take. */
    Duration atMost() {
        return timeout.multipliedBy(3);
    }

    KeySet read() throws IOException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Accept", "application/json, application/jwk-set+json")
                .build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("it is answered with status " + response.statusCode());
            }
            return KeySet.of(JWKSet.parse(text(body)));
        } catch (ParseException e) {
            throw new IOException("it is no set of keys", e);
        }
    }

    /** Somebody who sends a byte now and then is not waited for. */
    private String text(InputStream body) throws IOException {
        CompletableFuture<Void> read = new CompletableFuture<>();
        var unused = read.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            close(body);
            return null;
        });
        byte[] bytes = body.readNBytes(AccessSettings.Jwks.FETCH_BYTES_MAX + 1);
        if (!read.complete(null)) {
            throw new IOException("it takes longer than " + timeout);
        }
        if (bytes.length > AccessSettings.Jwks.FETCH_BYTES_MAX) {
            throw new IOException("it is larger than " + AccessSettings.Jwks.FETCH_BYTES_MAX + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Whoever reads it is told.
        }
    }
}
