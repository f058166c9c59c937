package dev.capocomico.language.expression;

import dev.capocomico.language.expression.ExpressionProblem.Kind;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds ids of tasks that are written after a dot but are no identifiers of CEL. */
final class TaskIds {
    private static final int ID_CHARS_MAX = 128;

    private TaskIds() {}

    static Optional<ExpressionProblem> quotedIdAdvice(String source, Predicate<String> isTask) {
        int at = 0;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (ExpressionText.isQuote(c)) {
                int end = ExpressionText.skipString(source, at);
                at = end < 0 ? at + 1 : end;
            } else if (ExpressionText.startsIdentifier(c)) {
                int end = ExpressionText.skipIdentifier(source, at);
                boolean root = at == 0 || source.charAt(at - 1) != '.';
                if (root && source.startsWith(ExpressionLanguage.TASKS + ".", at)) {
                    Optional<ExpressionProblem> advice = advice(source, at, end + 1, isTask);
                    if (advice.isPresent()) {
                        return advice;
                    }
                }
                at = end;
            } else {
                at++;
            }
        }
        return Optional.empty();
    }

    private static Optional<ExpressionProblem> advice(String source, int tasksAt, int idAt, Predicate<String> isTask) {
        int end = idAt;
        while (end < source.length() && end - idAt < ID_CHARS_MAX && continuesId(source.charAt(end))) {
            end++;
        }
        for (; end > idAt; end--) {
            boolean wordEnds = end == source.length() || !ExpressionText.continuesIdentifier(source.charAt(end));
            String id = source.substring(idAt, end);
            if (wordEnds && isTask.test(id)) {
                return isPlain(id) ? Optional.empty() : Optional.of(problem(tasksAt, end, id));
            }
        }
        return Optional.empty();
    }

    static boolean isPlain(String id) {
        return !id.isEmpty()
                && ExpressionText.skipIdentifier(id, 0) == id.length()
                && !ExpressionLanguage.KEYWORDS.contains(id);
    }

    private static ExpressionProblem problem(int tasksAt, int end, String id) {
        String why = ExpressionLanguage.KEYWORDS.contains(id)
                ? "is a reserved word"
                : id.indexOf('-') >= 0 ? "has a -, which reads as a minus" : "has a dot, which reads as a selection";
        return new ExpressionProblem(
                Kind.SYNTAX,
                tasksAt,
                end - tasksAt,
                "the task id \"" + id + "\" " + why + " here",
                "write tasks[\"" + id + "\"]");
    }

    private static boolean continuesId(char c) {
        return ExpressionText.continuesIdentifier(c) || c == '-' || c == '.';
    }
}
