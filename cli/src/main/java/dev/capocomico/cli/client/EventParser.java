package dev.capocomico.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads server-sent events out of bytes that may be cut anywhere. An event counts when the empty line after it is there, so nothing of one
 * that was cut off is taken for the whole. For one connection and one thread.
 */
final class EventParser {
    /** Larger than any entry of a history; whoever sends more is no server of ours. */
    static final int EVENT_BYTES_MAX = 16 << 20;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String id = "";
    private boolean afterReturn;
    private long eventBytes;

    /**
     * One event.
     *
     * @param id where the next connection goes on
     */
    record Event(String id, String data) {}

    /**
     * The events that these bytes complete.
     *
     * @throws IOException if one is too large
     */
    List<Event> read(List<ByteBuffer> bytes) throws IOException {
        List<Event> events = new ArrayList<>();
        for (ByteBuffer buffer : bytes) {
            while (buffer.hasRemaining()) {
                read(buffer.get(), events);
            }
        }
        return events;
    }

    /** A line ends with LF, CR, or both. */
    private void read(byte next, List<Event> events) throws IOException {
        boolean second = next == '\n' && afterReturn;
        afterReturn = next == '\r';
        if (second) {
            return;
        }
        if (next == '\n' || next == '\r') {
            end(line.toString(StandardCharsets.UTF_8), events);
            line.reset();
            return;
        }
        line.write(next);
        if (++eventBytes > EVENT_BYTES_MAX) {
            throw new IOException("an event of more than %,d bytes".formatted(EVENT_BYTES_MAX));
        }
    }

    private void end(String text, List<Event> events) {
        if (text.isEmpty()) {
            if (!data.isEmpty()) {
                events.add(new Event(id, data.substring(0, data.length() - 1)));
            }
            data.setLength(0);
            eventBytes = 0;
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + (text.startsWith(" ", colon + 1) ? 2 : 1));
        // The kind of an event stands in its data too; a line that begins with a colon says only that somebody is
        // there.
        if (field.equals("id")) {
            id = value;
        } else if (field.equals("data")) {
            data.append(value).append('\n');
        }
    }
}
