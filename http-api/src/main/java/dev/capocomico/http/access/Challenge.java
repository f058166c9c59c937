package dev.capocomico.http.access;

/** What {@code WWW-Authenticate} says of a request whose token does not do (RFC 6750). */
public final class Challenge {
    public static final String HEADER = "WWW-Authenticate";

    /** Of a request without a token, which has made no mistake yet. */
    public static final String MISSING = "Bearer realm=\"capocomico\"";

    private Challenge() {}

    /** The token is none, or is good no more. */
    public static String invalid(String why) {
        return challenge("invalid_token", why);
    }

    /** The token is good, and does not allow the call. */
    public static String insufficient(String why) {
        return challenge("insufficient_scope", why);
    }

    private static String challenge(String error, String why) {
        return MISSING + ", error=\"" + error + "\", error_description=\"" + quotable(why) + "\"";
    }

    /** RFC 6750 §3: printable ASCII without quotes and backslashes. */
    private static String quotable(String text) {
        StringBuilder quotable = new StringBuilder(text.length());
        text.chars().forEach(c -> quotable.append(c == '"' ? '\'' : c < ' ' || c > '~' || c == '\\' ? '?' : (char) c));
        return quotable.toString();
    }
}
