package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.Workflow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in {@code docs/java.md} compiles and does what it says. */
@Timeout(120)
class ManualExampleTest {
    private static final Path MANUAL = Path.of("../docs/java.md");
    private static final Path THIS = Path.of("src/test/java/dev/capocomico/ManualExampleTest.java");

    @Test
    void the_program_of_the_manual_runs(@TempDir Path directory) throws Exception {
        assertThat(manual(directory).path("charge").path("paid").asInt()).isEqualTo(30);
    }

    private static JsonNode manual(Path directory) throws Exception {
        try (Capocomico capo = Capocomico.builder()
                .embeddedDatabase(directory.resolve(".capo"))
                .agent("payments", task -> Map.of("paid", task.input().path("amount")))
                .start()) {
            WorkflowRef order = capo.register(Workflow.named("order")
                    .version("1")
                    .agent("cashier", role -> role.type("payments"))
                    .task("charge", task -> task.agent("cashier").input(Map.of("amount", "${input.qty * 10}")))
                    .build());
            Execution run = capo.execute(order, Map.of("qty", 3), ExecutionOptions.id("order-17"));
            JsonNode output = run.await(Duration.ofMinutes(1));
            return output;
        }
    }

    @Test
    void it_is_the_one_that_stands_there() throws Exception {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(MANUAL));
        assertThat(block.find()).isTrue();
        String manual = block.group(1)
                .replace("Path.of(\".capo\")", "directory.resolve(\".capo\")")
                .strip();
        String body = manual.substring(0, manual.lastIndexOf('}'));
        assertThat(bare(Files.readString(THIS))).contains(bare(body));
    }

    /** Without comments and layout. */
    private static String bare(String code) {
        return code.replaceAll("//[^\n]*", "").replaceAll("\\s+", "");
    }
}
