package dev.capocomico.language.expression;

/** What an expression yields, as far as can be told without evaluating it. */
public enum ResultKind {
    BOOL,
    INT,
    DOUBLE,
    STRING,
    LIST,
    MAP,
    NULL,
    /** A timestamp, a duration or bytes, which become a JSON string, or a type, which becomes nothing. */
    OTHER,
    /** Known only when evaluated. */
    DYNAMIC
}
