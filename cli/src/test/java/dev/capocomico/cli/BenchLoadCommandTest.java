package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchLoadCommandTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"chain, 3, 3", "fanout, 100, 101", "saga, 5, 9", "parked, 2, 1"})
    void what_is_promised_of_a_measurement_is_there_and_goes_together(String workload, int tasks, int calls)
            throws Exception {
        Ended ended = new Stage(directory).run("bench", workload, "--count", "12", "--in-flight", "4", "-o", "json");

        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(ended.out());
        assertThat(json.path("workload").asText()).isEqualTo(workload);
        assertThat(json.path("count").asInt()).isEqualTo(12);
        assertThat(json.path("in_flight").asInt()).isEqualTo(4);
        double rate = positive(json, "executions_per_second");
        assertThat(positive(json, "tasks_per_second") / rate).isBetween(0.99 * tasks, 1.01 * tasks);
        assertThat(positive(json, "agent_calls_per_second") / rate).isBetween(0.99 * calls, 1.01 * calls);
        assertThat(positive(json, "p50_ms")).isLessThanOrEqualTo(positive(json, "p95_ms"));
        assertThat(positive(json, "p95_ms")).isLessThanOrEqualTo(positive(json, "p99_ms"));
        positive(json, "cpu_seconds_per_1000");
        positive(json, "cold_executions_per_second");
        positive(json, "floor_commits_per_second");
        assertThat(json.path("rounds").isInt()).isTrue();
        assertThat(json.path("rounds").asInt())
                .isEqualTo(json.path("rate_per_round").size());
        // A row has a key of more than thirty bytes, twice: in the table and in its index.
        assertThat(positive(json, "bytes_written_per_execution")).isGreaterThan(100);
        assertThat(json.path("heap_bytes_per_execution").isIntegralNumber()).isTrue();
        if (!workload.equals("parked")) {
            // An agent at work is a thread, with a stack of its own.
            assertThat(json.path("heap_bytes_per_execution").asLong()).isGreaterThan(1_000);
        }
        positive(json.path("one_at_a_time"), "p50_ms");
        positive(json.path("floor"), "batched_rows_per_second");
        positive(json.path("journal"), "rows_per_second");
        settingsAreThoseOfADurableServer(json.path("settings"));
    }

    private static double positive(JsonNode json, String name) {
        assertThat(json.path(name).isNumber()).as(name).isTrue();
        assertThat(json.path(name).asDouble()).as(name).isPositive();
        return json.path(name).asDouble();
    }

    private static void settingsAreThoseOfADurableServer(JsonNode settings) {
        assertThat(settings.path("durability").path("fsync").asText()).isEqualTo("on");
        assertThat(settings.path("durability").path("synchronous_commit").asText())
                .isEqualTo("on");
        assertThat(settings.path("cores").asInt()).isPositive();
        assertThat(settings.path("versions").path("java").asText())
                .isEqualTo(Runtime.version().toString());
        assertThat(settings.path("versions").path("postgresql").asText()).matches("\\d+.*");
    }

    @Test
    void a_kept_directory_holds_the_database_afterwards_and_people_get_a_table() throws Exception {
        Ended ended = new Stage(directory).run("bench", "chain", "--count", "2", "--in-flight", "1", "--data", "kept");

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("executions  ", " a second", "bare commits", "synchronous_commit on");
        try (Stream<Path> files = Files.list(directory.resolve("kept"))) {
            assertThat(files).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--count, 0, 1000000",
        "--count, 1000001, 1000000",
        "--in-flight, 0, 10000",
        "--in-flight, 10001, 10000",
    })
    void numbers_beyond_their_limits_are_refused(String option, String value, String max) {
        assertThat(new Stage(directory).run("bench", "chain", option, value))
                .isEqualTo(new Ended(
                        2,
                        "",
                        "capo: " + option + " must be from 1 to " + max + ", not " + value
                                + "\n      try: capo bench chain --help\n"));
    }
}
