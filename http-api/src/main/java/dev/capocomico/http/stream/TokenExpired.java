package dev.capocomico.http.stream;

/** The token that a stream was begun with is good no more, so its bearer is told nothing more. */
final class TokenExpired extends RuntimeException {
    private static final long serialVersionUID = 1;

    TokenExpired() {
        super("the token has expired");
    }
}
