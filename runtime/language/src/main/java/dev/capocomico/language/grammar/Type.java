package dev.capocomico.language.grammar;

import dev.capocomico.model.definition.DurationText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What a key takes. */
public sealed interface Type {
    /** For a person, fit to follow "must be". */
    String description();

    /**
     * A string.
     *
     * @param what the word for it, with its article
     * @param form how it must look, in words
     */
    record Text(String what, String form, Pattern pattern, int lengthMax) implements Type {
        @Override
        public String description() {
            return what + " (" + form + ")";
        }
    }

    record Choice(List<String> values) implements Type {
        public Choice {
            values = List.copyOf(values);
        }

        @Override
        public String description() {
            return "one of " + String.join(", ", values);
        }
    }

    record Whole(long min, long max) implements Type {
        @Override
        public String description() {
            return "a whole number from %,d to %,d".formatted(min, max);
        }
    }

    record Decimal(BigDecimal min, BigDecimal max) implements Type {
        static Decimal between(String min, String max) {
            return new Decimal(new BigDecimal(min), new BigDecimal(max));
        }

        @Override
        public String description() {
            return "a number from " + min.toPlainString() + " to " + max.toPlainString();
        }
    }

    record Bool() implements Type {
        @Override
        public String description() {
            return "true or false";
        }
    }

    record Time(Duration min, Duration max) implements Type {
        @Override
        public String description() {
            return "a duration from " + DurationText.print(min) + " to " + DurationText.print(max);
        }
    }

    /** An amount of CPU or memory. */
    record Amount(Resource resource) implements Type {
        /** What there may be an amount of. */
        public enum Resource {
            CPU("an amount of CPU such as \"2 cores\", \"0.5\" or \"500m\""),
            MEMORY("an amount of memory such as \"4GB\" or \"512Mi\"");

            private final String description;

            Resource(String description) {
                this.description = description;
            }
        }

        @Override
        public String description() {
            return resource.description;
        }
    }

    /** Any value; nothing in it is looked at. */
    record Json() implements Type {
        @Override
        public String description() {
            return "any value";
        }
    }

    /** Any mapping; nothing in it is looked at. */
    record JsonObject() implements Type {
        @Override
        public String description() {
            return "a mapping";
        }
    }

    /** Any value, in whose strings expressions may stand. */
    record Template() implements Type {
        @Override
        public String description() {
            return "any value; its strings may hold ${…}";
        }
    }

    /** A list, or an expression that comes to one. */
    record Items() implements Type {
        @Override
        public String description() {
            return "a list, or an expression \"${…}\" that comes to one";
        }
    }

    /** A string that is one expression, which comes to true or false. */
    record Condition() implements Type {
        @Override
        public String description() {
            return "an expression \"${…}\" that comes to true or false";
        }
    }

    /** A JSON Schema 2020-12. */
    record Schema() implements Type {
        @Override
        public String description() {
            return "a JSON Schema (2020-12)";
        }
    }

    record ListOf(Type item, int countMin, int countMax) implements Type {
        @Override
        public String description() {
            return "a list of at %s %,d; each %s"
                    .formatted(
                            countMin > 0 ? "least " + countMin + " and at most" : "most", countMax, item.description());
        }
    }

    record MapOf(Text key, Type value, int countMax) implements Type {
        @Override
        public String description() {
            return "a mapping of at most %,d entries; each key %s".formatted(countMax, key.description());
        }
    }

    record Fields(Shape shape) implements Type {
        @Override
        public String description() {
            return "a mapping, see " + shape.name();
        }
    }

    /** A word, or the thing itself written out. */
    record NameOr(Text name, Shape inline) implements Type {
        @Override
        public String description() {
            return name.description() + ", or a mapping, see " + inline.name();
        }
    }
}
