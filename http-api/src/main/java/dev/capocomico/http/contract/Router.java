package dev.capocomico.http.contract;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the operation that a request means. */
public final class Router {
    private final List<Operation> operations;

    public Router(List<Operation> operations) {
        this.operations = operations.stream()
                .sorted(Comparator.comparingLong(operation -> operation.path().names()))
                .toList();
    }

    /** What is at an address. */
    public sealed interface Found {
        /**
         * The one that is meant.
         *
         * @param names what the names in its path stand for
         */
        record One(Operation operation, Map<String, String> names) implements Found {}

        /**
         * The address is that of others.
         *
         * @param methods that there are, in order
         */
        record OtherMethods(List<String> methods) implements Found {
            public OtherMethods {
                methods = List.copyOf(methods);
            }
        }

        record Nothing() implements Found {}
    }

    /**
     * Finds it.
     *
     * @param path its segments, decoded
     */
    public Found find(String method, List<String> path) {
        TreeSet<String> methods = new TreeSet<>();
        for (Operation operation : operations) {
            Optional<Map<String, String>> names = operation.path().match(path);
            if (names.isPresent()) {
                if (operation.method().equals(method)) {
                    return new Found.One(operation, names.get());
                }
                methods.add(operation.method());
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods.isEmpty() ? new Found.Nothing() : new Found.OtherMethods(List.copyOf(methods));
    }
}
