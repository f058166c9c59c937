package dev.capocomico.model.expression;

/** What an expression may name besides {@code tasks} and {@code execution}. */
public enum Variable {
    INPUT("input"),
    ITEM("item"),
    INDEX("index"),
    EVENT("event"),
    OUTPUT("output"),
    ITERATION("iteration");

    private final String identifier;

    Variable(String identifier) {
        this.identifier = identifier;
    }

    public String identifier() {
        return identifier;
    }
}
