package dev.capocomico.cli.graph;

/** How a piece of a terminal picture stands out, on terminals with colours. Nothing is told by colour alone. */
enum Ink {
    PLAIN(""),
    FAINT("2"),
    TITLE("1"),
    CRITICAL("1;36");

    private final String rendition;

    Ink(String rendition) {
        this.rendition = rendition;
    }

    String on() {
        return rendition.isEmpty() ? "" : "\u001b[" + rendition + "m";
    }

    String off() {
        return rendition.isEmpty() ? "" : "\u001b[0m";
    }
}
