package dev.capocomico.persistence.directory;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Somebody else could have written a file or directory, or read a secret in it. The message is for a person, and says what to do. */
public final class NotPrivateException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    NotPrivateException(Path file, String sentence) {
        super(file.toString());
        this.sentence = sentence;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}
