package dev.capocomico.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The launcher in a checkout where all else is a stand-in: a Maven that makes an empty jar and notes that it was called,
 * JDKs that print what they are started with. Nothing of the machine is on the PATH but the tools that the launcher uses.
 */
final class FakeCheckout {
    /** All that the launcher may rely on; a system without ps only keeps old builds longer. */
    private static final List<String> TOOLS = List.of(
            "sh",
            "find",
            "mkdir",
            "rmdir",
            "rm",
            "mv",
            "touch",
            "date",
            "readlink",
            "sed",
            "grep",
            "head",
            "tail",
            "sleep",
            "ps",
            "stty",
            "cat");

    private static final String MAVEN = """
            #!/bin/sh
            echo "$JAVA_HOME" >>"$0.calls"
            sleep 0.2
            [ ! -f "$0.complaint" ] || { cat "$0.complaint"; exit 1; }
            for arg; do case $arg in -Dcapo.dist=*) : >"${arg#-Dcapo.dist=}/capo.jar" ;; esac; done
            """;

    /** Prints itself, its options and its arguments, one a line; an archive is made for whoever asks for one. */
    private static final String JAVA = """
            #!/bin/sh
            home=${0%/bin/java} stays=
            [ -f "$home/stays" ] && stays=yes
            case $* in
              *ArchiveClassesAtExit*) for arg; do case $arg in -XX:ArchiveClassesAtExit=*) echo classes >"${arg#*=}" ;; esac; done ;;
              -version) echo 'openjdk version "'"$(cat "$home/version")"'" 2030-01-01' >&2 ;;
              -XshowSettings*) printf '    java.home = %s\\n' "$(cat "$home/leads-to")" >&2 ;;
              *) echo "$home"; printf '%s\\n' "$@"; [ -z "$stays" ] || sleep 60; exit 42 ;;
            esac
            """;

    private final Path root;
    private final Path tools;
    private final Path jdks;
    private final Map<String, String> environment = new HashMap<>();

    FakeCheckout(Path folder) throws IOException {
        // A space in the path breaks every launcher that forgot to quote.
        root = Files.createDirectories(folder.resolve("check out"));
        tools = Files.createDirectories(folder.resolve("tools"));
        jdks = Files.createDirectories(folder.resolve("jdks"));
        Files.copy(Path.of(System.getProperty("capocomico.root"), "capo"), root.resolve("capo"));
        Files.createDirectories(root.resolve("cli/src/main"));
        Files.writeString(root.resolve("pom.xml"), "");
        Files.writeString(root.resolve("cli/src/main/Source.java"), "");
        for (String tool : TOOLS) {
            for (String place : new String[] {"/bin", "/usr/bin"}) {
                if (Files.exists(Path.of(place, tool))) {
                    script(tools.resolve(tool), "#!/bin/sh\nexec " + place + "/" + tool + " \"$@\"\n");
                }
            }
        }
        script(tools.resolve("mvn"), MAVEN);
        environment.put("PATH", tools.toString());
        environment.put("HOME", folder.resolve("nobody").toString());
        environment.put("CAPO_JVM_DIRS", jdks.toString());
    }

    Path root() {
        return root;
    }

    Path tools() {
        return tools;
    }

    Path dist() {
        return root.resolve("cli/target/dist");
    }

    FakeCheckout set(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    /** A JDK in the folder where the launcher looks last. */
    Path jdk(String name, String version) throws IOException {
        Path jdk = jdkWithoutReleaseFile(name, version);
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\nX=\"1\"\n");
        return jdk;
    }

    Path jdkWithoutReleaseFile(String name, String version) throws IOException {
        Path jdk = jdks.resolve(name);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("version"), version);
        script(jdk.resolve("bin/java"), JAVA);
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        return jdk;
    }

    /** The JDKs that Maven was started with, one for each time. */
    List<String> builds() throws IOException {
        Path calls = tools.resolve("mvn.calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    void theBuildFailsSaying(String text) throws IOException {
        Files.writeString(tools.resolve("mvn.complaint"), text);
    }

    void theBuildWorks() throws IOException {
        Files.deleteIfExists(tools.resolve("mvn.complaint"));
    }

    /** As if what is built had been built an hour ago, and everything else before that. */
    void anHourPasses() throws IOException {
        Instant built = Instant.now().minusSeconds(3_600);
        Files.setLastModifiedTime(dist().resolve("current"), FileTime.from(built));
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> !path.startsWith(dist())).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(built.minusSeconds(60)));
            }
        }
    }

    /** What a launcher has left: the names of the builds, and the lock if it was forgotten. */
    List<String> leftInDist() throws IOException {
        try (Stream<Path> files = Files.list(dist())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("current"))
                    .sorted()
                    .toList();
        }
    }

    Stage.Ended capo(String... args) throws Exception {
        return end(start(root.resolve("capo"), args));
    }

    Process start(Path launcher, String... args) throws IOException {
        String[] command =
                Stream.concat(Stream.of(launcher.toString()), Stream.of(args)).toArray(String[]::new);
        ProcessBuilder builder = new ProcessBuilder(command).directory(tools.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Both streams are short enough to wait in their pipes. */
    static Stage.Ended end(Process process) throws Exception {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("the launcher did not end");
        }
        return new Stage.Ended(
                process.exitValue(),
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
