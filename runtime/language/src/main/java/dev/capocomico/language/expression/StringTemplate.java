package dev.capocomico.language.expression;

import dev.capocomico.language.expression.ExpressionProblem.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A string cut into literal text and expressions. <code>$${</code> stands for a literal <code>${</code>. */
@SuppressWarnings("AvoidCommonTypeNames") // java.lang.StringTemplate was a preview of JDK 21 and 22, and is gone
public record StringTemplate(String source, List<Part> parts) {
    private static final String OPENING = "${";
    private static final String ESCAPED_OPENING = "$${";

    public StringTemplate {
        parts = List.copyOf(parts);
    }

    public sealed interface Part {
        /** Literal text as it is meant: <code>$${</code> is already <code>${</code> here. */
        record Text(String text) implements Part {}

        /** The source between the braces without the space around it; the offset of its first character in the string. */
        record Expression(String source, int offset) implements Part {}
    }

    public sealed interface Parsed {
        record Ok(StringTemplate template) implements Parsed {}

        record Bad(ExpressionProblem problem) implements Parsed {}
    }

    /** Cuts the string; what is inside the braces is not looked at beyond finding its end. Never throws. */
    public static Parsed parse(String string) {
        return new Cutter(string).cut();
    }

    /** True when the string holds no expression. It may still differ from its text by an escaped opening. */
    public boolean isLiteral() {
        return parts.stream().allMatch(Part.Text.class::isInstance);
    }

    /** True for {@code ${…}} and nothing else, which keeps the type of the expression's value. */
    public boolean isSingleExpression() {
        return parts.size() == 1 && parts.getFirst() instanceof Part.Expression;
    }

    private static final class Cutter {
        private final String string;
        private final List<Part> parts = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Cutter(String string) {
            this.string = string;
        }

        Parsed cut() {
            int at = 0;
            while (at < string.length()) {
                int dollar = string.indexOf('$', at);
                if (dollar < 0) {
                    break;
                }
                text.append(string, at, dollar);
                if (string.startsWith(ESCAPED_OPENING, dollar)) {
                    text.append(OPENING);
                    at = dollar + ESCAPED_OPENING.length();
                } else if (string.startsWith(OPENING, dollar)) {
                    int start = dollar + OPENING.length();
                    int end = closingBrace(start);
                    @Nullable ExpressionProblem problem = end < 0 ? unclosed(dollar, start) : add(dollar, start, end);
                    if (problem != null) {
                        return new Parsed.Bad(problem);
                    }
                    at = end + 1;
                } else {
                    text.append('$');
                    at = dollar + 1;
                }
            }
            text.append(string, at, string.length());
            flushText();
            return new Parsed.Ok(new StringTemplate(string, parts));
        }

        private @Nullable ExpressionProblem add(int dollar, int start, int end) {
            int first = ExpressionText.skipSpace(string, start);
            if (first >= end) {
                return new ExpressionProblem(
                        Kind.TEMPLATE_SYNTAX,
                        dollar,
                        end + 1 - dollar,
                        "there is no expression between the braces",
                        "write an expression such as ${input.name}, or $${ for a literal ${");
            }
            int last = end;
            while (ExpressionText.isSpace(string.charAt(last - 1))) {
                last--;
            }
            flushText();
            parts.add(new Part.Expression(string.substring(first, last), first));
            return null;
        }

        private void flushText() {
            if (!text.isEmpty()) {
                parts.add(new Part.Text(text.toString()));
                text.setLength(0);
            }
        }

        /** The offset of the brace that closes the expression; -1 when there is none. */
        private int closingBrace(int start) {
            int open = 0;
            int at = start;
            while (at < string.length()) {
                char c = string.charAt(at);
                if (ExpressionText.isQuote(c)) {
                    at = ExpressionText.skipString(string, at);
                    if (at < 0) {
                        return -1;
                    }
                } else if (c == '/' && ExpressionText.skipComment(string, at) > at) {
                    at = ExpressionText.skipComment(string, at);
                } else if (c == '}' && open == 0) {
                    return at;
                } else {
                    open += c == '{' ? 1 : c == '}' ? -1 : 0;
                    at++;
                }
            }
            return -1;
        }

        private ExpressionProblem unclosed(int dollar, int start) {
            int quote = unclosedQuote(start);
            if (quote >= 0) {
                return new ExpressionProblem(
                        Kind.TEMPLATE_SYNTAX,
                        quote,
                        1,
                        "the string that starts here is not closed, so neither is its ${",
                        "close it with " + string.charAt(quote) + " before the closing }");
            }
            return new ExpressionProblem(
                    Kind.TEMPLATE_SYNTAX,
                    dollar,
                    OPENING.length(),
                    "this ${ is not closed",
                    "close it with }, or write $${ for a literal ${");
        }

        private int unclosedQuote(int start) {
            int at = start;
            while (at < string.length()) {
                if (ExpressionText.isQuote(string.charAt(at))) {
                    int end = ExpressionText.skipString(string, at);
                    if (end < 0) {
                        return at;
                    }
                    at = end;
                } else {
                    at = Math.max(at + 1, ExpressionText.skipComment(string, at));
                }
            }
            return -1;
        }
    }
}
