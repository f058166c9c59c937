package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.cli.Stage.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    Path folder;

    private FakeCheckout checkout;

    @BeforeEach
    void check_out() throws IOException {
        checkout = new FakeCheckout(folder);
    }

    private String jdkThatRuns() throws Exception {
        Ended ended = checkout.capo();
        assertThat(ended.code()).as(ended.err()).isEqualTo(42);
        return ended.out().lines().findFirst().orElseThrow();
    }

    // --- which JDK

    @Test
    void the_jdk_of_java_home_comes_first() throws Exception {
        Path mine = checkout.jdk("mine", "21.0.1");
        checkout.jdk("newer", "26");
        checkout.set("JAVA_HOME", mine);
        assertThat(jdkThatRuns()).isEqualTo(mine.toString());
        assertThat(checkout.builds()).containsExactly(mine.toString());
    }

    @Test
    void then_the_one_on_the_path_wherever_its_links_lead() throws Exception {
        Path onPath = checkout.jdk("on-path", "22");
        checkout.jdk("newer", "26");
        checkout.set("JAVA_HOME", checkout.jdk("old", "17.0.15"));
        Path alternative = Files.createSymbolicLink(folder.resolve("alternative"), onPath.resolve("bin/java"));
        Files.createSymbolicLink(
                checkout.tools().resolve("java"),
                folder.relativize(alternative).getFileSystem().getPath("../alternative"));
        assertThat(jdkThatRuns()).isEqualTo(onPath.toString());
    }

    @Test
    void a_version_managers_shim_is_asked_where_it_leads() throws Exception {
        Path real = checkout.jdk("real", "23");
        checkout.jdk("newer", "26");
        Path shim = Files.createDirectories(folder.resolve("shims"));
        FakeCheckout.script(shim.resolve("java"), "#!/bin/sh\necho '    java.home = " + real + "' >&2\n");
        checkout.set("PATH", shim + ":" + checkout.tools());
        assertThat(jdkThatRuns()).isEqualTo(real.toString());
    }

    @Test
    void when_these_are_too_old_the_newest_in_the_usual_folders_runs() throws Exception {
        Path old = checkout.jdk("old", "1.8.0_392");
        checkout.set("JAVA_HOME", old);
        Files.createSymbolicLink(checkout.tools().resolve("java"), old.resolve("bin/java"));
        Path newest = checkout.jdk("a", "25.0.3");
        checkout.jdk("b", "21.0.2");
        checkout.jdk("c", "9.0.4");
        assertThat(jdkThatRuns()).isEqualTo(newest.toString());
    }

    @Test
    void a_jdk_that_tells_its_version_nowhere_is_asked() throws Exception {
        checkout.jdkWithoutReleaseFile("old", "17.0.1");
        Path silent = checkout.jdkWithoutReleaseFile("silent", "22-ea");
        assertThat(jdkThatRuns()).isEqualTo(silent.toString());
    }

    @Test
    void without_a_jdk_one_sentence_says_what_to_install() throws Exception {
        checkout.jdk("old", "17");
        Ended ended = checkout.capo();
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .hasLineCount(1)
                .startsWith("capo: no Java 21 or newer")
                .contains("install a JDK");
        assertThat(checkout.builds()).isEmpty();
    }

    // --- building

    @Test
    void it_builds_once_and_says_so() throws Exception {
        checkout.jdk("jdk", "21");
        assertThat(checkout.capo().err()).isEqualTo("capo: building, first start (about a minute)…\n");
        Ended again = checkout.capo();
        assertThat(again.err()).isEmpty();
        assertThat(again.code()).isEqualTo(42);
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void it_builds_again_when_a_source_is_saved_or_deleted() throws Exception {
        checkout.jdk("jdk", "21");
        checkout.capo();
        checkout.anHourPasses();
        assertThat(checkout.capo().err()).isEmpty();

        Path source = checkout.root().resolve("cli/src/main/Source.java");
        Files.writeString(source, "changed");
        assertThat(checkout.capo().err()).isEqualTo("capo: sources have changed, building…\n");
        checkout.anHourPasses();
        Files.delete(source);
        assertThat(checkout.capo().err()).isEqualTo("capo: sources have changed, building…\n");
        checkout.anHourPasses();
        Files.writeString(checkout.root().resolve("pom.xml"), "changed");
        checkout.capo();
        assertThat(checkout.builds()).hasSize(4);
    }

    @Test
    void a_source_saved_during_the_build_is_built_the_next_time() throws Exception {
        checkout.jdk("jdk", "21");
        Path maven = checkout.tools().resolve("mvn");
        Path source = checkout.root().resolve("cli/src/main/Source.java");
        Files.writeString(maven, Files.readString(maven) + "sleep 0.1; echo changed >'" + source + "'\n");
        checkout.capo();
        assertThat(checkout.capo().err()).isEqualTo("capo: sources have changed, building…\n");
    }

    @Test
    void a_failed_build_shows_what_was_complained_of_and_where_the_rest_is() throws Exception {
        checkout.jdk("jdk", "21");
        checkout.theBuildFailsSaying("[INFO] chatter\n[ERROR] /x/A.java:[3,1] error: missing semicolon\n");
        Ended failed = checkout.capo();
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err().lines().skip(1))
                .containsExactly(
                        "[ERROR] /x/A.java:[3,1] error: missing semicolon",
                        "capo: the build failed; all that Maven said is in "
                                + checkout.root().toRealPath().resolve("cli/target/capo-build.log"));
        assertThat(checkout.leftInDist()).isEmpty();

        checkout.theBuildWorks();
        assertThat(checkout.capo().code()).isEqualTo(42);
    }

    @Test
    void without_maven_one_sentence_says_what_to_install() throws Exception {
        checkout.jdk("jdk", "21");
        Files.delete(checkout.tools().resolve("mvn"));
        assertThat(checkout.capo())
                .isEqualTo(
                        new Ended(
                                2,
                                "",
                                "capo: Maven is needed to build: install it (such as your system's package maven) so that mvn is on the PATH\n"));
    }

    @Test
    void two_at_once_build_once() throws Exception {
        checkout.jdk("jdk", "21");
        Path launcher = checkout.root().resolve("capo");
        List<Process> both = List.of(checkout.start(launcher, "one"), checkout.start(launcher, "two"));
        for (Process process : both) {
            assertThat(FakeCheckout.end(process).code()).isEqualTo(42);
        }
        assertThat(checkout.builds()).hasSize(1);
        assertThat(checkout.leftInDist()).hasSize(1);
    }

    @Test
    void the_lock_of_a_process_that_died_is_cleared() throws Exception {
        checkout.jdk("jdk", "21");
        Process dead = new ProcessBuilder("sh", "-c", ":").start();
        dead.waitFor();
        Files.createDirectories(checkout.dist().resolve("lock"));
        Files.writeString(checkout.dist().resolve("lock/pid"), dead.pid() + "\n");
        assertThat(checkout.capo().code()).isEqualTo(42);
        assertThat(checkout.leftInDist()).hasSize(1);
    }

    @Test
    void an_earlier_build_stays_as_long_as_something_runs_from_it() throws Exception {
        Path jdk = checkout.jdk("jdk", "21");
        Files.createFile(jdk.resolve("stays"));
        Process running = checkout.start(checkout.root().resolve("capo"));
        try (BufferedReader out = running.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo(jdk.toString());
            Files.delete(jdk.resolve("stays"));
            List<String> first = checkout.leftInDist();

            checkout.anHourPasses();
            Files.writeString(checkout.root().resolve("pom.xml"), "changed");
            checkout.capo();
            assertThat(checkout.leftInDist()).hasSize(2).containsAll(first);

            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly().waitFor();
            checkout.anHourPasses();
            Files.writeString(checkout.root().resolve("pom.xml"), "changed again");
            checkout.capo();
            assertThat(checkout.leftInDist()).hasSize(1).doesNotContainAnyElementsOf(first);
        } finally {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }

    // --- starting

    @Test
    void arguments_and_exit_code_pass_untouched() throws Exception {
        checkout.jdk("jdk", "21");
        Ended ended = checkout.capo("validate", "a b", "", "*", "$HOME", "-o", "json");
        assertThat(ended.code()).isEqualTo(42);
        assertThat(ended.out()).endsWith("\ndev.capocomico.cli.Capo\nvalidate\na b\n\n*\n$HOME\n-o\njson\n");
    }

    @Test
    void it_can_be_started_through_a_link_from_anywhere() throws Exception {
        checkout.jdk("jdk", "21");
        Path link = Files.createSymbolicLink(
                folder.resolve("capo-link"), checkout.root().resolve("capo"));
        assertThat(FakeCheckout.end(checkout.start(link)).out())
                .contains("\n" + checkout.dist().toRealPath() + "/");
    }

    @Test
    void a_short_command_starts_with_the_classes_of_the_rehearsal() throws Exception {
        checkout.jdk("jdk", "21.0.7");
        String build = started(checkout.capo("validate"));
        assertThat(checkout.capo("validate").out().lines())
                .contains("-XX:SharedArchiveFile=" + build + "/capo-21.0.7.jsa", "-XX:TieredStopAtLevel=1");
        assertThat(checkout.capo("bench").out().lines()).doesNotContain("-XX:TieredStopAtLevel=1");
    }

    @Test
    void another_jdk_has_a_rehearsal_of_its_own_and_needs_no_build() throws Exception {
        checkout.jdk("jdk", "21.0.7");
        String build = started(checkout.capo());
        checkout.jdk("updated", "21.0.8-ea");
        checkout.set("JAVA_HOME", checkout.jdk("updated", "21.0.8"));
        assertThat(checkout.capo().out().lines()).contains("-XX:SharedArchiveFile=" + build + "/capo-21.0.8.jsa");
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void after_a_rehearsal_that_failed_it_starts_without_and_does_not_try_again() throws Exception {
        checkout.jdk("jdk", "21.0.7");
        String build = started(checkout.capo());
        Files.writeString(Path.of(build, "capo-21.0.7.jsa"), "");
        assertThat(checkout.capo().out()).doesNotContain("SharedArchiveFile");
    }

    @Test
    void options_of_ones_own_come_last() throws Exception {
        checkout.jdk("jdk", "21");
        checkout.set("CAPO_JAVA_OPTS", "-Xmx99m -Dx=y");
        List<String> lines = checkout.capo().out().lines().toList();
        assertThat(lines).containsSequence("-Xmx99m", "-Dx=y", "-cp");
    }

    /** The folder that a started program runs from. */
    private static String started(Ended ended) {
        assertThat(ended.code()).as(ended.err()).isEqualTo(42);
        List<String> lines = ended.out().lines().toList();
        return lines.get(lines.indexOf("-cp") + 1).replaceFirst("/capo.jar$", "");
    }
}
