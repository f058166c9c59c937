package dev.capocomico.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * With what HTTPS is served.
 *
 * @param certificate PEM: the server's, and after it those that vouch for it
 * @param key PEM: the private key of the first, in PKCS #8, without a password
 */
public record TlsFiles(Path certificate, Path key) {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    /**
     * Reads both.
     *
     * @throws ConfigurationException if they cannot be used
     */
    public SSLContext context() {
        char[] none = new char[0];
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, none);
            store.setKeyEntry("capocomico", privateKey(), none, certificates());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigurationException(List.of("the certificate in %s and the key in %s cannot serve TLS: %s"
                    .formatted(certificate, key, e.getMessage())));
        }
    }

    private Certificate[] certificates() {
        try (InputStream in = Files.newInputStream(certificate)) {
            Certificate[] found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
            if (found.length > 0) {
                return found;
            }
        } catch (CertificateException e) {
            // It is told below, like a file that holds none.
        } catch (IOException e) {
            throw unreadable(Key.TLS_CERTIFICATE, certificate, e);
        }
        throw wrong(Key.TLS_CERTIFICATE, certificate, "which holds no certificate in PEM (BEGIN CERTIFICATE)");
    }

    private PrivateKey privateKey() {
        String text;
        try {
            text = Files.readString(key);
        } catch (IOException e) {
            throw unreadable(Key.TLS_KEY, key, e);
        }
        Matcher matcher = PKCS8.matcher(text);
        if (matcher.find()) {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                } catch (InvalidKeySpecException e) {
                    // It is a key for another algorithm, or for none.
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("every Java knows " + algorithm, e);
                }
            }
        }
        throw wrong(
                Key.TLS_KEY,
                key,
                "which holds no private key in PKCS #8 PEM (BEGIN PRIVATE KEY) without a password; openssl pkcs8 -topk8 -nocrypt makes one of another form");
    }

    private static ConfigurationException unreadable(Key setting, Path file, IOException e) {
        String why =
                e instanceof NoSuchFileException ? "which is not there" : "which cannot be read: " + e.getMessage();
        return wrong(setting, file, why);
    }

    private static ConfigurationException wrong(Key setting, Path file, String why) {
        return new ConfigurationException(List.of(
                "capocomico.%s (or %s) is %s, %s".formatted(setting.path(), setting.environmentVariable(), file, why)));
    }
}
