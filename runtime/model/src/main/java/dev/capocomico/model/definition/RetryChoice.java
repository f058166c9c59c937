package dev.capocomico.model.definition;

import dev.capocomico.model.retry.RetryPolicy;
import java.util.Objects;

/** A task's retry policy: one that has a name, or one written out in place. */
public sealed interface RetryChoice {
    RetryPolicy policy();

    record Named(String name) implements RetryChoice {
        public Named {
            if (!RetryPolicy.NAMED.containsKey(name)) {
                throw new IllegalArgumentException(
                        "there is no retry policy \"" + name + "\", there are: " + RetryPolicy.NAMED.keySet());
            }
        }

        @Override
        public RetryPolicy policy() {
            return Objects.requireNonNull(RetryPolicy.NAMED.get(name));
        }
    }

    record Inline(RetryPolicy policy) implements RetryChoice {}
}
