package dev.capocomico.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.language.schema.Misfit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters of one call, which fit the contract. */
public record Arguments(Map<String, JsonNode> byName) {
    public Arguments {
        byName = Map.copyOf(byName);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(byName.get(name)).map(JsonNode::asText);
    }

    /** For one that is required. */
    public String required(String name) {
        return text(name).orElseThrow(() -> new IllegalStateException("the contract requires no \"" + name + "\""));
    }

    /** For one with a default. */
    public int number(String name) {
        JsonNode value = byName.get(name);
        if (value == null) {
            throw new IllegalStateException("the contract gives \"" + name + "\" no default");
        }
        return value.asInt();
    }

    public List<String> texts(String name) {
        JsonNode list = byName.get(name);
        return list == null
                ? List.of()
                : list.valueStream().map(JsonNode::asText).toList();
    }

    /** What came of looking at them. */
    public sealed interface Checked {
        record Fine(Arguments arguments) implements Checked {}

        /** A name in the path that nothing can have: there is nothing at this address. */
        record NoSuchPath() implements Checked {}

        record Wrong(List<Answer.Flaw> errors) implements Checked {
            public Wrong {
                errors = List.copyOf(errors);
            }
        }
    }

    /** What a request says outside its body. */
    public interface Said {
        @Nullable String path(String name);

        List<String> query(String name);

        List<String> header(String name);

        /** All names of the query. */
        Stream<String> queryNames();
    }

    public static Checked check(Operation operation, Said said) {
        Map<String, JsonNode> values = new HashMap<>();
        List<Answer.Flaw> errors = new ArrayList<>();
        for (Parameter parameter : operation.parameters()) {
            List<String> texts = texts(parameter, said);
            if (texts.isEmpty()) {
                absent(parameter, values, errors);
                continue;
            }
            if (texts.size() > 1 && !parameter.isList()) {
                errors.add(new Answer.Flaw(parameter.pointer(), "\"" + parameter.name() + "\" is given twice"));
                continue;
            }
            JsonNode value = parameter.value(texts);
            List<Misfit> misfits = parameter.schema().misfits(value);
            if (!misfits.isEmpty() && parameter.place() == Parameter.Place.PATH) {
                return new Checked.NoSuchPath();
            }
            misfits.forEach(misfit -> errors.add(new Answer.Flaw(
                    parameter.pointer() + misfit.pointer(), "\"" + parameter.name() + "\": " + misfit.message())));
            values.put(parameter.name(), value);
        }
        unknown(operation, said, errors);
        return errors.isEmpty() ? new Checked.Fine(new Arguments(values)) : new Checked.Wrong(errors);
    }

    private static void absent(Parameter parameter, Map<String, JsonNode> values, List<Answer.Flaw> errors) {
        JsonNode standard = parameter.standard();
        if (parameter.required()) {
            errors.add(new Answer.Flaw(parameter.pointer(), "\"" + parameter.name() + "\" is missing"));
        } else if (standard != null) {
            values.put(parameter.name(), standard);
        }
    }

    private static List<String> texts(Parameter parameter, Said said) {
        return switch (parameter.place()) {
            case PATH -> {
                String value = said.path(parameter.name());
                yield value == null ? List.of() : List.of(value);
            }
            case QUERY -> said.query(parameter.name());
            case HEADER -> said.header(parameter.name());
        };
    }

    private static void unknown(Operation operation, Said said, List<Answer.Flaw> errors) {
        List<String> known = operation.parameters().stream()
                .filter(parameter -> parameter.place() == Parameter.Place.QUERY)
                .map(Parameter::name)
                .toList();
        said.queryNames().filter(name -> !known.contains(name)).forEach(name -> {
            String hint = known.isEmpty() ? "this call takes none" : DidYouMean.hint(name, known, "the parameters are");
            errors.add(new Answer.Flaw("query/" + name, "\"" + name + "\" is no parameter here; " + hint));
        });
    }
}
