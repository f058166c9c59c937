package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.AgentFailure;
import dev.capocomico.Task;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The agent of all roles. What it does follows from the call alone, so that whoever knows the workflow can tell how an execution ends:
 * the action says what is computed, and in the input may stand
 *
 * <ul>
 *   <li>{@code fail_up_to}: so many attempts at most fail first; how many is drawn from the idempotency key. The number of the attempt
 *       decides, so an attempt that was lost takes the place of one that fails;
 *   <li>{@code fail}: every attempt fails for good, with this code, until somebody {@linkplain #mend mends} it; nothing if it is empty;
 *   <li>{@code hang_up_to}: so many attempts first do not end before they are told to;
 *   <li>{@code millis}: how long the work takes, instead of a few milliseconds drawn from the key.
 * </ul>
 *
 * <p>Each call leaves a line when it begins and one when it ends. A line is one {@code write}, so a killed process loses none that it
 * wrote.
 */
final class Performer implements AutoCloseable {
    private static final int USUAL_MILLIS_MAX = 40;
    private static final long HANGING_MILLIS = 600_000;

    // Not a channel: that would be closed by the interruption of a thread that uses it.
    private final FileOutputStream notes;
    private final Path calls;
    private final long self = ProcessHandle.current().pid();

    Performer(Path calls) throws IOException {
        this.calls = calls;
        notes = new FileOutputStream(calls.toFile(), true);
    }

    /** From now on nothing fails for good in this execution, whichever node it is on. */
    static void mend(Path calls, String execution) throws IOException {
        try {
            Files.createFile(mark(calls, execution));
        } catch (FileAlreadyExistsException e) {
            // By somebody who was killed before he could have it retried.
        }
    }

    private static Path mark(Path calls, String execution) {
        return calls.resolveSibling("mended-" + execution);
    }

    @Nullable Object perform(Task task) throws IOException, InterruptedException {
        note(task, Call.Kind.BEGAN);
        try {
            Object result = result(task);
            note(task, Call.Kind.SUCCEEDED);
            return result;
        } catch (InterruptedException e) {
            note(task, Call.Kind.INTERRUPTED);
            throw e;
        } catch (RuntimeException e) {
            note(task, Call.Kind.FAILED);
            throw e;
        }
    }

    private @Nullable Object result(Task task) throws InterruptedException {
        JsonNode input = task.input();
        SplittableRandom random = new SplittableRandom(task.idempotencyKey().hashCode());
        if (task.attempt() <= input.path("hang_up_to").asInt(0)) {
            Thread.sleep(HANGING_MILLIS);
        }
        int drawn = 1 + random.nextInt(USUAL_MILLIS_MAX);
        Thread.sleep(input.path("millis").asInt(drawn));
        String fatal = input.path("fail").asText();
        if (!fatal.isEmpty() && !Files.exists(mark(calls, task.executionId()))) {
            throw AgentFailure.permanent(fatal, "it was told to fail");
        }
        int failing = input.path("fail_up_to").asInt(0);
        if (failing > 0 && task.attempt() <= random.nextInt(failing + 1)) {
            throw AgentFailure.temporary("NOT_YET", "it was told to fail in attempt " + task.attempt());
        }
        return compute(task.action(), input);
    }

    private static @Nullable Object compute(String action, JsonNode input) {
        return switch (action) {
            case "add" -> input.path("n").asInt() + 1;
            case "sum" -> sum(input.path("values"));
            case "grow" ->
                input.path("text").asText().repeat(input.path("times").asInt());
            case "measure" -> input.path("text").asText().length();
            case "round" -> Map.of("round", input.path("round").asInt());
            default -> null;
        };
    }

    private static int sum(JsonNode values) {
        int sum = 0;
        for (JsonNode value : values) {
            sum += value.asInt();
        }
        return sum;
    }

    private void note(Task task, Call.Kind kind) throws IOException {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        Call call = new Call(
                now,
                self,
                kind,
                task.executionId(),
                task.id(),
                task.input().path("element").asInt(0),
                task.idempotencyKey(),
                task.attempt(),
                task.action());
        byte[] line = (call.line() + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (notes) {
            notes.write(line);
        }
    }

    @Override
    public void close() throws IOException {
        notes.close();
    }
}
