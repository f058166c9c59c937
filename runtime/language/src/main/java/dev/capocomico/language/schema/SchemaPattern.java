package dev.capocomico.language.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.capocomico.language.regex.RegexCost;
import org.jspecify.annotations.Nullable;

/** A pattern of a schema, compiled when it is first needed. Thread-safe. */
final class SchemaPattern {
    /** To compile an instruction takes as long as so many steps. */
    private static final int STEPS_PER_INSTRUCTION = 8;

    private final String text;
    private volatile @Nullable Pattern compiled;

    SchemaPattern(String text) {
        this.text = text;
    }

    /** The size of its program. */
    int instructions(Run run) {
        Pattern known = compiled;
        if (known == null) {
            known = compile(run);
            compiled = known;
        }
        return known.programSize();
    }

    /** After {@link #instructions}, by which it is charged. */
    boolean isFoundIn(String value) {
        Pattern known = compiled;
        if (known == null) {
            throw new IllegalStateException("the pattern is used before it was charged");
        }
        return known.matcher(value).find();
    }

    /** The schema was looked at when it was registered, but maybe by a program that allowed more. */
    private Pattern compile(Run run) {
        RegexCost cost = RegexCost.atMost(text);
        run.steps(STEPS_PER_INSTRUCTION * cost.compiling());
        if (cost.instructions() > JsonSchemas.PATTERN_INSTRUCTIONS_MAX) {
            throw new Run.TooMuch("a pattern of the schema is too large once its repetitions are written out");
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new Run.TooMuch("a pattern of the schema is not of RE2");
        }
    }
}
