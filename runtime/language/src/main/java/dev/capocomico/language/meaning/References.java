package dev.capocomico.language.meaning;

import dev.capocomico.language.grammar.Grammar;
import dev.capocomico.language.meaning.Document.TaskPlace;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.model.plan.TaskGraph;
import dev.capocomico.model.retry.RetryPolicy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** That every name refers to something, and that no two tasks share one. */
final class References {
    private final Document document;
    private final TaskGraph graph;
    private final Collection<String> roles;
    private final List<String> ids;
    private final Map<String, Cursor> firstUse = new HashMap<>();

    References(Document document, TaskGraph graph) {
        this.document = document;
        this.graph = graph;
        this.roles = document.definition().agents().keySet();
        this.ids = document.tasks().stream()
                .map(place -> place.task().id())
                .filter(id -> !id.isEmpty())
                .toList();
    }

    void check() {
        long edges = 0;
        for (TaskPlace place : document.tasks()) {
            id(place);
        }
        for (TaskPlace place : document.tasks()) {
            if (document.full()) {
                return;
            }
            edges += place.task().dependsOn().size();
            agent(place.good("agent"));
            dependencies(place);
            policy(place.good("retry_policy"));
            topic(place);
            compensation(place);
        }
        Cursor tasks = document.good("tasks");
        if (edges > Grammar.EDGES_MAX && tasks != null) {
            String message = "the tasks have %,d dependencies; the most is %,d".formatted(edges, Grammar.EDGES_MAX);
            document.problem(ProblemCode.TOO_MANY, tasks, message, "put a task in between that joins many");
        }
    }

    private void id(TaskPlace place) {
        Cursor id = place.at().at("id");
        String text = word(id);
        if (id == null || text == null) {
            return;
        }
        Cursor first = firstUse.putIfAbsent(text, id);
        if (first != null && place.good("id") != null) {
            document.problem(
                    ProblemCode.DUPLICATE_ID,
                    id,
                    "another task has the id \"" + text + "\"",
                    "it stands first in line " + first.node().span().line() + "; rename one of them");
        }
    }

    private void agent(@Nullable Cursor agent) {
        String role = word(agent);
        if (agent == null || role == null || roles.contains(role) || document.unreadable("agents")) {
            return;
        }
        String message = "there is no agent \"" + role + "\"";
        String hint = roles.isEmpty() ? "declare it under agents" : DidYouMean.hint(role, roles, "the agents are");
        document.problem(ProblemCode.UNKNOWN_AGENT, agent, message, hint);
    }

    private void dependencies(TaskPlace place) {
        Cursor list = place.good("depends_on");
        if (list == null) {
            return;
        }
        Set<String> seen = new HashSet<>();
        list.items().takeWhile(entry -> !document.full()).forEach(entry -> {
            String dependency = word(entry);
            if (dependency == null || document.structure().isBad(entry.node())) {
                return;
            }
            if (!seen.add(dependency)) {
                String message = "%s names \"%s\" twice".formatted(place.name(), dependency);
                document.problem(ProblemCode.DUPLICATE_DEPENDENCY, entry, message, null);
            } else if (dependency.equals(place.task().id())) {
                document.problem(ProblemCode.SELF_DEPENDENCY, entry, place.name() + " depends on itself", null);
            } else if (graph.indexOf(dependency) < 0 && !firstUse.containsKey(dependency)) {
                String message = "there is no task \"" + dependency + "\"";
                document.problem(
                        ProblemCode.UNKNOWN_TASK, entry, message, DidYouMean.hint(dependency, ids, "the tasks are"));
            }
        });
    }

    private void policy(@Nullable Cursor policy) {
        String name = word(policy);
        if (policy != null && name != null && !RetryPolicy.NAMED.containsKey(name)) {
            String message = "there is no retry policy \"" + name + "\"";
            String hint = DidYouMean.hint(name, RetryPolicy.NAMED.keySet(), "the policies are");
            document.problem(ProblemCode.UNKNOWN_POLICY, policy, message, hint);
        }
    }

    private void topic(TaskPlace place) {
        Cursor event = place.good("on_event");
        Cursor topic = event == null ? null : event.at("topic");
        String name = word(topic);
        List<String> topics = document.definition().coordination().eventDriven();
        boolean judged = topic != null && !document.structure().isBad(topic.node()) && !unreadableTopics();
        if (topic != null && name != null && judged && !topics.contains(name)) {
            String message = "coordination.event_driven does not name the topic \"" + name + "\"";
            String hint = DidYouMean.among(name, topics)
                    .map(near -> "did you mean \"" + near + "\"?")
                    .orElse("add it: coordination: {event_driven: [" + name + "]}");
            document.problem(ProblemCode.UNKNOWN_TOPIC, topic, message, hint);
        }
    }

    private boolean unreadableTopics() {
        Cursor coordination = document.good("coordination");
        Cursor topics = coordination == null ? null : coordination.at("event_driven");
        return document.unreadable("coordination")
                || (topics != null && document.structure().isBad(topics.node()));
    }

    private void compensation(TaskPlace place) {
        Cursor compensate = place.good("compensate");
        if (compensate == null) {
            return;
        }
        Cursor agent = compensate.at("agent");
        if (agent != null) {
            agent(document.structure().isBad(agent.node()) ? null : agent);
        } else if (place.at().at("agent") == null) {
            String message = "compensate must say which agent undoes " + place.name();
            document.problem(ProblemCode.MISSING_KEY, compensate, message, "add agent: a role");
        }
    }

    private static @Nullable String word(@Nullable Cursor at) {
        return at != null && at.node() instanceof Node.Scalar scalar && scalar.type() == Node.ScalarKind.STRING
                ? scalar.text()
                : null;
    }
}
