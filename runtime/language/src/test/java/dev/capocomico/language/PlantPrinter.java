package dev.capocomico.language;

import dev.capocomico.language.Plant.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a plant as YAML in ever changing styles, or as JSON. */
final class PlantPrinter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
    private static final Pattern NOT_STRINGS = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

    private final RandomGenerator random;
    private final boolean inFlow;

    PlantPrinter(RandomGenerator random) {
        this.random = random;
        this.inFlow = random.nextInt(8) == 0;
    }

    String yaml(Plant plant) {
        return isInline(plant) ? inline(plant) + "\n" : String.join("\n", block(plant)) + "\n";
    }

    String json(Plant plant) {
        return switch (plant.kind) {
            case MAPPING ->
                IntStream.range(0, plant.keys.size())
                        .mapToObj(i -> doubleQuoted(plant.keys.get(i)) + ":" + gap() + json(plant.children.get(i)))
                        .collect(Collectors.joining("," + gap(), "{", "}"));
            case LIST -> plant.children.stream().map(this::json).collect(Collectors.joining("," + gap(), "[", "]"));
            case STRING, ALIAS -> doubleQuoted(plant.text);
            case WORD -> plant.text.isEmpty() ? "null" : plant.text;
        };
    }

    private String gap() {
        return switch (random.nextInt(4)) {
            case 0 -> "\n";
            case 1 -> "";
            default -> " ";
        };
    }

    private boolean isInline(Plant plant) {
        return !plant.isBranch() || plant.children.isEmpty() || inFlow || random.nextInt(4) == 0;
    }

    /** The lines of a mapping or list in block style. */
    private List<String> block(Plant plant) {
        List<String> lines = new ArrayList<>();
        if (plant.anchor != null && lines.isEmpty()) {
            lines.add("&" + plant.anchor);
        }
        for (int i = 0; i < plant.children.size(); i++) {
            Plant child = plant.children.get(i);
            String lead = plant.kind == Kind.MAPPING ? key(plant.keys.get(i)) + ":" : "-";
            if (isInline(child)) {
                lines.addAll(value(lead, child));
            } else {
                below(lead, block(child), lines);
            }
        }
        return lines;
    }

    private void below(String lead, List<String> child, List<String> lines) {
        boolean anchored = child.getFirst().startsWith("&");
        boolean compact = lead.equals("-") && !anchored && random.nextBoolean();
        lines.add(compact || anchored ? lead + " " + child.getFirst() : lead);
        child.subList(compact || anchored ? 1 : 0, child.size()).forEach(line -> lines.add("  " + line));
    }

    private List<String> value(String lead, Plant child) {
        boolean asBlock = child.kind == Kind.STRING
                && child.anchor == null
                && child.text.matches(
                        "[A-Za-z\\p{Sc}][^\\p{Cc}\\p{Cs}\\uFEFF]*(\\n[^\\p{Cc}\\p{Cs}\\uFEFF\\s][^\\p{Cc}\\p{Cs}\\uFEFF]*)*")
                && random.nextInt(3) == 0;
        if (!asBlock) {
            return List.of(lead + " " + inline(child));
        }
        List<String> lines = new ArrayList<>(List.of(lead + " |-"));
        child.text.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }

    private String inline(Plant plant) {
        String anchor = plant.anchor == null ? "" : "&" + plant.anchor + " ";
        return anchor
                + switch (plant.kind) {
                    case MAPPING ->
                        IntStream.range(0, plant.keys.size())
                                .mapToObj(i -> key(plant.keys.get(i)) + ": " + inline(plant.children.get(i)))
                                .collect(Collectors.joining(", ", "{", "}"));
                    case LIST -> plant.children.stream().map(this::inline).collect(Collectors.joining(", ", "[", "]"));
                    case STRING -> quoted(plant.text);
                    case WORD -> plant.text;
                    case ALIAS -> "*" + plant.text;
                };
    }

    private String key(String key) {
        return quoted(key);
    }

    private String quoted(String text) {
        boolean plain =
                PLAIN.matcher(text).matches() && !NOT_STRINGS.matcher(text).matches();
        boolean single = text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
        return switch (random.nextInt(3)) {
            case 0 -> plain ? text : doubleQuoted(text);
            case 1 -> single ? "'" + text.replace("'", "''") + "'" : doubleQuoted(text);
            default -> doubleQuoted(text);
        };
    }

    /** JSON and YAML agree on these escapes. */
    private String doubleQuoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean asItIs = (c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c < 0x2000 && random.nextBoolean());
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (asItIs) {
                quoted.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                quoted.append(c).append(text.charAt(++i));
            } else {
                quoted.append("\\u%04x".formatted((int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
