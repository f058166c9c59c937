package dev.capocomico.hostile;

import dev.capocomico.Capocomico;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A node that serves HTTP, in a JVM of its own with a small heap. It says its port, answers each line with what its heap holds after a
 * full collection, and ends with its input. Arguments: the data directory, the secret of tokens.
 */
final class HostileNode {
    private HostileNode() {}

    public static void main(String[] arguments) {
        int exit = 0;
        try (Capocomico capo = Capocomico.builder()
                        .embeddedDatabase(Path.of(arguments[0]))
                        .simulateOtherAgents()
                        .httpPort(0)
                        .jwtSecret(arguments[1])
                        .start();
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(capo.httpAddress().orElseThrow().getPort());
            while (orders.readLine() != null) {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                System.out.println(runtime.totalMemory() - runtime.freeMemory());
            }
        } catch (Exception e) {
            e.printStackTrace();
            exit = 1;
        }
        // A thread of the node that lives on must not keep the test waiting.
        Runtime.getRuntime().halt(exit);
    }
}
