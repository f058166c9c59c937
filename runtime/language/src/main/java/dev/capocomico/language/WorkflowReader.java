package dev.capocomico.language;

import dev.capocomico.language.expression.ExpressionCompiler;
import dev.capocomico.language.grammar.Grammar;
import dev.capocomico.language.grammar.StructureCheck;
import dev.capocomico.language.grammar.Type;
import dev.capocomico.language.meaning.Meaning;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.reading.DefinitionBuilder;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.JsonTree;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Path;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.language.tree.SourceText;
import dev.capocomico.language.tree.Span;
import dev.capocomico.language.tree.TreeBounds;
import dev.capocomico.language.tree.TreeLimits;
import dev.capocomico.language.tree.Utf8;
import dev.capocomico.language.tree.YamlTree;
import dev.capocomico.language.work.Cancellation;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.plan.Plan;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The one reader of workflow documents: YAML or JSON, to a checked definition or to everything that is wrong with it.
 *
 * <p>Safe to hand anything to: it never throws because of a document, and its time and memory are bounded by the document's
 * size. Long reading can be told to end ({@link Cancellation}). May be shared by threads.
 */
public final class WorkflowReader {
    private final Meaning meaning;

    public WorkflowReader(PatternCatalogue patterns) {
        this.meaning = new Meaning(patterns, new ExpressionCompiler(), new JsonSchemas());
    }

    public Reading read(Source source) {
        return read(source, TreeBounds.DOCUMENT);
    }

    /** Reads what was let in before, by a version that may have let in more. */
    public Reading readStored(Source source) {
        return read(source, TreeBounds.STORED);
    }

    private Reading read(Source source, TreeBounds bounds) {
        byte[] bytes = source.bytes();
        if (bytes.length > TreeLimits.DOCUMENT_BYTES_MAX) {
            return tooLarge(source);
        }
        OptionalInt broken = Utf8.firstBroken(bytes);
        if (broken.isPresent()) {
            return notUtf8(source, broken.getAsInt());
        }
        SourceText text = new SourceText(source.name(), bytes);
        Problems problems = new Problems(text);
        Node root = tree(text, problems, bounds);
        if (root == null) {
            if (problems.isEmpty()) {
                problems.add(ProblemCode.EMPTY_DOCUMENT, Path.ROOT, new Span(1, 1, 1), "the document is empty", null);
            }
            return new Reading.Invalid(problems.inOrder());
        }
        return definition(root, problems);
    }

    private Reading definition(Node root, Problems problems) {
        StructureCheck structure = new StructureCheck(problems);
        Cursor document = new Cursor(root, Path.ROOT);
        Cursor workflow = document.at("workflow");
        if (workflow != null) {
            structure.check(document, new Type.Fields(Grammar.ROOT), "the document");
        } else if (root instanceof Node.Mapping && (document.at("tasks") != null || document.at("name") != null)) {
            // Over HTTP the root key may be left out, so a document that is a workflow itself is read as one.
            workflow = document;
            structure.check(document, new Type.Fields(Grammar.WORKFLOW), "the workflow");
        } else {
            structure.check(document, new Type.Fields(Grammar.ROOT), "the document");
        }
        if (workflow == null || !(workflow.node() instanceof Node.Mapping)) {
            return new Reading.Invalid(problems.inOrder());
        }
        Cancellation.check();
        Definition definition = new DefinitionBuilder(structure).build(workflow);
        Cancellation.check();
        meaning.check(definition, workflow, structure, problems);
        Cancellation.check();
        return problems.isEmpty()
                ? new Reading.Valid(definition, Plan.of(definition))
                : new Reading.Invalid(problems.inOrder());
    }

    private static @Nullable Node tree(SourceText text, Problems problems, TreeBounds bounds) {
        boolean named = text.name().endsWith(".json");
        boolean looksLike = text.startsWith('{');
        if (!named && looksLike) {
            // A brace may also begin a YAML document in flow style: it is JSON if it reads as JSON.
            Problems asJson = new Problems(text);
            Node root = JsonTree.read(text, asJson, bounds);
            return asJson.isEmpty() ? root : YamlTree.read(text, problems, bounds);
        }
        return named ? JsonTree.read(text, problems, bounds) : YamlTree.read(text, problems, bounds);
    }

    private static Reading notUtf8(Source source, int at) {
        byte[] bytes = source.bytes();
        // Everything before the broken byte is sound, so the line up to there can be shown.
        SourceText sound = SourceText.ofSoundPart(source.name(), bytes, at);
        Problems problems = new Problems(sound);
        String message = "the byte 0x%02X at offset %,d is no UTF-8".formatted(bytes[at], at);
        problems.add(ProblemCode.INVALID_UTF8, Path.ROOT, sound.spanOfEnd(), message, null);
        return new Reading.Invalid(problems.inOrder());
    }

    private static Reading tooLarge(Source source) {
        Problems problems = new Problems(new SourceText(source.name(), new byte[0]));
        String message = "the document has %,d bytes; the most is %,d"
                .formatted(source.bytes().length, TreeLimits.DOCUMENT_BYTES_MAX);
        problems.add(ProblemCode.DOCUMENT_TOO_LARGE, Path.ROOT, new Span(1, 1, 1), message, null);
        return new Reading.Invalid(problems.inOrder());
    }
}
