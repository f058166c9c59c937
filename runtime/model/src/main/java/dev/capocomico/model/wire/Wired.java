package dev.capocomico.model.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A choice of the workflow language. Its name on the wire is a fixed string, never the name of the Java constant. */
public interface Wired {
    String wireName();

    static <E extends Enum<E> & Wired> Optional<E> find(Class<E> choices, String wireName) {
        return Arrays.stream(choices.getEnumConstants())
                .filter(choice -> choice.wireName().equals(wireName))
                .findFirst();
    }

    static <E extends Enum<E> & Wired> List<String> wireNames(Class<E> choices) {
        return Arrays.stream(choices.getEnumConstants()).map(Wired::wireName).toList();
    }
}
