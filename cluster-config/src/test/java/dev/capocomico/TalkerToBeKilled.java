package dev.capocomico;

import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node that serves HTTP and runs an execution of many short tasks, until it is killed; then another may go on. */
public final class TalkerToBeKilled {
    static final String EXECUTION = "long-talk";
    static final String LISTENS = "listens at ";
    private static final int TASKS = 60;
    private static final long TASK_MILLIS = 40;

    private TalkerToBeKilled() {}

    public static void main(String[] arguments) {
        try {
            Capocomico capo = Capocomico.builder()
                    .database(arguments[0], arguments[1], arguments[2])
                    .agent("talker", task -> {
                        TimeUnit.MILLISECONDS.sleep(TASK_MILLIS);
                        return Map.of("said", task.input());
                    })
                    .httpPort(0)
                    .insecureHttp()
                    .start();
            Workflow talk = Workflow.named("talk").agent("t", role -> role.type("talker"));
            for (int i = 0; i < TASKS; i++) {
                String before = "say" + (i - 1);
                String id = "say" + i;
                boolean first = i == 0;
                talk = talk.task(
                        id, task -> first ? task.agent("t") : task.agent("t").dependsOn(before));
            }
            WorkflowRef workflow = capo.register(talk.build());
            capo.execute(workflow, null, ExecutionOptions.id(EXECUTION).timeout(Duration.ofMinutes(5)));
            System.out.println(LISTENS + capo.httpAddress().orElseThrow().getPort());
        } catch (Exception e) {
            e.printStackTrace();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(1);
        }
    }
}
