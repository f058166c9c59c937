package dev.capocomico.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.capocomico.http.access.Caller;
import java.time.Instant;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.jspecify.annotations.Nullable;

/**
 * One call that fits the contract, from somebody who may make it.
 *
 * @param caller null where no token is needed
 * @param until when the caller's token is good no more; nothing that goes on may go on longer
 * @param body null when there is none
 * @param document the body as it came, where the operation takes it so; else empty
 * @param upgrade null unless a WebSocket is asked for
 * @param yaml whether the document was said to be YAML
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Call(
        Operation operation,
        @Nullable Caller caller,
        Instant until,
        Arguments arguments,
        @Nullable JsonNode body,
        byte[] document,
        boolean yaml,
        @Nullable WebSocketUpgrade upgrade) {
    /** Who calls, of an operation that asks for a role. */
    public Caller known() {
        if (caller == null) {
            throw new IllegalStateException("the contract lets anybody call " + operation.id());
        }
        return caller;
    }

    /** Whose things are meant. */
    public String tenant() {
        return known().tenant();
    }

    /** A value of the body; missing when it is not there. */
    public JsonNode at(String pointer) {
        return body == null ? MissingNode.getInstance() : body.at(pointer);
    }
}
