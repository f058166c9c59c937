package dev.capocomico.language.meaning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.grammar.Grammar;
import dev.capocomico.language.grammar.Shape;
import dev.capocomico.language.grammar.Type;
import dev.capocomico.language.meaning.Document.TaskPlace;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.schema.Misfit;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Values;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.pattern.PatternType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** That agent types and patterns get the settings they take, and that schemas are schemas. */
record Settings(Document document, PatternCatalogue patterns, JsonSchemas schemas) {
    void check() {
        roles();
        pattern();
        schema(document.good("input_schema"));
        for (TaskPlace place : document.tasks()) {
            if (document.full()) {
                return;
            }
            schema(place.good("output_schema"));
        }
    }

    private void roles() {
        Cursor agents = document.good("agents");
        if (agents == null || !(agents.node() instanceof Node.Mapping mapping)) {
            return;
        }
        for (Node.Entry entry : mapping.entries()) {
            Cursor at = new Cursor(entry.value(), agents.path().then(entry.key().text()));
            Role role = document.definition().agents().get(entry.key().text());
            if (role != null && at.node() instanceof Node.Mapping) {
                settings(at, role);
                capabilities(at, role);
            }
        }
    }

    private void settings(Cursor at, Role role) {
        Shape shape = Grammar.SETTINGS_OF_TYPE.get(role.type());
        Cursor settings = at.at("settings");
        if (shape == null) {
            return;
        }
        if (settings != null) {
            if (!document.structure().isBad(settings.node())) {
                document.structure().check(settings, new Type.Fields(shape), "settings");
            }
            return;
        }
        List<String> required = shape.fields().stream()
                .filter(Shape.Field::required)
                .map(Shape.Field::name)
                .toList();
        if (!required.isEmpty()) {
            String message = "an agent of type %s needs settings".formatted(role.type());
            document.problem(ProblemCode.MISSING_KEY, at, message, "add settings: {" + required.getFirst() + ": …}");
        }
    }

    /** A plain address announces nothing: no agent behind it could ever be known to offer a capability. */
    private void capabilities(Cursor at, Role role) {
        Cursor capabilities = at.at("capabilities");
        if (role.type().equals("http")
                && capabilities != null
                && !role.capabilities().isEmpty()) {
            document.problem(
                    ProblemCode.IMPOSSIBLE_CAPABILITY,
                    capabilities,
                    "an agent of type http offers no capabilities: an address announces none",
                    "remove capabilities, use type a2a (its card announces them), or register the agent with its own");
        }
    }

    private void pattern() {
        Cursor name = document.good("orchestration_pattern");
        String used = document.definition().pattern().name();
        Optional<PatternType> pattern = patterns.find(used);
        if (pattern.isEmpty()) {
            List<String> known = patterns.all().stream().map(PatternType::name).toList();
            if (name != null) {
                String message = "there is no orchestration pattern \"" + used + "\"";
                String hint = DidYouMean.hint(used, known, "the patterns are");
                document.problem(ProblemCode.UNKNOWN_PATTERN, name, message, hint);
            }
            return;
        }
        boolean unreadableName = name == null && document.workflow().at("orchestration_pattern") != null;
        Cursor settings = document.good("pattern");
        if (settings != null && !unreadableName) {
            settings(settings, pattern.get());
        }
    }

    private void settings(Cursor at, PatternType pattern) {
        if (tooLarge(at, "pattern") || !(Values.json(at.node()) instanceof ObjectNode settings)) {
            return;
        }
        List<Misfit> misfits = schemas.misfits(pattern.settingsSchema(), settings);
        for (Misfit misfit : misfits) {
            String message = "pattern %s: %s".formatted(pattern.name(), misfit.message());
            report(ProblemCode.PATTERN_SETTINGS, at, misfit, message, settingsHint(pattern, misfit));
        }
        if (misfits.isEmpty()) {
            for (PatternType.SettingsProblem problem : pattern.check(settings, document.definition())) {
                String message = "pattern %s: %s".formatted(pattern.name(), problem.message());
                document.problem(ProblemCode.PATTERN_SETTINGS, at.follow(problem.pointer()), message, problem.hint());
            }
        }
    }

    private static String settingsHint(PatternType pattern, Misfit misfit) {
        List<String> keys = pattern.settingsSchema()
                .path("properties")
                .propertyStream()
                .map(Map.Entry::getKey)
                .toList();
        String otherwise = "the settings of " + pattern.name() + " are";
        if (keys.isEmpty()) {
            return "pattern " + pattern.name() + " takes no settings";
        }
        return misfit.key() != null && misfit.pointer().isEmpty()
                ? DidYouMean.hint(misfit.key(), keys, otherwise)
                : otherwise + ": " + String.join(", ", keys);
    }

    private void schema(@Nullable Cursor schema) {
        if (schema == null) {
            return;
        }
        if (tooLarge(schema, "a schema")) {
            return;
        }
        for (Misfit misfit : schemas.problemsOfSchema(Values.json(schema.node()))) {
            report(ProblemCode.INVALID_SCHEMA, schema, misfit, misfit.message(), null);
        }
    }

    private boolean tooLarge(Cursor at, String what) {
        int values = at.node().size();
        if (values <= JsonSchemas.SCHEMA_VALUES_MAX) {
            return false;
        }
        String message =
                "%s has %,d values here; the most is %,d".formatted(what, values, JsonSchemas.SCHEMA_VALUES_MAX);
        document.problem(ProblemCode.TOO_MANY, at, message, null);
        return true;
    }

    private void report(ProblemCode code, Cursor root, Misfit misfit, String message, @Nullable String hint) {
        if (document.full()) {
            return;
        }
        Cursor at = root.follow(misfit.pointer());
        if (misfit.key() == null) {
            document.problem(code, at, message, hint);
        } else {
            document.problemWithKey(code, at, misfit.key(), message, hint);
        }
    }
}
