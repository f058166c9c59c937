package dev.capocomico.language.meaning;

import dev.capocomico.language.expression.ExpressionCompiler;
import dev.capocomico.language.grammar.StructureCheck;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.plan.TaskGraph;

/** All checks of meaning, one after the other; each finds what it can, whatever the others found. */
public final class Meaning {
    private final PatternCatalogue patterns;
    private final ExpressionCompiler compiler;
    private final JsonSchemas schemas;

    public Meaning(PatternCatalogue patterns, ExpressionCompiler compiler, JsonSchemas schemas) {
        this.patterns = patterns;
        this.compiler = compiler;
        this.schemas = schemas;
    }

    public void check(Definition definition, Cursor workflow, StructureCheck structure, Problems problems) {
        Document document = new Document(definition, workflow, structure, problems);
        TaskGraph graph = TaskGraph.of(definition.tasks());
        new TaskKinds(document).check();
        new References(document, graph).check();
        boolean acyclic = new Cycles(document, graph).check();
        new Contradictions(document).check();
        new Settings(document, patterns, schemas).check();
        new ExpressionPlaces(document, graph, acyclic, compiler).check();
    }
}
