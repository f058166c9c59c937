package dev.capocomico.http.answer;

/** Something that is needed cannot be reached; the same call may work later. */
public final class NotNow extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotNow(Throwable cause) {
        super(cause);
    }
}
