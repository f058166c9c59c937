package dev.capocomico.engine;

import dev.capocomico.model.definition.CircuitBreaker;

/**
 * The rules by which an agent that keeps failing is left alone for a while. Pure.
 *
 * <p>Closed, everybody is let through, and failures in a row are counted. With so many as the threshold it opens, and nobody is let
 * through until its time is over. Then it lets one through, the trial, and nobody else: if that goes well it closes, if not it is
 * open for another while. A trial that does not end is waited for as long as the breaker is open, then there is another.
 */
sealed interface Breaker {
    record Closed(int failures) implements Breaker {
        static final Closed WITHOUT_FAILURE = new Closed(0);

        private Breaker counted(CircuitBreaker settings, Verdict verdict, long nowMillis) {
            return switch (verdict) {
                case WORKS -> Closed.WITHOUT_FAILURE;
                case FAILED ->
                    failures + 1 >= settings.failureThreshold()
                            ? new Open(nowMillis + settings.timeout().toMillis())
                            : new Closed(failures + 1);
                case UNKNOWN -> this;
            };
        }
    }

    record Open(long untilMillis) implements Breaker {}

    /**
     * A trial is under way.
     *
     * @param untilMillis how long it is waited for
     */
    record HalfOpen(long untilMillis) implements Breaker {}

    /** Whether, and how, somebody is let through. */
    enum Pass {
        USUAL,
        TRIAL,
        NONE
    }

    /** What a call says of its agent. */
    enum Verdict {
        /** It has answered. That may be a failure for good, which says something of the question. */
        WORKS,
        FAILED,
        /** The call was ended by those who asked. */
        UNKNOWN
    }

    /** Who asks now gets this. */
    default Pass pass(long nowMillis) {
        return switch (this) {
            case Closed closed -> Pass.USUAL;
            case Open open -> nowMillis >= open.untilMillis ? Pass.TRIAL : Pass.NONE;
            case HalfOpen half -> nowMillis >= half.untilMillis ? Pass.TRIAL : Pass.NONE;
        };
    }

    /** After somebody went through with {@link #pass}. */
    default Breaker entered(CircuitBreaker settings, long nowMillis) {
        return switch (pass(nowMillis)) {
            case TRIAL -> new HalfOpen(nowMillis + settings.timeout().toMillis());
            case USUAL, NONE -> this;
        };
    }

    /** After a call is over. One that began before the breaker opened says nothing new once it has. */
    default Breaker over(CircuitBreaker settings, Pass pass, Verdict verdict, long nowMillis) {
        return switch (this) {
            case Closed closed when pass == Pass.USUAL -> closed.counted(settings, verdict, nowMillis);
            case HalfOpen half
            when pass == Pass.TRIAL ->
                switch (verdict) {
                    case WORKS -> Closed.WITHOUT_FAILURE;
                    case FAILED -> new Open(nowMillis + settings.timeout().toMillis());
                    case UNKNOWN -> new Open(nowMillis);
                };
            case Closed closed -> this;
            case Open open -> this;
            case HalfOpen half -> this;
        };
    }

    /** How long it makes no sense to ask again; 0 when somebody would be let through. */
    default long waitMillis(long nowMillis) {
        return switch (this) {
            case Closed closed -> 0;
            case Open open -> Math.max(0, open.untilMillis - nowMillis);
            case HalfOpen half -> Math.max(0, half.untilMillis - nowMillis);
        };
    }
}
