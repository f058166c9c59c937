/**
 * What a workflow is: the typed form of the workflow language, the same whether it was written as YAML, as JSON or with
 * {@link dev.capocomico.model.definition.Workflow the builder}.
 */
@NullMarked
package dev.capocomico.model.definition;

import org.jspecify.annotations.NullMarked;
