package dev.capocomico.http.stream;

/** So many read what happened long ago that no more may at this moment. */
final class TooManyBehind extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyBehind() {
        super("too many read old news at this moment");
    }
}
