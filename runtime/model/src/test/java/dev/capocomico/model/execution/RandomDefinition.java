package dev.capocomico.model.execution;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.definition.Workflow.TaskBuilder;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small definitions that chance made, with every construct of the language that the rules know. */
final class RandomDefinition {
    private static final RetryPolicy AT_ONCE =
            new RetryPolicy(RetryStrategy.FIXED, 2, Duration.ZERO, Duration.ZERO, 1, 0, List.of(), List.of());

    private final Random random;

    RandomDefinition(Random random) {
        this.random = random;
    }

    Definition build() {
        Workflow workflow = Workflow.named("walk").agent("worker", role -> role.count(1 + random.nextInt(3)));
        if (random.nextInt(3) > 0) {
            workflow.saga(new Saga(true, random.nextInt(4) > 0, pick(SagaStrategy.values())));
        }
        if (random.nextInt(8) == 0) {
            workflow.output(pick("${input.n}", "${tasks.t0.output.n}"));
        }
        int size = 1 + random.nextInt(8);
        double density = random.nextDouble() * 0.7;
        for (int i = 0; i < size; i++) {
            List<String> dependencies = new ArrayList<>();
            for (int other = 0; other < i; other++) {
                if (random.nextDouble() < density) {
                    dependencies.add("t" + other);
                }
            }
            workflow.task("t" + i, task -> task(task, dependencies));
        }
        return workflow.build();
    }

    private TaskBuilder task(TaskBuilder task, List<String> dependencies) {
        task.dependsOn(dependencies.toArray(String[]::new));
        switch (random.nextInt(10)) {
            case 0 -> task.sleep(Duration.ofSeconds(random.nextInt(60)));
            case 1 -> {
                String signal = pick("go", "stay");
                task.waitFor(signal);
                if (random.nextBoolean()) {
                    task.waitFor(signal, Duration.ofSeconds(90));
                }
            }
            case 2, 3 -> called(task.child("other"), dependencies);
            default -> {
                called(task.agent("worker"), dependencies);
                if (random.nextInt(6) == 0) {
                    task.parallel(1 + random.nextInt(2));
                }
            }
        }
        if (random.nextInt(6) == 0) {
            task.when(pick("${input.n != 1}", "${input.n}", "${input.n >= 0}"));
        }
        if (random.nextInt(6) == 0) {
            Duration timeout = random.nextBoolean() ? null : Duration.ofSeconds(100);
            task.onEvent(new EventWait("topic", random.nextBoolean() ? null : "${event.id == input.id}", timeout));
        }
        if (random.nextInt(3) == 0) {
            task.onFailure(pick(OnFailure.values()));
        }
        if (random.nextInt(3) > 0) {
            task.compensate("worker", "undo", pick("${output}", "${output.n}", "constant"));
        }
        return task;
    }

    private void called(TaskBuilder task, List<String> dependencies) {
        if (!dependencies.isEmpty() && random.nextInt(3) == 0) {
            String dependency = dependencies.get(random.nextInt(dependencies.size()));
            boolean careful = random.nextInt(3) > 0;
            task.input(Map.of("of", "${tasks." + dependency + ".output" + (careful ? "}" : ".n}")));
        }
        if (random.nextInt(3) == 0) {
            boolean bounded = random.nextBoolean();
            String items = pick("${input.list}", "${input.list}", "${input.list}", "${input.n}");
            if (bounded) {
                task.forEach(items, 1 + random.nextInt(2));
            } else {
                task.forEach(items);
            }
        }
        if (random.nextInt(5) == 0) {
            task.repeat("${output.n >= 3}", 1 + random.nextInt(4), Duration.ofSeconds(random.nextInt(2)));
        }
        if (random.nextInt(8) == 0) {
            task.outputSchema(Map.of("needs", pick("n", "n", "missing")));
        }
        switch (random.nextInt(4)) {
            case 0 -> task.retry("none");
            case 1 -> task.retry("quick");
            case 2 -> task.retry(AT_ONCE);
            default -> {}
        }
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
