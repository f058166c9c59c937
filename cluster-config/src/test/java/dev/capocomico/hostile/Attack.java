package dev.capocomico.hostile;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One request of a caller that means it ill, byte for byte.
 *
 * @param slowly whether it is sent in pieces, with pauses between
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
record Attack(String name, byte[] bytes, boolean slowly) {
    private static final int MIB = 1024 * 1024;

    /** Makes them at random, from one seed always the same. */
    static final class Source {
        private final SplittableRandom random;
        private final List<Route> routes;
        private final String token;

        Source(SplittableRandom random, List<Route> routes, String token) {
            this.random = random;
            this.routes = routes;
            this.token = token;
        }

        /** An operation of the contract. */
        record Route(String method, String path, long bytesMax) {}

        Attack next() {
            return switch (random.nextInt(16)) {
                case 0 -> body("a pattern", "/api/v1/workflows/validate", "application/json", document(pattern()));
                case 1 -> body("a schema", "/api/v1/workflows/validate", "application/json", document(schema()));
                case 2 -> body("YAML", "/api/v1/workflows/validate", "application/yaml", yaml());
                case 3 -> body("expressions", "/api/v1/workflows", "application/json", expressions());
                case 4 ->
                    body(
                            "an input",
                            "/api/v1/workflows/hostile/execute",
                            "application/json",
                            "{\"input_data\": " + large() + "}");
                case 5 -> body("a signal", "/api/v1/executions/none/signals/" + word(), "application/json", large());
                case 6 ->
                    body(
                            "an event",
                            "/api/v1/events",
                            "application/json",
                            "{\"topic\": \"t\", \"payload\": " + odd() + "}");
                case 7 -> slow();
                case 8 -> head();
                case 9 -> socket();
                case 10 -> chunked();
                default -> any();
            };
        }

        private Attack body(String name, String path, String type, String body) {
            return request(name, "POST", path, "Content-Type: " + type + "\r\n", body);
        }

        private Attack request(String name, String method, String path, String headers, String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            String head =
                    "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n"
                            .formatted(method, path, token, headers, bytes.length);
            return new Attack(name, joined(head.getBytes(StandardCharsets.US_ASCII), bytes), false);
        }

        private static byte[] joined(byte[] one, byte[] other) {
            byte[] all = new byte[one.length + other.length];
            System.arraycopy(one, 0, all, 0, one.length);
            System.arraycopy(other, 0, all, one.length, other.length);
            return all;
        }

        private static String document(String schema) {
            return "{\"name\": \"h\", \"version\": \"1\", \"input_schema\": %s, \"tasks\": [{\"id\": \"a\", \"sleep\": 1}]}"
                    .formatted(schema);
        }

        private String pattern() {
            String repeated = "(".repeat(4) + "x" + "{100})".repeat(4);
            return switch (random.nextInt(4)) {
                case 0 -> "{\"pattern\": \"%s\"}".formatted(repeated);
                case 1 -> "{\"patternProperties\": {\"%s\": {\"pattern\": \"(a*)*b\"}}}".formatted(repeated);
                case 2 ->
                    "{\"allOf\": [%s]}"
                            .formatted(many(3_000, i -> "{\"pattern\": \"%s%d\"}".formatted("\\\\pL".repeat(200), i)));
                default -> "{\"pattern\": \"%s\"}".formatted("(".repeat(random.nextInt(900)));
            };
        }

        private String schema() {
            return switch (random.nextInt(6)) {
                case 0 ->
                    "{\"$ref\": \"#/$defs/a0\", \"$defs\": {%s, \"a60\": true}}"
                            .formatted(many(
                                    60,
                                    i ->
                                            "\"a%d\": {\"allOf\": [{\"$ref\": \"#/$defs/a%d\"}, {\"$ref\": \"#/$defs/a%d\"}]}"
                                                    .formatted(i, i + 1, i + 1)));
                case 1 -> "{\"required\": [%s]}".formatted(many(8_192, Source::colliding));
                case 2 -> "{\"enum\": [%s]}".formatted(many(9_000, i -> "[%d, {\"a\": %d}]".formatted(i, i)));
                case 3 ->
                    "{\"properties\": {%s}}".formatted(many(3_000, i -> "\"p%d\": {\"$ref\": \"#/properties/p%d\"}"
                            .formatted(i, (i + 1) % 3_000)));
                case 4 -> "{\"multipleOf\": 1e-300, \"minimum\": -1e308, \"$dynamicRef\": \"#\"}";
                default -> "{\"not\": ".repeat(28) + "true" + "}".repeat(28);
            };
        }

        private String yaml() {
            return switch (random.nextInt(6)) {
                case 0 ->
                    "workflow:\n  output:\n    l0: &l0 lol\n"
                            + IntStream.range(1, 10)
                                    .mapToObj(i ->
                                            "    l%d: &l%d [%s]\n".formatted(i, i, ("*l" + (i - 1) + ", ").repeat(10)))
                                    .collect(Collectors.joining());
                case 1 -> "- ".repeat(100_000);
                case 2 -> "workflow: {" + many(60_000, i -> colliding(i) + ": 1") + "}";
                case 3 -> "#".repeat(MIB) + "\n" + "a: |\n  " + "x".repeat(MIB / 2);
                case 4 -> "a: !!int \"" + "1".repeat(MIB / 2) + "\"\n<<: *b\n";
                default -> "---\n".repeat(200_000);
            };
        }

        private String expressions() {
            String deep = "[1].map(a,".repeat(12) + "a" + ")".repeat(12);
            return "{\"name\": \"e\", \"version\": \"1\", \"agents\": {\"a\": {\"type\": \"t\"}}, \"tasks\": [%s]}"
                    .formatted(many(
                            random.nextInt(1, 400),
                            i -> "{\"id\": \"t%d\", \"agent\": \"a\", \"input\": \"${%s + %d}\"}"
                                    .formatted(i, deep, i)));
        }

        /** Values that fit into the largest body, and become much more once they are read. */
        private String large() {
            return switch (random.nextInt(7)) {
                case 0 -> "[" + "{},".repeat(random.nextInt(2_700_000)) + "{}]";
                case 1 -> "[" + many(8_192, i -> "\"" + colliding(i) + "\"") + "]";
                case 2 -> "{" + many(30_000, i -> "\"" + colliding(i) + "\": " + i) + "}";
                case 3 -> "\"" + "x".repeat(random.nextInt(8 * MIB)) + "\"";
                case 4 -> "[".repeat(random.nextInt(100_000));
                case 5 -> "[" + "1,".repeat(random.nextInt(4_000_000)) + "1]";
                default -> odd();
            };
        }

        private String odd() {
            return switch (random.nextInt(8)) {
                case 0 -> "\"\\ud800\"";
                case 1 -> "1e999999999";
                case 2 -> "1".repeat(random.nextInt(1, MIB / 4));
                case 3 -> "{\"" + "k".repeat(random.nextInt(1, 200_000)) + "\": 1}";
                case 4 -> "{\"a\": 1, \"a\": 2}";
                case 5 -> "\"\\u0000\"";
                case 6 -> "{\"a\":".repeat(random.nextInt(60)) + "1";
                default -> "null null";
            };
        }

        private static String colliding(int number) {
            return IntStream.range(0, 17)
                    .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                    .collect(Collectors.joining());
        }

        private static String many(int count, java.util.function.IntFunction<String> one) {
            return IntStream.range(0, count).mapToObj(one).collect(Collectors.joining(","));
        }

        private Attack slow() {
            String head =
                    "POST /api/v1/executions/none/signals/a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                            .formatted(token, random.nextInt(10, 8 * MIB));
            return new Attack("a slow body", (head + "[1,2").getBytes(StandardCharsets.US_ASCII), true);
        }

        private Attack head() {
            String headers =
                    switch (random.nextInt(5)) {
                        case 0 -> ("A: " + "b".repeat(random.nextInt(20_000)) + "\r\n");
                        case 1 -> "A: b\r\n".repeat(random.nextInt(2_000));
                        case 2 -> "Last-Event-ID: " + word() + "\r\ntraceparent: 00-" + word() + "\r\n";
                        case 3 ->
                            "Cookie: " + "c=d;".repeat(1_000) + "\r\nAccept: " + "a/b;q=0.1,".repeat(500) + "*/*\r\n";
                        default -> "Transfer-Encoding: chunked\r\n";
                    };
            String path = "/api/v1/executions?cursor=" + word() + "&label=" + word() + ":" + word() + "&x"
                    + "y".repeat(random.nextInt(5_000));
            return request("a head", random.nextBoolean() ? "GET" : "POST", path, headers, "");
        }

        private Attack socket() {
            String head =
                    "GET /ws/workflows/hostile?from=%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                            .formatted(random.nextInt(), token);
            byte[] frames = new byte[random.nextInt(2_000)];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = (byte) random.nextInt();
            }
            return new Attack("a socket", joined(head.getBytes(StandardCharsets.US_ASCII), frames), false);
        }

        private Attack chunked() {
            String head =
                    "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .formatted(token);
            String chunks =
                    switch (random.nextInt(3)) {
                        case 0 -> "ffffffffffffffff\r\n{}\r\n0\r\n\r\n";
                        case 1 -> "1\r\n[\r\n".repeat(random.nextInt(20_000)) + "0\r\n\r\n";
                        default -> "2;" + "x".repeat(random.nextInt(5_000)) + "\r\n{}\r\n0\r\n\r\n";
                    };
            return new Attack("chunks", (head + chunks).getBytes(StandardCharsets.US_ASCII), false);
        }

        /** Any route, with anything. */
        private Attack any() {
            Route route = routes.get(random.nextInt(routes.size()));
            String path = route.path();
            while (path.contains("{")) {
                path = path.replaceFirst("\\{[^}]*}", word());
            }
            String query = random.nextInt(3) == 0
                    ? "?" + word() + "=" + word() + "&cursor=" + word() + "&limit=" + word()
                    : "";
            String body =
                    switch (random.nextInt(4)) {
                        case 0 -> "";
                        case 1 -> odd();
                        case 2 -> "\"" + "x".repeat((int) Math.min(route.bytesMax() + 1, 70_000)) + "\"";
                        default -> "{\"" + word() + "\": " + odd() + "}";
                    };
            return request(
                    route.method() + " " + route.path(),
                    route.method(),
                    path + query,
                    "Content-Type: application/json\r\nIdempotency-Key: " + word() + "\r\n",
                    body);
        }

        private String word() {
            return switch (random.nextInt(7)) {
                case 0 -> "hostile";
                case 1 -> "a".repeat(random.nextInt(1, 600));
                case 2 -> "%F0%9F%98%80";
                case 3 -> "..%2F..";
                case 4 -> Long.toString(random.nextLong());
                case 5 -> "%00%ff";
                default -> Long.toString(random.nextLong(), 36).replace('-', '_') + "==";
            };
        }
    }
}
