package dev.capocomico.http.stream;

import dev.capocomico.engine.AgentAssigned;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Which agents begin with what on this node, for those who watch at that moment. It is in no journal: who is slow misses some of it, and
 * who comes again is not told what was. While nobody watches, nobody listens. Thread-safe.
 */
final class Assignments {
    /** For one watcher; further ones are dropped. */
    private static final int WAITING_MAX = 64;

    private final ActorSystem<?> system;
    private final Map<Topic, Set<Watcher>> watchers = new ConcurrentHashMap<>();
    private @Nullable ActorRef<AgentAssigned> ear;
    private int listening;

    Assignments(ActorSystem<?> system) {
        this.system = system;
    }

    /**
     * What is watched.
     *
     * @param executionId null for all of the workflow
     */
    private record Topic(
            String tenant, String workflow, @Nullable String executionId) {}

    /** One who watches, which is no other though he watches the same. */
    private record Watcher(@Nullable String version, BoundedSourceQueue<AgentAssigned> queue) {
        void tell(AgentAssigned news) {
            if (version == null || version.equals(news.version())) {
                // Who takes nothing at this moment does without.
                var unused = queue.offer(news);
            }
        }
    }

    /**
     * Those of a workflow's executions, or of one of them, from when it is run. Does not end by itself.
     *
     * @param version null for all
     */
    Source<AgentAssigned, NotUsed> of(
            String tenant, String workflow, @Nullable String version, @Nullable String executionId) {
        Topic topic = new Topic(tenant, workflow, executionId);
        return Source.<AgentAssigned>queue(WAITING_MAX)
                .mapMaterializedValue(queue -> begin(topic, new Watcher(version, queue)))
                .watchTermination((watcher, done) -> {
                    var unused = done.whenComplete((nothing, failure) -> end(topic, watcher));
                    return NotUsed.getInstance();
                });
    }

    private synchronized Watcher begin(Topic topic, Watcher watcher) {
        watchers.computeIfAbsent(topic, first -> ConcurrentHashMap.newKeySet()).add(watcher);
        if (listening++ == 0) {
            system.classicSystem().eventStream().subscribe(Adapter.toClassic(ear()), AgentAssigned.class);
        }
        return watcher;
    }

    private synchronized void end(Topic topic, Watcher watcher) {
        watchers.computeIfPresent(topic, (same, all) -> {
            all.remove(watcher);
            return all.isEmpty() ? null : all;
        });
        if (--listening == 0) {
            system.classicSystem().eventStream().unsubscribe(Adapter.toClassic(ear()));
        }
    }

    private ActorRef<AgentAssigned> ear() {
        ActorRef<AgentAssigned> there = ear;
        if (there == null) {
            there = system.systemActorOf(
                    Behaviors.receiveMessage(this::heard), "assignments-" + UUID.randomUUID(), Props.empty());
            ear = there;
        }
        return there;
    }

    private Behavior<AgentAssigned> heard(AgentAssigned news) {
        String tenant = news.execution().tenant();
        tell(new Topic(tenant, news.workflow(), null), news);
        tell(new Topic(tenant, news.workflow(), news.execution().id()), news);
        return Behaviors.same();
    }

    private void tell(Topic topic, AgentAssigned news) {
        watchers.getOrDefault(topic, Set.of()).forEach(watcher -> watcher.tell(news));
    }
}
