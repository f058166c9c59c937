package dev.capocomico.http.load;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The memory that the body of one call has, from before it arrives until the call is answered. */
public final class BodyRoom {
    private final BodyMemory memory;
    private final String tenant;
    private final List<FairShare.Place> places = new ArrayList<>(2);
    private boolean left;

    BodyRoom(BodyMemory memory, String tenant) {
        this.memory = memory;
        this.tenant = tenant;
    }

    /** Whose call it is. */
    public String tenant() {
        return tenant;
    }

    /** Takes what a body needs that is about to arrive; else says why it cannot. */
    public CompletionStage<Optional<Answer.Problem>> arrive(long bytes) {
        return memory.canTake(bytes)
                ? memory.take(tenant, bytes).thenApply(this::keep)
                : CompletableFuture.completedFuture(Optional.of(tooLarge()));
    }

    /** Takes what a body needs that is about to be read; else says why it cannot. */
    public CompletionStage<Optional<Answer.Problem>> read(byte[] body) {
        return memory.canRead(body)
                ? memory.read(tenant, body).thenApply(this::keep)
                : CompletableFuture.completedFuture(Optional.of(tooLarge()));
    }

    private synchronized Optional<Answer.Problem> keep(Optional<FairShare.Place> place) {
        if (left) {
            place.ifPresent(FairShare.Place::leave);
        } else {
            place.ifPresent(places::add);
        }
        return place.isPresent()
                ? Optional.empty()
                : Optional.of(Load.overloaded("the bodies of other calls take all the room that there is for them"));
    }

    /** Gives everything back. */
    public void leave() {
        List<FairShare.Place> all;
        synchronized (this) {
            left = true;
            all = List.copyOf(places);
            places.clear();
        }
        all.forEach(FairShare.Place::leave);
    }

    private static Answer.Problem tooLarge() {
        return Answer.Problem.of(
                ProblemCode.TOO_LARGE,
                "the body holds more than this server has the memory to read; send less at a time, or give it a larger heap");
    }
}
