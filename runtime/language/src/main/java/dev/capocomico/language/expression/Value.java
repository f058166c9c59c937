package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.expression.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of CEL. Values that come from JSON lists and objects are views: nothing is converted until it is read. */
sealed interface Value {
    record Null() implements Value {
        static final Null VALUE = new Null();
    }

    record Bool(boolean value) implements Value {
        static final Bool TRUE = new Bool(true);
        static final Bool FALSE = new Bool(false);
    }

    record Int(long value) implements Value {
        private static final Int[] SMALL = new Int[1024];

        static {
            for (int i = 0; i < SMALL.length; i++) {
                SMALL[i] = new Int(i);
            }
        }

        static Int of(long value) {
            return value >= 0 && value < SMALL.length ? SMALL[(int) value] : new Int(value);
        }
    }

    record Real(double value) implements Value {}

    record Text(String value) implements Value {}

    /** The array is never written to. */
    @SuppressWarnings("ArrayRecordComponent") // compared by Comparison, which charges for it
    record Bytes(byte[] value) implements Value {}

    record Moment(Instant value) implements Value {}

    record Span(Duration value) implements Value {}

    record TypeName(String value) implements Value {}

    sealed interface Items extends Value {
        int size();

        Value get(int index);
    }

    sealed interface Entries extends Value {
        int size();

        @Nullable Value find(Value key);

        /** In order of insertion. */
        Items keys(Meter meter);
    }

    record JsonItems(ArrayNode json, Scope scope) implements Items {
        @Override
        public int size() {
            return json.size();
        }

        @Override
        public Value get(int index) {
            return Value.of(json.get(index), scope);
        }
    }

    /** The list belongs to the value; only the macro that makes it adds to it. */
    record MadeItems(List<Value> list) implements Items {
        @Override
        public int size() {
            return list.size();
        }

        @Override
        public Value get(int index) {
            return list.get(index);
        }
    }

    record JsonEntries(ObjectNode json, Scope scope) implements Entries {
        @Override
        public int size() {
            return json.size();
        }

        @Override
        public @Nullable Value find(Value key) {
            JsonNode found = key instanceof Text text ? json.get(text.value()) : null;
            return found == null ? null : Value.of(found, scope);
        }

        @Override
        public Items keys(Meter meter) {
            return Value.texts(json.size(), json.fieldNames(), meter);
        }
    }

    /** Keys are {@link Int}, {@link Bool} or {@link Text}. */
    record MadeEntries(Map<Value, Value> map) implements Entries {
        @Override
        public int size() {
            return map.size();
        }

        @Override
        public @Nullable Value find(Value key) {
            // Numbers are one line in CEL: 1.0 finds what is kept under 1.
            boolean whole = key instanceof Real real && real.value() == (long) real.value();
            return map.get(whole ? Int.of((long) ((Real) key).value()) : key);
        }

        @Override
        public Items keys(Meter meter) {
            meter.allocate((long) Meter.SLOT_BYTES * map.size());
            return new MadeItems(List.copyOf(map.keySet()));
        }
    }

    static Bool of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    /**
     * An integer that no CEL int can hold is a double here; one that is only passed on never comes here.
     *
     * @param scope opens what is kept elsewhere, here and below, when something looks at it
     */
    static Value of(JsonNode held, Scope scope) {
        JsonNode json = scope.open(held);
        return switch (json.getNodeType()) {
            case NULL, MISSING -> Null.VALUE;
            case BOOLEAN -> of(json.booleanValue());
            case NUMBER ->
                json.isIntegralNumber() && json.canConvertToLong()
                        ? Int.of(json.longValue())
                        : new Real(json.doubleValue());
            case STRING -> new Text(json.textValue());
            case ARRAY -> new JsonItems((ArrayNode) json, scope);
            case OBJECT -> new JsonEntries((ObjectNode) json, scope);
            case BINARY, POJO -> throw new EvaluationFailure("a value in the data is not JSON");
        };
    }

    private static Items texts(int size, Iterator<String> names, Meter meter) {
        meter.steps(size);
        meter.allocate((long) (Meter.SLOT_BYTES + Meter.OBJECT_BYTES) * size);
        List<Value> texts = new ArrayList<>(size);
        names.forEachRemaining(name -> texts.add(new Text(name)));
        return new MadeItems(texts);
    }

    /** The name of the value's type, as CEL and the messages call it. */
    default String type() {
        return switch (this) {
            case Null n -> "null_type";
            case Bool b -> "bool";
            case Int i -> "int";
            case Real r -> "double";
            case Text t -> "string";
            case Bytes b -> "bytes";
            case Moment m -> "google.protobuf.Timestamp";
            case Span s -> "google.protobuf.Duration";
            case TypeName t -> "type";
            case Items i -> "list";
            case Entries e -> "map";
        };
    }

    /** The type with its article, for a sentence. */
    default String described() {
        return switch (this) {
            case Null n -> "null";
            case Int i -> "an int";
            case Bytes b -> "bytes";
            case Moment m -> "a timestamp";
            case Span s -> "a duration";
            case Bool b -> "a bool";
            case Real r -> "a double";
            case Text t -> "a string";
            case TypeName t -> "a type";
            case Items i -> "a list";
            case Entries e -> "a map";
        };
    }
}
