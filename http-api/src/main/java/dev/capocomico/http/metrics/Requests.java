package dev.capocomico.http.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts answers, by operation and status, and how long they took. Holds nothing of a request. Thread-safe. */
public final class Requests {
    /** Upper bounds in seconds; those that were promised of answers are among them. */
    private static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private static final double NANOS = 1e9;

    private final Map<Answered, LongAdder> answers = new ConcurrentHashMap<>();
    private final Map<String, Times> times = new ConcurrentHashMap<>();

    private record Answered(String operation, int status) implements Comparable<Answered> {
        @Override
        public int compareTo(Answered other) {
            int byOperation = operation.compareTo(other.operation);
            return byOperation != 0 ? byOperation : Integer.compare(status, other.status);
        }
    }

    private static final class Times {
        private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        private final LongAdder sumNanos = new LongAdder();

        Times() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        void add(long nanos) {
            int bucket = 0;
            while (bucket < BOUNDS.length && nanos > BOUNDS[bucket] * NANOS) {
                bucket++;
            }
            buckets[bucket].increment();
            sumNanos.add(nanos);
        }
    }

    /**
     * An answer was given.
     *
     * @param operation of the contract, or a word for what is none: never what somebody has sent
     */
    public void answered(String operation, int status, long nanos) {
        answers.computeIfAbsent(new Answered(operation, status), key -> new LongAdder())
                .increment();
        times.computeIfAbsent(operation, key -> new Times()).add(nanos);
    }

    void write(Exposition text) {
        text.begin("capocomico_http_requests_total", "counter", "answers, by operation and status");
        new TreeMap<>(answers)
                .forEach((key, count) -> text.sample(
                        "capocomico_http_requests_total",
                        "operation=\"%s\",status=\"%d\"".formatted(key.operation(), key.status()),
                        count.sum()));
        text.begin("capocomico_http_request_seconds", "histogram", "from the head of a request to that of its answer");
        new TreeMap<>(times).forEach((operation, measured) -> histogram(text, operation, measured));
    }

    private static void histogram(Exposition text, String operation, Times measured) {
        String label = "operation=\"" + operation + "\"";
        long count = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            count += measured.buckets[i].sum();
            text.sample("capocomico_http_request_seconds_bucket", label + ",le=\"" + BOUNDS[i] + "\"", count);
        }
        count += measured.buckets[BOUNDS.length].sum();
        text.sample("capocomico_http_request_seconds_bucket", label + ",le=\"+Inf\"", count);
        text.sample("capocomico_http_request_seconds_sum", label, measured.sumNanos.sum() / NANOS);
        text.sample("capocomico_http_request_seconds_count", label, count);
    }
}
