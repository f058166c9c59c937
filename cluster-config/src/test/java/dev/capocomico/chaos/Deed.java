package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;

/**
 * Something that is asked of a node by a test, and asked again of the next node until one has acknowledged it.
 *
 * @param afterMillis how long after the one before it, at least
 * @param execution that it is done to, or for
 * @param name of the workflow to start, or of a signal, the topic of an event, or the reason of a cancel
 * @param key of a signal, or the id of an event
 */
record Deed(Verb verb, String execution, int afterMillis, String name, String key, JsonNode payload) {
    enum Verb {
        START,
        SIGNAL,
        /** When the execution that the payload names has failed. */
        SIGNAL_AFTER_FAILURE,
        PAUSE,
        RESUME,
        CANCEL,
        PUBLISH,
        /** When it has failed, as it stands. */
        RETRY,
        /** When it has failed, and what its agent lacked has been seen to. */
        MEND_AND_RETRY
    }

    static Deed start(String execution, String workflow, JsonNode input) {
        return new Deed(Verb.START, execution, 0, workflow, "", input);
    }

    static Deed signal(String execution, int afterMillis, String name, String key, JsonNode payload) {
        return new Deed(Verb.SIGNAL, execution, afterMillis, name, key, payload);
    }

    /** One that tells of the end of another execution. */
    static Deed signalAfterFailure(String execution, String name, String key, JsonNode other) {
        return new Deed(Verb.SIGNAL_AFTER_FAILURE, execution, 0, name, key, other);
    }

    /** Whether the engine can tell that it is asked again: by a key, an id, or the id of an execution. */
    boolean canBeRepeated() {
        return switch (verb) {
            case START, SIGNAL, SIGNAL_AFTER_FAILURE, PUBLISH -> true;
            case PAUSE, RESUME, CANCEL, RETRY, MEND_AND_RETRY -> false;
        };
    }

    /** An event that the execution waits for, or that others of its topic must not be taken for. */
    static Deed publish(String execution, int afterMillis, String topic, String id, JsonNode payload) {
        return new Deed(Verb.PUBLISH, execution, afterMillis, topic, id, payload);
    }

    static Deed of(Verb verb, String execution, int afterMillis) {
        return new Deed(verb, execution, afterMillis, "", "", NullNode.instance);
    }

    static Deed cancel(String execution, int afterMillis, String reason) {
        return new Deed(Verb.CANCEL, execution, afterMillis, reason, "", NullNode.instance);
    }
}
