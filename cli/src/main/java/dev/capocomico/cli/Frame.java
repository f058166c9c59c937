package dev.capocomico.cli;

import dev.capocomico.cli.Look.Tone;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.history.Elapsed;
import dev.capocomico.model.history.TaskTimes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An execution as lines of text: a header, then its tasks in the order of the plan. Pure: the same view at the same moment gives
 * the same lines, none wider than the look allows.
 */
final class Frame {
    private static final int ID_COLUMNS_MAX = 32;
    private static final int ROWS_MIN = 4;

    private final Account account;
    private final String executionId;
    private final Look look;

    Frame(Account account, String executionId, Look look) {
        this.account = account;
        this.executionId = executionId;
        this.look = look;
    }

    /**
     * The lines.
     *
     * @param rowsMax how many there may be
     * @param tick which picture of what moves is shown; changes with every frame
     */
    List<String> lines(long nowMillis, int rowsMax, int tick) {
        ExecutionView view = account.view();
        int rows = Math.max(ROWS_MIN, rowsMax);
        List<TaskView> ordered = Arrays.stream(account.plan().order())
                .mapToObj(task -> view.tasks().get(task))
                .toList();
        List<TaskView> shown = ordered.size() + 1 <= rows ? ordered : mostTelling(ordered, rows - 2);

        TaskRow row = new TaskRow(account, look, idColumns(shown), nowMillis, tick);
        List<String> lines = new ArrayList<>();
        lines.add(header(view, nowMillis));
        shown.forEach(task -> lines.add(row.of(task)));
        if (shown.size() < ordered.size()) {
            lines.add(look.paint(Tone.FAINT, "  " + rest(ordered, shown)));
        }
        return lines;
    }

    private String header(ExecutionView view, long nowMillis) {
        long until = account.hasEnded() ? account.updatedAtMillis() : nowMillis;
        String elapsed = Elapsed.words(Math.max(0, until - account.startedAtMillis()));
        String status = view.status().wireName().replace('_', ' ');
        String right = status + "  " + elapsed;
        Definition definition = account.plan().definition();
        String name = definition.name() + " " + definition.version();
        int room = look.columns() - 1 - right.length() - 2;
        String left = Text.clip(name + "  " + executionId, room, look);
        String plainName = left.length() >= name.length() ? left.substring(0, name.length()) : left;
        String id = left.substring(plainName.length());
        String gap = " ".repeat(Math.max(2, look.columns() - 1 - Plain.width(left) - right.length()));
        return look.paint(Tone.PLACE, plainName) + look.paint(Tone.FAINT, id) + gap
                + look.paint(tone(view.status()), status) + "  " + elapsed;
    }

    static Tone tone(ExecutionStatus status) {
        return switch (status) {
            case PLANNING, EXECUTING -> Tone.BUSY;
            case PAUSED -> Tone.WAITING;
            case COMPENSATING -> Tone.UNDOING;
            case COMPLETED -> Tone.GOOD;
            case FAILED, CANCELLED, TIMED_OUT -> Tone.BAD;
        };
    }

    private static int idColumns(List<TaskView> tasks) {
        return tasks.stream().mapToInt(task -> task.id().length()).max().stream()
                .map(width -> Math.min(width, ID_COLUMNS_MAX))
                .findFirst()
                .orElse(1);
    }

    /** Those where something happens, then those where something happened last, then those whose turn is next. */
    private List<TaskView> mostTelling(List<TaskView> ordered, int count) {
        List<Integer> places = new ArrayList<>();
        for (int place = 0; place < ordered.size(); place++) {
            places.add(place);
        }
        Comparator<Integer> byInterest = Comparator.comparingInt((Integer place) -> interest(ordered.get(place)))
                .thenComparingLong(place -> -endedAt(ordered.get(place)))
                .thenComparing(place -> place);
        return places.stream()
                .sorted(byInterest)
                .limit(count)
                .sorted()
                .map(ordered::get)
                .toList();
    }

    private static int interest(TaskView task) {
        return switch (task.status()) {
            case FAILED, TIMEOUT, COMPENSATION_FAILED -> 0;
            case RUNNING, COMPENSATING -> 1;
            case WAITING -> 2;
            case COMPLETED, COMPENSATED, CANCELLED -> 3;
            case QUEUED -> 4;
            case PENDING, SKIPPED -> 5;
        };
    }

    private long endedAt(TaskView task) {
        TaskTimes times = account.times(task);
        return times == null || times.endedAtMillis() == null ? 0 : times.endedAtMillis();
    }

    private String rest(List<TaskView> ordered, List<TaskView> shown) {
        Map<TaskStatus, Integer> counts = new EnumMap<>(TaskStatus.class);
        ordered.forEach(task -> counts.merge(task.status(), 1, Integer::sum));
        shown.forEach(task -> counts.merge(task.status(), -1, Integer::sum));
        String words = counts.entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .map(count -> String.format(
                        Locale.ROOT,
                        "%,d %s",
                        count.getValue(),
                        count.getKey().wireName().replace('_', ' ')))
                .collect(Collectors.joining(", "));
        String sentence =
                String.format(Locale.ROOT, "%s %,d more: %s", look.ellipsis(), ordered.size() - shown.size(), words);
        return Text.clip(sentence, look.columns() - 3, look);
    }
}
