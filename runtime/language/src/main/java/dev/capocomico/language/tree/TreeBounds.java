package dev.capocomico.language.tree;

import dev.capocomico.model.execution.ValueLimits;

/**
 * Bounds that depend on what a document is for.
 *
 * @param keyCharactersMax of each key
 * @param nodesMax of the unfolded tree
 */
public record TreeBounds(int keyCharactersMax, int nodesMax) {
    /** Of a workflow that comes in. */
    public static final TreeBounds DOCUMENT = new TreeBounds(ValueLimits.KEY_CHARACTERS_MAX, TreeLimits.NODES_MAX);

    /** Of one that is kept: whatever was let in by any version is read. */
    public static final TreeBounds STORED = new TreeBounds(TreeLimits.DOCUMENT_BYTES_MAX, TreeLimits.NODES_MAX);

    /** Of a value that comes in. */
    public static final TreeBounds VALUE = new TreeBounds(ValueLimits.KEY_CHARACTERS_MAX, ValueLimits.ELEMENTS_MAX);
}
