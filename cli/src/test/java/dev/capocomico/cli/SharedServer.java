package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@code capo dev --port 0 --data DIR}, as a process of its own, for all tests that leave it as it is. It starts with the first of them
 * and stops after the last. Each test has workflows and executions with names of its own.
 */
final class SharedServer implements AutoCloseable {
    private final Path directory;
    private final ServerProcess process;

    private SharedServer() throws Exception {
        directory = Files.createTempDirectory("capo-shared-");
        process = ServerProcess.start(directory, "--data", "data");
    }

    URI url() {
        return process.url();
    }

    /** That which the server has printed. */
    String token() {
        return process.token();
    }

    JsonNode said() {
        return process.said();
    }

    /** A folder where somebody sits who was told of the server and of its token, and of nothing else. */
    Stage stranger(Path elsewhere) {
        return new Stage(elsewhere)
                .with("CAPO_SERVER", process.url().toString())
                .with("CAPO_TOKEN", process.token());
    }

    /** The folder in which the server was started. */
    Stage atHome() {
        return new Stage(directory);
    }

    @Override
    public void close() throws IOException {
        process.close();
        Folder.delete(directory);
    }

    /** Gives it to tests. */
    static final class Given implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SharedServer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(SharedServer.class))
                    .getOrComputeIfAbsent(SharedServer.class, type -> started(), SharedServer.class);
        }

        private static SharedServer started() {
            try {
                return new SharedServer();
            } catch (Exception e) {
                throw new IllegalStateException("the server of the tests did not start", e);
            }
        }
    }
}
