package dev.capocomico.http.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.engine.store.AuditLog.Entry;
import dev.capocomico.engine.store.AuditLog.Filter;
import dev.capocomico.engine.store.AuditLog.Outcome;
import dev.capocomico.engine.store.NamePatterns;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Arguments;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.contract.PageCursor;
import dev.capocomico.http.contract.TimeParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists the audit of a tenant. */
public final class AuditCall {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern CURSOR = Pattern.compile("a(\\d{1,18})");

    /** Who has no token is of no tenant. Somebody has to see it, and that is whoever runs the server. */
    private static final String OPERATORS = "default";

    private final AuditLog log;
    private final Waiting waiting;

    public AuditCall(AuditLog log, Waiting waiting) {
        this.log = log;
        this.waiting = waiting;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("listAudit", this::page);
    }

    private CompletionStage<Answer> page(Call call) {
        Arguments said = call.arguments();
        List<Answer.Flaw> flaws = new ArrayList<>();
        NamePatterns among = call.known().scopes().among(Action.AUDIT);
        Filter filter = new Filter(
                call.tenant(),
                call.tenant().equals(OPERATORS) && among.isAny(),
                said.text("subject").orElse(null),
                said.text("action").orElse(null),
                said.text("workflow").orElse(null),
                among,
                said.text("execution_id").orElse(null),
                said.text("outcome").map(AuditCall::outcome).orElse(null),
                TimeParameter.read(said, "since", flaws),
                TimeParameter.read(said, "until", flaws));
        Long after = PageCursor.read(said, AuditCall::read, flaws);
        if (!flaws.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.Problem.of(
                    ProblemCode.INVALID_PARAMETER, flaws.getFirst().message(), flaws));
        }
        int limit = said.number("limit");
        return waiting.call(() -> answer(log.page(filter, after, limit)));
    }

    private static Outcome outcome(String word) {
        return word.equals(Outcome.DENIED.wireName()) ? Outcome.DENIED : Outcome.ACCEPTED;
    }

    private static Answer answer(AuditLog.Page page) {
        ObjectNode json = JSON.objectNode();
        ArrayNode entries = json.putArray("audit");
        page.entries().forEach(entry -> entries.add(entry(entry)));
        if (page.next() != null) {
            json.put("next_cursor", write(page.next()));
        }
        return Answer.ok(json);
    }

    private static ObjectNode entry(Entry entry) {
        ObjectNode json = JSON.objectNode().put("at", entry.at().toString());
        put(json, "subject", entry.subject());
        json.put("action", entry.action()).put("outcome", entry.outcome().wireName());
        if (entry.times() > 1) {
            json.put("times", entry.times());
        }
        put(json, "workflow", entry.workflow());
        put(json, "execution_id", entry.executionId());
        put(json, "target", entry.target());
        put(json, "reason", entry.reason());
        put(json, "address", entry.address());
        put(json, "trace_id", entry.traceId());
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static String write(long place) {
        return PageCursor.write("a" + place);
    }

    /** Empty for a word that {@link #write} has not written. */
    private static Optional<Long> read(String word) {
        return PageCursor.read(word)
                .map(CURSOR::matcher)
                .filter(Matcher::matches)
                .map(found -> Long.valueOf(found.group(1)));
    }
}
