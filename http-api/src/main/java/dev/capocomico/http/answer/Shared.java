package dev.capocomico.http.answer;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a question once for all who ask it at the same time. An answer is only given to those who had asked before it was looked for,
 * so it is never older than the question. For each key one question is under way and one waits; however many ask, there are no more.
 * Thread-safe.
 */
public final class Shared<K, V> {
    private final Function<K, CompletionStage<V>> source;
    private final Map<K, Line<V>> lines = new HashMap<>();

    private static final class Line<V> {
        private @Nullable CompletableFuture<V> next;
    }

    public Shared(Function<K, CompletionStage<V>> source) {
        this.source = source;
    }

    public CompletionStage<V> ask(K key) {
        CompletableFuture<V> answer;
        synchronized (lines) {
            Line<V> line = lines.get(key);
            if (line != null) {
                if (line.next == null) {
                    line.next = new CompletableFuture<>();
                }
                return line.next.copy();
            }
            lines.put(key, new Line<>());
            answer = new CompletableFuture<>();
        }
        look(key, answer);
        return answer.copy();
    }

    private void look(K key, CompletableFuture<V> answer) {
        CompletionStage<V> found;
        try {
            found = source.apply(key);
        } catch (RuntimeException e) {
            found = CompletableFuture.failedFuture(e);
        }
        var unused = found.whenComplete((value, failure) -> {
            CompletableFuture<V> next = next(key);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
            if (next != null) {
                look(key, next);
            }
        });
    }

    private @Nullable CompletableFuture<V> next(K key) {
        synchronized (lines) {
            Line<V> line = lines.get(key);
            CompletableFuture<V> next = line == null ? null : line.next;
            if (line == null || next == null) {
                lines.remove(key);
                return null;
            }
            line.next = null;
            return next;
        }
    }
}
