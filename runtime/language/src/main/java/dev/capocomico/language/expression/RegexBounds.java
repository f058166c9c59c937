package dev.capocomico.language.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.capocomico.language.regex.RegexCost;

/**
 * Regular expressions (RE2: linear in the text) whose size is known before they are compiled. The compiler writes counted
 * repetitions out, so {@code ((x{100}){100}){100}} would be a million instructions.
 */
final class RegexBounds {
    /** Characters of text times instructions of the program that one step of the budget pays for. */
    private static final int CELLS_PER_STEP = 16;

    private RegexBounds() {}

    static Pattern compile(String pattern, Meter meter) {
        if (pattern.length() > ExpressionLimits.REGEX_CHARS_MAX) {
            throw new EvaluationFailure(
                    "the regular expression is longer than " + ExpressionLimits.REGEX_CHARS_MAX + " characters");
        }
        RegexCost cost = RegexCost.atMost(pattern);
        if (cost.instructions() > ExpressionLimits.REGEX_PROGRAM_MAX) {
            throw new EvaluationFailure(() -> "the regular expression \"" + ExpressionText.excerpt(pattern, 60)
                    + "\" is too large once its repetitions are written out");
        }
        meter.steps(100 + 10 * cost.compiling());
        meter.allocate(100 * cost.compiling());
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new EvaluationFailure(() -> "\"" + ExpressionText.excerpt(pattern, 60)
                    + "\" is not a regular expression: " + e.getDescription());
        }
    }

    static boolean matches(String text, String pattern, Meter meter) {
        Pattern regex = meter.regex(pattern);
        meter.steps(1 + (long) text.length() * regex.programSize() / CELLS_PER_STEP);
        return regex.matcher(text).find();
    }
}
