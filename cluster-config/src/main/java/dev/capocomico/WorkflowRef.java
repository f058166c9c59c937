package dev.capocomico;

/**
 * A registered workflow.
 *
 * @param digest of the definition; what an execution is bound to
 */
public record WorkflowRef(String name, String version, String digest) {}
