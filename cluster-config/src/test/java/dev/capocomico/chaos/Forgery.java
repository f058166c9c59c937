package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A recording with something altered in it. */
final class Forgery {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Recording original;

    Forgery(Recording original) {
        this.original = original;
    }

    Recording withoutHistory(String execution) {
        Map<String, History> histories = new HashMap<>(original.histories());
        histories.remove(execution);
        return with(histories, original.calls());
    }

    Recording withoutRow(String execution, int index) {
        return withRows(execution, rows -> {
            List<History.Row> changed = new ArrayList<>(rows);
            changed.remove(index < 0 ? rows.size() + index : index);
            return changed;
        });
    }

    Recording withListed(String execution, Listed listed) {
        Map<String, Listed> all = new HashMap<>(original.listed());
        all.put(execution, listed);
        return new Recording(
                original.histories(),
                all,
                original.calls(),
                original.expectations(),
                original.published(),
                original.acknowledged(),
                original.refused(),
                original.lives());
    }

    Recording withoutExpectation(String execution) {
        Map<String, Expectation> all = new HashMap<>(original.expectations());
        all.remove(execution);
        return new Recording(
                original.histories(),
                original.listed(),
                original.calls(),
                all,
                original.published(),
                original.acknowledged(),
                original.refused(),
                original.lives());
    }

    Recording withoutPublished(String event) {
        Map<String, Published> all = new HashMap<>(original.published());
        all.remove(event);
        return new Recording(
                original.histories(),
                original.listed(),
                original.calls(),
                original.expectations(),
                all,
                original.acknowledged(),
                original.refused(),
                original.lives());
    }

    Recording withRefused(Deed deed) {
        List<Deed> refused = new ArrayList<>(original.refused());
        refused.add(deed);
        return new Recording(
                original.histories(),
                original.listed(),
                original.calls(),
                original.expectations(),
                original.published(),
                original.acknowledged(),
                refused,
                original.lives());
    }

    /** As if no node had been killed. */
    Recording withAllNodesStoppedInOrder() {
        return new Recording(
                original.histories(),
                original.listed(),
                original.calls(),
                original.expectations(),
                original.published(),
                original.acknowledged(),
                original.refused(),
                original.lives().stream().map(NodeLife::endedInOrder).toList());
    }

    /** As if all its rows had been committed so much later. */
    Recording later(String execution, long micros) {
        return withRows(execution, rows -> rows.stream()
                .map(row -> new History.Row(row.number(), row.committedMicros() + micros, row.step()))
                .toList());
    }

    /** Takes out the first fact of this kind. */
    Recording withoutFact(String execution, Predicate<JsonNode> fact) {
        return withFacts(execution, facts -> {
            for (int i = 0; i < facts.size(); i++) {
                if (fact.test(facts.get(i))) {
                    facts.remove(i);
                    return true;
                }
            }
            return false;
        });
    }

    /** Writes another fact after the first of this kind. */
    Recording withFactAfter(String execution, Predicate<JsonNode> fact, UnaryOperator<JsonNode> other) {
        return withFacts(execution, facts -> {
            for (int i = 0; i < facts.size(); i++) {
                if (fact.test(facts.get(i))) {
                    facts.insert(i + 1, other.apply(facts.get(i)));
                    return true;
                }
            }
            return false;
        });
    }

    /** Puts another fact in the place of the first of this kind. */
    Recording withFactChanged(String execution, Predicate<JsonNode> fact, UnaryOperator<JsonNode> change) {
        return withFacts(execution, facts -> {
            for (int i = 0; i < facts.size(); i++) {
                if (fact.test(facts.get(i))) {
                    facts.set(i, change.apply(facts.get(i)));
                    return true;
                }
            }
            return false;
        });
    }

    /** A fact at the end of the last row. */
    Recording withFactAtTheEnd(String execution, JsonNode fact) {
        return withRows(execution, rows -> {
            List<History.Row> changed = new ArrayList<>(rows);
            History.Row last = copy(changed.removeLast());
            ((ArrayNode) last.step().get(2)).insert(0, fact);
            changed.add(last);
            return changed;
        });
    }

    Recording withCalls(UnaryOperator<List<Call>> change) {
        return with(original.histories(), change.apply(new ArrayList<>(original.calls())));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private Recording withFacts(String execution, Predicate<ArrayNode> change) {
        return withRows(execution, rows -> {
            List<History.Row> changed = new ArrayList<>();
            boolean done = false;
            for (History.Row row : rows) {
                History.Row copy = copy(row);
                done = done || change.test((ArrayNode) copy.step().get(2));
                changed.add(copy);
            }
            if (!done) {
                throw new IllegalArgumentException(execution + " has nothing to be forged so: " + rows);
            }
            return changed;
        });
    }

    private static History.Row copy(History.Row row) {
        return new History.Row(row.number(), row.committedMicros(), row.step().deepCopy());
    }

    private Recording withRows(String execution, UnaryOperator<List<History.Row>> change) {
        Map<String, History> histories = new HashMap<>(original.histories());
        histories.computeIfPresent(execution, (id, history) -> new History(id, change.apply(history.rows())));
        return with(histories, original.calls());
    }

    private Recording with(Map<String, History> histories, List<Call> calls) {
        return new Recording(
                histories,
                original.listed(),
                calls,
                original.expectations(),
                original.published(),
                original.acknowledged(),
                original.refused(),
                original.lives());
    }
}
