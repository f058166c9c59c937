package dev.capocomico.chaos;

import java.util.List;
import java.util.Map;

/**
 * All that is known of a run when it is over.
 *
 * @param listed the table of executions, by their ids
 * @param expectations of every execution that was to be started, by its id
 * @param published the log of events, by their ids
 * @param acknowledged what the node said yes to
 * @param refused what it said no to
 * @param lives of the nodes, in their order
 */
record Recording(
        Map<String, History> histories,
        Map<String, Listed> listed,
        List<Call> calls,
        Map<String, Expectation> expectations,
        Map<String, Published> published,
        List<Deed> acknowledged,
        List<Deed> refused,
        List<NodeLife> lives) {
    Recording {
        histories = Map.copyOf(histories);
        listed = Map.copyOf(listed);
        calls = List.copyOf(calls);
        expectations = Map.copyOf(expectations);
        published = Map.copyOf(published);
        acknowledged = List.copyOf(acknowledged);
        refused = List.copyOf(refused);
        lives = List.copyOf(lives);
    }
}
