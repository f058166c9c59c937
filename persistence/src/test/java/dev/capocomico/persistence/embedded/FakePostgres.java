package dev.capocomico.persistence.embedded;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A program that has taken the port of a PostgreSQL, and asks whoever comes for something. */
final class FakePostgres implements AutoCloseable {
    /** What the client is asked for; see "Message Formats" in PostgreSQL's manual. */
    enum Asks {
        NOTHING,
        PASSWORD,
        MD5,
        /** Begins SCRAM in order, and says that all is well without having shown that it knows the password. */
        SCRAM_AND_SKIPS_ITS_PROOF,
        SCRAM_WITH_A_PROOF_THAT_IS_NONE
    }

    private static final int OK = 0;
    private static final int CLEARTEXT_PASSWORD = 3;
    private static final int MD5_PASSWORD = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Asks asks;

    FakePostgres(Asks asks) throws IOException {
        this.asks = asks;
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** What clients have sent after their greeting. */
    List<String> heard() {
        return List.copyOf(heard);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                client.setSoTimeout(10_000);
                answer(new DataInputStream(client.getInputStream()), new DataOutputStream(client.getOutputStream()));
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        in.readNBytes(in.readInt() - 4);
        switch (asks) {
            case NOTHING -> welcome(out);
            case PASSWORD -> {
                authentication(out, CLEARTEXT_PASSWORD, "");
                listen(in);
                welcome(out);
            }
            case MD5 -> {
                authentication(out, MD5_PASSWORD, "salt");
                listen(in);
                welcome(out);
            }
            case SCRAM_AND_SKIPS_ITS_PROOF -> {
                scram(in, out);
                welcome(out);
            }
            case SCRAM_WITH_A_PROOF_THAT_IS_NONE -> {
                scram(in, out);
                authentication(out, SASL_FINAL, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
                welcome(out);
            }
        }
        // Whoever believed this would ask on.
        while (listen(in)) {}
    }

    private void scram(DataInputStream in, DataOutputStream out) throws IOException {
        authentication(out, SASL, "SCRAM-SHA-256\0\0");
        listen(in);
        String first = heard.getLast();
        String nonce = first.substring(first.indexOf(",r=") + 3);
        authentication(out, SASL_CONTINUE, "r=" + nonce + "xyz,s=c2FsdHNhbHRzYWx0c2FsdA==,i=4096");
        listen(in);
    }

    private boolean listen(DataInputStream in) throws IOException {
        int type = in.read();
        if (type < 0) {
            return false;
        }
        byte[] bytes = in.readNBytes(in.readInt() - 4);
        heard.add((char) type + new String(bytes, StandardCharsets.ISO_8859_1));
        return true;
    }

    private static void welcome(DataOutputStream out) throws IOException {
        authentication(out, OK, "");
        out.writeByte('Z');
        out.writeInt(5);
        out.writeByte('I');
        out.flush();
    }

    private static void authentication(DataOutputStream out, int kind, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        out.writeByte('R');
        out.writeInt(8 + bytes.length);
        out.writeInt(kind);
        out.write(bytes);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
