package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.answer.ProblemCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/http.md} shows works as it is written there, with curl, against {@code capo dev}. */
@ExtendWith(SharedServer.Given.class)
class HttpDocTest {
    private static final Path PAGE =
            Path.of(System.getProperty("capocomico.root")).resolve("docs/http.md");
    private static final Pattern LINE = Pattern.compile("^(curl .*?) +# (\\d{3})$", Pattern.MULTILINE);
    private static final Pattern DOCUMENT = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path temporary;

    @Test
    void the_curl_lines_give_in_their_order_what_stands_beside_them(SharedServer server) throws Exception {
        String page = Files.readString(PAGE);
        String document =
                DOCUMENT.matcher(page).results().findFirst().orElseThrow().group(1);
        Files.writeString(temporary.resolve("order.yaml"), document);
        List<MatchResult> lines = LINE.matcher(page).results().toList();
        assertThat(lines).hasSizeGreaterThan(10);
        for (MatchResult line : lines) {
            String output = run(line.group(1), server);
            assertThat(output).as(line.group(1)).endsWith("\n" + line.group(2));
            if (line.group(1).contains("label=")) {
                Await.until("the list has it", () -> run(line.group(1), server).contains("\"order-17\""));
            }
            if (line.group(1).contains("Last-Event-ID")) {
                assertThat(output).doesNotContain("id: 1.1\n").contains("event: execution_completed");
            }
        }
    }

    private String run(String line, SharedServer server) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(
                        "sh", "-c", line.replaceFirst("curl", "curl -s -w '\\\\n%{http_code}'"))
                .directory(temporary.toFile())
                .redirectErrorStream(true);
        shell.environment().put("CAPO", server.url().toString());
        shell.environment().put("TOKEN", server.token());
        shell.environment().put("no_proxy", "127.0.0.1");
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void the_table_of_codes_is_that_of_the_code() throws Exception {
        String table = Arrays.stream(ProblemCode.values())
                .map(code -> "| `%s` | %d | %s |\n".formatted(code.name(), code.status(), code.meaning()))
                .collect(Collectors.joining("", "\n| code | status | meaning |\n|---|---|---|\n", ""));
        String page = Files.readString(PAGE);
        String shown = page.substring(page.indexOf("<!-- codes -->") + 14, page.indexOf("<!-- end -->"));
        assertThat(shown).isEqualTo(table);
    }
}
