package dev.capocomico.cli;

import dev.capocomico.cli.Look.Tone;
import dev.capocomico.model.definition.Compensation;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.execution.TaskView.ElementCounts;
import dev.capocomico.model.execution.Waiting;
import dev.capocomico.model.history.Elapsed;
import dev.capocomico.model.history.TaskTimes;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task in one line: a sign, its id, its status, what there is to say, how long it has taken. */
final class TaskRow {
    private static final int STATUS_COLUMNS = 12;
    private static final int TIME_COLUMNS = 7;
    private static final int BAR_COLUMNS_MAX = 24;
    private static final int BAR_COLUMNS_MIN = 8;
    private static final String SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private final Account account;
    private final Look look;
    private final int idColumns;
    private final long nowMillis;
    private final int tick;

    TaskRow(Account account, Look look, int idColumns, long nowMillis, int tick) {
        this.account = account;
        this.look = look;
        this.idColumns = idColumns;
        this.nowMillis = nowMillis;
        this.tick = tick;
    }

    String of(TaskView task) {
        ExecutionView view = account.view();
        Tone tone = tone(task.status());
        int room = look.columns() - 1 - (2 + 2 + idColumns + 2 + STATUS_COLUMNS + 1 + 1 + TIME_COLUMNS);
        String said = room < 4 ? "" : Text.fit(words(task, view, room), room, look);
        String time = duration(task);
        String line = "  " + look.paint(tone, sign(task.status())) + " "
                + name(task, view) + "  "
                + look.paint(tone, Text.fit(statusWord(task.status()), STATUS_COLUMNS, look)) + " "
                + paintWords(task.status(), said) + " ";
        return line + look.paint(Tone.FAINT, " ".repeat(Math.max(0, TIME_COLUMNS - time.length())) + time);
    }

    private String name(TaskView task, ExecutionView view) {
        String id = Text.fit(task.id(), idColumns, look);
        return task.status() == TaskStatus.PENDING || view.status() == ExecutionStatus.PLANNING
                ? look.paint(Tone.FAINT, id)
                : id;
    }

    private static String statusWord(TaskStatus status) {
        return status == TaskStatus.COMPENSATION_FAILED
                ? "undo failed"
                : status.wireName().replace('_', ' ');
    }

    private String paintWords(TaskStatus status, String words) {
        return switch (status) {
            case FAILED, TIMEOUT, COMPENSATION_FAILED -> words;
            case WAITING, RUNNING, COMPENSATING -> words;
            case PENDING, QUEUED, COMPLETED, CANCELLED, SKIPPED, COMPENSATED -> look.paint(Tone.FAINT, words);
        };
    }

    private String sign(TaskStatus status) {
        if (!look.unicode()) {
            return switch (status) {
                case PENDING -> ".";
                case QUEUED -> "o";
                case RUNNING -> ">";
                case COMPLETED -> "+";
                case FAILED, TIMEOUT -> "x";
                case CANCELLED -> "-";
                case SKIPPED -> "~";
                case WAITING -> "z";
                case COMPENSATING, COMPENSATED -> "<";
                case COMPENSATION_FAILED -> "!";
            };
        }
        return switch (status) {
            case PENDING -> "·";
            case QUEUED -> "○";
            case RUNNING -> String.valueOf(SPINNER.charAt(Math.floorMod(tick, SPINNER.length())));
            case COMPLETED -> "✓";
            case FAILED, TIMEOUT -> "✗";
            case CANCELLED -> "⊘";
            case SKIPPED -> "↷";
            case WAITING -> "◔";
            case COMPENSATING -> "↶";
            case COMPENSATED -> "↺";
            case COMPENSATION_FAILED -> "✗";
        };
    }

    static Tone tone(TaskStatus status) {
        return switch (status) {
            case PENDING, SKIPPED -> Tone.FAINT;
            case QUEUED, WAITING -> Tone.WAITING;
            case RUNNING -> Tone.BUSY;
            case COMPLETED -> Tone.GOOD;
            case FAILED, TIMEOUT, CANCELLED, COMPENSATION_FAILED -> Tone.BAD;
            case COMPENSATING, COMPENSATED -> Tone.UNDOING;
        };
    }

    // --- What there is to say

    private String words(TaskView task, ExecutionView view, int room) {
        String bar = task.elements() == null ? "" : bar(task.elements(), room) + "  ";
        return bar
                + switch (task.status()) {
                    case PENDING -> after(task, view);
                    case QUEUED -> attempt(task, "attempt %d waits for an agent");
                    case RUNNING -> running(task);
                    case WAITING -> waiting(task);
                    case COMPLETED -> completed(task, view);
                    case FAILED, TIMEOUT -> why(task.failure());
                    case CANCELLED -> why(task.failure());
                    case SKIPPED -> "its condition is false";
                    case COMPENSATING -> undoing(task);
                    case COMPENSATED -> "undone with " + compensation(task);
                    case COMPENSATION_FAILED -> compensation(task) + " failed for good";
                };
    }

    private String bar(ElementCounts counts, int room) {
        int columns = Math.clamp(room - 34, BAR_COLUMNS_MIN, BAR_COLUMNS_MAX);
        int over = counts.completed() + counts.failed();
        int full = counts.of() == 0 ? columns : (int) ((long) columns * over / counts.of());
        String bar = look.unicode()
                ? "━".repeat(full) + "╌".repeat(columns - full)
                : "[" + "#".repeat(full) + "-".repeat(columns - full) + "]";
        String failed = counts.failed() == 0 ? "" : ", " + counts.failed() + " failed";
        return bar + " " + over + "/" + counts.of() + failed;
    }

    /** In an ended execution nothing comes after anything any more. */
    private String after(TaskView task, ExecutionView view) {
        if (view.ending() != null) {
            return "not begun";
        }
        List<String> open = new ArrayList<>();
        Plan plan = account.plan();
        for (int k = 0; k < plan.graph().predecessorCount(task.task()); k++) {
            int dependency = plan.graph().predecessor(task.task(), k);
            TaskStatus status = view.tasks().get(dependency).status();
            if (status != TaskStatus.COMPLETED && status != TaskStatus.SKIPPED) {
                open.add(plan.graph().id(dependency));
            }
        }
        return open.isEmpty() ? "" : "after " + String.join(", ", open);
    }

    private String running(TaskView task) {
        ElementCounts counts = task.elements();
        if (counts != null) {
            String again = task.nextAttemptAtMillis() == null
                    ? ""
                    : ", " + counts.waiting() + " again in " + left(task.nextAttemptAtMillis());
            return counts.running() + " running" + again;
        }
        return task.attempt() > 1 ? "attempt " + task.attempt() : "";
    }

    private static String attempt(TaskView task, String form) {
        return task.attempt() == 0 ? "" : form.formatted(task.attempt());
    }

    private String waiting(TaskView task) {
        Waiting awaited = task.waitsFor();
        if (awaited == null) {
            TaskTimes times = account.times(task);
            String reason = times == null || times.lastFailure() == null ? "" : ": " + why(times.lastFailure());
            return "again in " + left(task.nextAttemptAtMillis()) + reason;
        }
        return switch (awaited) {
            case Waiting.ForSignal signal -> "for signal \"" + signal.signal() + "\"" + atMost(signal.deadlineMillis());
            case Waiting.ForEvent event -> "for event " + event.topic() + atMost(event.deadlineMillis());
            case Waiting.ForTime time -> left(time.untilMillis()) + " left";
            case Waiting.ForChild child -> "for child " + child.childId();
            case Waiting.ForAttempt attempt -> "";
            case Waiting.ForSlot slot -> "";
            case Waiting.ForNode node -> "";
            case Waiting.ForTasks tasks -> "";
            case Waiting.ForResume resume -> "";
        };
    }

    private String completed(TaskView task, ExecutionView view) {
        TaskTimes times = account.times(task);
        boolean toUndo = task.undoing() != null && view.status() == ExecutionStatus.COMPENSATING;
        int made = times == null || task.elements() != null ? 1 : times.attempts();
        String attempts = made > 1 ? "after " + made + " attempts" : "";
        return toUndo ? attempts + (made > 1 ? ", " : "") + "to be undone" : attempts;
    }

    private String undoing(TaskView task) {
        String again = task.nextAttemptAtMillis() == null ? "" : ", again in " + left(task.nextAttemptAtMillis());
        String attempt = task.attempt() > 1 ? ", attempt " + task.attempt() : "";
        return "undoing it with " + compensation(task) + attempt + again;
    }

    private String compensation(TaskView task) {
        Compensation compensation =
                account.plan().definition().tasks().get(task.task()).compensation();
        return compensation == null ? "its compensation" : compensation.action();
    }

    private static String why(@Nullable Failure failure) {
        return failure == null ? "" : failure.message() + " (" + failure.code() + ")";
    }

    private String atMost(long deadlineMillis) {
        return deadlineMillis == ExecutionState.NEVER ? "" : ", " + left(deadlineMillis) + " left";
    }

    private String left(@Nullable Long untilMillis) {
        return Elapsed.words(untilMillis == null ? 0 : Math.max(0, untilMillis - nowMillis));
    }

    private String duration(TaskView task) {
        TaskTimes times = account.times(task);
        if (times == null) {
            return "";
        }
        boolean over = account.hasEnded();
        Long ended = times.endedAtMillis();
        long until = ended != null ? ended : over ? account.updatedAtMillis() : nowMillis;
        return Elapsed.words(Math.max(0, until - times.startedAtMillis()));
    }
}
