package dev.capocomico.http.contract;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path with names in braces in place of some of its segments. */
public record PathTemplate(String text, List<String> segments) {
    public PathTemplate {
        segments = List.copyOf(segments);
    }

    static PathTemplate parse(String text) {
        return new PathTemplate(text, Arrays.asList(text.substring(1).split("/", -1)));
    }

    /** What the names stand for, if the path is one of these. A name never stands for nothing. */
    Optional<Map<String, String>> match(List<String> path) {
        if (path.size() != segments.size()) {
            return Optional.empty();
        }
        for (int i = 0; i < path.size(); i++) {
            String said = path.get(i);
            if (isName(segments.get(i)) ? said.isEmpty() : !segments.get(i).equals(said)) {
                return Optional.empty();
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String segment = segments.get(i);
            if (isName(segment)) {
                values.put(segment.substring(1, segment.length() - 1), path.get(i));
            }
        }
        return Optional.of(values);
    }

    private static boolean isName(String segment) {
        return segment.startsWith("{");
    }

    /** How many segments are names: of two templates that match, the one with fewer is meant. */
    long names() {
        return segments.stream().filter(PathTemplate::isName).count();
    }
}
