package dev.capocomico.http.contract;

import dev.capocomico.http.access.Action;
import dev.capocomico.http.access.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of the contract.
 *
 * @param id by which the code that answers it is found
 * @param role the least that a caller needs; null when it asks for no token
 * @param action which scope it needs of a token that is narrowed; null when it asks for no token
 * @param open whether who has no token is answered too, if with less
 * @param body null when the call takes none
 * @param produces the media types of its answers, those of problems not among them
 * @param statuses that it may answer with
 */
public record Operation(
        String id,
        String method,
        PathTemplate path,
        @Nullable Role role,
        @Nullable Action action,
        boolean open,
        List<Parameter> parameters,
        @Nullable Body body,
        Set<String> produces,
        Set<Integer> statuses) {
    public Operation {
        parameters = List.copyOf(parameters);
        produces = Set.copyOf(produces);
        statuses = Set.copyOf(statuses);
    }

    /** Whether its answer is another protocol. */
    public boolean isSocket() {
        return statuses.contains(101);
    }

    /**
     * The body of a request.
     *
     * @param bytesMax larger ones are refused before they are read
     * @param document whether it is handed on as it is, because the reader of workflows says better what is wrong with it
     */
    public record Body(boolean required, long bytesMax, boolean document, Map<String, ContractSchema> byMediaType) {
        public Body {
            byMediaType = Map.copyOf(byMediaType);
        }
    }
}
