package dev.capocomico.language.problem;

/** A place in a document; lines and columns count from 1, columns in code points. */
public record Place(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
