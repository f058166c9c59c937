package dev.capocomico.language.expression;

/** What an expression yields, as far as can be told without evaluating it. */
public enum ResultKind {
    BOOL("true or false"),
    INT("a whole number"),
    DOUBLE("a number"),
    STRING("a string"),
    LIST("a list"),
    MAP("a mapping"),
    NULL("null"),
    /** A timestamp, a duration or bytes, which become a JSON string, or a type, which becomes nothing. */
    OTHER("something else"),
    /** Known only when evaluated. */
    DYNAMIC("something known only when it is evaluated");

    private final String description;

    ResultKind(String description) {
        this.description = description;
    }

    /** For a person, with its article. */
    public String description() {
        return description;
    }
}
