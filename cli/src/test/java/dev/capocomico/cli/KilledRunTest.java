package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, killed as nobody can prepare for. */
@Timeout(180)
class KilledRunTest {
    @TempDir
    Path directory;

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.capocomico.cli.Capo"));
        command.addAll(List.of(args));
        command.addAll(0, heedingInterrupts());
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
    }

    /** What is begun in the background of a script is to ignore Ctrl-C, and so is all that it begins; this takes that back. */
    private static List<String> heedingInterrupts() throws IOException {
        List<String> prefix = List.of("env", "--default-signal=INT");
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            return new ProcessBuilder(trial).start().waitFor() == 0 ? prefix : List.of();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String err() throws IOException {
        return Files.readString(directory.resolve("err.txt"));
    }

    private void slowWorkflow() throws IOException {
        new Stage(directory).file("slow.yaml", """
                workflow:
                  name: slow
                  version: "1"
                  agents:
                    quick: {type: simulated, settings: {output: 1}}
                    slow: {type: simulated, settings: {latency: 4s, output: 2}}
                  tasks: [{id: a, agent: quick}, {id: b, agent: slow, depends_on: [a]}]
                """);
    }

    @Test
    void after_kill_9_resume_goes_on_and_what_was_done_is_not_done_again() throws Exception {
        slowWorkflow();
        Process killed = start("run", "slow.yaml", "--id", "s");
        try {
            Await.until("b has begun", () -> err().contains("b: attempt 1 started"));
        } finally {
            killed.destroyForcibly().waitFor();
        }
        // The database outlives the program; only looked at, it is left alone.
        Ended shown = new Stage(directory).run("show", "s");
        assertThat(shown.out()).contains("✓ a", "capo run --resume s");

        Ended resumed = new Stage(directory).run("run", "--resume", "s");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.out()).isEqualTo("{\n  \"b\" : 2\n}\n");
        assertThat(resumed.err())
                .containsOnlyOnce("a: attempt 1 started")
                .contains("b: attempt 1 was interrupted by a restart", "b: attempt 2 started");
    }

    @Test
    void ctrl_c_stops_the_node_within_seconds_and_says_how_to_go_on() throws Exception {
        slowWorkflow();
        Process running = start("run", "slow.yaml", "--id", "s", "--data", "my data");
        try {
            Await.until("b has begun", () -> err().contains("b: attempt 1 started"));
            new ProcessBuilder("kill", "-INT", Long.toString(running.pid()))
                    .start()
                    .waitFor();
            assertThat(running.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            running.destroyForcibly().waitFor();
        }
        assertThat(running.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(err()).contains("Stopped; nothing is lost. To go on:\n  capo run --resume s --data 'my data'\n");
        assertThat(directory.resolve("my data/postgresql/data/postmaster.pid")).doesNotExist();
        assertThat(Files.readString(directory.resolve("out.txt"))).isEmpty();
    }

    @Test
    void a_killed_database_is_told_of_and_resume_brings_it_back() throws Exception {
        slowWorkflow();
        Process running = start("run", "slow.yaml", "--id", "s");
        try {
            Await.until("b has begun", () -> err().contains("b: attempt 1 started"));
            String postmaster = Files.readAllLines(directory.resolve(".capo/postgresql/data/postmaster.pid"))
                    .getFirst();
            new ProcessBuilder("kill", "-KILL", postmaster).start().waitFor();
            Await.until("it says so", () -> err().contains("capo: what was done is safe, but the database does not"));
            assertThat(err()).contains("Ctrl-C and capo run --resume s").doesNotContain("Exception", "at dev.");
            new ProcessBuilder("kill", "-INT", Long.toString(running.pid()))
                    .start()
                    .waitFor();
            assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            running.destroyForcibly().waitFor();
        }
        assertThat(running.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
        Ended resumed = new Stage(directory).run("run", "--resume", "s");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).containsOnlyOnce("a: attempt 1 started");
    }
}
