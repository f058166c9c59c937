package dev.capocomico.http.site;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Contract;
import dev.capocomico.http.contract.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/** Whether the server lives, and its contract for programs and for people. */
public final class SiteCalls {
    private static final ContentType YAML = ContentTypes.create(
            MediaTypes.customWithFixedCharset("application", "yaml", HttpCharsets.UTF_8, new HashMap<>(), false));
    private static final ContentType CSS = ContentTypes.create(MediaTypes.TEXT_CSS, HttpCharsets.UTF_8);
    private static final ContentType SCRIPT = ContentTypes.create(
            MediaTypes.customWithOpenCharset("text", "javascript", new HashMap<>(), false), HttpCharsets.UTF_8);
    private static final ContentType PNG = ContentTypes.create(MediaTypes.IMAGE_PNG);
    private static final String PAGE = "/dev/capocomico/http/docs/";

    private final Contract contract;
    private final Fitness fitness;
    private final String webjar;

    public SiteCalls(Contract contract, Fitness fitness) {
        this.contract = contract;
        this.fitness = fitness;
        this.webjar = "/META-INF/resources/webjars/swagger-ui/" + swaggerVersion() + "/";
    }

    private static String swaggerVersion() {
        try (InputStream resource =
                SiteCalls.class.getResourceAsStream("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            Properties properties = new Properties();
            if (resource != null) {
                properties.load(resource);
            }
            return properties.getProperty("version", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the operations of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of(
                "health", call -> done(status("alive")),
                "ready", this::ready,
                "contract", call -> done(new Answer.Bytes(YAML, contract.text())),
                "docs", call -> done(file(ContentTypes.TEXT_HTML_UTF8, PAGE + "index.html")),
                "docsFile", this::docsFile);
    }

    private static Answer status(String word) {
        return Answer.ok(JsonNodeFactory.instance.objectNode().put("status", word));
    }

    private CompletionStage<Answer> ready(Call call) {
        return fitness.complaint()
                .thenApply(complaint -> complaint.isEmpty()
                        ? status("ready")
                        : Answer.Problem.of(ProblemCode.UNAVAILABLE, complaint.get())
                                .with("Retry-After", "1"));
    }

    private CompletionStage<Answer> docsFile(Call call) {
        String name = call.arguments().required("file");
        // Ours comes first: the one that the page brings along shows a foreign contract.
        return done(
                name.equals("swagger-initializer.js") ? file(SCRIPT, PAGE + name) : file(type(name), webjar + name));
    }

    private static ContentType type(String name) {
        return name.endsWith(".css") ? CSS : name.endsWith(".png") ? PNG : SCRIPT;
    }

    private static Answer file(ContentType type, String path) {
        try (InputStream resource = SiteCalls.class.getResourceAsStream(path)) {
            return resource == null
                    ? Answer.Problem.of(ProblemCode.NOT_FOUND, "the page has no such file")
                    : new Answer.Bytes(type, resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** Whether the server can do its work. */
    @FunctionalInterface
    public interface Fitness {
        /** What is missing, in a sentence; empty when nothing is. Soon, whatever is missing. */
        CompletionStage<Optional<String>> complaint();
    }
}
