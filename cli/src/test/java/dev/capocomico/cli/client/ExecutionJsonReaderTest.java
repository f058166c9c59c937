package dev.capocomico.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionJsonReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"task_id", "task"})
    void the_task_of_an_entry_is_understood_from_older_servers_too(String name) throws IOException {
        String entry = """
                {"seq": 2, "time": "2026-03-01T12:00:01Z", "event": "task_completed", "%s": "reserve", "sentence": "reserve: completed"}""".formatted(name);
        assertThat(ExecutionJsonReader.entry(new ObjectMapper().readTree(entry)).task())
                .isEqualTo("reserve");
    }
}
