package dev.capocomico.language.expression;

/** What an expression may read of a task. */
public enum TaskField {
    OUTPUT("output"),
    STATUS("status");

    private final String identifier;

    TaskField(String identifier) {
        this.identifier = identifier;
    }

    public String identifier() {
        return identifier;
    }
}
