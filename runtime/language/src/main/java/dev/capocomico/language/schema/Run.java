package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.language.work.Cancellation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value that is held against one schema: where it stands, what was found, and what it may still take. A schema can be small and
 * ask for ever (a reference in a circle), or for so long that it is no different (alternatives whose alternatives are the next ones).
 * So whatever costs is charged before it is done, and what asks for more than the bounds has no answer. It counts work, not time, so
 * that the same value and schema come to the same on every machine.
 */
final class Run {
    /** A step is a keyword, a key, an item, or 64 characters that are looked at; a value of 8 MiB that a reasonable schema describes needs some millions. */
    static final int STEPS_MAX = 20_000_000;

    /** Schemas inside each other. A stack of 1 MiB, as threads have it, holds two thousand at least. */
    static final int DEPTH_MAX = 1_200;

    /** Nobody mends more at a time. */
    static final int FAULTS_MAX = 200;

    /** An alternative that does not fit is one of several, and there may be as many inside each other as schemas. */
    private static final int ALTERNATIVE_FAULTS_MAX = 20;

    /** Of the pointers of all faults together. */
    private static final int FAULTS_CHARACTERS_MAX = 1_000_000;

    private static final int CHARACTERS_PER_STEP = 64;

    /** Characters of text times instructions of a pattern that one step pays for. */
    private static final int CELLS_PER_STEP = 8;

    /** To begin with a search, however short the text. */
    private static final int STEPS_PER_SEARCH = 8;

    private static final int STEPS_PER_FAULT = 8;

    private final int stepsMax;
    private final List<Fault> all = new ArrayList<>();
    private final List<Object> place = new ArrayList<>();
    private @Nullable List<Fault> faults = all;
    /** Sets of alternatives inside each other, of whose faults it is not decided yet. */
    private int open;

    private int alternatives;
    private int depth;
    private int characters;
    private long steps;
    private long nextLook = Cancellation.STEPS_BETWEEN_LOOKS;

    Run(int stepsMax) {
        this.stepsMax = stepsMax;
    }

    /** The value cannot be held against the schema within the bounds. */
    static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuch(String message) {
            super(message, null, false, false);
        }
    }

    /** So much is wrong that looking further is of no use. */
    static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;

        Enough() {
            super(null, null, false, false);
        }
    }

    List<Fault> faults() {
        return all;
    }

    void step() {
        steps(1);
    }

    void steps(long count) {
        steps += count;
        if (steps >= nextLook) {
            look();
        }
    }

    private void look() {
        if (steps > stepsMax) {
            throw new TooMuch(
                    "to hold it against the schema takes more than %,d steps; give the schema fewer alternatives"
                            .formatted(stepsMax));
        }
        Cancellation.check();
        nextLook = Math.min(steps + Cancellation.STEPS_BETWEEN_LOOKS, stepsMax + 1L);
    }

    /** Reading so many characters. */
    void read(int characterCount) {
        steps(1 + characterCount / CHARACTERS_PER_STEP);
    }

    boolean matches(SchemaPattern pattern, String text) {
        steps(STEPS_PER_SEARCH + (long) text.length() * pattern.instructions(this) / CELLS_PER_STEP);
        return pattern.isFoundIn(text);
    }

    void enter() {
        if (++depth > DEPTH_MAX) {
            throw new TooMuch("to hold it against the schema leads through more than %,d schemas inside each other"
                    .formatted(DEPTH_MAX));
        }
    }

    void leave() {
        depth--;
    }

    /** Goes to a part of the value: a key, or the index of an item. */
    void into(Object token) {
        step();
        place.add(token);
    }

    void out() {
        place.removeLast();
    }

    /** Whether nobody asks what is wrong, so that the first thing that is decides. */
    boolean isQuiet() {
        return faults == null;
    }

    void fault(String keyword, JsonNode said) {
        fault(keyword, null, said);
    }

    void fault(String keyword, @Nullable String property, JsonNode said) {
        List<Fault> here = faults;
        if (here == null) {
            return;
        }
        steps(STEPS_PER_FAULT);
        if (here.size() < (open == 0 ? FAULTS_MAX : ALTERNATIVE_FAULTS_MAX)) {
            here.add(new Fault(keyword, pointer(), property, said, alternatives > 0));
        }
        stopWhenEnough();
    }

    /** What only an alternative lacks decides nothing yet. */
    private void stopWhenEnough() {
        if (open > 0) {
            return;
        }
        characters += all.getLast().characters();
        if (characters > FAULTS_CHARACTERS_MAX || all.size() >= FAULTS_MAX) {
            throw new Enough();
        }
    }

    /** Begins with alternatives, of whose faults is decided later; to be handed to {@link #endAlternatives}. */
    @Nullable List<Fault> beginAlternatives() {
        List<Fault> before = faults;
        faults = before == null ? null : new ArrayList<>();
        open++;
        return before;
    }

    /** What was found since they began, which counts only if somebody hands it to {@link #add}. */
    List<Fault> endAlternatives(@Nullable List<Fault> before) {
        List<Fault> found = faults;
        faults = before;
        open--;
        return found == null ? List.of() : found;
    }

    /** While alternatives are looked at of which any may fit. */
    void amongAlternatives(boolean are) {
        alternatives += are ? 1 : -1;
    }

    void add(List<Fault> found) {
        List<Fault> here = faults;
        if (here == null) {
            return;
        }
        steps(found.size());
        for (Fault fault : found) {
            if (open == 0 || here.size() < ALTERNATIVE_FAULTS_MAX) {
                here.add(fault);
                stopWhenEnough();
            }
        }
    }

    /** Whether a schema holds, and nothing of why it does not. */
    boolean quietly(Subschema schema, JsonNode value, @Nullable Seen seen) {
        List<Fault> before = faults;
        faults = null;
        try {
            return schema.holds(value, this, seen);
        } finally {
            faults = before;
        }
    }

    private String pointer() {
        StringBuilder pointer = new StringBuilder();
        for (Object token : place) {
            pointer.append('/').append(JsonSchemas.escaped(token.toString()));
        }
        read(pointer.length());
        return pointer.toString();
    }
}
