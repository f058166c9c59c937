package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Whether a front stays in memory. To leave, it asks the shard, which from then on keeps what comes for the execution, and answers
 * after all that it had sent before; then the front stops, and the next one gets what was kept. Part of the front's actor.
 */
final class Presence {
    private final ExecutionKey key;
    private final ActorRef<ExecutionMessage> front;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final TimerScheduler<ExecutionMessage> timers;
    private final LiveFronts live;
    private final Duration linger;
    private boolean works;
    private boolean leaving;
    private boolean told;

    Presence(
            ExecutionKey key,
            ActorRef<ExecutionMessage> front,
            ActorRef<ClusterSharding.ShardCommand> shard,
            TimerScheduler<ExecutionMessage> timers,
            LiveFronts live,
            Duration linger) {
        this.key = key;
        this.front = front;
        this.shard = shard;
        this.timers = timers;
        this.live = live;
        this.linger = linger;
    }

    /** From now on it looks after itself here, and counts as one that lives. Who is only looked at does not. */
    void live() {
        live.add(key, front);
    }

    /** Whether it has work in flight; one that only waits for something outside, or is asked and has ended, has none. */
    void works(boolean does) {
        if (works != does && !leaving) {
            works = does;
            if (does) {
                live.work().works(key);
            } else {
                live.work().rests(key);
            }
        }
    }

    /** Nothing is begun any more; what comes is sent back to the shard. */
    boolean leaving() {
        return leaving;
    }

    /** And there is nothing to wait for but the write under way. */
    boolean told() {
        return told;
    }

    void leave() {
        if (!leaving) {
            gone();
            shard.tell(new ClusterSharding.Passivate<>(front));
        }
    }

    void toldToLeave() {
        gone();
        told = true;
    }

    /** The actor is no more, or will soon be none. */
    void gone() {
        if (!leaving) {
            leaving = true;
            live.remove(key);
        }
    }

    /** Nothing keeps it here; if that is so for a while, it is told. To be called again when something has come. */
    void lingerOn() {
        if (!leaving) {
            timers.startSingleTimer(FrontMessage.Alarm.LINGERED, linger);
        }
    }
}
