package dev.capocomico.language.expression;

import java.util.List;

@SuppressWarnings("AvoidCommonTypeNames")
public record StringTemplate(String source, List<Part> parts) {
    public sealed interface Part {
        record Text(String text) implements Part {}

        record Expression(String source, int offset) implements Part {}
    }

    public sealed interface Parsed {
        record Ok(StringTemplate template) implements Parsed {}

        record Bad(ExpressionProblem problem) implements Parsed {}
    }

    public static Parsed parse(String string) {
        if (string.startsWith("${") && string.endsWith("}"))
            return new Parsed.Ok(new StringTemplate(
                    string, List.of(new Part.Expression(string.substring(2, string.length() - 1), 2))));
        return new Parsed.Ok(new StringTemplate(string, List.of(new Part.Text(string))));
    }

    public boolean isLiteral() {
        return parts.stream().allMatch(p -> p instanceof Part.Text);
    }

    public boolean isSingleExpression() {
        return parts.size() == 1 && !isLiteral();
    }
}
