package dev.capocomico.http;

import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Challenge;
import dev.capocomico.http.access.CrossSiteGuard;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.Tokens;
import dev.capocomico.http.access.Verdict;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.NotNow;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.RefusedException;
import dev.capocomico.http.audit.Denials;
import dev.capocomico.http.audit.TrustedProxies;
import dev.capocomico.http.contract.Arguments;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.http.contract.Router;
import dev.capocomico.http.contract.UriText;
import dev.capocomico.http.load.BodyRoom;
import dev.capocomico.http.load.Load;
import dev.capocomico.http.metrics.Requests;
import dev.capocomico.http.stream.SocketCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request to a response: finds the operation, asks who calls, holds the request against the contract, and only then lets
 * the operation's code see it.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final Pattern TRACE_PARENT = Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final HexFormat HEX = HexFormat.of();
    private static final String NO_TRACE = "0".repeat(32);
    private static final Pattern COMMA = Pattern.compile(",");
    private static final String BEARER = "Bearer ";

    private final Router router;
    private final Map<String, Handler> handlers;
    private final Tokens tokens;
    private final @Nullable CrossSiteGuard guard;
    private final TrustedProxies proxies;
    private final Denials denials;
    private final RequestBody bodies;
    private final Load load;
    private final Duration answerTimeout;
    private final Requests requests;

    Dispatch(
            Router router,
            Map<String, Handler> handlers,
            Tokens tokens,
            @Nullable CrossSiteGuard guard,
            TrustedProxies proxies,
            Denials denials,
            RequestBody bodies,
            Load load,
            Duration answerTimeout,
            Requests requests) {
        this.router = router;
        this.handlers = Map.copyOf(handlers);
        this.tokens = tokens;
        this.guard = guard;
        this.proxies = proxies;
        this.denials = denials;
        this.bodies = bodies;
        this.load = load;
        this.answerTimeout = answerTimeout;
        this.requests = requests;
    }

    CompletionStage<HttpResponse> handle(HttpRequest request) {
        String traceId = traceId(request);
        long begin = System.nanoTime();
        Router.Found found = found(request);
        String operation =
                found instanceof Router.Found.One one ? one.operation().id() : "none";
        return answer(new Asked(request, address(request), traceId), found)
                .toCompletableFuture()
                .orTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> failed(failure, request, traceId))
                .thenApply(answer -> {
                    HttpResponse response = Responses.of(answer, traceId);
                    requests.answered(operation, response.status().intValue(), System.nanoTime() - begin);
                    return response;
                });
    }

    /** A request, and where it came from. */
    private record Asked(HttpRequest request, @Nullable String address, String traceId) {}

    private @Nullable String address(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .map(peer -> proxies.client(peer, headers(request, "x-forwarded-for"))
                        .getHostAddress())
                .orElse(null);
    }

    private Router.Found found(HttpRequest request) {
        return UriText.segments(request.getUri().getPathString())
                .map(path -> router.find(request.method().value(), path))
                .orElse(new Router.Found.Nothing());
    }

    private CompletionStage<Answer> answer(Asked asked, Router.Found found) {
        HttpRequest request = asked.request();
        try {
            Optional<Answer.Problem> foreign =
                    guard == null ? Optional.empty() : guard.complaint(new WhereFrom(request));
            if (foreign.isPresent()) {
                stranger(asked, found, foreign.get().detail());
                return refused(request, foreign.get());
            }
            return switch (found) {
                case Router.Found.Nothing nothing -> refused(request, nothing());
                case Router.Found.OtherMethods other -> refused(request, otherMethods(other));
                case Router.Found.One one -> authenticated(asked, one);
            };
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Answer.Problem nothing() {
        return Answer.Problem.of(ProblemCode.NOT_FOUND, "there is nothing at this address; /docs shows what there is");
    }

    private static Answer.Problem otherMethods(Router.Found.OtherMethods other) {
        String methods = String.join(", ", other.methods());
        return Answer.Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "this address takes " + methods)
                .with("Allow", methods);
    }

    /** The body is read over, so that the connection is good for the next request. */
    private CompletionStage<Answer> refused(HttpRequest request, Answer.Problem problem) {
        return bodies.readOver(request).thenApply(over -> problem);
    }

    private void stranger(Asked asked, Router.Found found, String reason) {
        String action = found instanceof Router.Found.One one ? one.operation().id() : "none";
        denials.stranger(action, reason, asked.address(), asked.traceId());
    }

    private CompletionStage<Answer> authenticated(Asked asked, Router.Found.One found) {
        HttpRequest request = asked.request();
        Role role = found.operation().role();
        if (role == null) {
            return called(asked, found, null, Instant.MAX);
        }
        String token = found.operation().isSocket() ? socketToken(request) : token(request);
        boolean open = found.operation().open();
        return tokens.look(token).thenCompose(verdict -> switch (verdict) {
            case Verdict.Known known
            when known.caller().may(role) -> called(asked, found, known.caller(), known.until());
            case Verdict.Rejected rejected when open && token != null -> unauthenticated(asked, found, rejected, true);
            case Verdict other when open -> called(asked, found, null, Instant.MAX);
            case Verdict.Known known -> forbidden(asked, found, known.caller(), role);
            case Verdict.Rejected rejected -> unauthenticated(asked, found, rejected, token != null);
            case Verdict.Unsure unsure ->
                refused(
                        request,
                        Answer.Problem.of(ProblemCode.UNAVAILABLE, unsure.reason())
                                .with("Retry-After", "1"));
        });
    }

    private CompletionStage<Answer> forbidden(Asked asked, Router.Found.One found, Caller caller, Role role) {
        String reason = "this call needs the role \"" + role.wireName() + "\"";
        denials.refused(caller, found.operation().id(), found.names(), reason, asked.address(), asked.traceId());
        return refused(
                asked.request(),
                Answer.Problem.of(ProblemCode.FORBIDDEN, reason)
                        .with(Challenge.HEADER, Challenge.insufficient("it needs the role " + role.wireName())));
    }

    private CompletionStage<Answer> unauthenticated(
            Asked asked, Router.Found found, Verdict.Rejected rejected, boolean shown) {
        stranger(asked, found, rejected.reason());
        return refused(
                asked.request(),
                Answer.Problem.of(ProblemCode.UNAUTHENTICATED, rejected.reason())
                        .with(Challenge.HEADER, shown ? Challenge.invalid(rejected.reason()) : Challenge.MISSING));
    }

    private static @Nullable String token(HttpRequest request) {
        List<String> said = headers(request, "authorization");
        return said.size() == 1 && said.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? said.getFirst().substring(BEARER.length()).strip()
                : null;
    }

    /** A browser can say it nowhere else when it opens a WebSocket: {@code Sec-WebSocket-Protocol: bearer, <token>}. */
    private static @Nullable String socketToken(HttpRequest request) {
        List<String> words = headers(request, "sec-websocket-protocol").stream()
                .flatMap(value -> Stream.of(COMMA.split(value)))
                .map(String::strip)
                .toList();
        return words.size() == 2 && words.getFirst().equals(SocketCalls.PROTOCOL) ? words.get(1) : token(request);
    }

    /** Who has no token asks what costs next to nothing. */
    private CompletionStage<Answer> called(
            Asked asked, Router.Found.One found, @Nullable Caller caller, Instant until) {
        return caller == null
                ? checked(asked, found, null, until)
                : load.call(
                        caller.tenant(),
                        () -> checked(asked, found, caller, until),
                        problem -> refused(asked.request(), problem));
    }

    private CompletionStage<Answer> checked(
            Asked asked, Router.Found.One found, @Nullable Caller caller, Instant until) {
        HttpRequest request = asked.request();
        Operation operation = found.operation();
        if (!Responses.acceptable(request, operation)) {
            return refused(
                    request,
                    Answer.Problem.of(
                            ProblemCode.NOT_ACCEPTABLE,
                            "this call answers with " + String.join(" or ", operation.produces())));
        }
        Optional<Map<String, List<String>>> query =
                UriText.query(request.getUri().rawQueryString().orElse(""));
        if (query.isEmpty()) {
            return refused(
                    request, Answer.Problem.of(ProblemCode.INVALID_PARAMETER, "the query is no well-formed UTF-8"));
        }
        return switch (Arguments.check(operation, new Said(found.names(), query.get(), request))) {
            case Arguments.Checked.NoSuchPath none -> refused(request, nothing());
            case Arguments.Checked.Wrong wrong ->
                refused(
                        request,
                        Answer.Problem.of(
                                ProblemCode.INVALID_PARAMETER,
                                wrong.errors().getFirst().message(),
                                wrong.errors()));
            case Arguments.Checked.Fine fine -> withBody(asked, operation, fine.arguments(), caller, until);
        };
    }

    private CompletionStage<Answer> withBody(
            Asked asked, Operation operation, Arguments arguments, @Nullable Caller caller, Instant until) {
        Handler handler = handlers.get(operation.id());
        if (handler == null) {
            throw new IllegalStateException("nobody answers " + operation.id());
        }
        BodyRoom room = load.room(caller == null ? "" : caller.tenant());
        CompletionStage<RequestBody.Read> body = bodies.read(asked.request(), operation.body(), room);
        CompletionStage<Answer> answer = body.thenCompose(read -> switch (read) {
            case RequestBody.Read.Wrong wrong -> CompletableFuture.completedFuture(wrong.problem());
            case RequestBody.Read.Fine fine ->
                handler.handle(new Call(
                        operation,
                        caller,
                        until,
                        arguments,
                        fine.json(),
                        fine.document(),
                        fine.yaml(),
                        upgrade(asked.request()),
                        asked.address(),
                        asked.traceId()));
        });
        return answer.whenComplete((done, failure) -> room.leave());
    }

    private static @Nullable WebSocketUpgrade upgrade(HttpRequest request) {
        return request.getAttribute(AttributeKeys.webSocketUpgrade).orElse(null);
    }

    /** What the request says outside its body. */
    private record Said(Map<String, String> names, Map<String, List<String>> query, HttpRequest request)
            implements Arguments.Said {
        @Override
        public @Nullable String path(String name) {
            return names.get(name);
        }

        @Override
        public List<String> query(String name) {
            return query.getOrDefault(name, List.of());
        }

        @Override
        public List<String> header(String name) {
            return headers(request, name.toLowerCase(Locale.ROOT));
        }

        @Override
        public Stream<String> queryNames() {
            return query.keySet().stream();
        }
    }

    /** What a browser says of the page that made it send the request. */
    private record WhereFrom(HttpRequest request) implements CrossSiteGuard.Said {
        @Override
        public String method() {
            return request.method().value();
        }

        @Override
        public List<String> header(String name) {
            return headers(request, name);
        }

        @Override
        public String mediaType() {
            var type = request.entity().getContentType().mediaType();
            return (type.mainType() + "/" + type.subType()).toLowerCase(Locale.ROOT);
        }
    }

    private static List<String> headers(HttpRequest request, String lowercaseName) {
        List<String> values = new ArrayList<>(1);
        for (HttpHeader header : request.getHeaders()) {
            if (header.is(lowercaseName)) {
                values.add(header.value());
            }
        }
        return values;
    }

    private static Answer failed(Throwable failure, HttpRequest request, String traceId) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RefusedException refused) {
            return refused.problem();
        }
        if (cause instanceof TimeoutException || cause instanceof NotNow) {
            LOG.warn(
                    "{} {} could not be answered, trace id {}",
                    request.method().value(),
                    path(request),
                    traceId,
                    cause);
            return Answer.Problem.of(
                            ProblemCode.UNAVAILABLE,
                            "something that is needed has not answered; whether anything was done is not known")
                    .with("Retry-After", "1");
        }
        if (cause instanceof UnreadableException) {
            LOG.warn(
                    "{} {} could not be answered, trace id {}",
                    request.method().value(),
                    path(request),
                    traceId,
                    cause);
            return Answer.Problem.of(ProblemCode.QUARANTINED, "it cannot be read: " + cause.getMessage());
        }
        LOG.error("{} {} failed, trace id {}", request.method().value(), path(request), traceId, cause);
        return Answer.Problem.of(ProblemCode.INTERNAL_ERROR, "this is a fault of the server, and has been logged");
    }

    /** Without the query, which may hold what should not be in a log. */
    private static String path(HttpRequest request) {
        return request.getUri().getPathString();
    }

    private static String traceId(HttpRequest request) {
        List<String> said = headers(request, "traceparent");
        Matcher matcher = TRACE_PARENT.matcher(said.isEmpty() ? "" : said.getFirst());
        return matcher.matches() && !matcher.group(1).equals(NO_TRACE) ? matcher.group(1) : newTraceId();
    }

    static String newTraceId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong() | 1);
    }
}
