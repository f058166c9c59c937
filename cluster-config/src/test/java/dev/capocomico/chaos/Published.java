package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.chaos.Finding.Law;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** An event as it stands in the log of events. */
record Published(String topic, JsonNode payload, long committedMicros) {
    private static final ObjectMapper JSON = new ObjectMapper();

    boolean says(String wantedTopic, JsonNode wanted) {
        return topic.equals(wantedTopic) && payload.toString().equals(wanted.toString());
    }

    /** All, by their ids. */
    static Map<String, Published> read(Connection connection) throws SQLException, IOException {
        Map<String, Published> published = new HashMap<>();
        String query = """
                SELECT event_id, topic, payload::text,
                       (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
                FROM event_log
                """;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                published.put(
                        row.getString(1),
                        new Published(row.getString(2), JSON.readTree(row.getString(3)), row.getLong(4)));
            }
        }
        return published;
    }

    /** Holds what executions have taken against it, and what they have not taken. */
    static void check(Recording run, Acknowledged.Finder finder) {
        checkTaken(run, finder);
        run.published().forEach((event, published) -> {
            String execution = published.payload().path("order").asText();
            History history = run.histories().get(execution);
            if (history != null
                    && published.committedMicros() > history.rows().getFirst().committedMicros()) {
                boolean taken = history.facts().stream()
                        .anyMatch(fact ->
                                fact.is("event_taken") && fact.field(1).asText().equals(event));
                if (!taken) {
                    finder.find(
                            Law.NO_EVENT_MISSED,
                            execution,
                            "%s was published for it after it had begun, and was not taken".formatted(event));
                }
            }
        });
    }

    private static void checkTaken(Recording run, Acknowledged.Finder finder) {
        run.histories().forEach((id, history) -> {
            Set<Integer> served = new HashSet<>();
            for (History.Fact fact : history.facts()) {
                if (fact.is("retried")) {
                    served.clear();
                } else if (fact.is("event_taken")) {
                    Published event = run.published().get(fact.field(1).asText());
                    boolean so = event != null
                            && event.payload().toString().equals(fact.field(2).toString())
                            && event.committedMicros() <= fact.committedMicros();
                    if (!so) {
                        finder.find(
                                Law.TAKEN_AS_PUBLISHED,
                                id,
                                "taken was %s; in the log is %s".formatted(fact.json(), event));
                    }
                    if (!served.add(fact.target().asInt())) {
                        finder.find(Law.TAKEN_AS_PUBLISHED, id, "a task has taken a second event: " + fact.json());
                    }
                }
            }
        });
    }
}
