package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A part in the play: which kind of agent takes it, and how many of them.
 *
 * @param type a built-in agent type, or the pool that registered agents of this type form
 * @param count how many slots the role has; used by {@code parallel} and by patterns
 * @param capabilities what an agent must offer, all of them
 * @param settings handed to the agent type as they are
 */
public record Role(
        String type,
        int count,
        List<String> capabilities,
        Resources resources,
        Selection selection,
        ObjectNode settings) {

    public Role {
        capabilities = List.copyOf(capabilities);
    }

    public static Role of(String type) {
        return new Role(
                type, 1, List.of(), Resources.NONE, Selection.LEAST_LOADED, JsonNodeFactory.instance.objectNode());
    }
}
