package dev.capocomico.language.tree;

/** Bounds on a document, checked while it is read: a hostile one is refused before it costs time or memory. */
public final class TreeLimits {
    public static final int DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;
    public static final int NESTING_MAX = 32;

    /** Nodes of the unfolded tree: a document at the limits of tasks and edges has fewer. */
    public static final int NODES_MAX = 4_000_000;

    /** Nodes that aliases add to those that are written: enough to share a policy, not to blow a document up. */
    public static final int ALIASED_NODES_MAX = 100_000;

    /** The parser looks at one line at a time, and what it does with a line grows faster than the line. */
    public static final int YAML_LINE_CODE_POINTS_MAX = 1024 * 1024;

    /** Digits, sign and exponent together: longer ones cost more to read than they can mean. */
    public static final int NUMBER_CHARACTERS_MAX = 64;

    /** Reading stops at so many problems; each is worth mending, but nobody mends more at a time. */
    public static final int PROBLEMS_MAX = 1_000;

    private TreeLimits() {}
}
