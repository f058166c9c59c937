package dev.capocomico.http;

import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.WorkflowDirectory;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.CrossSiteGuard;
import dev.capocomico.http.access.Loopback;
import dev.capocomico.http.access.Tokens;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.audit.AuditCall;
import dev.capocomico.http.audit.Denials;
import dev.capocomico.http.audit.TrustedProxies;
import dev.capocomico.http.contract.Contract;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.http.contract.Router;
import dev.capocomico.http.event.EventCalls;
import dev.capocomico.http.execution.Absences;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.http.execution.ExecutionCalls;
import dev.capocomico.http.execution.HistoryCall;
import dev.capocomico.http.execution.ListCall;
import dev.capocomico.http.execution.ValueReader;
import dev.capocomico.http.load.Load;
import dev.capocomico.http.metrics.Metrics;
import dev.capocomico.http.metrics.Requests;
import dev.capocomico.http.scope.ScopeGuard;
import dev.capocomico.http.site.SiteCalls;
import dev.capocomico.http.stream.Followers;
import dev.capocomico.http.stream.SocketCalls;
import dev.capocomico.http.stream.StreamCalls;
import dev.capocomico.http.workflow.Alone;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.http.workflow.Executable;
import dev.capocomico.http.workflow.ExecuteCall;
import dev.capocomico.http.workflow.NewestRunCalls;
import dev.capocomico.http.workflow.WorkflowCalls;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.pattern.PatternCatalogue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ParserSettings;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.duration.FiniteDuration;

/** The server: everything that a client or an operator does from outside, as {@code openapi.yaml} says it. Thread-safe. */
public final class HttpApi implements AutoCloseable {
    /** How long requests under way may take until they are cut off when the server stops. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

    private final ServerBinding binding;
    private final Optional<ServerBinding> management;
    private final Streams streams;
    private final Load load;
    private final Denials denials;
    private final AtomicBoolean stopping;

    private HttpApi(
            ServerBinding binding,
            Optional<ServerBinding> management,
            Streams streams,
            Load load,
            Denials denials,
            AtomicBoolean stopping) {
        this.binding = binding;
        this.management = management;
        this.streams = streams;
        this.load = load;
        this.denials = denials;
        this.stopping = stopping;
    }

    /** What would go on for ever if nobody ended it. */
    private record Streams(StreamCalls events, SocketCalls sockets) {
        void end() {
            sockets.close();
            events.close();
        }
    }

    /**
     * What the server needs of the node that it belongs to.
     *
     * @param plans where plans are found by their digests
     * @param waiting threads that may wait for the database
     */
    public record Node(
            ActorSystem<?> system,
            WorkflowReader reader,
            PatternCatalogue patterns,
            Executable executable,
            Capacity capacity,
            DefinitionStore definitions,
            WorkflowDirectory workflows,
            ExecutionList list,
            WorkflowRuns runs,
            StepLog log,
            JournalTail tail,
            EventLog events,
            AuditLog audit,
            Plans plans,
            Asking executions,
            ValueReader values,
            Admission admission,
            SiteCalls.Fitness fitness,
            Metrics.Database database,
            Metrics.Contained contained,
            Executor waiting,
            InstantSource clock) {}

    /** Starts to serve plain HTTP on one address, as {@link #start(HttpSettings, Doors, Node)} says. */
    public static HttpApi start(HttpSettings settings, Node node) {
        return start(settings, Doors.PLAIN, node);
    }

    /**
     * Starts to serve.
     *
     * @throws IllegalArgumentException if everybody would be let in on an address that others can reach
     * @throws CannotListenException if a port cannot be had
     * @throws IllegalStateException if the contract has a call that nobody answers
     */
    public static HttpApi start(HttpSettings settings, Doors doors, Node node) {
        requireSafe(settings);
        warnings(settings.host(), doors.tls() != null).forEach(LOG::warn);
        Contract contract = Contract.load();
        Map<String, Handler> handlers = new HashMap<>();
        AtomicBoolean stopping = new AtomicBoolean();
        Requests requests = new Requests();
        Denials denials = new Denials(node.audit(), node.clock());
        Load load = new Load(settings.limits(), node.system().executionContext());
        Streams streams = answer(contract, node, settings, load, requests, stopping, denials, handlers);
        boolean apart = doors.management() != null;
        Dispatch open = dispatch(
                settings,
                node,
                contract.operations().stream()
                        .filter(operation -> !apart || !Doors.PRIVATE.contains(operation.id()))
                        .toList(),
                handlers,
                load,
                requests,
                settings.access(),
                settings.access() instanceof AccessSettings.Insecure
                        ? new CrossSiteGuard(settings.host(), doors.tls() != null)
                        : null,
                doors.proxies(),
                denials);
        ServerBinding binding;
        try {
            binding = bind(settings, settings.host(), settings.port(), doors.tls(), node.system(), open);
        } catch (CannotListenException e) {
            denials.close();
            throw e;
        }
        try {
            Optional<ServerBinding> management = Optional.ofNullable(doors.management())
                    .map(door -> bind(
                            settings,
                            door.host(),
                            door.port(),
                            null,
                            node.system(),
                            forMachines(settings, door, node, contract, handlers, load, requests, denials)));
            return new HttpApi(binding, management, streams, load, denials, stopping);
        } catch (CannotListenException e) {
            binding.terminate(DRAIN_LIMIT).toCompletableFuture().join();
            denials.close();
            throw e;
        }
    }

    /** Who reaches the address may ask: what is answered there is no tenant's. */
    private static Dispatch forMachines(
            HttpSettings settings,
            Doors.Management door,
            Node node,
            Contract contract,
            Map<String, Handler> handlers,
            Load load,
            Requests requests,
            Denials denials) {
        List<Operation> operations = contract.operations().stream()
                .filter(operation -> Doors.MANAGEMENT.contains(operation.id()))
                .toList();
        // Beyond this machine it is called by names that nobody knows beforehand, and by no browser.
        CrossSiteGuard guard = isLoopback(door.host()) ? new CrossSiteGuard(door.host(), false) : null;
        return dispatch(
                settings,
                node,
                operations,
                handlers,
                load,
                requests,
                new AccessSettings.Insecure("nobody"),
                guard,
                TrustedProxies.NONE,
                denials);
    }

    private static Dispatch dispatch(
            HttpSettings settings,
            Node node,
            List<Operation> operations,
            Map<String, Handler> handlers,
            Load load,
            Requests requests,
            AccessSettings access,
            @Nullable CrossSiteGuard guard,
            TrustedProxies proxies,
            Denials denials) {
        return new Dispatch(
                new Router(operations),
                handlers,
                new Tokens(access, node.clock(), node.waiting()),
                guard,
                proxies,
                denials,
                new RequestBody(node.system(), settings.bodyTimeout(), load.work()),
                load,
                settings.answerTimeout(),
                requests);
    }

    private static ServerBinding bind(
            HttpSettings settings,
            String host,
            int port,
            @Nullable SSLContext tls,
            ActorSystem<?> system,
            Dispatch dispatch) {
        ServerBuilder server = Http.get(system).newServerAt(host, port).withSettings(serverSettings(settings, system));
        Flow<HttpRequest, HttpResponse, NotUsed> connection = BidiFlow.fromGraph(
                        new HeadDeadline(settings.idleTimeout()))
                .join(Flow.of(HttpRequest.class)
                        .mapAsync(
                                1,
                                tls == null
                                        ? dispatch::handle
                                        : request -> dispatch.handle(request).thenApply(SecurityHeaders::onlyOverTls)));
        try {
            return (tls == null ? server : server.enableHttps(ConnectionContext.httpsServer(tls)))
                    .bindFlow(connection)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new CannotListenException(host, port, e.getCause());
        }
    }

    private static void requireSafe(HttpSettings settings) {
        if (settings.access() instanceof AccessSettings.Insecure && !isLoopback(settings.host())) {
            throw new IllegalArgumentException(
                    "without tokens everybody may do everything, so the server must listen on a loopback address, not on \"%s\""
                            .formatted(settings.host()));
        }
    }

    /**
     * What whoever starts a server should be told, a sentence each.
     *
     * @param host the address on which it listens
     */
    public static List<String> warnings(String host, boolean tls) {
        return tls || isLoopback(host)
                ? List.of()
                : List.of(
                        ("tokens and everything that they open pass in clear text to whoever stands between: HTTP is served on %s"
                                        + " without TLS. Set TLS_CERTIFICATE and TLS_KEY, or let a proxy on this machine speak TLS")
                                .formatted(host));
    }

    private static boolean isLoopback(String host) {
        if (Loopback.isName(host)) {
            return true;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Streams answer(
            Contract contract,
            Node node,
            HttpSettings settings,
            Load load,
            Requests requests,
            AtomicBoolean stopping,
            Denials denials,
            Map<String, Handler> handlers) {
        Waiting waiting = new Waiting(node.waiting());
        WorkflowCalls workflows = new WorkflowCalls(
                node.reader(),
                node.patterns(),
                node.executable(),
                node.capacity(),
                node.definitions(),
                node.workflows(),
                node.plans(),
                waiting,
                load.work());
        handlers.putAll(workflows.handlers());
        Alone alone = new Alone(node.runs(), node.executions(), waiting);
        handlers.putAll(new ExecuteCall(
                        workflows,
                        node.plans(),
                        node.executions(),
                        node.admission(),
                        node.capacity(),
                        alone,
                        node.values(),
                        waiting,
                        load.work(),
                        node.clock())
                .handlers());
        ExecutionCalls executions = new ExecutionCalls(
                node.executions(), workflows::idOf, node.values(), node.list(), waiting, node.clock());
        handlers.putAll(executions.handlers());
        handlers.putAll(new NewestRunCalls(workflows, node.runs(), executions, node.executions(), waiting, node.clock())
                .handlers());
        handlers.putAll(new ListCall(node.list(), waiting).handlers());
        Absences absences = new Absences(node.executions());
        handlers.putAll(new HistoryCall(node.log(), node.plans(), absences, waiting).handlers());
        Followers followers = new Followers(
                node.tail(),
                node.system(),
                node.waiting(),
                settings.watchersMax(),
                settings.limits().streamsPerTenant());
        StreamCalls events = new StreamCalls(followers, node.log(), node.plans(), absences, waiting, node.clock());
        handlers.putAll(events.handlers());
        SocketCalls sockets = new SocketCalls(
                workflows.forSockets(),
                followers,
                node.log(),
                node.plans(),
                absences,
                node.tail(),
                node.system(),
                waiting,
                node.clock());
        handlers.putAll(sockets.handlers());
        handlers.putAll(new EventCalls(node.events(), waiting).handlers());
        handlers.putAll(
                new Metrics(requests, node.admission(), followers, node.database(), node.contained()).handlers());
        handlers.putAll(new SiteCalls(contract, fitness(node, stopping)).handlers());
        handlers.putAll(new AuditCall(node.audit(), waiting).handlers());
        new ScopeGuard(workflows::nameIn, node.executions(), node.plans(), denials).guard(handlers);
        var called = contract.operations().stream().map(Operation::id).collect(Collectors.toCollection(TreeSet::new));
        if (!called.equals(handlers.keySet())) {
            throw new IllegalStateException("the contract has the calls %s, and answered are %s"
                    .formatted(called, new TreeSet<>(handlers.keySet())));
        }
        return new Streams(events, sockets);
    }

    /** Who asks while the server stops is to send nobody here any more. */
    private static SiteCalls.Fitness fitness(Node node, AtomicBoolean stopping) {
        return () -> stopping.get()
                ? CompletableFuture.completedFuture(Optional.of("the server is stopping"))
                : node.fitness().complaint();
    }

    private static ServerSettings serverSettings(HttpSettings settings, ActorSystem<?> system) {
        ServerSettings standard = ServerSettings.create(system.classicSystem());
        ParserSettings parser = standard.getParserSettings()
                .withMaxUriLength(HttpSettings.URI_LENGTH_MAX)
                .withMaxHeaderCount(HttpSettings.HEADERS_MAX)
                .withMaxHeaderValueLength(HttpSettings.HEADER_LENGTH_MAX)
                // A warning would repeat the header, and headers hold secrets.
                .withIllegalHeaderWarnings(false)
                .withErrorLoggingVerbosity(
                        org.apache.pekko.http.scaladsl.settings.ParserSettings.ErrorLoggingVerbosity$.MODULE$.apply(
                                "off"));
        return standard.withParserSettings(parser)
                .withParsingErrorHandler(ProtocolErrors.class.getName())
                .withMaxConnections(settings.connectionsMax())
                .withTransparentHeadRequests(true)
                .withServerHeader(Optional.empty())
                .withRemoteAddressAttribute(true)
                .withTimeouts(standard.getTimeouts()
                        .withIdleTimeout(scala(settings.idleTimeout()))
                        // Each of our own waits has a bound, and answers in our own form when it is reached.
                        .withRequestTimeout(scala.concurrent.duration.Duration.Inf()));
    }

    private static FiniteDuration scala(Duration duration) {
        return FiniteDuration.create(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Where it answers machines; empty when that is not apart. */
    public Optional<InetSocketAddress> managementAddress() {
        return management.map(ServerBinding::localAddress);
    }

    /** Accepts no more, ends streams, lets requests under way end, and returns when they have, or their time is over. */
    @Override
    public void close() {
        stopping.set(true);
        streams.end();
        binding.terminate(DRAIN_LIMIT).toCompletableFuture().join();
        management.ifPresent(
                door -> door.terminate(DRAIN_LIMIT).toCompletableFuture().join());
        load.close();
        denials.close();
    }
}
