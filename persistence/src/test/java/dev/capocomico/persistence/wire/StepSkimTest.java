package dev.capocomico.persistence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepSkimTest {
    @Test
    void a_skim_finds_the_milestones_among_all_facts_there_are() {
        long seed = Long.getLong("capocomico.seed", 20261121L);
        SampleFacts samples = new SampleFacts(new SplittableRandom(seed));
        for (int i = 0; i < 3_000; i++) {
            List<Fact> facts = Stream.generate(samples::any).limit(i % 6).toList();
            StepSkim skim = StepSkim.of(StepCodec.manifest(), StepCodec.encode(new Step(i, 2L * i, facts)));
            assertThat(skim.number()).isEqualTo(i);
            assertThat(skim.atMillis()).isEqualTo(2L * i);
            assertThat(skim.milestones().stream().map(StepSkimTest::withoutOutput))
                    .as("-Dseed=" + seed)
                    .containsExactlyElementsOf(facts.stream()
                            .map(StepSkimTest::milestone)
                            .filter(Objects::nonNull)
                            .toList());
        }
    }

    @Test
    void a_row_that_ends_too_early_is_unreadable_wherever_it_ends() {
        SampleFacts samples = new SampleFacts(new SplittableRandom(1));
        for (int i = 0; i < 200; i++) {
            byte[] bytes = StepCodec.encode(new Step(1, 2, List.of(samples.any())));
            byte[] shorter = java.util.Arrays.copyOf(bytes, i * bytes.length / 200);
            assertThatExceptionOfType(UnreadableStepException.class)
                    .isThrownBy(() -> StepSkim.of(StepCodec.manifest(), shorter));
        }
    }

    /** Of an ending only how it ends is compared; what becomes of outputs the projection's tests say. */
    private static Milestone withoutOutput(Milestone milestone) {
        return milestone instanceof Milestone.Ended ended ? new Milestone.Ended(ended.ending(), null) : milestone;
    }

    private static @Nullable Milestone milestone(Fact fact) {
        return switch (fact) {
            case Fact.Started started -> new Milestone.Started(started.planDigest(), started.options());
            case Fact.Paused paused -> new Milestone.Paused();
            case Fact.Resumed resumed -> new Milestone.Resumed();
            case Fact.CompensationBegan began -> new Milestone.CompensationBegan();
            case Fact.EndingBegan began -> new Milestone.EndingBegan();
            case Fact.Ended ended -> new Milestone.Ended(ended.ending(), null);
            case Fact.Retried retried -> new Milestone.Retried();
            case Fact.Parked parked -> new Milestone.Parked(parked.wakeAtMillis());
            case Fact.EventAwaited awaited -> new Milestone.EventAwaited(awaited.task());
            case Fact.EventTaken taken -> new Milestone.EventWaitOver(taken.task());
            case Fact.TaskCancelled cancelled -> new Milestone.EventWaitOver(cancelled.task());
            case Fact.GaveUp gaveUp ->
                gaveUp.target() instanceof Target.Element element ? new Milestone.EventWaitOver(element.task()) : null;
            case Fact.TaskSkipped skipped -> null;
            case Fact.Expanded expanded -> null;
            case Fact.WaitBegan began -> null;
            case Fact.SleepBegan began -> null;
            case Fact.Dispatched dispatched -> null;
            case Fact.Succeeded succeeded -> null;
            case Fact.IterationEnded ended -> null;
            case Fact.AttemptFailed failed -> null;
            case Fact.AttemptBegan began -> null;
            case Fact.AttemptLost lost -> null;
            case Fact.AttemptHandedBack back -> null;
            case Fact.TimerFired fired -> null;
            case Fact.UndoTimerFired fired -> null;
            case Fact.SignalArrived arrived -> null;
            case Fact.KeyRemembered remembered -> null;
            case Fact.Called called -> new Milestone.Called(called.origin());
        };
    }
}
