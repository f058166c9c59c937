package dev.capocomico.language.expression;

import dev.capocomico.model.expression.Scope;
import org.jspecify.annotations.Nullable;

/** What an evaluation works on: what it can see, its budget, and the local variables of the macros it is inside of. */
final class Frame {
    final Scope scope;
    final Meter meter;
    private final @Nullable Value[] locals;

    /** A macro's accumulator may hold a failure, which counts unless a later round decides without it. */
    private final @Nullable EvaluationFailure[] failures;

    Frame(Scope scope, Meter meter, int slots) {
        this.scope = scope;
        this.meter = meter;
        this.locals = new @Nullable Value[slots];
        this.failures = new @Nullable EvaluationFailure[slots];
    }

    Value get(int slot) {
        EvaluationFailure failure = failures[slot];
        if (failure != null) {
            throw failure;
        }
        Value value = locals[slot];
        if (value == null) {
            throw new IllegalStateException("local variable " + slot + " is read before it is set");
        }
        return value;
    }

    void set(int slot, Value value) {
        locals[slot] = value;
        failures[slot] = null;
    }

    void fail(int slot, EvaluationFailure failure) {
        failures[slot] = failure;
    }
}
