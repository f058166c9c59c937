package dev.capocomico.http.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those who watch, on a journal that the test writes and breaks. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FollowersTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "followers-test");
    private static final ExecutionKey RUN = new ExecutionKey("t", "run");
    private static final int WATCHERS_MAX = 200;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Journal journal = new Journal();
    private final Followers followers = new Followers(journal, SYSTEM, threads, WATCHERS_MAX);

    @AfterEach
    void close() {
        followers.close();
        threads.shutdownNow();
    }

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    /** Of one execution, in which a step is an item. */
    private static final class Journal implements JournalTail {
        private final List<Item> items = new CopyOnWriteArrayList<>();
        private final AtomicInteger questions = new AtomicInteger();
        private final AtomicInteger ends = new AtomicInteger();
        private final AtomicLong listedRows = new AtomicLong();
        private volatile String lastListed = "busy";
        private volatile boolean tailBroken;
        private volatile boolean readingBroken;
        private volatile boolean over;

        synchronized void write(int count) {
            List<Item> more = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                int number = items.size() + i;
                more.add(new Item(new Place(0, number, 1), Integer.toString(number)));
            }
            items.addAll(more);
        }

        @Override
        public Position end() {
            ask();
            ends.incrementAndGet();
            return new Position(0, items.size());
        }

        @Override
        public News news(Position after, int limit) {
            ask();
            Position now = new Position(0, items.size());
            return new News(now.compareTo(after) > 0 ? Set.of(RUN) : Set.of(), now, false);
        }

        private void ask() {
            questions.incrementAndGet();
            if (tailBroken) {
                throw new IllegalStateException("the database is away");
            }
        }

        @Override
        public Position listed() {
            return new Position(0, listedRows.get());
        }

        /** All of them are of a busy workflow, but those that the test says are not. */
        @Override
        public Listed listedSince(Position after, int limit) {
            ask();
            Position now = listed();
            String workflow = now.compareTo(after) > 0 ? lastListed : "busy";
            return new Listed(Set.of(new StepOwner(RUN, workflow, "1")), now, false);
        }

        @Override
        public Steps steps(Which which, @Nullable String executionId, Position after, int limit) {
            throw new IllegalStateException("nobody watches a workflow here");
        }

        /** From the beginning, as that of an execution. */
        Reading reading(Place after) {
            return new Reading() {
                private int read;

                @Override
                public List<Item> more() {
                    if (readingBroken) {
                        throw new IllegalStateException("the database is away");
                    }
                    List<Item> some = List.copyOf(items.subList(read, Math.min(items.size(), read + 100)));
                    read += some.size();
                    return some;
                }

                @Override
                public boolean over() {
                    return over;
                }
            };
        }
    }

    private Followers.@Nullable Watch watch(Place after) {
        return followers.watch(RUN, after, journal::reading, () -> Place.START);
    }

    /** Has nothing to read, and knows how often it was asked and how far it has come. */
    private final class Idle implements Reading {
        private final AtomicInteger reads = new AtomicInteger();
        private volatile JournalTail.Position position = JournalTail.Position.START;

        @Override
        public List<Item> more() {
            position = journal.listed();
            reads.incrementAndGet();
            return List.of();
        }

        @Override
        public boolean over() {
            return false;
        }

        @Override
        public boolean passOver(JournalTail.Position from, JournalTail.Position to) {
            boolean hasRead = position.compareTo(from) >= 0;
            position = hasRead ? to : position;
            return hasRead;
        }
    }

    @Test
    void who_watches_idle_workflows_reads_nothing_while_another_is_busy_and_what_is_new_when_his_own_goes_on()
            throws Exception {
        List<Idle> idle = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Idle reading = new Idle();
            idle.add(reading);
            WorkflowTopic topic = new WorkflowTopic(new Which("t", "idle-" + i, null), null);
            assertThat(followers.watch(topic, Place.START, place -> reading, () -> Place.START))
                    .isNotNull();
        }
        await(() -> idle.stream().allMatch(one -> one.reads.get() > 0), "each reads what is there");
        int asked = journal.questions.get();
        await(() -> journal.questions.get() > asked + 3, "it asks");
        int before = reads(idle);
        for (int i = 1; i <= 10; i++) {
            int questions = journal.questions.get();
            journal.listedRows.addAndGet(1_000);
            await(() -> journal.questions.get() > questions + 3, "it asks");
        }
        assertThat(reads(idle) - before).as("reads of the idle ones").isZero();
        assertThat(idle).extracting(one -> one.position).containsOnly(journal.listed());
        journal.lastListed = "idle-7";
        journal.listedRows.addAndGet(1);
        await(() -> reads(idle) > before, "the one whose workflow goes on reads");
        assertThat(idle.get(7).reads.get()).isGreaterThan(1);
    }

    private static int reads(List<Idle> all) {
        return all.stream().mapToInt(one -> one.reads.get()).sum();
    }

    private static List<Item> next(Followers.Watch watch) throws Exception {
        return soon(watch.watcher().next());
    }

    private static <T> T soon(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("somebody watches, and was told nothing for 20 s", e);
        }
    }

    /** As many as are wanted, and no others. */
    private static List<String> read(Followers.Watch watch, int count) throws Exception {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            next(watch).forEach(item -> texts.add(item.text()));
        }
        return texts;
    }

    private static void await(BooleanSupplier wanted, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean asksNoMore() throws InterruptedException {
        int before = journal.questions.get();
        // Five times what lies between two questions.
        TimeUnit.MILLISECONDS.sleep(500);
        return journal.questions.get() == before;
    }

    @Test
    void while_nobody_watches_nobody_asks_and_who_comes_then_is_told_all() throws Exception {
        assertThat(asksNoMore()).isTrue();
        for (int round = 1; round <= 3; round++) {
            journal.write(5);
            Followers.Watch watch = watch(Place.START);
            assertThat(read(watch, 5 * round)).hasSize(5 * round);
            assertThat(followers.watchers()).isEqualTo(1);
            assertThat(followers.followed()).isEqualTo(1);
            watch.end().run();
            watch.end().run();
            assertThat(followers.watchers()).isZero();
            assertThat(followers.followed()).isZero();
            while (!asksNoMore()) {
                assertThat(journal.questions.get()).as("it still asks").isLessThan(100);
            }
            assertThat(journal.ends).as("each time it begins at the end").hasValue(round);
        }
    }

    @Test
    void one_question_is_for_all_and_who_is_too_many_is_turned_away() throws Exception {
        List<Followers.Watch> all = new ArrayList<>();
        for (int i = 0; i < WATCHERS_MAX; i++) {
            all.add(watch(Place.START));
        }
        assertThat(followers.isFull()).isTrue();
        assertThat(watch(Place.START)).isNull();
        assertThat(followers.followed()).isEqualTo(1);
        journal.write(3);
        for (Followers.Watch watch : all) {
            assertThat(read(watch, 3)).containsExactly("1", "2", "3");
        }
        all.getFirst().end().run();
        assertThat(followers.isFull()).isFalse();
        assertThat(watch(Place.START)).isNotNull();
        assertThat(watch(Place.START)).isNull();
    }

    @Test
    void who_comes_to_others_is_told_what_they_know_and_what_comes() throws Exception {
        journal.write(2);
        Followers.Watch first = watch(Place.START);
        assertThat(read(first, 2)).containsExactly("1", "2");
        Followers.Watch second = watch(new Place(0, 1, 1));
        assertThat(read(second, 1)).containsExactly("2");
        CompletableFuture<List<Item>> waits = second.watcher().next().toCompletableFuture();
        assertThat(waits).isNotDone();
        journal.write(1);
        assertThat(soon(waits)).extracting(Item::text).containsExactly("3");
        assertThat(read(first, 1)).containsExactly("3");
    }

    @Test
    void a_follower_of_something_else_that_comes_later_reads_what_is_there() throws Exception {
        Followers.Watch first = watch(Place.START);
        await(() -> journal.questions.get() > 2, "it asks");
        // Of this one no news will ever come.
        journal.write(1);
        Followers.Watch other =
                followers.watch(new ExecutionKey("t", "other"), Place.START, journal::reading, () -> Place.START);
        assertThat(read(other, 1)).containsExactly("1");
        assertThat(read(first, 1)).containsExactly("1");
    }

    @Test
    void a_journal_that_cannot_be_asked_for_a_while_is_asked_again_and_nothing_is_left_out() throws Exception {
        journal.tailBroken = true;
        Followers.Watch watch = watch(Place.START);
        journal.write(1);
        await(() -> journal.questions.get() > 0, "it asks");
        journal.tailBroken = false;
        assertThat(read(watch, 1)).containsExactly("1");
        journal.tailBroken = true;
        int before = journal.questions.get();
        journal.write(1);
        await(() -> journal.questions.get() > before, "it asks");
        journal.tailBroken = false;
        assertThat(read(watch, 1)).containsExactly("2");
    }

    @Test
    void steps_that_cannot_be_read_for_a_while_are_read_later_though_nothing_is_new_then() throws Exception {
        Followers.Watch watch = watch(Place.START);
        await(() -> journal.questions.get() > 1, "it asks");
        journal.readingBroken = true;
        journal.write(1);
        await(() -> watch.follower().hasFailed(), "it has failed");
        journal.readingBroken = false;
        assertThat(read(watch, 1)).containsExactly("1");
    }

    @Test
    void when_it_is_over_whoever_waits_and_whoever_comes_is_told_the_rest_and_that() throws Exception {
        journal.write(1);
        Followers.Watch watch = watch(Place.START);
        assertThat(read(watch, 1)).hasSize(1);
        CompletableFuture<List<Item>> waits = watch.watcher().next().toCompletableFuture();
        journal.over = true;
        journal.write(1);
        assertThat(soon(waits)).hasSize(1);
        assertThat(next(watch)).isEmpty();
        Followers.Watch late = watch(new Place(0, 1, 1));
        assertThat(read(late, 1)).containsExactly("2");
        assertThat(next(late)).isEmpty();
        assertThat(soon(late.follower().nothingToCome(new Place(0, 2, 1)))).isTrue();
        assertThat(soon(late.follower().nothingToCome(new Place(0, 1, 1)))).isFalse();
    }

    @Test
    void those_who_are_far_behind_read_by_themselves_each_item_once_and_not_too_many_at_a_time() throws Exception {
        Followers.Watch first = watch(Place.START);
        journal.write(6_000);
        assertThat(read(first, 6_000)).doesNotHaveDuplicates().hasSize(6_000);
        // One after the other: each gives its place back.
        for (int i = 0; i < 70; i++) {
            Followers.Watch behind = watch(new Place(0, 10, 1));
            assertThat(next(behind).getFirst().text()).isEqualTo("11");
            behind.end().run();
        }
        List<Followers.Watch> atOnce = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            atOnce.add(watch(Place.START));
            assertThat(next(atOnce.getLast())).isNotEmpty();
        }
        Followers.Watch oneMore = watch(Place.START);
        assertThatThrownBy(() -> next(oneMore))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TooManyBehind.class);
        Followers.Watch near = atOnce.getFirst();
        assertThat(read(near, 5_900))
                .startsWith("101")
                .doesNotHaveDuplicates()
                .hasSize(5_900)
                .endsWith("6000");
        CompletableFuture<List<Item>> waits = near.watcher().next().toCompletableFuture();
        assertThat(next(watch(Place.START)))
                .as("who is near has given his place back")
                .isNotEmpty();
        journal.write(1);
        assertThat(soon(waits)).extracting(Item::text).containsExactly("6001");
    }

    @Test
    void who_comes_while_the_last_leaves_has_a_follower_that_will_be_rung() throws Exception {
        List<Future<Integer>> all = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            all.add(threads.submit(() -> {
                int rounds = 0;
                for (; rounds < 5_000; rounds++) {
                    Followers.Watch watch = watch(Place.START);
                    assertThat(followers.followed()).as("round %d", rounds).isEqualTo(1);
                    watch.end().run();
                }
                return rounds;
            }));
        }
        for (Future<Integer> one : all) {
            assertThat(one.get(100, TimeUnit.SECONDS)).isEqualTo(5_000);
        }
    }

    @Test
    void many_who_come_and_leave_are_each_told_what_comes_then() throws Exception {
        long seed = Long.getLong("capocomico.seed", 2_026);
        List<Future<Integer>> all = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            SplittableRandom random = new SplittableRandom(seed + thread);
            all.add(threads.submit(() -> {
                int rounds = 0;
                for (; rounds < 60; rounds++) {
                    Followers.Watch watch = watch(new Place(0, journal.items.size(), 1));
                    journal.write(1);
                    assertThat(next(watch)).as("seed %d", seed).isNotEmpty();
                    for (int spin = random.nextInt(2_000); spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                    watch.end().run();
                }
                return rounds;
            }));
        }
        for (Future<Integer> one : all) {
            assertThat(one.get(100, TimeUnit.SECONDS)).isEqualTo(60);
        }
        assertThat(followers.watchers()).isZero();
        assertThat(followers.followed()).isZero();
    }
}
