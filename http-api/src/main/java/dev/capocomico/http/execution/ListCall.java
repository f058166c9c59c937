package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.ExecutionList.Cursor;
import dev.capocomico.engine.store.ExecutionList.Entry;
import dev.capocomico.engine.store.ExecutionList.Filter;
import dev.capocomico.engine.store.ExecutionList.Label;
import dev.capocomico.engine.store.ExecutionList.Summary;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Arguments;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.contract.PageCursor;
import dev.capocomico.http.contract.TimeParameter;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.wire.Wired;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists executions from the table that is kept of them. */
public final class ListCall {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ExecutionList list;
    private final Waiting waiting;

    public ListCall(ExecutionList list, Waiting waiting) {
        this.list = list;
        this.waiting = waiting;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("listExecutions", this::page);
    }

    private CompletionStage<Answer> page(Call call) {
        Arguments said = call.arguments();
        List<Answer.Flaw> flaws = new ArrayList<>();
        Filter filter = new Filter(
                said.text("status")
                        .flatMap(word -> Wired.find(ExecutionStatus.class, word))
                        .orElse(null),
                said.text("workflow").orElse(null),
                call.known().scopes().among(Action.READ),
                said.texts("label").stream().map(ListCall::label).toList(),
                TimeParameter.read(said, "since", flaws),
                TimeParameter.read(said, "until", flaws));
        Cursor after = PageCursor.read(said, ListCall::read, flaws);
        if (!flaws.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.Problem.of(
                    ProblemCode.INVALID_PARAMETER, flaws.getFirst().message(), flaws));
        }
        int limit = said.number("limit");
        return waiting.call(() -> answer(list.list(call.tenant(), filter, after, limit)));
    }

    private static Label label(String said) {
        int colon = said.indexOf(':');
        return new Label(said.substring(0, colon), said.substring(colon + 1));
    }

    private static Answer answer(ExecutionList.Page page) {
        ObjectNode json = JSON.objectNode();
        ArrayNode executions = json.putArray("executions");
        page.entries().forEach(entry -> executions.add(entry(entry)));
        if (page.next() != null) {
            json.put("next_cursor", write(page.next()));
        }
        return Answer.ok(json);
    }

    private static ObjectNode entry(Entry entry) {
        ObjectNode json = ExecutionJson.of(entry);
        json.put("started_at", entry.startedAt().toString());
        if (entry.endedAt() != null) {
            json.put("ended_at", entry.endedAt().toString());
        }
        Summary summary = entry.summary();
        if (summary != null && entry.status() != ExecutionStatus.COMPLETED) {
            ObjectNode error =
                    json.putObject("error_details").put("code", summary.code()).put("message", summary.message());
            if (summary.task() != null) {
                error.put("task_id", summary.task());
            }
        }
        return json;
    }

    private static String write(Cursor cursor) {
        return PageCursor.write(cursor.startedAt() + " " + cursor.executionId());
    }

    /** Empty for a word that {@link #write} has not written. */
    private static Optional<Cursor> read(String word) {
        try {
            return PageCursor.read(word).flatMap(ListCall::cursor);
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Cursor> cursor(String text) {
        int blank = text.indexOf(' ');
        if (blank < 0 || !text.startsWith("2")) {
            return Optional.empty();
        }
        String id = text.substring(blank + 1);
        ExecutionKey.requireId(id);
        return Optional.of(new Cursor(Instant.parse(text.substring(0, blank)), id));
    }
}
