package dev.capocomico.http.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FairShareTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final AtomicLong now = new AtomicLong();

    private FairShare share(long places, long alone, long shared) {
        return new FairShare(places, alone, SharedPart.fixed(shared), Runnable::run, now::get);
    }

    private static FairShare.Place have(CompletableFuture<Optional<FairShare.Place>> answer) {
        assertThat(answer).isDone();
        return answer.join().orElseThrow();
    }

    @Test
    void who_is_alone_may_take_all_and_the_next_waits_until_one_leaves() {
        FairShare share = share(3, 3, 2);
        FairShare.Place first = have(share.enter("a", 1, LONG));
        have(share.enter("a", 2, LONG));
        var waits = share.enter("a", 1, LONG);
        assertThat(waits).isNotDone();
        first.leave();
        first.leave();
        have(waits);
        assertThat(share.enter("a", 1, LONG)).isNotDone();
    }

    @Test
    void a_tenant_with_a_thousand_waiting_delays_another_by_one() {
        FairShare share = share(1, 1, 1);
        FairShare.Place held = have(share.enter("a", 1, LONG));
        List<CompletableFuture<Optional<FairShare.Place>>> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(share.enter("a", 1, LONG));
        }
        var other = share.enter("b", 1, LONG);
        held.leave();
        have(many.getFirst()).leave();
        have(other);
    }

    @Test
    void whoever_is_not_alone_has_an_equal_part_of_fewer_for_as_long_as_the_others_come() {
        FairShare share = share(100, 100, 8);
        have(share.enter("b", 1, LONG)).leave();
        for (int i = 0; i < 4; i++) {
            have(share.enter("a", 1, LONG));
        }
        var fifth = share.enter("a", 1, LONG);
        assertThat(fifth).isNotDone();
        have(share.enter("b", 1, LONG)).leave();
        now.addAndGet(Duration.ofSeconds(3).toNanos());
        have(share.enter("a", 1, LONG));
        have(fifth);
    }

    @Test
    void who_needs_much_is_not_passed_by_those_who_need_little() {
        FairShare share = share(10, 10, 10);
        FairShare.Place little = have(share.enter("a", 5, LONG));
        var much = share.enter("b", 8, LONG);
        var late = share.enter("c", 1, LONG);
        assertThat(much).isNotDone();
        assertThat(late).isNotDone();
        little.leave();
        have(much).leave();
        have(late);
    }

    @Test
    void who_has_waited_long_enough_goes_and_takes_nothing() throws Exception {
        FairShare share = share(1, 1, 1);
        FairShare.Place place = have(share.enter("a", 1, LONG));
        assertThat(share.enter("a", 1, Duration.ofMillis(1)).get(10, TimeUnit.SECONDS))
                .isEmpty();
        place.leave();
        have(share.enter("a", 1, LONG)).leave();
    }
}
