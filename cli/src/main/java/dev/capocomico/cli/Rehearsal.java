package dev.capocomico.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands once, unseen, so that the launcher can archive the classes they load. Its arguments are valid
 * definitions.
 */
public final class Rehearsal {
    private static final String FLAWED = """
            workflow:
              name: flawed
              version: "1"
              tasks:
                - id: a
                  agent: nobody
                  depends_on: [b, ${c}]
                  when: "${1 +}"
            """;

    private static final String QUICK = """
            workflow:
              name: quick
              version: "1"
              agents: {worker: {type: simulated, settings: {latency: 10ms, output: 1}}}
              tasks:
                - {id: a, agent: worker, for_each: [1, 2]}
                - {id: b, agent: worker, depends_on: [a], input: "${tasks.a.output}"}
            """;

    private static final int SERVER_SECONDS_MAX = 30;
    private static final int POLL_MILLIS = 20;

    private Rehearsal() {}

    public static void main(String[] definitions) {
        for (boolean colour : new boolean[] {true, false}) {
            Look look = new Look(100, colour, true);
            run(look);
            run(look, "--help");
            run(look, "--version");
            run(look, "validate", "--help");
            run(look, "valdate");
            run(look, "schema");
            run(look, "validate", "-");
            run(look, "validate", "-o", "json", "-");
            run(look, with(definitions, "validate"));
            run(look, with(definitions, "validate", "-o", "json"));
            for (String definition : definitions) {
                run(look, "graph", definition);
                run(look, "graph", definition, "--format", "svg");
            }
        }
        runOnNode(new Look(100, true, true));
    }

    /** A whole node, as {@code run} and {@code demo} start one; where it cannot be, only these two start slower. */
    private static void runOnNode(Look look) {
        try {
            Path folder = Files.createTempDirectory("capo-rehearsal-");
            try {
                Path workflow = Files.writeString(folder.resolve("quick.yaml"), QUICK);
                String data = folder.resolve("data").toString();
                run(look, "run", workflow.toString(), "--id", "rehearsal", "--data", data);
                run(look, "show", "rehearsal", "--data", data);
                run(look, "history", "rehearsal", "-o", "json", "--data", data);
                runOnServer(look, workflow.toString(), data);
            } finally {
                Folder.delete(folder);
            }
        } catch (IOException e) {
            // There is no room for it.
        }
    }

    /** And one that serves, with what is said to it. */
    private static void runOnServer(Look look, String workflow, String data) throws IOException {
        Thread server = new Thread(() -> run(look, "dev", "--port", "0", "--data", data), "rehearsal");
        server.start();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVER_SECONDS_MAX);
            while (Doorplate.read(Path.of(data)).isEmpty() && server.isAlive() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            run(look, "apply", workflow, "--data", data);
            run(look, "run", workflow, "--id", "served", "--data", data);
            run(look, "show", "served", "--data", data);
            run(look, "list", "--data", data);
            server.interrupt();
            server.join(TimeUnit.SECONDS.toMillis(SERVER_SECONDS_MAX));
        } catch (InterruptedException e) {
            server.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private static String[] with(String[] definitions, String... command) {
        List<String> args = new ArrayList<>(List.of(command));
        args.addAll(List.of(definitions));
        return args.toArray(String[]::new);
    }

    private static void run(Look look, String... args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        ByteArrayInputStream flawed = new ByteArrayInputStream(FLAWED.getBytes(StandardCharsets.UTF_8));
        Capo.run(new Terminal(flawed, nowhere, nowhere, look, look, new Drawn(), Path.of(""), Map.of()), args);
    }

    /** So that frames are drawn as well. */
    private static final class Drawn implements Terminal.Screen {
        @Override
        public boolean isDrawnOn() {
            return true;
        }

        @Override
        public boolean answers() {
            return false;
        }

        @Override
        public Terminal.Size size() {
            return new Terminal.Size(100, 30);
        }
    }
}
