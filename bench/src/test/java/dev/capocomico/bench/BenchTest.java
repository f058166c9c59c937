package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.Execution;
import dev.capocomico.WorkflowRef;
import dev.capocomico.model.definition.Definition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
    /** As the real one, but for one execution that ends with what another should have ended with. */
    private static final class OneWrong implements Workload {
        private final ChainWorkload chain = new ChainWorkload();

        @Override
        public Definition definition() {
            return chain.definition();
        }

        @Override
        public void serve(CapocomicoBuilder node, Gate gate) {
            chain.serve(node, gate);
        }

        @Override
        public Execution begin(Capocomico capo, WorkflowRef workflow, int number) throws InterruptedException {
            return chain.begin(capo, workflow, number == 7 ? 8 : number);
        }

        @Override
        public void finish(Execution execution, int number) throws Exception {
            chain.finish(execution, number);
        }

        @Override
        public void check(long executions) {
            chain.check(executions);
        }

        @Override
        public Shape shape() {
            return chain.shape();
        }
    }

    @Test
    void one_wrong_output_makes_the_measurement_void_and_leaves_nothing_behind() {
        List<String> phrases = new ArrayList<>();

        assertThatIllegalStateException()
                .isThrownBy(() -> Bench.run(Load.CHAIN, new OneWrong(), 20, 2, new Place.Fresh(), phrases::add))
                .withMessageContaining("three steps from 7 led to {\"c\":11}");

        String creating = "creating the database in ";
        assertThat(phrases)
                .filteredOn(phrase -> phrase.startsWith(creating))
                .singleElement()
                .satisfies(phrase ->
                        assertThat(Path.of(phrase.substring(creating.length()))).matches(Files::notExists));
    }
}
