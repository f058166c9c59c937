package dev.capocomico.cluster.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.OptionConverters;

/**
 * TLS between the nodes of a cluster of one. The node makes a key that is never written anywhere, and both ends of a connection
 * have to show its certificate; so nobody is admitted who is not this very process.
 *
 * <p>A node of one never calls itself over the network. The key is made when the first connection comes, which is a stranger's,
 * and a start does not wait for it.
 */
public final class OwnCertificateTls implements SSLEngineProvider {
    private static final String PROTOCOL = "TLSv1.3";
    private static final String ALIAS = "node";

    private @Nullable SSLContext context;

    /** @param system the actor system that this is for; Pekko asks for such a constructor */
    public OwnCertificateTls(ActorSystem system) {}

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = context().createSSLEngine(hostname, port);
        SSLParameters parameters = parameters();
        parameters.setNeedClientAuth(true);
        engine.setSSLParameters(parameters);
        engine.setUseClientMode(false);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        SSLEngine engine = context().createSSLEngine(hostname, port);
        SSLParameters parameters = parameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        engine.setUseClientMode(true);
        return engine;
    }

    private SSLParameters parameters() {
        SSLParameters parameters = context().getDefaultSSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        return parameters;
    }

    /** The handshake has looked at everything. */
    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return OptionConverters.toScala(Optional.empty());
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return OptionConverters.toScala(Optional.empty());
    }

    private synchronized SSLContext context() {
        if (context == null) {
            try {
                context = contextOf(SelfSigned.of("capocomico", InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("every Java has what TLS 1.3 with a key on P-256 needs", e);
            }
        }
        return context;
    }

    /** Shows the certificate, and trusts it alone. */
    private static SSLContext contextOf(SelfSigned own) throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore shown = KeyStore.getInstance("PKCS12");
        shown.load(null, none);
        shown.setKeyEntry(ALIAS, own.key(), none, new Certificate[] {own.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown, none);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, none);
        trusted.setCertificateEntry(ALIAS, own.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance(PROTOCOL);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
