package dev.capocomico.http.audit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses are believed when they say for whom they ask ({@code X-Forwarded-For}). Whoever is not among them may write there what
 * he likes, so it is not looked at.
 *
 * @param networks each an address, or the beginning of addresses with the number of bits that it has
 */
public record TrustedProxies(List<Network> networks) {
    /** Nobody is believed. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Pattern NETWORK = Pattern.compile("([0-9A-Fa-f:.]+)(?:/(\\d{1,3}))?");
    private static final Pattern V4 = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3})(?::\\d{1,5})?");
    private static final Pattern V6 =
            Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::\\d{1,5})?|([0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)");

    /** More than so many that have passed a request on are not looked at. */
    private static final int HOPS_MAX = 32;

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** Addresses that begin alike. */
    public record Network(InetAddress address, int bits) {
        boolean contains(InetAddress other) {
            byte[] own = address.getAddress();
            byte[] its = other.getAddress();
            if (own.length != its.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((own[bit / 8] & mask) != (its[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads a list such as {@code 10.0.0.0/8, 192.0.2.7}; empty when it is none. */
    public static Optional<TrustedProxies> parse(String list) {
        List<Network> networks = new ArrayList<>();
        for (String word : COMMA.split(list.strip(), -1)) {
            Matcher matcher = NETWORK.matcher(word);
            InetAddress address = matcher.matches() ? literal(matcher.group(1)) : null;
            if (address == null) {
                return Optional.empty();
            }
            int most = 8 * address.getAddress().length;
            int bits = matcher.group(2) == null ? most : Integer.parseInt(matcher.group(2));
            if (bits > most) {
                return Optional.empty();
            }
            networks.add(new Network(address, bits));
        }
        return Optional.of(new TrustedProxies(networks));
    }

    /**
     * Who asks.
     *
     * @param peer who is at the other end of the connection
     * @param forwardedFor the values of the header, in their order
     */
    public InetAddress client(InetAddress peer, List<String> forwardedFor) {
        InetAddress client = peer;
        if (networks.isEmpty() || forwardedFor.isEmpty()) {
            return client;
        }
        List<String> hops = forwardedFor.stream()
                .flatMap(value -> Stream.of(COMMA.split(value.strip(), -1)))
                .toList();
        // Each adds whom it has heard it from at the end, so the last ones are of those who are believed.
        for (int i = hops.size() - 1; i >= 0 && hops.size() - i <= HOPS_MAX && isTrusted(client); i--) {
            InetAddress before = literal(hops.get(i));
            if (before == null) {
                break;
            }
            client = before;
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** No name: nobody is asked for its address. */
    private static @Nullable InetAddress literal(String text) {
        Matcher v4 = V4.matcher(text);
        Matcher v6 = V6.matcher(text);
        String address =
                v4.matches() ? v4.group(1) : v6.matches() ? (v6.group(1) == null ? v6.group(2) : v6.group(1)) : null;
        if (address == null || (v4.matches() && !isV4(address))) {
            return null;
        }
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static boolean isV4(String address) {
        return Arrays.stream(address.split("\\.", -1)).allMatch(part -> Integer.parseInt(part) <= 255);
    }
}
