package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.history.Elapsed;
import dev.capocomico.model.wire.Wired;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists executions, newest first. */
@Command(
        name = "list",
        description = "List executions, newest first.",
        footer = {"", "  capo list --status failed", "  capo list --workflow order --limit 100 -o json"})
final class ListCommand extends ServerCommand {
    private static final int PAGE_MAX = 500;
    private static final int LIMIT_MAX = 100_000;
    private static final int STATUS_COLUMNS = 12;
    private static final int STARTED_COLUMNS = 19;
    private static final int TOOK_COLUMNS = 7;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Option(
            names = "--status",
            paramLabel = "S",
            completionCandidates = Statuses.class,
            description = "Only those that stand so, such as executing, paused, completed, failed.")
    private @Nullable String status;

    @Option(names = "--workflow", paramLabel = "N", description = "Only those of this workflow.")
    private @Nullable String workflow;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many at most; 20 by default.")
    private int limit = 20;

    ListCommand(Terminal terminal) {
        super(terminal);
    }

    /** What can be chosen. */
    static final class Statuses extends Candidates {
        Statuses() {
            super(Wired.wireNames(ExecutionStatus.class));
        }
    }

    @Override
    int run(ServerClient client) throws InterruptedException {
        if (status != null && Wired.find(ExecutionStatus.class, status).isEmpty()) {
            throw wrong("\"%s\" is no status; there are %s"
                    .formatted(status, String.join(", ", Wired.wireNames(ExecutionStatus.class))));
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            throw wrong(String.format(Locale.ROOT, "--limit is from 1 to %,d", LIMIT_MAX));
        }
        ObjectNode found = JsonReport.object();
        boolean more = read(client, found.putArray("executions"));
        if (output.json()) {
            JsonReport.print(found, terminal);
        } else {
            print(found.path("executions"), more);
        }
        return ExitCode.FINE;
    }

    /** Whether there are more than were asked for. */
    private boolean read(ServerClient client, ArrayNode executions) throws InterruptedException {
        String filters = (status == null ? "" : "&status=" + status)
                + (workflow == null ? "" : "&workflow=" + ServerClient.encoded(workflow));
        String cursor = "";
        while (true) {
            int page = Math.min(PAGE_MAX, limit - executions.size());
            JsonNode answer = client.get("/api/v1/executions?limit=" + page + filters + cursor);
            answer.path("executions").forEach(executions::add);
            if (!answer.has("next_cursor") || executions.size() >= limit) {
                return answer.has("next_cursor");
            }
            cursor = "&cursor=" + answer.path("next_cursor").asText();
        }
    }

    private void print(JsonNode executions, boolean more) {
        if (executions.isEmpty()) {
            terminal.err()
                    .println(
                            status == null && workflow == null
                                    ? "capo: nothing has been started yet"
                                    : "capo: no execution matches");
            return;
        }
        List<JsonNode> rows =
                StreamSupport.stream(executions.spliterator(), false).toList();
        Look look = terminal.look();
        int fixed = 2 * 4 + STATUS_COLUMNS + STARTED_COLUMNS + TOOK_COLUMNS;
        int room = Math.max(20, look.columns() - 1 - fixed);
        int names = Math.min(width(rows, ListCommand::workflow, "workflow"), room / 2);
        int ids = Math.min(width(rows, row -> row.path("execution_id").asText(), "execution"), room - names);
        terminal.out()
                .println(look.paint(
                        Tone.FAINT,
                        Text.fit("execution", ids, look) + "  " + Text.fit("workflow", names, look) + "  "
                                + Text.fit("status", STATUS_COLUMNS, look) + "  "
                                + Text.fit("started", STARTED_COLUMNS, look) + "     took"));
        rows.forEach(row -> print(row, ids, names, look));
        if (more) {
            terminal.err().println(look.paint(Tone.FAINT, "There are more; --limit shows them."));
        }
    }

    private static int width(List<JsonNode> rows, Function<JsonNode, String> word, String head) {
        return rows.stream().map(word).mapToInt(Plain::width).reduce(head.length(), Math::max);
    }

    private static String workflow(JsonNode row) {
        return row.path("workflow").path("name").asText() + " "
                + row.path("workflow").path("version").asText();
    }

    private void print(JsonNode row, int ids, int names, Look look) {
        boolean quarantined = row.path("quarantined").asBoolean();
        String word = quarantined ? "quarantined" : row.path("status").asText();
        Tone tone = quarantined
                ? Tone.BAD
                : Wired.find(ExecutionStatus.class, word).map(Frame::tone).orElse(Tone.FAINT);
        Instant started = Instant.parse(row.path("started_at").asText());
        Instant until = row.has("ended_at") ? Instant.parse(row.path("ended_at").asText()) : Instant.now();
        String took = Elapsed.words(Math.max(0, until.toEpochMilli() - started.toEpochMilli()));
        terminal.out()
                .println(Text.fit(row.path("execution_id").asText(), ids, look) + "  "
                        + Text.fit(workflow(row), names, look) + "  "
                        + look.paint(tone, Text.fit(word.replace('_', ' '), STATUS_COLUMNS, look)) + "  "
                        + TIME.format(started) + "  " + " ".repeat(Math.max(0, TOOK_COLUMNS - took.length())) + took);
    }
}
