package dev.capocomico.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Challenge;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.model.execution.Origin;
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
 * @param address from where it came, as far as that is known
 * @param traceId under which it stands in the log
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
        @Nullable WebSocketUpgrade upgrade,
        @Nullable String address,
        String traceId) {
    /** Who calls, of an operation that asks for a role. */
    public Caller known() {
        if (caller == null) {
            throw new IllegalStateException("the contract lets anybody call " + operation.id());
        }
        return caller;
    }

    /** Whether the caller's scopes let it be done with what has this name. */
    public boolean allows(String name) {
        Action action = operation.action();
        return caller == null || action == null || caller.scopes().allows(action, name);
    }

    /** Why not. */
    public Answer.Problem forbidden(String what) {
        Action action = operation.action();
        if (action == null) {
            throw new IllegalStateException("the contract lets anybody call " + operation.id());
        }
        String why = known().scopes().complaint(action, what);
        return Answer.Problem.of(ProblemCode.FORBIDDEN, why).with(Challenge.HEADER, Challenge.insufficient(why));
    }

    /** The same call of nobody in particular. */
    public Call anonymous() {
        return new Call(operation, null, until, arguments, body, document, yaml, upgrade, address, traceId);
    }

    /** Where it came from, for the audit. */
    public Origin origin() {
        String target =
                arguments.text("signal").or(() -> arguments.text("task_id")).orElse(null);
        return new Origin(operation.id(), target, known().subject(), address, traceId);
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
