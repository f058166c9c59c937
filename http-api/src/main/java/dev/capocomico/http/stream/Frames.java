package dev.capocomico.http.stream;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameEvent$;
import org.apache.pekko.http.impl.engine.ws.FrameEventParser$;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The frames of a WebSocket, as Pekko HTTP has them below its messages. That layer is not promised to stay as it is; but the one above
 * it closes with two codes only, and does not show who answers a ping. All that is used of it stands here.
 */
final class Frames {
    static final byte CLOSE = 8;
    static final byte PING = 9;
    static final byte PONG = 10;
    private static final byte TEXT = 1;
    private static final byte BINARY = 2;

    /** What a control frame may hold. */
    private static final int CONTROL_BYTES_MAX = 125;

    private static final Map<Byte, Protocol.Opcode> OPCODES = Map.copyOf(opcodes());

    private Frames() {}

    static HttpResponse upgrade(
            WebSocketUpgrade upgrade, Flow<FrameEvent, FrameEvent, NotUsed> flow, @Nullable String protocol) {
        if (!(upgrade instanceof UpgradeToWebSocketLowLevel frames)) {
            throw new IllegalStateException("a WebSocket is not what it was: " + upgrade.getClass());
        }
        @SuppressWarnings({"unchecked", "rawtypes"}) // what comes of the flow is of no interest to anybody
        Flow<FrameEvent, FrameEvent, Object> any = (Flow) flow;
        return frames.handleFrames(any, Option.apply(protocol));
    }

    static FrameStart text(String text) {
        return full(TEXT, ByteString.fromArrayUnsafe(text.getBytes(StandardCharsets.UTF_8)));
    }

    static FrameStart ping() {
        return full(PING, ByteString.emptyByteString());
    }

    static FrameStart pong(ByteString payload) {
        return full(PONG, payload);
    }

    static FrameStart close(int code, String reason) {
        return FrameEvent$.MODULE$.closeFrame(code, reason, Option.empty());
    }

    private static FrameStart full(byte code, ByteString payload) {
        return FrameEvent$.MODULE$.fullFrame(opcode(code), Option.empty(), payload, true, false, false, false);
    }

    /** Java has no name for the object in an object that knows them. */
    private static Protocol.Opcode opcode(byte code) {
        return Objects.requireNonNull(OPCODES.get(code));
    }

    private static Map<Byte, Protocol.Opcode> opcodes() {
        try {
            Class<?> known = Class.forName(Protocol.Opcode.class.getName() + "$");
            Object all = known.getField("MODULE$").get(null);
            Map<Byte, Protocol.Opcode> opcodes = new HashMap<>();
            for (byte code : new byte[] {TEXT, CLOSE, PING, PONG}) {
                opcodes.put(code, (Protocol.Opcode)
                        known.getMethod("forCode", byte.class).invoke(all, code));
            }
            return opcodes;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Pekko HTTP has changed what is below its WebSockets", e);
        }
    }

    /** What no client may send (RFC 6455, 5.1, 5.2 and 5.5), in a few words; null for a frame that is one. */
    static @Nullable String complaint(FrameStart frame) {
        FrameHeader header = frame.header();
        if (header.mask().isEmpty()) {
            return "a client masks its frames";
        }
        if (header.rsv1() || header.rsv2() || header.rsv3()) {
            return "no extension was agreed on";
        }
        byte code = header.opcode().code();
        if (code > PONG || (code > BINARY && code < CLOSE)) {
            return "there is no such frame";
        }
        if (!header.opcode().isControl()) {
            return null;
        }
        return header.fin() && header.length() <= CONTROL_BYTES_MAX ? null : "a control frame is short, and whole";
    }

    static byte code(FrameStart frame) {
        return frame.header().opcode().code();
    }

    /** As it was before the client masked it; of a frame that has come whole. */
    static ByteString payload(FrameStart frame, ByteString data) {
        return FrameEventParser$.MODULE$.mask(data, frame.header().mask());
    }
}
