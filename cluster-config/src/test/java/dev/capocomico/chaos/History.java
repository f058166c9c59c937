package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of one execution as they stand in the journal: CBOR that is read as any CBOR is, by the shape that ADR 12 gives it.
 *
 * @param execution its id, without the tenant
 */
record History(String execution, List<Row> rows) {
    private static final int DIGEST_BYTES = 32;

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
        boolean is(String wanted) {
            return name().equals(wanted);
        }

        /** Without its version: a newer one says the same, and more behind it. */
        String name() {
            return json.path(0).asText().replaceFirst("/[0-9]+$", "");
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
        return end().isPresent();
    }

    /** What the last row says of the end. */
    Optional<Fact> end() {
        return rows.isEmpty()
                ? Optional.empty()
                : rows.getLast().facts().stream()
                        .filter(fact -> fact.is("ended"))
                        .findFirst();
    }

    /** Who has begun it, as {@code [execution, [task, element], depth]}; missing where nobody has. */
    JsonNode parent() {
        return facts().stream()
                .filter(fact -> fact.is("started"))
                .findFirst()
                .map(fact -> fact.field(3).path(4))
                .orElse(MissingNode.getInstance());
    }

    /** All executions, by their ids. The server must have been started with {@code track_commit_timestamp}. */
    static Map<String, History> read(Connection connection) throws SQLException, IOException {
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        Map<String, JsonNode> payloads = payloads(connection);
        String query = """
                SELECT persistence_id, sequence_number, event_payload,
                       (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
                FROM event_journal ORDER BY persistence_id, sequence_number
                """;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                String id = row.getString(1);
                JsonNode step = whole(CBOR.readTree(row.getBytes(3)), id, payloads);
                rows.computeIfAbsent(id, first -> new ArrayList<>()).add(new Row(row.getLong(2), row.getLong(4), step));
            }
        }
        Map<String, History> histories = new LinkedHashMap<>();
        rows.forEach((id, ofOne) -> {
            String execution = id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : id;
            histories.put(execution, new History(execution, ofOne));
        });
        return histories;
    }

    /** What is too large for a row, by execution and digest. */
    private static Map<String, JsonNode> payloads(Connection connection) throws SQLException, IOException {
        Map<String, JsonNode> payloads = new HashMap<>();
        String query = "SELECT 'execution|' || tenant || '/' || execution_id, digest, bytes FROM payload";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                payloads.put(place(row.getString(1), row.getBytes(2)), CBOR.readTree(row.getBytes(3)));
            }
        }
        return payloads;
    }

    private static String place(String id, byte[] digest) {
        return id + " " + HexFormat.of().formatHex(digest);
    }

    /** With each byte string replaced by what it begins with the digest of (ADR 25); missing where that is not there. */
    private static JsonNode whole(JsonNode value, String id, Map<String, JsonNode> payloads) {
        if (value instanceof BinaryNode digest) {
            JsonNode payload = payloads.get(place(id, Arrays.copyOf(digest.binaryValue(), DIGEST_BYTES)));
            return payload == null ? MissingNode.getInstance() : whole(payload, id, payloads);
        }
        if (value instanceof ArrayNode list) {
            if (list.size() == 2 && list.get(0) instanceof BinaryNode mark && mark.binaryValue().length == 0) {
                return whole(list.get(1), id, payloads);
            }
            for (int i = 0; i < list.size(); i++) {
                list.set(i, whole(list.get(i), id, payloads));
            }
        } else if (value instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(whole(field.getValue(), id, payloads)));
        }
        return value;
    }
}
