package dev.capocomico.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.http.contract.Contract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers with good tokens who mean it ill, over HTTP, against a node with 256 MiB and two processors: random requests of every route
 * and of every kind of bomb that is known here. {@code -Dhostile.seed=…} makes the same again, {@code -Dhostile.requests=…} as many.
 */
class HostileCallersTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final int CALLERS = 12;
    private static final int SLOW_PAUSE_MILLIS = 1_500;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final long HEAP_GROWTH_MAX = 32L * 1024 * 1024;

    private static final String WORKFLOW = """
            {"name": "hostile", "version": "1",
             "input_schema": {"allOf": [
               {"not": {"type": "string", "maxLength": 0}},
               {"anyOf": [{"type": "array", "uniqueItems": true, "minItems": 5000000},
                          {"type": "object", "patternProperties": {"(Aa|BB)*x": false}, "required": ["never"]},
                          {"type": "string", "pattern": "^(x?){200}y$"}]}]},
             "tasks": [{"id": "a", "sleep": 1}]}""";

    private final long seed = Long.getLong("hostile.seed", 20261130L);
    private final int requests = Integer.getInteger("hostile.requests", 360);
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong longestNanos = new AtomicLong();

    /** What the machine itself makes a caller wait who asks for nothing that costs. */
    private final AtomicLong healthNanos = new AtomicLong();

    private final AtomicBoolean over = new AtomicBoolean();
    private final Map<String, Integer> statuses = new TreeMap<>();

    @TempDir
    Path temporary;

    private Process process;
    private BufferedReader said;
    private Writer orders;
    private int port;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:ActiveProcessorCount=2",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileNode.class.getName(),
                        temporary.resolve("data").toString(),
                        SECRET)
                .redirectError(temporary.resolve("log").toFile())
                .start();
        said = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.matches("\\d+")) {
            line = said.readLine();
        }
        assertThat(line).as("the node begins to serve").isNotNull();
        port = Integer.parseInt(line);
    }

    @AfterEach
    void stop() throws Exception {
        orders.close();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void callers_who_mean_it_ill_are_answered_in_time_and_the_node_is_as_it_was() throws Exception {
        assertThat(register().statusCode()).isEqualTo(201);
        Thread probe = Thread.ofPlatform().start(this::askWhetherItLives);
        // The first part fills caches and pools, and is no growth.
        attack(seed, requests / 3);
        long before = heap();
        attack(seed + 1, requests - requests / 3);
        long after = heap();
        over.set(true);
        probe.join();
        System.out.printf(
                "%d hostile requests from -Dhostile.seed=%d: answers %s, the longest after %d ms (/health: %d ms), heap %d and then %d MiB%n",
                requests,
                seed,
                statuses,
                Duration.ofNanos(longestNanos.get()).toMillis(),
                Duration.ofNanos(healthNanos.get()).toMillis(),
                before >> 20,
                after >> 20);
        assertThat(faults).isEmpty();
        assertThat(process.isAlive()).isTrue();
        assertThat(after - before).isLessThan(HEAP_GROWTH_MAX);
        assertThat(Files.readString(temporary.resolve("log"))).doesNotContain("OutOfMemoryError", "StackOverflowError");
        // And it still does what it is for.
        assertThat(register().statusCode()).isEqualTo(200);
    }

    private void askWhetherItLives() {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                .timeout(ANSWER_MAX)
                .build();
        while (!over.get()) {
            long begin = System.nanoTime();
            try {
                client.send(request, HttpResponse.BodyHandlers.discarding());
            } catch (IOException e) {
                faults.add("/health was not answered: " + e);
                return;
            } catch (InterruptedException e) {
                return;
            }
            healthNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
        }
    }

    private HttpResponse<String> register() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/workflows"))
                .header("Authorization", "Bearer " + token("acme"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(WORKFLOW))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String token(String tenant) {
        return new TokenSigner(AccessSettings.SharedSecret.of(SECRET))
                .sign(
                        new Caller(tenant, "tester", Set.of(Role.OPERATOR)),
                        Instant.now().plus(Duration.ofHours(12)));
    }

    private long heap() throws IOException {
        orders.write("heap\n");
        orders.flush();
        String line = said.readLine();
        assertThat(line).as("the node is there").isNotNull();
        return Long.parseLong(line);
    }

    private void attack(long from, int count) throws Exception {
        List<Attack.Source.Route> routes = Contract.load().operations().stream()
                .map(operation -> new Attack.Source.Route(
                        operation.method(),
                        operation.path().text(),
                        operation.body() == null ? 0 : operation.body().bytesMax()))
                .toList();
        SplittableRandom random = new SplittableRandom(from);
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                Attack.Source source =
                        new Attack.Source(random.split(), routes, token(caller % 3 == 0 ? "acme" : "other"));
                all.add(threads.submit(() -> {
                    for (int i = 0; i < count / CALLERS; i++) {
                        send(source.next());
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** Of what is cut off without an answer nothing is known, but that it ends. */
    private void send(Attack attack) throws InterruptedException {
        String what = attack.name() + ", " + attack.bytes().length + " bytes";
        long begin = System.nanoTime();
        String status = "none";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2 * (int) ANSWER_MAX.toMillis());
            status = status(socket, attack);
        } catch (IOException e) {
            // Reset by a server that had heard enough; or it is dead, which is seen in the end.
            if (!process.isAlive()) {
                faults.add(what + ": the node is gone");
            }
        }
        long took = System.nanoTime() - begin;
        if (!attack.slowly()) {
            longestNanos.accumulateAndGet(took, Math::max);
            if (took > ANSWER_MAX.toNanos() + healthNanos.get()) {
                faults.add("%s: %s after %d ms"
                        .formatted(what, status, Duration.ofNanos(took).toMillis()));
            }
        }
        if (status.equals("500")) {
            faults.add(what + ": 500");
        }
        synchronized (statuses) {
            statuses.merge(status, 1, Integer::sum);
        }
    }

    private static String status(Socket socket, Attack attack) throws IOException, InterruptedException {
        socket.getOutputStream().write(attack.bytes());
        socket.getOutputStream().flush();
        if (attack.slowly()) {
            TimeUnit.MILLISECONDS.sleep(SLOW_PAUSE_MILLIS); // the caller's own slowness
            return "slow";
        }
        InputStream in = socket.getInputStream();
        String head = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
        return head.length() < "HTTP/1.1 200".length() ? "none" : head.substring("HTTP/1.1 ".length());
    }
}
