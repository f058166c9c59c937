package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.cli.Look.Tone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Asks a person for the payload of a signal. What is typed is read by a thread of its own, because nothing can call back a thread
 * that waits for a terminal; so an execution that goes on without an answer is not held up.
 */
final class Questions {
    private final Terminal terminal;
    private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
    private @Nullable Thread reader;
    private volatile boolean over;

    Questions(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Whether somebody may still answer. */
    boolean canAsk() {
        return terminal.screen().answers() && !over;
    }

    void ask(String task, String signal) {
        Look look = terminal.errorLook();
        String question = Plain.text("%s waits for the signal \"%s\".".formatted(task, signal), look);
        terminal.err().println(look.paint(Tone.WAITING, question));
        again();
        if (reader == null) {
            Thread started = new Thread(this::read, "terminal");
            started.setDaemon(true);
            started.start();
            reader = started;
        }
    }

    private void again() {
        terminal.err().print("Payload as JSON, or nothing for null: ");
        terminal.err().flush();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                typed.add(line);
            }
        } catch (IOException e) {
            // As if it had been closed.
        } finally {
            over = true;
        }
    }

    /** What was answered since, if it is JSON; if not, the person is told and asked again. */
    Optional<JsonNode> answer() {
        String line = typed.poll();
        if (line == null) {
            return Optional.empty();
        }
        if (line.isBlank()) {
            return Optional.of(NullNode.instance);
        }
        try {
            return Optional.of(JsonInput.parse(line));
        } catch (JsonProcessingException e) {
            terminal.complain("that is no JSON: " + JsonInput.why(e));
            again();
            return Optional.empty();
        }
    }
}
