package dev.capocomico.language.grammar;

import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Path;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.language.tree.Scalars;
import dev.capocomico.language.work.Cancellation;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.Resources;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds a tree against the grammar. Every node that does not fit gets one problem and is remembered as {@link #isBad bad}, so
 * that later checks pass over it instead of reporting what follows from it.
 */
public final class StructureCheck {
    private final Problems problems;
    private final Set<Node> bad = Collections.newSetFromMap(new IdentityHashMap<>());

    public StructureCheck(Problems problems) {
        this.problems = problems;
    }

    public boolean isBad(Node node) {
        return bad.contains(node);
    }

    /**
     * Checks a value with all that is below it.
     *
     * @param what the name under which a message speaks of the value
     */
    public void check(Cursor at, Type type, String what) {
        Cancellation.check();
        if (problems.full()) {
            return;
        }
        switch (type) {
            case Type.Text text -> text(at, text, what);
            case Type.Choice choice -> choice(at, choice, what);
            case Type.Whole whole -> whole(at, whole, what);
            case Type.Decimal decimal -> decimal(at, decimal, what);
            case Type.Bool bool -> bool(at, bool, what);
            case Type.Time time -> time(at, time, what);
            case Type.Amount amount -> amount(at, amount, what);
            case Type.Json json -> data(at);
            case Type.Template template -> data(at);
            case Type.Items items -> items(at, items, what);
            case Type.Condition condition -> string(at, condition, what);
            case Type.Schema schema -> schema(at, schema, what);
            case Type.JsonObject object -> {
                if (mapping(at, object, what)) {
                    data(at);
                }
            }
            case Type.ListOf list -> list(at, list, what);
            case Type.MapOf map -> map(at, map, what);
            case Type.Fields fields -> fields(at, fields.shape(), fields, what);
            case Type.NameOr either -> {
                switch (at.node()) {
                    case Node.Mapping mapping -> fields(at, either.inline(), either, what);
                    case Node.Scalar scalar -> text(at, either.name(), what);
                    case Node.Sequence sequence -> wrongType(at, either, what, null);
                }
            }
        }
    }

    private void fields(Cursor at, Shape shape, Type type, String what) {
        if (!(at.node() instanceof Node.Mapping mapping)) {
            wrongType(at, type, what, null);
            return;
        }
        Set<String> meant = new HashSet<>();
        for (Node.Entry entry : mapping.entries()) {
            if (problems.full()) {
                return;
            }
            String key = entry.key().text();
            Path path = at.path().then(key);
            Shape.Field field = shape.field(key);
            if (field == null) {
                Optional<String> near =
                        ForeignKeys.meaning(key, shape.keys()).or(() -> DidYouMean.among(key, shape.keys()));
                near.ifPresent(meant::add);
                String hint = near.map(word -> "did you mean \"" + word + "\"?")
                        .orElseGet(
                                () -> DidYouMean.hint(key, shape.keys(), "the keys of " + shape.inSentence() + " are"));
                problems.add(
                        ProblemCode.UNKNOWN_KEY,
                        path,
                        entry.key().span(),
                        "\"" + key + "\" is no key of " + shape.inSentence(),
                        hint);
            } else {
                check(new Cursor(entry.value(), path), field.type(), key);
            }
        }
        // A key that is there with a mistake in its name was reported as that.
        List<Shape.Field> missing = shape.fields().stream()
                .filter(Shape.Field::required)
                .filter(field -> mapping.entry(field.name()) == null && !meant.contains(field.name()))
                .toList();
        if (!missing.isEmpty()) {
            String keys =
                    missing.stream().map(field -> "\"" + field.name() + "\"").collect(Collectors.joining(" and "));
            String message = "%s %s the %s %s"
                    .formatted(
                            subject(shape, mapping),
                            shape.isSettings() ? "lack" : "lacks",
                            missing.size() > 1 ? "keys" : "key",
                            keys);
            String hint = missing.stream()
                    .map(field -> field.name() + ": " + field.type().description())
                    .collect(Collectors.joining("; ", "add ", ""));
            problems.add(ProblemCode.MISSING_KEY, at, message, hint);
        }
    }

    private static String subject(Shape shape, Node.Mapping mapping) {
        Node id = shape == Grammar.TASK ? mapping.get("id") : null;
        return id instanceof Node.Scalar scalar && !scalar.text().isEmpty()
                ? "task \"" + scalar.text() + "\""
                : shape.thisOne();
    }

    private void list(Cursor at, Type.ListOf type, String what) {
        if (!(at.node() instanceof Node.Sequence sequence)) {
            boolean one = at.node() instanceof Node.Scalar scalar && scalar.type() != Node.ScalarKind.NULL;
            wrongType(at, type, what, one ? "write it as a list: [" + ((Node.Scalar) at.node()).text() + "]" : null);
            return;
        }
        int count = sequence.items().size();
        if (count > type.countMax()) {
            bad(
                    at,
                    ProblemCode.TOO_MANY,
                    "%s has %,d entries; the most is %,d".formatted(what, count, type.countMax()),
                    null);
            return;
        }
        if (count < type.countMin()) {
            bad(at, ProblemCode.INVALID_VALUE, what + " is empty", "it needs at least one entry");
            return;
        }
        at.items().forEach(item -> check(item, type.item(), singular(what)));
    }

    private void map(Cursor at, Type.MapOf type, String what) {
        if (!mapping(at, type, what)) {
            return;
        }
        List<Node.Entry> entries = ((Node.Mapping) at.node()).entries();
        if (entries.size() > type.countMax()) {
            String message = "%s has %,d entries; the most is %,d".formatted(what, entries.size(), type.countMax());
            bad(at, ProblemCode.TOO_MANY, message, null);
            return;
        }
        for (Node.Entry entry : entries) {
            String key = entry.key().text();
            Path path = at.path().then(key);
            if (!fits(key, type.key())) {
                String message = "\"%s\" cannot be %s".formatted(key, type.key().what());
                problems.add(
                        ProblemCode.INVALID_VALUE,
                        path,
                        entry.key().span(),
                        message,
                        "use " + type.key().form());
            }
            check(new Cursor(entry.value(), path), type.value(), key);
        }
    }

    private boolean mapping(Cursor at, Type type, String what) {
        if (at.node() instanceof Node.Mapping) {
            return true;
        }
        wrongType(at, type, what, null);
        return false;
    }

    private void text(Cursor at, Type.Text type, String what) {
        Node.Scalar scalar = string(at, type, what);
        if (scalar == null || fits(scalar.text(), type)) {
            return;
        }
        String message = scalar.text().isEmpty()
                ? what + " is empty"
                : "\"%s\" cannot be %s".formatted(scalar.text(), type.what());
        bad(at, ProblemCode.INVALID_VALUE, message, "use " + type.form());
    }

    private static boolean fits(String text, Type.Text type) {
        return text.length() <= type.lengthMax() && type.pattern().matcher(text).matches();
    }

    private Node.@Nullable Scalar string(Cursor at, Type type, String what) {
        if (at.node() instanceof Node.Scalar scalar) {
            if (scalar.type() == Node.ScalarKind.STRING) {
                return scalar;
            }
            wrongType(at, type, what, scalar.type() == Node.ScalarKind.NULL ? null : asString(type, scalar, what));
        } else {
            wrongType(at, type, what, null);
        }
        return null;
    }

    /** How to write a number or a truth value so that it becomes what a key takes. */
    private static String asString(Type type, Node.Scalar scalar, String what) {
        return switch (type) {
            case Type.Choice choice -> "use one of these words";
            case Type.Condition condition -> "write %s: \"${%s}\"".formatted(what, scalar.text());
            default -> "put quotes around it: \"" + scalar.text() + "\"";
        };
    }

    private void choice(Cursor at, Type.Choice type, String what) {
        Node.Scalar scalar = string(at, type, what);
        if (scalar != null && !type.values().contains(scalar.text())) {
            String hint = DidYouMean.hint(scalar.text(), type.values(), "the choices are");
            bad(at, ProblemCode.UNKNOWN_CHOICE, "\"%s\" is no choice for %s".formatted(scalar.text(), what), hint);
        }
    }

    private void whole(Cursor at, Type.Whole type, String what) {
        Optional<BigDecimal> number = number(at);
        if (number.isEmpty()) {
            wrongType(at, type, what, asNumber(at));
        } else if (number.get().stripTrailingZeros().scale() > 0) {
            String message = "%s must be %s, but this has a fraction".formatted(what, type.description());
            bad(at, ProblemCode.WRONG_TYPE, message, "leave the fraction off");
        } else if (number.get().compareTo(BigDecimal.valueOf(type.min())) < 0
                || number.get().compareTo(BigDecimal.valueOf(type.max())) > 0) {
            outOfRange(at, type, what);
        }
    }

    private void decimal(Cursor at, Type.Decimal type, String what) {
        Optional<BigDecimal> number = number(at);
        if (number.isEmpty()) {
            wrongType(at, type, what, asNumber(at));
        } else if (number.get().compareTo(type.min()) < 0 || number.get().compareTo(type.max()) > 0) {
            outOfRange(at, type, what);
        }
    }

    private static Optional<BigDecimal> number(Cursor at) {
        return at.node() instanceof Node.Scalar scalar ? Scalars.number(scalar) : Optional.empty();
    }

    private static @Nullable String asNumber(Cursor at) {
        boolean word = at.node() instanceof Node.Scalar scalar && scalar.type() == Node.ScalarKind.STRING;
        return word ? "write a number, without quotes" : null;
    }

    private void bool(Cursor at, Type.Bool type, String what) {
        if (!(at.node() instanceof Node.Scalar scalar)) {
            wrongType(at, type, what, null);
        } else if (scalar.type() != Node.ScalarKind.BOOL) {
            boolean word =
                    List.of("yes", "no", "on", "off").contains(scalar.text().toLowerCase(Locale.ROOT));
            wrongType(
                    at,
                    type,
                    what,
                    word ? "in YAML 1.2 \"" + scalar.text() + "\" is a word; write true or false" : null);
        }
    }

    private void time(Cursor at, Type.Time type, String what) {
        boolean possible = at.node() instanceof Node.Scalar scalar
                && scalar.type() != Node.ScalarKind.NULL
                && scalar.type() != Node.ScalarKind.BOOL;
        if (!possible) {
            wrongType(at, type, what, "write seconds as a number, or such as 30s, 5m, 2h, 1d, PT5M");
            return;
        }
        Optional<Duration> duration = Scalars.duration((Node.Scalar) at.node());
        if (duration.isEmpty()) {
            Optional<BigDecimal> negative = number(at).filter(number -> number.signum() < 0);
            if (negative.isPresent()) {
                outOfRange(at, type, what);
                return;
            }
            String message = "\"%s\" is no duration".formatted(((Node.Scalar) at.node()).text());
            bad(
                    at,
                    ProblemCode.INVALID_VALUE,
                    message,
                    "write seconds as a number, or such as 250ms, 30s, 5m, 2h, 1d, PT5M");
        } else if (duration.get().compareTo(type.min()) < 0 || duration.get().compareTo(type.max()) > 0) {
            outOfRange(at, type, what + " (" + DurationText.print(duration.get()) + ")");
        }
    }

    private void amount(Cursor at, Type.Amount type, String what) {
        boolean possible = at.node() instanceof Node.Scalar scalar
                && scalar.type() != Node.ScalarKind.NULL
                && scalar.type() != Node.ScalarKind.BOOL;
        if (!possible) {
            wrongType(at, type, what, null);
            return;
        }
        String text = ((Node.Scalar) at.node()).text();
        boolean known =
                switch (type.resource()) {
                    case CPU -> Resources.parseCpuMillis(text).isPresent();
                    case MEMORY -> Resources.parseMemoryBytes(text).isPresent();
                };
        if (!known) {
            bad(at, ProblemCode.INVALID_VALUE, "\"" + text + "\" is not " + type.description(), null);
        }
    }

    private void items(Cursor at, Type.Items type, String what) {
        boolean text = at.node() instanceof Node.Scalar scalar && scalar.type() == Node.ScalarKind.STRING;
        if (at.node() instanceof Node.Sequence sequence) {
            if (sequence.items().size() > Grammar.TASKS_MAX) {
                String message = "%s has %,d items; the most is %,d"
                        .formatted(what, sequence.items().size(), Grammar.TASKS_MAX);
                bad(at, ProblemCode.TOO_MANY, message, null);
            } else {
                data(at);
            }
        } else if (!text) {
            wrongType(at, type, what, null);
        }
    }

    private void schema(Cursor at, Type.Schema type, String what) {
        boolean possible = at.node() instanceof Node.Mapping
                || (at.node() instanceof Node.Scalar scalar && scalar.type() == Node.ScalarKind.BOOL);
        if (possible) {
            data(at);
        } else {
            wrongType(at, type, what, null);
        }
    }

    /** Free values: only what JSON cannot hold is wrong in them. */
    private void data(Cursor at) {
        switch (at.node()) {
            case Node.Scalar scalar ->
                Scalars.lost(scalar).ifPresent(hint -> bad(at, ProblemCode.INVALID_VALUE, Scalars.LOST, hint));
            case Node.Sequence sequence -> at.items().forEach(this::data);
            case Node.Mapping mapping -> {
                for (Node.Entry entry : mapping.entries()) {
                    data(new Cursor(entry.value(), at.path().then(entry.key().text())));
                }
            }
        }
    }

    private void outOfRange(Cursor at, Type type, String what) {
        bad(at, ProblemCode.OUT_OF_RANGE, what + " is out of range", "it must be " + type.description());
    }

    private void wrongType(Cursor at, Type type, String what, @Nullable String hint) {
        boolean nothing = at.node() instanceof Node.Scalar scalar && scalar.type() == Node.ScalarKind.NULL;
        String message = nothing
                ? what + " has no value; it must be " + type.description()
                : "%s must be %s, but this is %s"
                        .formatted(what, type.description(), at.node().kind());
        bad(
                at,
                ProblemCode.WRONG_TYPE,
                message,
                hint != null ? hint : nothing ? "give it a value, or remove the key" : howToWrite(type));
    }

    private static @Nullable String howToWrite(Type type) {
        return switch (type) {
            case Type.Fields fields ->
                "write the keys of %s below it".formatted(fields.shape().inSentence());
            case Type.MapOf map -> "write keys with their values below it";
            case Type.JsonObject object -> "write keys with their values below it";
            case Type.ListOf list -> "write a list: [first, second]";
            default -> null;
        };
    }

    private void bad(Cursor at, ProblemCode code, String message, @Nullable String hint) {
        bad.add(at.node());
        problems.add(code, at, message, hint);
    }

    private static String singular(String what) {
        return switch (what) {
            case "tasks" -> "a task";
            case "capabilities" -> "a capability";
            case "depends_on" -> "an entry of depends_on";
            default -> "an entry of " + what;
        };
    }
}
