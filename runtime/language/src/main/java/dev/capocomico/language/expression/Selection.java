package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Entries;
import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Items;
import dev.capocomico.language.expression.Value.JsonEntries;
import dev.capocomico.language.expression.Value.Null;
import dev.capocomico.language.expression.Value.Real;
import dev.capocomico.language.expression.Value.Text;
import dev.capocomico.language.problem.DidYouMean;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Fields of maps and elements of lists, and the sentences when there is none. */
final class Selection {
    /** Keys that are looked through for a near miss, and shown. */
    private static final int KEYS_COMPARED_MAX = 100;

    private static final int KEYS_SHOWN_MAX = 8;

    private Selection() {}

    static Value field(Value of, String name) {
        if (of instanceof JsonEntries entries) {
            var found = entries.json().get(name);
            if (found != null) {
                return Value.of(found, entries.scope());
            }
        }
        return field(of, new Text(name));
    }

    static boolean has(Value of, String name) {
        if (of instanceof Entries entries) {
            return entries.find(new Text(name)) != null;
        }
        throw noField(of, name);
    }

    /** {@code of[index]}: an element by position, or the entry of a key. */
    static Value at(Value of, Value index) {
        if (of instanceof Items items && !(index instanceof Text)) {
            long position = position(index);
            if (position < 0 || position >= items.size()) {
                throw noElement(position, items.size());
            }
            return items.get((int) position);
        }
        return field(of, index);
    }

    private static Value field(Value of, Value key) {
        if (!(of instanceof Entries entries)) {
            throw noField(of, printed(key));
        }
        Value found = entries.find(key);
        if (found == null) {
            throw noKey(entries, key);
        }
        return found;
    }

    private static long position(Value index) {
        if (index instanceof Int whole) {
            return whole.value();
        }
        if (index instanceof Real real && real.value() == (long) real.value()) {
            return (long) real.value();
        }
        throw new EvaluationFailure(() -> "the position in a list must be an int, not " + index.described());
    }

    static EvaluationFailure noElement(long position, int size) {
        return new EvaluationFailure(() -> "there is no element " + position + " in a list of " + size
                + (position >= size && size > 0 ? "; positions start at 0" : ""));
    }

    static EvaluationFailure noField(Value of, String name) {
        return new EvaluationFailure(() -> "there is no \"" + name + "\" in " + of.described()
                + (of instanceof Null ? "; test it first, such as x != null" : ""));
    }

    private static EvaluationFailure noKey(Entries entries, Value key) {
        return new EvaluationFailure(() -> {
            String name = printed(key);
            List<String> names = textKeys(entries);
            String sentence = "there is no key \"" + name + "\"";
            return sentence
                    + DidYouMean.among(name, names)
                            .map(near -> "; did you mean \"" + near + "\"?")
                            .orElseGet(() -> thereAre(names, entries.size()));
        });
    }

    private static String thereAre(List<String> names, int size) {
        if (size == 0) {
            return " in an empty map";
        }
        List<String> shown = names.subList(0, Math.min(names.size(), KEYS_SHOWN_MAX));
        return "; there is " + String.join(", ", shown) + (size > shown.size() ? " and more" : "");
    }

    private static List<String> textKeys(Entries entries) {
        List<String> names = new ArrayList<>();
        if (entries instanceof JsonEntries json) {
            Iterator<String> fields = json.json().fieldNames();
            while (fields.hasNext() && names.size() < KEYS_COMPARED_MAX) {
                names.add(ExpressionText.excerpt(fields.next(), 64));
            }
        } else if (entries instanceof Value.MadeEntries made) {
            made.map().keySet().stream()
                    .limit(KEYS_COMPARED_MAX)
                    .map(Selection::printed)
                    .forEach(names::add);
        }
        return names;
    }

    private static String printed(Value key) {
        if (key instanceof Text text) {
            return ExpressionText.excerpt(text.value(), 64);
        }
        return key instanceof Int whole ? Long.toString(whole.value()) : key.described();
    }
}
