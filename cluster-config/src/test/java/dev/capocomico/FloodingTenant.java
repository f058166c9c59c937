package dev.capocomico;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of its own that asks a server as much as it can, over as many connections as it is told, until its input ends. Each
 * connection asks again as soon as it is answered, whatever the answer was. Says in a line when it has begun, and at the end how many
 * calls were answered in a second.
 */
final class FloodingTenant {
    private static final List<String> PATHS =
            List.of("/api/v1/workflows/validate", "/api/v1/executions?limit=500", "/api/v1/executions/none/history");

    private static final String WORKFLOW = """
            {"name": "wait", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""";

    private FloodingTenant() {}

    /** Address, token, connections. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("http.maxConnections", arguments[2]);
        AtomicLong answered = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(
                Integer.parseInt(arguments[2]), Thread.ofPlatform().daemon().factory());
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            String path = PATHS.get(i % PATHS.size());
            threads.execute(() -> askForEver(arguments[0] + path, arguments[1], answered));
        }
        while (answered.get() < 1_000) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        System.out.println("floods");
        long before = answered.get();
        long begin = System.nanoTime();
        if (System.in.read() >= 0) {
            throw new IllegalStateException("nobody has to say anything here");
        }
        System.out.printf("%.0f%n", (answered.get() - before) * 1e9 / (System.nanoTime() - begin));
        System.exit(0);
    }

    private static void askForEver(String address, String token, AtomicLong answered) {
        while (true) {
            try {
                ask(address, token);
                answered.incrementAndGet();
            } catch (IOException e) {
                // The server has closed the connection; the next one is made.
            }
        }
    }

    private static void ask(String address, String token) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + token);
        if (address.endsWith("/validate")) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream body = connection.getOutputStream()) {
                body.write(WORKFLOW.getBytes(StandardCharsets.UTF_8));
            }
        }
        InputStream answer =
                connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (answer != null) {
            try (answer) {
                answer.readAllBytes();
            }
        }
    }
}
