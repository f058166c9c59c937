package dev.capocomico.patterns;

/** One agent decomposes, assigns and judges; workers do. */
final class SupervisorSettings extends DescribedPattern {
    SupervisorSettings() {
        super("supervisor", "One agent decomposes, assigns and judges; workers do, and failures are assigned again.");
    }
}
