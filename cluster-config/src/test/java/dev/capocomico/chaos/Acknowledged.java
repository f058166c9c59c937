package dev.capocomico.chaos;

import dev.capocomico.chaos.Finding.Law;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks for everything that a node has said yes to. */
final class Acknowledged {
    private Acknowledged() {}

    @FunctionalInterface
    interface Finder {
        void find(Law law, String execution, String what);
    }

    static void check(Recording run, Finder finder) {
        for (Deed deed : run.acknowledged()) {
            List<History.Fact> facts = run.histories().containsKey(deed.execution())
                    ? run.histories().get(deed.execution()).facts()
                    : List.of();
            if (!isThere(deed, facts, run.published())) {
                finder.find(Law.NOTHING_ACKNOWLEDGED_LOST, deed.execution(), "acknowledged, and not there: " + deed);
            }
        }
        for (Deed deed : run.refused()) {
            List<History.Fact> facts = run.histories().containsKey(deed.execution())
                    ? run.histories().get(deed.execution()).facts()
                    : List.of();
            if (deed.canBeRepeated() && isThere(deed, facts, run.published())) {
                finder.find(Law.REPEATED_AS_BEFORE, deed.execution(), "refused, and there: " + deed);
            }
        }
        run.histories().forEach((id, history) -> {
            List<String> keys = named(history.facts(), "signal_arrived")
                    .map(fact -> fact.field(2).asText())
                    .toList();
            if (keys.stream().distinct().count() != keys.size()) {
                finder.find(Law.DONE_ONCE, id, "a signal was taken twice: " + keys);
            }
        });
    }

    private static boolean isThere(Deed deed, List<History.Fact> facts, Map<String, Published> published) {
        return switch (deed.verb()) {
            case START ->
                named(facts, "started")
                        .anyMatch(fact ->
                                fact.field(2).toString().equals(deed.payload().toString()));
            case SIGNAL, SIGNAL_AFTER_FAILURE ->
                named(facts, "signal_arrived")
                        .anyMatch(fact -> fact.field(0).asText().equals(deed.name())
                                && fact.field(1)
                                        .toString()
                                        .equals(deed.payload().toString())
                                && fact.field(2).asText().equals(deed.key()));
            case PAUSE -> named(facts, "paused").findAny().isPresent();
            // To resume what is not paused changes nothing and is acknowledged.
            case RESUME ->
                named(facts, "resumed").count()
                        >= Math.min(1, named(facts, "paused").count());
            case PUBLISH ->
                published.containsKey(deed.key()) && published.get(deed.key()).says(deed.name(), deed.payload());
            case RETRY, MEND_AND_RETRY -> named(facts, "retried").findAny().isPresent();
            case CANCEL ->
                named(facts, "ending_began")
                        .anyMatch(fact -> fact.field(0).path(0).asText().equals("cancelled")
                                && fact.field(0).path(2).asText().contains(deed.name()));
        };
    }

    private static Stream<History.Fact> named(List<History.Fact> facts, String name) {
        return facts.stream().filter(fact -> fact.is(name));
    }
}
