package dev.capocomico.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.contract.ContractSchema;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.http.load.BodyRoom;
import dev.capocomico.http.load.CallerWork;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.schema.Misfit;
import dev.capocomico.language.tree.JsonTree;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Path;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.language.tree.SourceText;
import dev.capocomico.language.tree.TreeBounds;
import dev.capocomico.language.tree.Utf8;
import dev.capocomico.language.tree.Values;
import dev.capocomico.model.execution.ValueLimits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpCharset;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Sink;
import org.jspecify.annotations.Nullable;

/** Reads the body of a request, within the bounds of the contract. */
final class RequestBody {
    /** A body that nobody wants is read over up to here. */
    private static final long IGNORED_BYTES_MAX = 1024 * 1024;

    /** Whoever may call, and sends too much or the wrong kind, hears the answer to something as large as a document. */
    private static final long REFUSED_BYTES_MAX = 32 * 1024 * 1024;

    private final ActorSystem<?> system;
    /** What is no larger is read at once: it takes less time than to hand it to another thread would be worth. */
    private static final int READ_AT_ONCE_BYTES_MAX = 16 * 1024;

    private final Duration timeout;
    private final CallerWork work;

    RequestBody(ActorSystem<?> system, Duration timeout, CallerWork work) {
        this.system = system;
        this.timeout = timeout;
        this.work = work;
    }

    /** What came of it. */
    sealed interface Read {
        @SuppressWarnings("ArrayRecordComponent") // read once, never compared
        record Fine(@Nullable JsonNode json, byte[] document, boolean yaml) implements Read {}

        record Wrong(Answer.Problem problem) implements Read {}
    }

    private static final Read NOTHING = new Read.Fine(null, new byte[0], false);

    CompletionStage<Read> read(HttpRequest request, Operation.@Nullable Body body, BodyRoom room) {
        HttpEntity entity = request.entity();
        if (body == null) {
            return readOver(request, IGNORED_BYTES_MAX)
                    .handle((over, failure) -> failure == null ? NOTHING : wrong(failure, IGNORED_BYTES_MAX));
        }
        if (entity.isKnownEmpty()) {
            return CompletableFuture.completedFuture(empty(body));
        }
        String mediaType = entity.getContentType().mediaType().toString().toLowerCase(Locale.ROOT);
        if (!body.byMediaType().containsKey(mediaType) || !isUtf8(entity)) {
            return refused(request, unsupported(body, "send Content-Type: %s, in UTF-8"));
        }
        if (isEncoded(request)) {
            return refused(request, unsupported(body, "send %s as it is, without Content-Encoding"));
        }
        if (entity.getContentLengthOption().orElse(0) > body.bytesMax()) {
            return refused(request, tooLarge(body.bytesMax()));
        }
        if (entity instanceof HttpEntity.Strict whole) {
            // It came with its head. Pekko would run a stream to hand it out.
            return read(whole.getData().toArray(), body, mediaType, room);
        }
        return room.arrive(entity.getContentLengthOption().orElse(body.bytesMax()))
                .thenCompose(problem -> problem.isPresent()
                        ? refused(request, problem.get())
                        : entity.withSizeLimit(body.bytesMax())
                                .toStrict(timeout.toMillis(), body.bytesMax(), system)
                                .handle((strict, failure) -> failure == null
                                        ? read(strict.getData().toArray(), body, mediaType, room)
                                        : CompletableFuture.completedFuture(wrong(failure, body.bytesMax())))
                                .thenCompose(Function.identity()));
    }

    /** What reading makes of a body can be a hundred times as large, so there is room for it first. */
    private CompletionStage<Read> read(byte[] bytes, Operation.Body body, String mediaType, BodyRoom room) {
        return room.read(bytes).thenCompose(problem -> {
            if (problem.isPresent()) {
                return CompletableFuture.completedFuture(new Read.Wrong(problem.get()));
            }
            return bytes.length <= READ_AT_ONCE_BYTES_MAX || body.document()
                    ? CompletableFuture.completedFuture(read(bytes, body, mediaType))
                    : work.run(room.tenant(), () -> read(bytes, body, mediaType));
        });
    }

    private CompletionStage<Read> refused(HttpRequest request, Answer.Problem problem) {
        return readOver(request, REFUSED_BYTES_MAX).handle((over, failure) -> new Read.Wrong(problem));
    }

    /** Reads what a call that is refused already has as its body, or comes to an end of that. */
    CompletionStage<Done> readOver(HttpRequest request) {
        return readOver(request, IGNORED_BYTES_MAX).exceptionally(failure -> Done.getInstance());
    }

    /**
     * An answer that is sent while the request still arrives takes the connection with it, and a client that is still sending may
     * never see it. So what comes is read first, up to a limit and for a while. Whoever asks beforehand whether to send it is
     * answered before he does.
     */
    private CompletionStage<Done> readOver(HttpRequest request, long bytesMax) {
        HttpEntity entity = request.entity();
        return entity.isKnownEmpty() || request.getHeader("expect").isPresent()
                ? CompletableFuture.completedFuture(Done.getInstance())
                : entity.withSizeLimit(bytesMax)
                        .getDataBytes()
                        .completionTimeout(timeout)
                        .runWith(Sink.ignore(), system);
    }

    private static boolean isEncoded(HttpRequest request) {
        return request.getHeader("content-encoding")
                .map(header -> !header.value().equalsIgnoreCase("identity"))
                .orElse(false);
    }

    private static Read empty(Operation.Body body) {
        return body.required()
                ? new Read.Wrong(Answer.Problem.of(ProblemCode.INVALID_BODY, "the call needs a body"))
                : NOTHING;
    }

    private static boolean isUtf8(HttpEntity entity) {
        return entity.getContentType()
                .getCharsetOption()
                .map(HttpCharset::value)
                .map("utf-8"::equalsIgnoreCase)
                .orElse(true);
    }

    private static Answer.Problem unsupported(Operation.Body body, String what) {
        TreeSet<String> types = new TreeSet<>(body.byMediaType().keySet());
        return Answer.Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, what.formatted(String.join(" or ", types)))
                .with("Accept", String.join(", ", types));
    }

    private static Answer.Problem tooLarge(long bytesMax) {
        return Answer.Problem.of(ProblemCode.TOO_LARGE, "the body may have %,d bytes".formatted(bytesMax));
    }

    private Read wrong(Throwable failure, long bytesMax) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new Read.Wrong(
                switch (cause) {
                    case EntityStreamSizeException size -> tooLarge(bytesMax);
                    case TimeoutException late ->
                        Answer.Problem.of(
                                ProblemCode.REQUEST_TIMEOUT,
                                "the body did not arrive within %d s".formatted(timeout.toSeconds()));
                    default -> Answer.Problem.of(ProblemCode.BAD_REQUEST, "the body broke off");
                });
    }

    private static Read read(byte[] bytes, Operation.Body body, String mediaType) {
        ContractSchema schema = body.byMediaType().get(mediaType);
        if (schema == null) {
            throw new IllegalStateException("the contract has no schema for " + mediaType);
        }
        if (bytes.length == 0) {
            return empty(body);
        }
        if (body.document()) {
            return new Read.Fine(null, bytes, mediaType.endsWith("yaml"));
        }
        OptionalInt broken = Utf8.firstBroken(bytes);
        if (broken.isPresent()) {
            return invalid("the byte at offset %,d is no UTF-8".formatted(broken.getAsInt()), List.of());
        }
        SourceText text = new SourceText("<request>.json", bytes);
        Problems problems = new Problems(text);
        Node root = JsonTree.read(text, problems, TreeBounds.VALUE);
        if (root != null) {
            Values.reportLost(root, Path.ROOT, problems);
        }
        if (root == null || !problems.isEmpty()) {
            return unreadable(problems.inOrder());
        }
        JsonNode json = Values.json(root);
        Optional<String> excess = ValueLimits.excess(json);
        if (excess.isPresent()) {
            return invalid("the body " + excess.get(), List.of());
        }
        List<Misfit> misfits = schema.misfits(json);
        return misfits.isEmpty() ? new Read.Fine(json, bytes, false) : unfit(misfits);
    }

    private static Read unreadable(List<Problem> problems) {
        List<Answer.Flaw> errors = problems.stream()
                .map(problem -> new Answer.Flaw(problem.pointer(), problem.message() + "; " + problem.hint()))
                .toList();
        return invalid(
                errors.isEmpty() ? "the body is empty" : errors.getFirst().message(), errors);
    }

    private static Read invalid(String detail, List<Answer.Flaw> errors) {
        return new Read.Wrong(Answer.Problem.of(ProblemCode.INVALID_BODY, detail, errors));
    }

    private static Read unfit(List<Misfit> misfits) {
        List<Answer.Flaw> errors = misfits.stream()
                .map(misfit -> new Answer.Flaw(misfit.pointer(), misfit.message()))
                .toList();
        return new Read.Wrong(
                Answer.Problem.of(ProblemCode.INVALID_REQUEST, errors.getFirst().message(), errors));
    }
}
