package dev.capocomico.engine.probe;

/** Is told when the engine comes by a {@link CrashPoint}. Called on threads of the engine, often; must not wait. */
@FunctionalInterface
public interface Probe {
    /** Of a node that is not under test. */
    Probe NONE = point -> {};

    void at(CrashPoint point);
}
