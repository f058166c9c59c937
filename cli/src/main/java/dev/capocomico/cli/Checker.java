package dev.capocomico.cli;

import dev.capocomico.language.Reading;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.patterns.BuiltInPatterns;
import java.nio.file.Path;
import java.util.List;

/** Opens documents and has them read. */
final class Checker {
    private final Documents documents;
    private final WorkflowReader reader = new WorkflowReader(new BuiltInPatterns());

    Checker(Terminal terminal) {
        this.documents = new Documents(terminal);
    }

    List<Checked> check(List<Path> paths) {
        return paths.stream().map(this::check).toList();
    }

    Checked check(Path path) {
        return switch (documents.open(path)) {
            case Documents.Opened.Unreadable(String name, String why) -> new Checked.Unreadable(name, why);
            case Documents.Opened.Found found ->
                switch (reader.read(found.source())) {
                    case Reading.Valid valid -> new Checked.Valid(found.source().name(), valid.plan());
                    case Reading.Invalid invalid ->
                        new Checked.Invalid(found.source().name(), invalid.problems());
                };
        };
    }
}
