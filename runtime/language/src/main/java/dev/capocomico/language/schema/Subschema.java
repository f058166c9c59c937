package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A schema inside a {@link SchemaDocument}, taken to pieces when it is first asked: most values touch few of them. Thread-safe. */
final class Subschema {
    private final SchemaDocument document;
    private final JsonNode json;
    private volatile @Nullable Pieces pieces;

    /** @param looksForUnseen whether one of the rules is about what the others have not looked at */
    private record Pieces(List<Rule> rules, boolean looksForUnseen) {}

    Subschema(SchemaDocument document, JsonNode json) {
        this.document = document;
        this.json = json;
    }

    /** Whether it lets nothing stand. */
    boolean isFalse() {
        return json.isBoolean() && !json.booleanValue();
    }

    JsonNode json() {
        return json;
    }

    /**
     * Whether a value fits; what does not is reported to the run.
     *
     * @param seen gets what this schema has looked at, if the value fits; null when nobody asks
     */
    boolean holds(JsonNode value, Run run, @Nullable Seen seen) {
        run.step();
        if (!json.isObject()) {
            if (isFalse()) {
                run.fault("false", json);
            }
            return !isFalse();
        }
        Pieces mine = pieces(run);
        run.enter();
        Seen here = seen != null || mine.looksForUnseen() ? new Seen() : null;
        boolean holds = true;
        for (Rule rule : mine.rules()) {
            run.step();
            holds &= rule.holds(value, run, here);
            if (!holds && run.isQuiet()) {
                break;
            }
        }
        run.leave();
        if (holds && seen != null && here != null) {
            seen.add(here, run);
        }
        return holds;
    }

    private Pieces pieces(Run run) {
        Pieces known = pieces;
        if (known == null) {
            run.steps(1 + json.size());
            Keywords keywords = new Keywords(document, json);
            known = new Pieces(keywords.rules(), keywords.looksForUnseen());
            pieces = known;
        }
        return known;
    }
}
