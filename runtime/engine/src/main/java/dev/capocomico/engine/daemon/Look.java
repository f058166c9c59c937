package dev.capocomico.engine.daemon;

import dev.capocomico.engine.store.Projection;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at the database, by a thread that may wait for it: brings the table of executions up to date, and then asks it who
 * should be woken.
 */
final class Look {
    /** Projected at one look, so that a long journal does not keep those who are due waiting. */
    private static final int BATCHES_MAX = 20;

    /** How far back it may be that somebody was told something by a node that died over it. */
    private static final Duration TOLD_IN_VAIN = Duration.ofMinutes(1);

    /** Those that are due, those that an event concerns, and those that should be awake and are not. */
    private static final int SOURCES = 3;

    private static final int EVENTS_REMOVED_MAX = 1_000;

    private final Duties duties;
    private final Plan plan;
    private final EarnedTime eventTime;
    private final List<ExecutionKey> toWake = new ArrayList<>();

    /** Should be awake as the table said a moment ago, and do not live here. */
    private final List<ExecutionKey> absent = new ArrayList<>();

    private @Nullable ExecutionKey after;
    private final List<String> setAside = new ArrayList<>();

    /**
     * What to do.
     *
     * @param everCaughtUp whether the table has been up to date since the daemon began
     * @param round whether to look for all that should be awake
     * @param after where that goes on; null for its beginning
     * @param tellAgain whether those told of events lately are told again
     * @param removeEvents whether old events go
     */
    record Plan(
            boolean everCaughtUp,
            boolean round,
            @Nullable ExecutionKey after,
            boolean tellAgain,
            boolean removeEvents) {}

    /**
     * What came of it.
     *
     * @param caughtUp whether the table is up to date
     * @param roundOver whether all that should be awake have been looked at
     * @param roundGoesOnAfter where it goes on otherwise; null for its beginning
     * @param removedAll whether no event is left that should be removed
     */
    record Seen(
            boolean caughtUp,
            List<ExecutionKey> toWake,
            boolean roundOver,
            @Nullable ExecutionKey roundGoesOnAfter,
            boolean removedAll,
            List<String> setAside,
            Projection.@Nullable Lag lag) {}

    private Look(Duties duties, Plan plan, EarnedTime eventTime) {
        this.eventTime = eventTime;
        this.duties = duties;
        this.plan = plan;
        this.after = plan.after();
    }

    /** @param eventTime for one look at a time: how old events are */
    static Seen at(Duties duties, Plan plan, EarnedTime eventTime) {
        return new Look(duties, plan, eventTime).look();
    }

    private Seen look() {
        Instant now = duties.clock().instant();
        boolean onlyForNews = plan.everCaughtUp() && !plan.round() && !plan.tellAgain() && !plan.removeEvents();
        if (onlyForNews && !duties.waking().hasNews(now)) {
            return new Seen(true, List.of(), false, null, false, setAside, null);
        }
        boolean caughtUp = project();
        // Before, the table says of many that they should be awake which ended long ago.
        if (!caughtUp && !plan.everCaughtUp()) {
            return new Seen(false, List.of(), false, plan.after(), false, setAside, null);
        }
        if (plan.tellAgain()) {
            duties.waking().tellAgain(TOLD_IN_VAIN);
        }
        boolean roundOver = chooseThoseToWake(now);
        wakeAbsent();
        boolean removedAll = plan.removeEvents() && removeEvents();
        Projection.Lag lag =
                plan.round() && plan.after() == null ? duties.projection().lag() : null;
        return new Seen(caughtUp, toWake, roundOver, roundOver ? null : after, removedAll, setAside, lag);
    }

    private boolean project() {
        for (int batch = 0; batch < BATCHES_MAX; batch++) {
            Projection.Batch came = duties.projection().advance();
            setAside.addAll(came.setAside());
            if (!came.more()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Each source first gets its share, whatever the others have; what is left of that goes to those who have more. So the n-th of a
     * source is woken at the latest at look n / share, however many there are of others.
     *
     * @return whether all that should be awake were gone through
     */
    private boolean chooseThoseToWake(Instant now) {
        int share = Math.max(1, duties.settings().wakesMax() / SOURCES);
        boolean moreDue = due(now, share) == share;
        boolean moreConcerned = concerned(share) == share;
        boolean roundOver = plan.round() && round(share);
        if (moreDue) {
            due(now, room());
        }
        if (moreConcerned) {
            concerned(room());
        }
        return roundOver || (plan.round() && room() > 0 && round(room()));
    }

    private int due(Instant now, int most) {
        return wake(
                most == 0
                        ? List.of()
                        : duties.waking().claimDue(now, duties.settings().lease(), most));
    }

    private int concerned(int most) {
        return wake(most == 0 ? List.of() : duties.waking().claimConcerned(most));
    }

    private int wake(List<ExecutionKey> keys) {
        toWake.addAll(keys);
        return keys.size();
    }

    /**
     * Goes on through those who should be awake; those who live here need no message. True at the end of the last page.
     *
     * @param most so many who do not live here
     */
    private boolean round(int most) {
        int absentMax = absent.size() + most;
        while (true) {
            int limit = duties.settings().wakesMax();
            List<ExecutionKey> page = duties.waking().shouldBeAwake(after, limit);
            for (ExecutionKey key : page) {
                if (absent.size() == absentMax) {
                    return false;
                }
                if (!duties.living().livesHere(key)) {
                    absent.add(key);
                }
                after = key;
            }
            if (page.size() < limit) {
                return true;
            }
        }
    }

    /**
     * Who has ended or was parked since the table was asked does not live here any more either, and is not to be read back for
     * nothing. What it wrote last was committed before it left, so the table says so when it is up to date again.
     */
    private void wakeAbsent() {
        if (!absent.isEmpty()) {
            project();
            toWake.addAll(duties.waking().shouldBeAwakeOf(absent));
        }
    }

    private int room() {
        return Math.max(0, duties.settings().wakesMax() - toWake.size() - absent.size());
    }

    /** Whether none is left to be removed. */
    private boolean removeEvents() {
        Instant time =
                eventTime.at(duties.events().now()).minus(duties.settings().eventRetention());
        return duties.events().removePublishedBefore(time, EVENTS_REMOVED_MAX) < EVENTS_REMOVED_MAX;
    }
}
