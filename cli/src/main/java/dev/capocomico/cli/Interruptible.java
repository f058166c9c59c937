package dev.capocomico.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when the program is told to stop (Ctrl-C, TERM): its thread is interrupted, and the JVM waits for it
 * to come to its end. Without this a shutdown is a race of hooks against the command.
 */
final class Interruptible {
    /** Longer than a node takes to stop when its database does not answer. */
    private static final int PATIENCE_SECONDS = 60;

    private Interruptible() {}

    /** A command that may take long. */
    interface Work {
        int run() throws InterruptedException;
    }

    /** Returns what the work returns, or the code for interrupted. */
    static int run(Terminal terminal, Work work) {
        Thread worker = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(worker, ended), "capo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.run();
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        } finally {
            terminal.out().flush();
            terminal.err().flush();
            ended.countDown();
            remove(hook);
        }
    }

    private static void stop(Thread worker, CountDownLatch ended) {
        worker.interrupt();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                worker.interrupt();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts a hook; if somebody does, the JVM is to go now.
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs, and has nothing left to wait for.
        }
    }
}
