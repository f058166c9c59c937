package dev.capocomico.cluster.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.capocomico.cluster.NodeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.Option;

/** The port between nodes, with the settings of a node, and who might come to it. */
class StrangersTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int SILENCE_MILLIS = 10_000;

    private final List<ActorSystem> systems = new ArrayList<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private OwnCertificateTls tls;
    private ActorSystem node;

    /** Counts who comes to the port. */
    private record Counted(OwnCertificateTls tls, AtomicInteger connections) implements SSLEngineProvider {
        @Override
        public SSLEngine createServerSSLEngine(String hostname, int port) {
            connections.incrementAndGet();
            return tls.createServerSSLEngine(hostname, port);
        }

        @Override
        public SSLEngine createClientSSLEngine(String hostname, int port) {
            return tls.createClientSSLEngine(hostname, port);
        }

        @Override
        public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
            return tls.verifyClientSession(hostname, session);
        }

        @Override
        public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
            return tls.verifyServerSession(hostname, session);
        }
    }

    /** Takes down what reaches the node. */
    static final class Ear extends AbstractActor {
        private final BlockingQueue<Object> heard;

        Ear(BlockingQueue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder().matchAny(heard::add).build();
        }
    }

    @BeforeEach
    void start() {
        node = system(ConfigFactory.empty(), system -> {
            tls = new OwnCertificateTls(system);
            return new Counted(tls, connections);
        });
        Cluster cluster = Cluster.get(node);
        cluster.join(cluster.selfAddress());
        await(() -> cluster.selfMember().status().equals(MemberStatus.up()));
        node.actorOf(Props.create(Ear.class, () -> new Ear(heard)), "ear");
    }

    @AfterEach
    void stop() throws Exception {
        for (ActorSystem system : systems) {
            system.terminate();
        }
        for (ActorSystem system : systems) {
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void another_node_of_the_same_program_is_not_admitted() throws Exception {
        ActorSystem stranger = system(ConfigFactory.empty(), OwnCertificateTls::new);
        knocksInVain(stranger);
    }

    @Test
    void a_system_without_tls_is_not_admitted() throws Exception {
        ActorSystem stranger =
                system(ConfigFactory.parseString("pekko.remote.artery.transport = tcp"), OwnCertificateTls::new);
        knocksInVain(stranger);
    }

    /** The other side of the two tests above: who has the certificate is heard, so that those would hear a stranger. */
    @Test
    void a_system_with_the_certificate_of_the_node_is_admitted() throws Exception {
        aFriendIsAdmitted();
    }

    private void aFriendIsAdmitted() throws Exception {
        ActorSystem friend = system(ConfigFactory.empty(), system -> tls);
        friend.actorSelection(ear()).tell("from a friend", friend.deadLetters());
        assertThat(heard.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("from a friend");
        Cluster.get(friend).join(address());
        await(() -> Cluster.get(friend).selfMember().status().equals(MemberStatus.up()));
        assertThat(Cluster.get(node).state().members().size()).isEqualTo(2);
    }

    /** Asks to join, and sends messages, until it has come to the port several times; then a friend is still heard. */
    private void knocksInVain(ActorSystem stranger) throws Exception {
        Cluster.get(stranger).join(address());
        await(() -> {
            stranger.actorSelection(ear()).tell("from a stranger", stranger.deadLetters());
            return connections.get() >= 4;
        });
        aFriendIsAdmitted();
        assertThat(heard).isEmpty();
        assertThat(Cluster.get(stranger).selfMember().status()).isNotEqualTo(MemberStatus.up());
    }

    @Test
    void who_speaks_tls_and_shows_no_certificate_is_cut_off_before_the_first_byte() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustsEverybody()}, null);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), SILENCE_MILLIS);
            socket.setSoTimeout(SILENCE_MILLIS);
            // With TLS 1.3 a client hears of it when it reads.
            assertThatIOException()
                    .isThrownBy(() -> {
                        socket.startHandshake();
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void who_speaks_no_tls_is_cut_off() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.getOutputStream().write("AKKA\0 GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] told = in.readAllBytes();
            assertThat(told.length).as("an alert of TLS at most").isLessThan(32);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            assertThat(e).as("cut off").hasMessageContaining("reset");
        }
    }

    @Test
    void the_port_is_bound_to_the_loopback_address_only() throws Exception {
        List<InetAddress> others = new ArrayList<>();
        for (NetworkInterface card :
                NetworkInterface.networkInterfaces().filter(StrangersTest::isUp).toList()) {
            card.inetAddresses()
                    .filter(address -> !address.getHostAddress().equals("127.0.0.1"))
                    .forEach(others::add);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            assertThat(socket.isConnected()).isTrue();
        }
        for (InetAddress other : others) {
            assertThatIOException().as("%s", other).isThrownBy(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(other, port()), SILENCE_MILLIS);
                }
            });
        }
    }

    private static boolean isUp(NetworkInterface card) {
        try {
            return card.isUp();
        } catch (IOException e) {
            return false;
        }
    }

    private ActorSystem system(Config config, Function<ActorSystem, SSLEngineProvider> tls) {
        ActorSystem system = ActorSystem.create(
                "capocomico",
                ActorSystemSetup.create(
                        BootstrapSetup.create(config.withFallback(NodeSettings.of(ConfigFactory.empty()))),
                        SSLEngineProviderSetup.create(tls::apply)));
        systems.add(system);
        return system;
    }

    private Address address() {
        return Cluster.get(node).selfAddress();
    }

    private int port() {
        return (Integer) address().port().get();
    }

    private String ear() {
        return address() + "/user/ear";
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it came to nothing in time").isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class TrustsEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
