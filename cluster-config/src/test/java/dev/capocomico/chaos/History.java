package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of one execution as they stand in the journal: CBOR that is read as any CBOR is, by the shape that ADR 12 gives it.
 *
 * @param execution its id, without the tenant
 */
record History(String execution, List<Row> rows) {
    private static final String PREFIX = "execution|default/";
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    History {
        rows = List.copyOf(rows);
    }

    /**
     * One step.
     *
     * @param number of the row, from the column
     * @param committedMicros when its transaction was committed, by the clock of the database
     * @param step what the row holds: number, time, facts
     */
    record Row(long number, long committedMicros, JsonNode step) {
        long stepNumber() {
            return step.path(0).asLong();
        }

        long atMillis() {
            return step.path(1).asLong();
        }

        List<Fact> facts() {
            List<Fact> facts = new ArrayList<>();
            step.path(2).forEach(fact -> facts.add(new Fact(number, committedMicros, fact)));
            return facts;
        }
    }

    /**
     * One fact.
     *
     * @param row the number of the row that it stands in
     */
    record Fact(long row, long committedMicros, JsonNode json) {
        boolean is(String name) {
            return json.path(0).asText().equals(name + "/1");
        }

        JsonNode field(int index) {
            return json.path(index + 1);
        }

        /** The first field of facts about attempts: a task's number and an element, or an entry of what is undone. */
        JsonNode target() {
            return field(0);
        }

        boolean undoes() {
            return target().isArray() && target().size() == 1;
        }
    }

    List<Fact> facts() {
        return rows.stream().flatMap(row -> row.facts().stream()).toList();
    }

    boolean ended() {
        return !rows.isEmpty() && rows.getLast().facts().stream().anyMatch(fact -> fact.is("ended"));
    }

    /** All executions, by their ids. The server must have been started with {@code track_commit_timestamp}. */
    static Map<String, History> read(Connection connection) throws SQLException, IOException {
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        String query = """
                SELECT persistence_id, sequence_number, event_payload,
                       (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
                FROM event_journal ORDER BY persistence_id, sequence_number
                """;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.computeIfAbsent(row.getString(1), id -> new ArrayList<>())
                        .add(new Row(row.getLong(2), row.getLong(4), CBOR.readTree(row.getBytes(3))));
            }
        }
        Map<String, History> histories = new LinkedHashMap<>();
        rows.forEach((id, ofOne) -> {
            String execution = id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : id;
            histories.put(execution, new History(execution, ofOne));
        });
        return histories;
    }
}
