package dev.capocomico;

import dev.capocomico.cluster.Catalogue;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Executability;
import dev.capocomico.http.HttpApi;
import dev.capocomico.http.HttpSettings;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.http.workflow.Executable;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.pattern.PatternType;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.store.JdbcWorkflowDirectory;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The HTTP side of a node. */
final class HttpFront implements AutoCloseable {
    /** Seconds in which a database that is there answers. */
    private static final int DATABASE_ANSWERS_WITHIN = 2;

    private final HttpApi api;

    private HttpFront(HttpApi api) {
        this.api = api;
    }

    /** Starts to serve the node. */
    static HttpFront open(
            HttpSettings settings,
            DataSource database,
            DefinitionStore definitions,
            WorkflowReader reader,
            Catalogue catalogue,
            Node node,
            ExecutorService waiting) {
        return new HttpFront(HttpApi.start(
                settings,
                new HttpApi.Node(
                        node.system(),
                        reader,
                        new BuiltInPatterns(),
                        new ExecutableHere(),
                        Capacity.UNLIMITED,
                        definitions,
                        new JdbcWorkflowDirectory(database),
                        catalogue,
                        node::asked,
                        Admission.UNLIMITED,
                        () -> fitness(database, waiting),
                        waiting,
                        InstantSource.system())));
    }

    private static CompletionStage<Optional<String>> fitness(DataSource database, ExecutorService waiting) {
        Optional<String> away = Optional.of("the database does not answer");
        return CompletableFuture.supplyAsync(
                        () -> {
                            try (Connection connection = database.getConnection()) {
                                return connection.isValid(DATABASE_ANSWERS_WITHIN) ? Optional.<String>empty() : away;
                            } catch (SQLException e) {
                                return away;
                            }
                        },
                        waiting)
                .completeOnTimeout(away, DATABASE_ANSWERS_WITHIN, TimeUnit.SECONDS);
    }

    InetSocketAddress address() {
        return api.address();
    }

    /** Requests under way are answered before the node they ask goes. */
    @Override
    public void close() {
        api.close();
    }

    private static final class ExecutableHere implements Executable {
        @Override
        public Set<String> patterns() {
            return new BuiltInPatterns()
                    .all().stream()
                            .map(PatternType::name)
                            .filter(name -> complaint(using(name)).isEmpty())
                            .collect(Collectors.toUnmodifiableSet());
        }

        private static Definition using(String pattern) {
            return Workflow.named("any")
                    .pattern(pattern)
                    .task("rest", task -> task.sleep(Duration.ZERO))
                    .build();
        }

        @Override
        public Optional<String> complaint(Definition definition) {
            return Executability.obstacle(definition).map(obstacle -> "the workflow " + obstacle);
        }
    }
}
