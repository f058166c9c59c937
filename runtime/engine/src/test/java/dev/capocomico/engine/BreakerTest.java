package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.Breaker.Closed;
import dev.capocomico.engine.Breaker.HalfOpen;
import dev.capocomico.engine.Breaker.Open;
import dev.capocomico.engine.Breaker.Pass;
import dev.capocomico.engine.Breaker.Verdict;
import dev.capocomico.model.definition.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Three failures in a row open it for 100 ms. Now is 1,000. */
class BreakerTest {
    private static final CircuitBreaker SETTINGS = new CircuitBreaker(3, Duration.ofMillis(100));
    private static final long NOW = 1_000;

    private record Asked(Breaker before, Pass pass, long waitMillis, Breaker after) {}

    private record Ended(Breaker before, Pass pass, Verdict verdict, Breaker after) {}

    @Test
    void who_is_let_through_and_what_that_makes_of_it() {
        List<Asked> table = List.of(
                new Asked(new Closed(0), Pass.USUAL, 0, new Closed(0)),
                new Asked(new Closed(2), Pass.USUAL, 0, new Closed(2)),
                new Asked(new Open(1_001), Pass.NONE, 1, new Open(1_001)),
                new Asked(new Open(1_000), Pass.TRIAL, 0, new HalfOpen(1_100)),
                new Asked(new Open(0), Pass.TRIAL, 0, new HalfOpen(1_100)),
                new Asked(new HalfOpen(1_001), Pass.NONE, 1, new HalfOpen(1_001)),
                // The trial has not ended in all that time: there is another.
                new Asked(new HalfOpen(1_000), Pass.TRIAL, 0, new HalfOpen(1_100)));
        for (Asked row : table) {
            assertThat(row.before().pass(NOW)).as("%s", row).isEqualTo(row.pass());
            assertThat(row.before().waitMillis(NOW)).as("%s", row).isEqualTo(row.waitMillis());
            assertThat(row.before().entered(SETTINGS, NOW)).as("%s", row).isEqualTo(row.after());
        }
    }

    @Test
    void what_the_end_of_a_call_makes_of_it() {
        List<Ended> table = List.of(
                new Ended(new Closed(0), Pass.USUAL, Verdict.WORKS, new Closed(0)),
                new Ended(new Closed(0), Pass.USUAL, Verdict.FAILED, new Closed(1)),
                new Ended(new Closed(1), Pass.USUAL, Verdict.FAILED, new Closed(2)),
                new Ended(new Closed(2), Pass.USUAL, Verdict.FAILED, new Open(1_100)),
                new Ended(new Closed(2), Pass.USUAL, Verdict.WORKS, new Closed(0)),
                new Ended(new Closed(2), Pass.USUAL, Verdict.UNKNOWN, new Closed(2)),
                // A trial that was given up long ago.
                new Ended(new Closed(2), Pass.TRIAL, Verdict.FAILED, new Closed(2)),
                new Ended(new Closed(2), Pass.TRIAL, Verdict.WORKS, new Closed(2)),
                // Calls from before it opened.
                new Ended(new Open(1_050), Pass.USUAL, Verdict.WORKS, new Open(1_050)),
                new Ended(new Open(1_050), Pass.USUAL, Verdict.FAILED, new Open(1_050)),
                new Ended(new HalfOpen(1_050), Pass.USUAL, Verdict.WORKS, new HalfOpen(1_050)),
                new Ended(new HalfOpen(1_050), Pass.USUAL, Verdict.FAILED, new HalfOpen(1_050)),
                new Ended(new Open(1_050), Pass.TRIAL, Verdict.WORKS, new Open(1_050)),
                // The trial.
                new Ended(new HalfOpen(1_050), Pass.TRIAL, Verdict.WORKS, new Closed(0)),
                new Ended(new HalfOpen(1_050), Pass.TRIAL, Verdict.FAILED, new Open(1_100)),
                new Ended(new HalfOpen(1_050), Pass.TRIAL, Verdict.UNKNOWN, new Open(1_000)));
        for (Ended row : table) {
            assertThat(row.before().over(SETTINGS, row.pass(), row.verdict(), NOW))
                    .as("%s", row)
                    .isEqualTo(row.after());
        }
    }

    @Test
    void of_many_who_ask_at_once_one_is_the_trial_and_its_end_is_told_to_those_who_listen() throws Exception {
        AtomicLong clock = new AtomicLong(NOW);
        Guard guard = new Guard(SETTINGS, clock::get);
        AtomicInteger told = new AtomicInteger();
        guard.listen(told::incrementAndGet);
        for (int i = 0; i < 3; i++) {
            assertThat(guard.enter()).isEqualTo(Pass.USUAL);
            guard.over(Pass.USUAL, Verdict.FAILED);
        }
        assertThat(guard.closed()).isFalse();
        assertThat(guard.waitMillis()).isEqualTo(100);
        assertThat(guard.enter()).isEqualTo(Pass.NONE);
        clock.addAndGet(100);
        AtomicInteger trials = new AtomicInteger();
        List<Thread> many = List.of(1, 2, 3, 4, 5, 6, 7, 8).stream()
                .map(i -> Thread.ofPlatform().start(() -> {
                    if (guard.enter() == Pass.TRIAL) {
                        trials.incrementAndGet();
                    }
                }))
                .toList();
        for (Thread one : many) {
            one.join();
        }
        assertThat(trials).hasValue(1);
        assertThat(told).hasValue(0);
        guard.over(Pass.TRIAL, Verdict.WORKS);
        assertThat(told).hasValue(1);
        assertThat(guard.closed()).isTrue();
    }
}
