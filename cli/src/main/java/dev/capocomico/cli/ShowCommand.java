package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.StoredExecutions.Told;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.execution.Waiting;
import dev.capocomico.model.history.TaskTimes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Tells where an execution stands. */
@Command(
        name = "show",
        description = "Show where an execution stands: its tasks, what it waits for, how it ended and why.",
        footer = {"", "  capo show order-17", "  capo show order-17 -o json"})
final class ShowCommand extends StoredCommand {
    ShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void print(String executionId, Told told) {
        ExecutionView view = view(told);
        Look look = terminal.look();
        new Frame(Account.of(told.plan(), view, told.chronicle()), executionId, look)
                .lines(System.currentTimeMillis(), Integer.MAX_VALUE, 0)
                .forEach(line -> terminal.out().println(line.stripTrailing()));
        Ending ending = view.ending();
        ExecutionState state = told.chronicle().state();
        if (ending != null && ending.kind() != Ending.Kind.COMPLETED) {
            String task = ending.task() == null ? "" : told.plan().graph().id(ending.task()) + ": ";
            terminal.out().println();
            terminal.out()
                    .println(look.paint(Tone.BAD, "why: ")
                            + Plain.text(task + ending.message() + " (" + ending.code() + ")", look));
        }
        if (state.output() != null) {
            terminal.out().println();
            terminal.out().println("output:");
            JsonReport.print(state.output(), terminal);
        }
        if (!state.hasEnded() && !told.carriedOn()) {
            terminal.out().println();
            terminal.out().println("No program carries it on now. To go on:");
            terminal.out().println("  " + look.paint(Tone.PLACE, "capo run --resume " + executionId + data.option()));
        }
    }

    /** Which attempts have an agent knows only the program that carries them on; if there is none, no agent works. */
    private static ExecutionView view(Told told) {
        return ExecutionView.of(told.plan(), told.chronicle().state(), attempt -> told.carriedOn());
    }

    @Override
    void printJson(String executionId, Told told) {
        ExecutionView view = view(told);
        ExecutionState state = told.chronicle().state();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("execution_id", executionId);
        json.putObject("workflow")
                .put("name", told.plan().definition().name())
                .put("version", told.plan().definition().version())
                .put("digest", told.plan().digest());
        json.put("status", view.status().wireName());
        json.put("started_at", time(told.chronicle().startedAtMillis()));
        json.put("updated_at", time(state.atMillis()));
        json.put("ended_at", state.hasEnded() ? time(state.atMillis()) : null);
        json.put("carried_on", told.carriedOn());
        phase(json, view);
        ArrayNode tasks = json.putArray("tasks");
        view.tasks().forEach(task -> tasks.add(json(task, told.chronicle().times(task.task()))));
        Ending ending = view.ending();
        if (ending == null || ending.kind() == Ending.Kind.COMPLETED) {
            json.putNull("error");
        } else {
            ObjectNode error =
                    json.putObject("error").put("code", ending.code()).put("message", ending.message());
            error.put("task", ending.task() == null ? null : told.plan().graph().id(ending.task()));
        }
        json.set("output", state.output());
        JsonReport.print(json, terminal);
    }

    private static void phase(ObjectNode json, ExecutionView view) {
        ExecutionView.Phase phase = view.phase();
        if (phase == null) {
            json.putNull("current_phase");
        } else {
            ArrayNode running =
                    json.putObject("current_phase").put("level", phase.level()).putArray("running");
            phase.running().forEach(running::add);
        }
    }

    private static ObjectNode json(TaskView task, @Nullable TaskTimes times) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", task.id());
        json.put("status", task.status().wireName());
        if (times != null) {
            json.put("attempts", times.attempts());
            json.put("started_at", time(times.startedAtMillis()));
            Long ended = times.endedAtMillis();
            json.put("ended_at", ended == null ? null : time(ended));
            json.put("agent", times.agent());
        }
        if (task.nextAttemptAtMillis() != null) {
            json.put("next_attempt_at", time(task.nextAttemptAtMillis()));
        }
        TaskView.ElementCounts elements = task.elements();
        if (elements != null) {
            json.putObject("elements")
                    .put("of", elements.of())
                    .put("completed", elements.completed())
                    .put("running", elements.running())
                    .put("waiting", elements.waiting())
                    .put("failed", elements.failed());
        }
        Waiting awaited = task.waitsFor();
        if (awaited != null) {
            json.put("waits_for", awaited.sentence());
        }
        Failure failure = task.failure();
        if (failure != null) {
            json.putObject("error").put("code", failure.code()).put("message", failure.message());
        }
        TaskView.UndoCounts undo = task.undoing();
        if (undo != null) {
            json.putObject("compensation")
                    .put("of", undo.of())
                    .put("undone", undo.undone())
                    .put("running", undo.running())
                    .put("failed", undo.failed());
        }
        return json;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
