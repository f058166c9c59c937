package dev.capocomico.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.cli.client.EventParser.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventParserTest {
    private static List<Event> read(EventParser parser, String text) throws IOException {
        return parser.read(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void an_event_is_the_same_wherever_its_bytes_are_cut() throws IOException {
        byte[] bytes = ":\n\nid: 1.1\nevent: a\ndata: {\"größe\": \"€\"}\n\r\nid: 2.1\r\ndata:x\r\ndata: y\r\n\r\n:\n\n"
                .getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            EventParser parser = new EventParser();
            List<Event> events = new ArrayList<>(parser.read(List.of(ByteBuffer.wrap(bytes, 0, cut))));
            events.addAll(parser.read(List.of(ByteBuffer.wrap(bytes, cut, bytes.length - cut))));
            assertThat(events)
                    .as("cut at %d", cut)
                    .containsExactly(new Event("1.1", "{\"größe\": \"€\"}"), new Event("2.1", "x\ny"));
        }
    }

    @Test
    void what_was_cut_off_before_its_end_is_no_event() throws IOException {
        assertThat(read(new EventParser(), "id: 1.1\ndata: {}\n")).isEmpty();
        assertThat(read(new EventParser(), "id: 1.1\ndata: {}\n\nid: 1.2\ndata: {\"a\""))
                .containsExactly(new Event("1.1", "{}"));
    }

    @Test
    void an_event_without_end_is_refused() {
        EventParser parser = new EventParser();
        String much = "x".repeat(1 << 20);
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= EventParser.EVENT_BYTES_MAX >> 20; i++) {
                        read(parser, "data: " + much + "\n");
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("an event of more than");
    }
}
