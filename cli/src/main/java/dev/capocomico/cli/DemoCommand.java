package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.Capocomico;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionOptions;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.history.Elapsed;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.patterns.BuiltInPatterns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Plays two workflows on simulated agents, so that a stranger sees in seconds what this is about. */
@Command(
        name = "demo",
        description = "See it work: simulated agents, one failure that is retried, one that is compensated.",
        footer = {"", "Takes about twelve seconds, and exits with 0 when everything went as it is told."})
final class DemoCommand implements Callable<Integer> {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("MMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Terminal terminal;

    @Mixin
    private final DataOption data = new DataOption();

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return Interruptible.run(terminal, this::play);
    }

    private int play() throws InterruptedException {
        long begun = System.nanoTime();
        try (Capocomico capo = new NodeStart(terminal).start(Optional.of(data.in(terminal)), false)) {
            long startMillis = (System.nanoTime() - begun) / 1_000_000;
            line(Tone.FAINT, "PostgreSQL and the node are up after " + Elapsed.words(startMillis) + ".");
            String suffix = ID_TIME.format(Instant.now());
            return play(capo, "demo-research-" + suffix, "demo-order-" + suffix);
        } catch (InterruptedException e) {
            return stopped();
        } catch (RuntimeException e) {
            return Thread.interrupted() ? stopped() : NodeStart.explain(e, terminal);
        }
    }

    private int stopped() {
        line(Tone.FAINT, "Stopped. capo demo plays it again from the beginning.");
        return ExitCode.INTERRUPTED;
    }

    private int play(Capocomico capo, String researchId, String orderId) throws InterruptedException {
        act("Act one. Agents answer a question; a critic stumbles, and is asked again.");
        ObjectNode question = JsonNodeFactory.instance
                .objectNode()
                .put("question", "How did a troupe of the commedia dell'arte work?");
        Watched research = begin(capo, "research.yaml", researchId, question);
        watch(research);
        JsonNode report = research.output()
                .orElseThrow(() -> new IllegalStateException("the first act should have come to a good end"));

        act("Act two. The printer is broken: what was booked and paid for is undone.");
        ObjectNode pages = JsonNodeFactory.instance
                .objectNode()
                .put("pages", report.path("pages").asInt());
        if (!failedAndUndone(watch(begin(capo, "order.yaml", orderId, pages)))) {
            terminal.complain("the second act should have failed and been undone, and was not");
            return ExitCode.FAILED;
        }
        curtain(researchId, orderId);
        JsonReport.print(report, terminal);
        return ExitCode.FINE;
    }

    private Watched begin(Capocomico capo, String document, String id, JsonNode input) throws InterruptedException {
        Execution execution = capo.execute(capo.keep(document, read(document)), input, ExecutionOptions.id(id));
        return new LocalExecution(execution, "capo run --resume " + id + data.option());
    }

    private Account watch(Watched execution) throws InterruptedException {
        return new Watch(terminal, execution).toTheEnd();
    }

    private static boolean failedAndUndone(Account account) {
        return account.view().status() == ExecutionStatus.FAILED
                && account.view().tasks().stream()
                                .filter(task -> task.status() == TaskStatus.COMPENSATED)
                                .count()
                        == 2;
    }

    private void act(String sentence) {
        terminal.err().println();
        line(Tone.PLACE, sentence);
        terminal.err().println();
        terminal.err().flush();
    }

    private void curtain(String researchId, String orderId) {
        String option = data.option();
        terminal.err().println();
        line(Tone.PLACE, "What you saw");
        List.of(
                        "Six topics were researched, three at a time. The review failed once and was",
                        "made again. The order failed for good, so its charge was refunded and its",
                        "paper released, newest first. Each step was in PostgreSQL before the next",
                        "began, and is kept in " + data.shown() + ".")
                .forEach(sentence -> line("  " + sentence));
        terminal.err().println();
        line(Tone.PLACE, "Try next");
        line("  capo show " + orderId + option);
        line("  capo history " + researchId + option);
        line("  capo run examples/monte-carlo.yaml --id mine" + option);
        line("      stop it with Ctrl-C, or kill -9, and: capo run --resume mine" + option);
        terminal.err().println();
        terminal.err().flush();
    }

    private void line(Tone tone, String text) {
        terminal.err().println(terminal.errorLook().paint(tone, Plain.text(text, terminal.errorLook())));
    }

    private void line(String text) {
        terminal.err().println(Plain.text(text, terminal.errorLook()));
    }

    static Plan read(String document) {
        try (InputStream in = DemoCommand.class.getResourceAsStream("demo/" + document)) {
            if (in == null) {
                throw new IllegalStateException("the demo has lost its " + document);
            }
            return switch (new WorkflowReader(new BuiltInPatterns()).read(new Source(document, in.readAllBytes()))) {
                case Reading.Valid valid -> valid.plan();
                case Reading.Invalid invalid ->
                    throw new IllegalStateException("the demo's " + document + " is not valid: " + invalid.problems());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
