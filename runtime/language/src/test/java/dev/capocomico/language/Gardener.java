package dev.capocomico.language;

import dev.capocomico.language.grammar.Grammar;
import dev.capocomico.language.grammar.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Spoils a valid document in one of the ways in which people, and those who mean harm, spoil documents. */
final class Gardener {
    private static final List<String> KEYS = Grammar.SHAPES.stream()
            .map(Shape::keys)
            .flatMap(List::stream)
            .distinct()
            .toList();

    private static final List<String> WORDS = List.of(
            "null",
            "true",
            "false",
            "~",
            "",
            "0",
            "-1",
            "1",
            "2",
            "0.5",
            "1.5",
            "101",
            "100001",
            "-0",
            "1e3",
            "1e999",
            "1e-999999999",
            "1e999999999",
            ".inf",
            "-.inf",
            ".nan",
            "0x1F",
            "0o17",
            "9223372036854775808",
            "123456789012345678901234567890123456789012345678901234567890123456789",
            "!!str 5",
            "!!int x",
            "!own thing",
            "yes",
            "2026-11-21",
            "[",
            "}",
            "- a",
            "a: b",
            "@",
            "#");

    private static final List<String> DURATIONS = List.of(
            "0", "1ms", "250ms", "30s", "5m", "2h", "10d", "400d", "4000d", "PT5M", "P1D", "1h30m", "-5s", "soon",
            "5 m", "1.5s", "9e9");

    private static final List<String> STRINGS = List.of(
            "",
            " ",
            "a",
            "Upper Case",
            "naïve",
            "日本語",
            "😀",
            "\u202Eevil",
            "a\u0000b",
            "\uFEFF",
            "\uD800",
            "a\nb",
            "a\tb",
            "\u0085",
            "\u2028",
            "../../etc",
            "<script>",
            "'",
            "\"",
            "\\",
            "%s%n",
            "$",
            "${",
            "}",
            "${}",
            "$${",
            "~1",
            "~0/",
            "__proto__",
            "constructor",
            "true",
            "1",
            "web_search",
            "http",
            "a2a",
            "simulated",
            "worker",
            "swarm",
            "graph",
            "simulated",
            "continue",
            "fail",
            "compensate",
            "backward",
            "quick",
            "orders.paid");

    private static final List<String> EXPRESSIONS = List.of(
            "${input.x}",
            "${tasks.a.output}",
            "${tasks.draft.output}",
            "${item}",
            "${index}",
            "${event.id}",
            "${output}",
            "${iteration}",
            "${1 + 1}",
            "${'a' + 1}",
            "${nosuch}",
            "${size(input)}",
            "${input.x > }",
            "${tasks}",
            "${input.list.map(x, x * 2)}",
            "${execution.id}",
            "${execution.name}",
            "${[1, 2, 3]}",
            "${true && false}",
            "${tasks[\"first-task\"].output}",
            "${tasks.first-task.output}",
            "${tasks.extract.status == 'failed'}",
            "${!3}");

    private static final List<String> SCHEMAS = List.of(
            "{type: objekt}",
            "{required: name}",
            "{pattern: '('}",
            "{$ref: '#/$defs/none'}",
            "{$ref: 'http://example.org'}",
            "{minLength: -1}",
            "{properties: []}",
            "{type: object}",
            "false",
            "[]");

    private static final List<String> SETTINGS = List.of(
            "{max_rounds: 0}",
            "{rounds: 10}",
            "{rounds: 7}",
            "{rounds: x}",
            "{rounds: 3}",
            "{unknown: 1}",
            "{url: 'ftp://x'}",
            "{url: 'https://example.org'}",
            "{latency: 1s, fail_rate: 2}",
            "{}");

    private final RandomGenerator random;
    private final Plant root;

    Gardener(RandomGenerator random, Plant root) {
        this.random = random;
        this.root = root;
    }

    void spoil() {
        switch (random.nextInt(24)) {
            case 0 -> remove();
            case 1 -> duplicate();
            case 2 -> rename();
            case 3 -> move();
            case 4 -> any().become(leaf());
            case 5 -> any().become(any());
            case 6 -> any().become(branch());
            case 7 -> any().become(Plant.word(pick(WORDS)));
            case 8 -> any().become(Plant.string(pick(STRINGS)));
            case 9 -> any().become(Plant.string(pick(EXPRESSIONS)));
            case 10 -> changeLetters();
            case 11 -> lengthen();
            case 12 ->
                under("timeout", "sleep", "delay", "heartbeat", "estimate", "latency")
                        .become(Plant.word(pick(DURATIONS)));
            case 13 ->
                under("agent", "retry_policy", "orchestration_pattern", "topic", "on_failure", "type", "strategy")
                        .become(Plant.string(pick(STRINGS)));
            case 14, 15 -> depend();
            case 16 -> alias();
            case 17 -> nest();
            case 18, 19 -> addKey();
            case 20 -> multiply();
            case 21 -> addRaw("input_schema", SCHEMAS);
            case 22 -> addRaw(random.nextBoolean() ? "pattern" : "settings", SETTINGS);
            default -> setUp();
        }
    }

    private void remove() {
        Plant parent = branchOf();
        int at = index(parent);
        parent.children.remove(at);
        if (parent.kind == Plant.Kind.MAPPING) {
            parent.keys.remove(at);
        }
    }

    private void duplicate() {
        Plant parent = branchOf();
        int at = index(parent);
        parent.children.add(parent.children.get(at).copy());
        if (parent.kind == Plant.Kind.MAPPING) {
            parent.keys.add(parent.keys.get(at));
        }
    }

    private void rename() {
        Plant parent = branchOf();
        if (parent.kind == Plant.Kind.MAPPING) {
            int at = index(parent);
            parent.keys.set(
                    at,
                    switch (random.nextInt(4)) {
                        case 0 -> pick(KEYS);
                        case 1 -> pick(STRINGS);
                        default -> misspelt(parent.keys.get(at));
                    });
        }
    }

    private void move() {
        Plant moved = any().copy();
        Plant parent = branchOf();
        parent.children.add(moved);
        if (parent.kind == Plant.Kind.MAPPING) {
            parent.keys.add(pick(KEYS));
        }
    }

    /** In an expression if there is one, so that most of them still begin and end as such. */
    private void changeLetters() {
        List<Plant> strings = root.all().stream()
                .filter(plant -> plant.kind == Plant.Kind.STRING && !plant.text.isEmpty())
                .toList();
        List<Plant> expressions =
                strings.stream().filter(plant -> plant.text.contains("${")).toList();
        List<Plant> chosen = expressions.isEmpty() || random.nextInt(3) == 0 ? strings : expressions;
        if (!chosen.isEmpty()) {
            Plant plant = pick(chosen);
            plant.text = misspelt(plant.text);
        }
    }

    private void lengthen() {
        Plant plant = any();
        String text = plant.text.isEmpty() ? "x" : plant.text;
        plant.become(Plant.string(
                random.nextInt(3) == 0
                        ? "${" + "1 + ".repeat(random.nextInt(1_500)) + "1}"
                        : text.repeat(random.nextInt(1, 2_000) / text.length() + 1)));
    }

    private void depend() {
        List<Plant> tasks = tasks();
        if (tasks.isEmpty()) {
            return;
        }
        Plant task = pick(tasks);
        List<Plant> ids = root.under("id");
        String id = ids.isEmpty() ? "a" : pick(ids).text;
        String dependency = random.nextInt(6) == 0 ? misspelt(id) : id;
        int at = task.keys.indexOf("depends_on");
        Plant list = at < 0 ? Plant.list() : task.children.get(at);
        if (list.kind == Plant.Kind.LIST) {
            list.children.add(Plant.string(dependency));
        }
        if (at < 0) {
            task.put("depends_on", list);
        }
    }

    private void alias() {
        Plant named = any();
        named.anchor = "a" + random.nextInt(3);
        Plant other = random.nextInt(4) == 0 ? pick(named.all()) : any();
        if (other != root && random.nextInt(10) > 0) {
            other.become(Plant.alias(named.anchor));
        }
    }

    private void nest() {
        Plant plant = any();
        int levels = random.nextInt(1, 40);
        for (int level = 0; level < levels; level++) {
            Plant around = Plant.list();
            around.children.add(plant.copy());
            plant.become(around);
        }
    }

    private void addKey() {
        List<Plant> mappings = root.all().stream()
                .filter(plant -> plant.kind == Plant.Kind.MAPPING)
                .toList();
        List<Plant> tasks = tasks();
        Plant parent =
                tasks.isEmpty() || random.nextBoolean() ? mappings.isEmpty() ? root : pick(mappings) : pick(tasks);
        if (parent.kind == Plant.Kind.MAPPING) {
            String key = pick(KEYS);
            List<Plant> models = root.under(key);
            parent.put(
                    key,
                    models.isEmpty() || random.nextInt(3) == 0
                            ? leaf()
                            : pick(models).copy());
        }
    }

    private void multiply() {
        List<Plant> lists = root.all().stream()
                .filter(plant -> plant.kind == Plant.Kind.LIST && !plant.children.isEmpty())
                .toList();
        if (!lists.isEmpty()) {
            Plant list = pick(lists);
            Plant item = pick(list.children);
            IntStream.range(0, random.nextInt(1, 120)).forEach(i -> list.children.add(item.copy()));
        }
    }

    private void addRaw(String key, List<String> values) {
        Plant raw = Plant.word(pick(values));
        List<Plant> there = root.under(key);
        if (!there.isEmpty() && random.nextBoolean()) {
            pick(there).become(raw);
        } else if (workflow().kind == Plant.Kind.MAPPING) {
            workflow().put(key, raw);
        }
    }

    /** What a contradiction needs that no accident brings about. */
    private void setUp() {
        Plant task = tasks().isEmpty() ? root : pick(tasks());
        switch (random.nextInt(6)) {
            case 0 -> put(task, "parallel", Plant.word("true")).put("for_each", Plant.word("[1, 2]"));
            case 1 -> put(task, "retry_policy", Plant.word("{initial_delay: 30s, max_delay: 1s}"));
            case 2 ->
                put(
                        workflow(),
                        "fault_tolerance",
                        Plant.word("{saga_pattern: {compensation_enabled: false, strategy: forward}}"));
            case 3 ->
                put(
                        workflow(),
                        "agents",
                        Plant.word("{x: {type: http, capabilities: [a], settings: {url: 'http://x'}}}"));
            case 4 -> put(task, "on_event", Plant.word("{topic: t" + random.nextInt(3) + ", timeout: 100d}"));
            default -> put(workflow(), "coordination", Plant.word("{event_driven: [t0, t1]}"));
        }
    }

    /** In place of what stands there. */
    private static Plant put(Plant mapping, String key, Plant child) {
        int at = mapping.keys.indexOf(key);
        if (mapping.kind == Plant.Kind.MAPPING && at >= 0) {
            mapping.children.set(at, child);
        } else if (mapping.kind == Plant.Kind.MAPPING) {
            mapping.put(key, child);
        }
        return mapping.kind == Plant.Kind.MAPPING ? mapping : Plant.mapping();
    }

    private String misspelt(String word) {
        if (word.isEmpty()) {
            return "x";
        }
        int at = random.nextInt(word.length());
        StringBuilder spelt = new StringBuilder(word);
        switch (random.nextInt(4)) {
            case 0 -> spelt.deleteCharAt(at);
            case 1 -> spelt.insert(at, word.charAt(at));
            case 2 ->
                spelt.insert(at, pick(Arrays.asList("+", "}", "${", "(", ")", "'", ".", "[", "x", " ", "==", "&&")));
            default -> {
                char letter = spelt.charAt(at);
                int other = Math.min(at + 1, word.length() - 1);
                spelt.setCharAt(at, spelt.charAt(other));
                spelt.setCharAt(other, letter);
            }
        }
        return spelt.toString();
    }

    private Plant leaf() {
        return switch (random.nextInt(4)) {
            case 0 -> Plant.string(pick(STRINGS));
            case 1 -> Plant.string(pick(EXPRESSIONS));
            case 2 -> Plant.word(pick(DURATIONS));
            default -> Plant.word(pick(WORDS));
        };
    }

    private Plant branch() {
        Plant branch = random.nextBoolean() ? Plant.mapping() : Plant.list();
        for (int i = random.nextInt(3); i > 0; i--) {
            branch.children.add(leaf());
            if (branch.kind == Plant.Kind.MAPPING) {
                branch.keys.add(pick(KEYS));
            }
        }
        return branch;
    }

    private Plant workflow() {
        return root.keys.contains("workflow") ? root.children.get(root.keys.indexOf("workflow")) : root;
    }

    private List<Plant> tasks() {
        return Stream.of(root.under("tasks"))
                .flatMap(List::stream)
                .flatMap(list -> list.children.stream())
                .filter(task -> task.kind == Plant.Kind.MAPPING)
                .toList();
    }

    private Plant under(String... keys) {
        List<Plant> found = root.under(pick(Arrays.asList(keys)));
        return found.isEmpty() ? any() : pick(found);
    }

    private Plant any() {
        return pick(root.all());
    }

    private Plant branchOf() {
        List<Plant> branches = root.all().stream()
                .filter(plant -> plant.isBranch() && !plant.children.isEmpty())
                .toList();
        if (branches.isEmpty()) {
            root.become(Plant.mapping().put("workflow", Plant.mapping()));
            return root;
        }
        return pick(branches);
    }

    private int index(Plant parent) {
        return random.nextInt(parent.children.size());
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
