package dev.capocomico.language.expression;

import dev.capocomico.language.expression.StringTemplate.Parsed;
import dev.capocomico.language.expression.StringTemplate.Part;
import java.util.List;

/** A string of a template with its expressions compiled, as it is filled in again and again. Immutable. */
sealed interface PreparedText {
    /** One expression and nothing else. */
    record Lone(Slot slot) implements PreparedText {}

    /** Text with expressions in it. */
    record Mixed(List<Piece> pieces) implements PreparedText {
        public Mixed {
            pieces = List.copyOf(pieces);
        }
    }

    record Broken(ExpressionProblem problem) implements PreparedText {}

    sealed interface Piece {}

    record Literal(String text) implements Piece {}

    /** What is wrong with an expression is said when its turn comes: those before it may fail first. */
    record Slot(String source, Compilation compilation) implements Piece {}

    static PreparedText of(String string, ExpressionCompiler compiler) {
        return switch (StringTemplate.parse(string)) {
            case Parsed.Bad(ExpressionProblem problem) -> new Broken(problem);
            case Parsed.Ok(StringTemplate template) -> {
                List<Piece> pieces = template.parts().stream()
                        .map(part -> piece(part, compiler))
                        .toList();
                yield pieces.size() == 1 && pieces.getFirst() instanceof Slot slot ? new Lone(slot) : new Mixed(pieces);
            }
        };
    }

    private static Piece piece(Part part, ExpressionCompiler compiler) {
        return switch (part) {
            case Part.Text(String text) -> new Literal(text);
            case Part.Expression(String source, int offset) -> new Slot(source, compiler.compile(source));
        };
    }
}
