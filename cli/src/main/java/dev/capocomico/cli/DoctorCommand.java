package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.cli.Look.Tone;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks at everything that a server needs, and says how to mend what is wrong. */
@Command(
        name = "doctor",
        description =
                "Check Java, settings, database, port, server, token and clock, and say how to mend what is wrong.",
        footer = {
            "",
            "Exits with 1 when something is wrong.",
            "",
            "  capo doctor",
            "  capo doctor --server http://capo:8080"
        })
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return Interruptible.run(terminal, this::examine);
    }

    private int examine() throws InterruptedException {
        List<Finding> findings = new Examination(terminal, server).findings();
        if (output.json()) {
            JsonReport.print(json(findings), terminal);
        } else {
            findings.forEach(this::print);
        }
        return findings.stream().anyMatch(finding -> finding.state() == Finding.State.BAD)
                ? ExitCode.FAILED
                : ExitCode.FINE;
    }

    private static ObjectNode json(List<Finding> findings) {
        ObjectNode json = JsonReport.object();
        ArrayNode checks = json.putArray("checks");
        for (Finding finding : findings) {
            ObjectNode one = checks.addObject()
                    .put("name", finding.name())
                    .put("state", finding.state().word())
                    .put("found", finding.found());
            if (!finding.remedy().isEmpty()) {
                one.put("remedy", finding.remedy());
            }
        }
        return json;
    }

    private void print(Finding finding) {
        Look look = terminal.look();
        String sign = sign(finding.state(), look.unicode());
        terminal.out()
                .println("  " + look.paint(tone(finding.state()), sign) + " " + Text.fit(finding.name(), 10, look)
                        + Plain.text(finding.found(), look));
        if (!finding.remedy().isEmpty()) {
            terminal.out().println(" ".repeat(14) + Plain.text(finding.remedy(), look));
        }
    }

    private static String sign(Finding.State state, boolean unicode) {
        return switch (state) {
            case GOOD -> unicode ? "✓" : "+";
            case NOTE -> unicode ? "·" : ".";
            case BAD -> unicode ? "✗" : "x";
        };
    }

    private static Tone tone(Finding.State state) {
        return switch (state) {
            case GOOD -> Tone.GOOD;
            case NOTE -> Tone.FAINT;
            case BAD -> Tone.BAD;
        };
    }
}
