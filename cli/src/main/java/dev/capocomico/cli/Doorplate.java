package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.persistence.directory.PrivateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A note in a data directory that says where its server listens, so that commands in the same folder find it without being told, and
 * sign a token for it.
 *
 * <p>So the note has to prove that nobody else listens there. Only the owner of the directory can have written it, and it names the
 * process that did, by its number and its begin. While that very process lives it holds the port; when it has ended, however that was,
 * the note is worth nothing, and whoever has taken the port since gets nothing from us. In order, the note goes before the port does.
 */
final class Doorplate implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "server.json";

    private final Path file;
    private final URI address;

    private Doorplate(Path file, URI address) {
        this.file = file;
        this.address = address;
    }

    static Doorplate put(Path data, URI address) throws IOException {
        Path file = data.resolve(FILE);
        LivingProcess self = LivingProcess.self();
        PrivateFiles.replace(
                file,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("url", address.toString())
                        .put("pid", self.pid())
                        .put("begun", self.begun())
                        .toString());
        return new Doorplate(file, address);
    }

    URI address() {
        return address;
    }

    /** Empty when no server is there now. */
    static Optional<URI> read(Path data) throws IOException {
        try {
            JsonNode said = JSON.readTree(PrivateFiles.read(data.resolve(FILE)));
            boolean lives = new LivingProcess(
                            said.path("pid").asLong(), said.path("begun").asText())
                    .lives();
            return Optional.of(new URI(said.path("url").asText())).filter(url -> lives && isOfThisMachine(url));
        } catch (NoSuchFileException | JsonProcessingException | URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** A directory may come from anywhere, and what its note says is not to make us show tokens to strangers. */
    private static boolean isOfThisMachine(URI url) {
        String host = url.getHost();
        if (host == null || !host.matches("[0-9.]+|\\[[0-9A-Fa-f:.]+(%\\w+)?]")) {
            return false;
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
