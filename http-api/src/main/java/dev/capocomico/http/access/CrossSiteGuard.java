package dev.capocomico.http.access;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses what a page of another site makes a browser send to a server that asks nobody for a token. Such a server takes every request
 * that reaches it, and a browser on its machine reaches it for any page that it shows.
 *
 * <p>Two ways lead there. A page whose own name is pointed at this machine (DNS rebinding) is of the same origin as the server, in the
 * browser's eyes, and may read every answer; but its name stands in {@code Host}. A page that sends requests to the server's address
 * cannot read the answers, but may change things; a browser says where such a request comes from in {@code Origin} or
 * {@code Sec-Fetch-Site}, and a request of a form that says neither (of an old browser) has the media type of a form.
 *
 * <p>Where tokens are asked for, none of this is needed: a browser adds no token by itself, because there are no cookies.
 */
public final class CrossSiteGuard {
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

    /** What needs no preflight, so what a form or a script of any page can send. */
    private static final Set<String> TYPES_OF_FORMS =
            Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");

    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final String host;
    private final String scheme;

    /**
     * Guards a server.
     *
     * @param host the name that it was told to listen on, which callers may use besides the names of the loopback addresses
     * @param tls whether it is reached over TLS
     */
    public CrossSiteGuard(String host, boolean tls) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.scheme = tls ? "https://" : "http://";
    }

    /** What a request says of where it comes from and where it wants to go. */
    public interface Said {
        String method();

        /** The values of a header by its name in small letters; empty when there is none. */
        List<String> header(String name);

        /** The media type of its body, in small letters and without parameters; empty when it names none. */
        String mediaType();
    }

    /** Why a request is refused; empty for one that is not. */
    public Optional<Answer.Problem> complaint(Said said) {
        List<String> hosts = said.header("host");
        String to = hosts.size() == 1 ? hosts.getFirst().strip() : "";
        if (!isOwn(to)) {
            return Optional.of(
                    Answer.Problem.of(
                            ProblemCode.MISDIRECTED,
                            "this server asks for no token and answers under the names of this machine only, such as localhost"));
        }
        return isForeign(said, to) ? Optional.of(crossSite()) : Optional.empty();
    }

    private boolean isOwn(String to) {
        Matcher matcher = HOST.matcher(to);
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group(1).toLowerCase(Locale.ROOT);
        return Loopback.isName(name) || name.equals(host) || name.equals("[" + host + "]");
    }

    private boolean isForeign(Said said, String to) {
        List<String> origins = said.header("origin");
        List<String> sites = said.header("sec-fetch-site");
        boolean elsewhere = !origins.stream().allMatch(origin -> origin.equalsIgnoreCase(scheme + to))
                || !OWN_SITES.containsAll(sites);
        if (!elsewhere) {
            return changes(said) && TYPES_OF_FORMS.contains(said.mediaType());
        }
        // Somebody who follows a link to a page of this server comes from another site, and may.
        boolean followsLink = said.method().equals("GET")
                && origins.isEmpty()
                && said.header("sec-fetch-mode").contains("navigate");
        // A WebSocket may be opened across sites, and read.
        return !followsLink || !said.header("upgrade").isEmpty();
    }

    private static boolean changes(Said said) {
        return !said.method().equals("GET") && !said.method().equals("HEAD");
    }

    private static Answer.Problem crossSite() {
        return Answer.Problem.of(
                ProblemCode.CROSS_SITE,
                "a page of another site has made this request; a server that asks for no token takes none of those");
    }
}
