package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/http.md} shows works as it is written there. */
class HttpDocTest {
    private static final Path PAGE =
            Path.of(System.getProperty("capocomico.root")).resolve("docs/http.md");
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final Pattern LINE = Pattern.compile("^(curl .*?) +# (\\d{3})$", Pattern.MULTILINE);
    private static final Pattern DOCUMENT = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path temporary;

    @Test
    void the_curl_lines_give_in_their_order_what_stands_beside_them() throws Exception {
        String page = Files.readString(PAGE);
        String document =
                DOCUMENT.matcher(page).results().findFirst().orElseThrow().group(1);
        Files.writeString(temporary.resolve("order.yaml"), document);
        try (Capocomico capo = Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary.resolve("data"))
                        .withDurability(Durability.FAST_FOR_TESTS))
                .httpPort(0)
                .jwtSecret(SECRET)
                .start()) {
            String address =
                    "http://127.0.0.1:" + capo.httpAddress().orElseThrow().getPort();
            List<MatchResult> lines = LINE.matcher(page).results().toList();
            assertThat(lines).hasSizeGreaterThan(10);
            for (MatchResult line : lines) {
                if (line.group(1).contains("label=")) {
                    awaitListing(capo);
                }
                assertThat(run(line.group(1), address)).as(line.group(1)).endsWith("\n" + line.group(2));
            }
        }
    }

    /** The page's list is read after its execution was seen to have ended. */
    private static void awaitListing(Capocomico capo) throws Exception {
        capo.execution("order-17").await(Duration.ofSeconds(20));
    }

    private String run(String line, String address) throws Exception {
        ProcessBuilder shell = new ProcessBuilder(
                        "sh", "-c", line.replaceFirst("curl", "curl -s -w '\\\\n%{http_code}'"))
                .directory(temporary.toFile())
                .redirectErrorStream(true);
        shell.environment().put("CAPO", address);
        shell.environment().put("TOKEN", token());
        shell.environment().put("no_proxy", "127.0.0.1");
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @SuppressWarnings("JavaUtilDate") // the library's
    private static String token() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject("ann")
                        .claim("tenant", "default")
                        .claim("role", "operator")
                        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                        .build());
        jwt.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
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
