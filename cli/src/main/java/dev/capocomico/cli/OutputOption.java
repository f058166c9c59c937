package dev.capocomico.cli;

import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code -o json}, on every command that prints data. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            converter = FormatNamed.class,
            completionCandidates = Formats.class,
            description = "For people (the default) or for programs.")
    private Format format = Format.TEXT;

    boolean json() {
        return format == Format.JSON;
    }

    enum Format {
        TEXT,
        JSON
    }

    /** What can be chosen. */
    static final class Formats extends Candidates {
        Formats() {
            super(List.of("text", "json"));
        }
    }

    /** Formats are written in small letters. */
    static final class FormatNamed implements ITypeConverter<Format> {
        @Override
        public Format convert(String name) {
            return switch (name) {
                case "text" -> Format.TEXT;
                case "json" -> Format.JSON;
                default -> throw new TypeConversionException("\"" + name + "\" is neither text nor json");
            };
        }
    }
}
