package dev.capocomico.chaos;

import java.util.List;
import java.util.Map;

/**
 * All that is known of a run when it is over.
 *
 * @param expectations of every execution that was to be started, by its id
 * @param acknowledged what the node said yes to
 */
record Recording(
        Map<String, History> histories,
        List<Call> calls,
        Map<String, Expectation> expectations,
        List<Deed> acknowledged) {
    Recording {
        histories = Map.copyOf(histories);
        calls = List.copyOf(calls);
        expectations = Map.copyOf(expectations);
        acknowledged = List.copyOf(acknowledged);
    }
}
