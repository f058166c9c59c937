package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.bench.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What {@code capo bench} has measured, for programs (the names are promised to users) and for people. */
final class BenchReport {
    private BenchReport() {}

    static ObjectNode json(Report report) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("workload", report.load().word())
                .put("count", report.count())
                .put("in_flight", report.inFlight())
                .put("executions_per_second", rounded(report.executionsPerSecond(), 1))
                .put("tasks_per_second", rounded(report.tasksPerSecond(), 1))
                .put("agent_calls_per_second", rounded(report.agentCallsPerSecond(), 1))
                .put("p50_ms", rounded(report.p50Millis(), 3))
                .put("p95_ms", rounded(report.p95Millis(), 3))
                .put("p99_ms", rounded(report.p99Millis(), 3))
                .put("cpu_seconds_per_1000", rounded(report.cpuSecondsPer1000(), 4));
        report.databaseCpuSecondsPer1000()
                .ifPresentOrElse(
                        seconds -> json.put("database_cpu_seconds_per_1000", rounded(seconds, 4)),
                        () -> json.putNull("database_cpu_seconds_per_1000"));
        json.put("cold_executions_per_second", rounded(report.cold().executionsPerSecond(), 1))
                .put("floor_commits_per_second", rounded(report.floors().commitsPerSecond(), 1))
                .put("rounds", report.ratePerRound().size())
                .put("bytes_written_per_execution", Math.round(report.logBytesPerExecution()))
                .put("heap_bytes_per_execution", Math.round(report.heapBytesPerExecution()));
        json.set("rate_per_round", rates(report));
        json.put("warm_up_rounds", report.warmUpRounds()).put("steady", report.steady());
        json.set("cold", cold(report.cold()));
        json.set("one_at_a_time", alone(report.alone()));
        json.set("floor", floor(report.floors()));
        json.putObject("journal")
                .put("rows_per_second", rounded(report.journal().rowsPerSecond(), 1))
                .put("batched_rows_per_second", rounded(report.journal().batchedRowsPerSecond(), 1));
        Report.Parked parked = report.parked();
        if (parked != null) {
            json.putObject("parked")
                    .put("executions", parked.executions())
                    .put("begun_per_second", rounded(parked.begunPerSecond(), 1))
                    .put("cpu_seconds_per_1000_begun", rounded(parked.cpuSecondsPer1000Begun(), 4))
                    .put("bytes_written_per_begun", Math.round(parked.logBytesPerBegun()))
                    .put("heap_bytes_of_node", parked.heapBytes());
        }
        json.set("settings", settings(report.settings()));
        return json;
    }

    private static ArrayNode rates(Report report) {
        ArrayNode rates = JsonNodeFactory.instance.arrayNode();
        report.ratePerRound().forEach(rate -> rates.add(rounded(rate, 1)));
        return rates;
    }

    private static ObjectNode cold(Report.Cold cold) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("warm_up_executions", cold.warmUp())
                .put("executions", cold.executions())
                .put("executions_per_second", rounded(cold.executionsPerSecond(), 1))
                .put("cpu_seconds_per_1000", rounded(cold.cpuSecondsPer1000(), 4));
    }

    private static ObjectNode alone(Report.Alone alone) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("executions", alone.executions())
                .put("p50_ms", rounded(alone.p50Millis(), 3))
                .put("p99_ms", rounded(alone.p99Millis(), 3))
                .put("bare_commit_p50_ms", rounded(alone.commitMillis(), 4));
    }

    private static ObjectNode floor(Report.Floors floors) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("commits_per_second", rounded(floors.commitsPerSecond(), 1))
                .put("commit_p50_ms", rounded(floors.commitMillis(), 4))
                .put("batched_rows_per_second", rounded(floors.batchedRowsPerSecond(), 1))
                .put("journal_rows_per_second", rounded(floors.journalRowsPerSecond(), 1))
                .put("sha256_megabytes_per_second", rounded(floors.digestMegabytesPerSecond(), 1));
    }

    private static ObjectNode settings(Report.Settings settings) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode durability = json.putObject("durability");
        settings.durability().forEach(durability::put);
        json.put("cores", settings.cores())
                .put("database", settings.embedded() ? "embedded" : "DATABASE_URL")
                .put("file_system", settings.fileSystem())
                .put("heap_max_bytes", settings.heapMaxBytes())
                .put("garbage_collector", settings.collector())
                .put("worker_pool_size", settings.workerPoolSize());
        json.putObject("versions")
                .put("capo", Version.number())
                .put("java", settings.javaVersion())
                .put("vm", settings.javaName())
                .put("postgresql", settings.postgresVersion())
                .put("system", settings.system());
        return json;
    }

    static List<String> text(Report report) {
        List<String> lines = new ArrayList<>();
        line(lines, "executions", number(report.executionsPerSecond()) + " a second" + spread(report));
        line(lines, "tasks", number(report.tasksPerSecond()) + " a second");
        Report.Parked parked = report.parked();
        line(
                lines,
                parked == null ? "from begin to end" : "from signal to end",
                "p50 " + millis(report.p50Millis()) + ", p95 " + millis(report.p95Millis()) + ", p99 "
                        + millis(report.p99Millis()));
        line(
                lines,
                "CPU per 1,000",
                seconds(OptionalDouble.of(report.cpuSecondsPer1000())) + " in the node, "
                        + seconds(report.databaseCpuSecondsPer1000()) + " in the database");
        Report.Cold cold = report.cold();
        line(
                lines,
                "cold",
                number(cold.executionsPerSecond()) + " a second (" + number(cold.executions()) + " after "
                        + number(cold.warmUp()) + ")");
        Report.Alone alone = report.alone();
        line(
                lines,
                "one at a time",
                "p50 " + millis(alone.p50Millis()) + ", p99 " + millis(alone.p99Millis()) + "; four bare commits "
                        + millis(4 * alone.commitMillis()));
        line(lines, "written", number(report.logBytesPerExecution()) + " bytes an execution, into the database's log");
        line(
                lines,
                "heap",
                number(report.heapBytesPerExecution()) + " bytes an execution that "
                        + (parked == null ? "is under way" : "is parked"));
        if (parked != null) {
            line(
                    lines,
                    "parked",
                    number(parked.executions()) + " at once, begun at " + number(parked.begunPerSecond())
                            + " a second; heap of the node with them " + number(parked.heapBytes() / 1e6) + " MB");
        }
        lines.add("");
        machine(report, lines);
        return lines;
    }

    private static void machine(Report report, List<String> lines) {
        Report.Floors floors = report.floors();
        line(lines, "bare commits", number(floors.commitsPerSecond()) + " a second on one connection");
        line(
                lines,
                "rows of the journal",
                number(floors.journalRowsPerSecond()) + " a second; without executions "
                        + number(report.journal().rowsPerSecond()) + ", by a plain batched INSERT "
                        + number(report.journal().batchedRowsPerSecond()));
        Report.Settings settings = report.settings();
        line(
                lines,
                "this machine",
                settings.cores() + " cores, SHA-256 " + number(floors.digestMegabytesPerSecond()) + " MB/s on one, "
                        + settings.system());
        line(lines, "versions", "Java " + settings.javaVersion() + ", PostgreSQL " + settings.postgresVersion());
        line(
                lines,
                "durability",
                settings.durability().entrySet().stream()
                        .map(setting -> setting.getKey() + " " + setting.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private static String spread(Report report) {
        double least = report.ratePerRound().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
        double most = report.ratePerRound().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        return String.format(
                Locale.ROOT,
                " (%d rounds: %,.0f – %,.0f)%s",
                report.ratePerRound().size(),
                least,
                most,
                report.steady() ? "" : " ~ the rate did not become steady");
    }

    private static void line(List<String> lines, String name, String text) {
        lines.add(String.format("%-20s %s", name, text));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f ms" : "%.1f ms", value);
    }

    private static String seconds(OptionalDouble value) {
        return value.isEmpty() ? "unknown" : String.format(Locale.ROOT, "%.2f s", value.getAsDouble());
    }

    private static double rounded(double value, int digits) {
        double power = Math.pow(10, digits);
        return Math.round(value * power) / power;
    }
}
