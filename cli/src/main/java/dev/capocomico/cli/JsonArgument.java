package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value on the command line: JSON, or {@code @FILE} with JSON in it; {@code @-} is the standard input. */
final class JsonArgument {
    private JsonArgument() {}

    /**
     * The value; empty when it cannot be had, and why was said.
     *
     * @param option what it is the value of
     * @param text null when nothing was said, which means an empty object
     */
    static Optional<JsonNode> read(Terminal terminal, String option, @Nullable String text) {
        if (text == null) {
            return Optional.of(JsonReport.object());
        }
        String source = text.startsWith("@") ? text.substring(1) : option;
        try {
            return Optional.of(JsonInput.parse(text.startsWith("@") ? file(terminal, source) : text));
        } catch (JsonProcessingException e) {
            terminal.complain("the input in " + source + " is no JSON: " + JsonInput.why(e));
        } catch (NoSuchFileException e) {
            terminal.complain(source + ": there is no such file");
        } catch (IOException e) {
            terminal.complain(source + ": could not be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static String file(Terminal terminal, String name) throws IOException {
        return name.equals("-")
                ? new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(terminal.directory().resolve(name));
    }
}
