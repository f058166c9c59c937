package dev.capocomico.language.meaning;

import dev.capocomico.language.expression.Compilation;
import dev.capocomico.language.expression.CompiledExpression;
import dev.capocomico.language.expression.ExpressionCompiler;
import dev.capocomico.language.expression.ExpressionProblem;
import dev.capocomico.language.expression.ResultKind;
import dev.capocomico.language.expression.StringTemplate;
import dev.capocomico.language.expression.TaskUse;
import dev.capocomico.language.expression.VariableUse;
import dev.capocomico.language.meaning.Document.TaskPlace;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.model.definition.FanOut;
import dev.capocomico.model.expression.Variable;
import dev.capocomico.model.plan.Ancestry;
import dev.capocomico.model.plan.TaskGraph;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** That every expression parses, has the type its place needs, and names only what has a value there. */
final class ExpressionPlaces {
    /** A place that holds expressions: of which task (null: of the workflow as a whole), and what it can see. */
    private record Site(@Nullable TaskPlace task, Set<Variable> visible) {
        Site seeing(Variable... more) {
            Set<Variable> all = EnumSet.copyOf(visible);
            all.addAll(List.of(more));
            return new Site(task, all);
        }
    }

    /** Whether {@code ancestor} is upstream of {@code descendant} is asked for all expressions at once. */
    private record Question(int ancestor, int descendant, Cursor at, int offset, TaskUse use) {}

    private final Document document;
    private final TaskGraph graph;
    private final boolean acyclic;
    private final ExpressionCompiler compiler;
    private final List<String> ids;
    private final List<Question> questions = new ArrayList<>();

    ExpressionPlaces(Document document, TaskGraph graph, boolean acyclic, ExpressionCompiler compiler) {
        this.document = document;
        this.graph = graph;
        this.acyclic = acyclic;
        this.compiler = compiler;
        this.ids = document.tasks().stream().map(place -> place.task().id()).toList();
    }

    void check() {
        for (TaskPlace place : document.tasks()) {
            if (document.full()) {
                return;
            }
            task(place);
        }
        Cursor output = document.good("output");
        if (output != null) {
            template(output, new Site(null, EnumSet.of(Variable.INPUT)));
        }
        if (acyclic) {
            answerQuestions();
        }
    }

    private void task(TaskPlace place) {
        Site before = new Site(place, EnumSet.of(Variable.INPUT));
        Site started = place.task().onEvent() == null ? before : before.seeing(Variable.EVENT);
        Site element = elementOf(place, started);

        condition(place.good("when"), before, "when");
        Cursor onEvent = place.good("on_event");
        condition(onEvent == null ? null : good(onEvent, "match"), before.seeing(Variable.EVENT), "match");
        items(place.good("for_each"), started);

        Cursor input = place.good("input");
        boolean repeats = place.task().repeat() != null;
        if (input != null) {
            template(input, repeats ? element.seeing(Variable.OUTPUT, Variable.ITERATION) : element);
        }
        Cursor repeat = place.good("repeat");
        condition(
                repeat == null ? null : good(repeat, "until"),
                element.seeing(Variable.OUTPUT, Variable.ITERATION),
                "until");
        Cursor compensate = place.good("compensate");
        Cursor undoing = compensate == null ? null : good(compensate, "input");
        if (undoing != null) {
            template(undoing, element.seeing(Variable.OUTPUT));
        }
    }

    private static Site elementOf(TaskPlace place, Site site) {
        return switch (place.task().fanOut()) {
            case FanOut.ForEach forEach -> site.seeing(Variable.ITEM, Variable.INDEX);
            case FanOut.Parallel parallel -> site.seeing(Variable.INDEX);
            case null -> site;
        };
    }

    private @Nullable Cursor good(Cursor at, String key) {
        Cursor child = at.at(key);
        return child == null || document.structure().isBad(child.node()) ? null : child;
    }

    private void condition(@Nullable Cursor at, Site site, String what) {
        CompiledExpression expression = at == null ? null : single(at, site, what);
        if (at == null || expression == null) {
            return;
        }
        ResultKind kind = expression.resultKind();
        if (kind != ResultKind.BOOL && kind != ResultKind.DYNAMIC) {
            String message = "%s must come to true or false, but this comes to %s".formatted(what, kind.description());
            document.problem(ProblemCode.EXPRESSION_TYPE, at, message, "compare it with something, such as == or >");
        }
    }

    private void items(@Nullable Cursor at, Site site) {
        if (at == null) {
            return;
        }
        if (at.node() instanceof Node.Sequence) {
            template(at, site);
            return;
        }
        CompiledExpression expression = single(at, site, "for_each");
        if (expression == null) {
            return;
        }
        ResultKind kind = expression.resultKind();
        if (kind != ResultKind.LIST && kind != ResultKind.DYNAMIC) {
            String message = "for_each must come to a list, but this comes to " + kind.description();
            document.problem(ProblemCode.EXPRESSION_TYPE, at, message, null);
        }
    }

    /** The one expression that a string must be; null when it is not, or does not compile. */
    private @Nullable CompiledExpression single(Cursor at, Site site, String what) {
        if (!(at.node() instanceof Node.Scalar scalar)) {
            return null;
        }
        StringTemplate template = parse(at, scalar);
        if (template == null) {
            return null;
        }
        if (!template.isSingleExpression()) {
            String hint = template.isLiteral()
                    ? "write %s: \"${%s}\"".formatted(what, scalar.text())
                    : "put everything inside one ${…}";
            document.problem(ProblemCode.INVALID_VALUE, at, what + " must be one expression", hint);
            return null;
        }
        StringTemplate.Part.Expression expression =
                (StringTemplate.Part.Expression) template.parts().getFirst();
        return compile(at, expression, site);
    }

    private void template(Cursor at, Site site) {
        switch (at.node()) {
            case Node.Scalar scalar -> {
                if (scalar.type() == Node.ScalarKind.STRING && scalar.text().contains("${")) {
                    string(at, scalar, site);
                }
            }
            case Node.Sequence sequence -> at.items().forEach(item -> template(item, site));
            case Node.Mapping mapping -> {
                for (Node.Entry entry : mapping.entries()) {
                    template(
                            new Cursor(entry.value(), at.path().then(entry.key().text())), site);
                }
            }
        }
    }

    private void string(Cursor at, Node.Scalar scalar, Site site) {
        StringTemplate template = parse(at, scalar);
        if (template != null) {
            for (StringTemplate.Part part : template.parts()) {
                if (part instanceof StringTemplate.Part.Expression expression && !document.full()) {
                    compile(at, expression, site);
                }
            }
        }
    }

    private @Nullable StringTemplate parse(Cursor at, Node.Scalar scalar) {
        return switch (StringTemplate.parse(scalar.text())) {
            case StringTemplate.Parsed.Ok ok -> ok.template();
            case StringTemplate.Parsed.Bad bad -> {
                report(at, 0, bad.problem());
                yield null;
            }
        };
    }

    private @Nullable CompiledExpression compile(Cursor at, StringTemplate.Part.Expression part, Site site) {
        return switch (compiler.compile(part.source(), this::isTask)) {
            case Compilation.Rejected rejected -> {
                rejected.problems().forEach(problem -> report(at, part.offset(), problem));
                yield null;
            }
            case Compilation.Compiled compiled -> {
                variables(at, part.offset(), compiled.expression(), site);
                tasks(at, part.offset(), compiled.expression(), site);
                yield compiled.expression();
            }
        };
    }

    private boolean isTask(String id) {
        return graph.indexOf(id) >= 0;
    }

    private void report(Cursor at, int offset, ExpressionProblem problem) {
        ProblemCode code =
                switch (problem.kind()) {
                    case TEMPLATE_SYNTAX -> ProblemCode.TEMPLATE_SYNTAX;
                    case SYNTAX -> ProblemCode.EXPRESSION_SYNTAX;
                    case TYPE -> ProblemCode.EXPRESSION_TYPE;
                    case UNKNOWN_NAME -> ProblemCode.EXPRESSION_NAME;
                    case TOO_LONG -> ProblemCode.EXPRESSION_TOO_LONG;
                };
        int column = offset + problem.offset();
        String before = at.node() instanceof Node.Scalar scalar
                ? scalar.text().substring(0, Math.min(column, scalar.text().length()))
                : "";
        int inString = before.codePointCount(0, before.length()) + 1;
        String message = problem.message() + " (column " + inString + " of the string)";
        document.problemInside(code, at, column, problem.length(), message, problem.hint());
    }

    private void variables(Cursor at, int offset, CompiledExpression expression, Site site) {
        for (VariableUse use : expression.variables()) {
            Variable variable = use.variable();
            if (!site.visible().contains(variable)) {
                document.problemInside(
                        ProblemCode.NOT_AVAILABLE_HERE,
                        at,
                        offset + use.offset(),
                        variable.identifier().length(),
                        "\"" + variable.identifier() + "\" has no value here",
                        whereAvailable(variable));
            }
        }
    }

    private static String whereAvailable(Variable variable) {
        return switch (variable) {
            case INPUT -> "input is available everywhere";
            case ITEM -> "item is available in input, repeat and compensate of a task with for_each";
            case INDEX -> "index is available in input, repeat and compensate of a task with for_each or parallel";
            case EVENT -> "event is available in on_event.match, and in for_each and input of a task with on_event";
            case OUTPUT ->
                "output is available in repeat.until, in input of a task with repeat, and in compensate.input;"
                        + " the output of another task is tasks.<id>.output";
            case ITERATION -> "iteration is available in repeat.until, and in input of a task with repeat";
        };
    }

    private void tasks(Cursor at, int offset, CompiledExpression expression, Site site) {
        for (TaskUse use : expression.tasks()) {
            int target = graph.indexOf(use.taskId());
            if (target < 0) {
                String message = "there is no task \"" + use.taskId() + "\"";
                String hint = DidYouMean.hint(use.taskId(), ids, "the tasks are");
                document.problemInside(
                        ProblemCode.UNKNOWN_TASK, at, offset + use.offset(), use.length(), message, hint);
            } else if (site.task() != null && isInGraph(site.task()) && !dependsOn(site.task(), use)) {
                int reader = graph.indexOf(site.task().task().id());
                questions.add(new Question(target, reader, at, offset, use));
            }
        }
    }

    /** Of tasks that share an id only the first is in the graph; what is upstream of the others nobody can say. */
    private boolean isInGraph(TaskPlace place) {
        return document.first(place.task().id()).equals(place);
    }

    private static boolean dependsOn(TaskPlace place, TaskUse use) {
        return place.task().dependsOn().contains(use.taskId());
    }

    private void answerQuestions() {
        int[] ancestors = questions.stream().mapToInt(Question::ancestor).toArray();
        int[] descendants = questions.stream().mapToInt(Question::descendant).toArray();
        BitSet upstream = Ancestry.answer(graph, ancestors, descendants);
        for (int i = upstream.nextClearBit(0); i < questions.size(); i = upstream.nextClearBit(i + 1)) {
            Question question = questions.get(i);
            String id = question.use().taskId();
            boolean itself = question.ancestor() == question.descendant();
            String reader = graph.id(question.descendant());
            document.problemInside(
                    ProblemCode.NOT_UPSTREAM,
                    question.at(),
                    question.offset() + question.use().offset(),
                    question.use().length(),
                    itself
                            ? "task \"" + id + "\" cannot read its own output before it has one"
                            : "task \"%s\" is not upstream of \"%s\"".formatted(id, reader),
                    itself ? "in repeat and compensate it is called output" : "add \"" + id + "\" to depends_on");
        }
    }
}
