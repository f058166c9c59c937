package dev.capocomico.language.expression;

public enum ResultKind {
    BOOL,
    INT,
    DOUBLE,
    STRING,
    LIST,
    MAP,
    NULL,
    OTHER,
    DYNAMIC;

    public String description() {
        return "x";
    }
}
