package dev.capocomico.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the history of one execution says about pieces of work: who was dispatched when, and what was done when. */
final class Work {
    /**
     * A piece of work, which has an idempotency key of its own.
     *
     * @param undo whether it undoes the work of that task and element
     */
    record Piece(String task, int element, int iteration, int generation, boolean undo) {
        String key(String execution) {
            return execution + "/" + task + "/" + element + "/" + iteration + "/" + generation + (undo ? "/undo" : "");
        }
    }

    /** A row that handed out an attempt. */
    record Dispatch(Piece piece, int attempt, long row, long committedMicros) {}

    /** A row that says that a piece of work is done. */
    record Done(Piece piece, long row, long committedMicros) {}

    /** Where the work at an element of a task stands while the history is read. */
    private static final class Place {
        private int iteration = 1;
        private int generation;
        private int attempts;
        private boolean running;
        /** Whether nobody knows what the last attempt that ended did before. */
        private boolean unknown;
    }

    final List<Dispatch> dispatches = new ArrayList<>();
    final List<Done> done = new ArrayList<>();
    /** What is to be undone, in the order of completion: those whose success is recorded, and those of which nobody knows. */
    final List<Piece> toUndo = new ArrayList<>();

    private final Expectation expectation;
    private final Map<String, Place> places = new LinkedHashMap<>();

    Work(Expectation expectation, History history) {
        this.expectation = expectation;
        history.facts().forEach(this::read);
    }

    private void read(History.Fact fact) {
        if (fact.is("ending_began")) {
            placesInOrder().forEach(this::rememberIfUnknown);
        } else if (fact.target().isArray()) {
            String name = fact.json().path(0).asText();
            switch (name) {
                case "dispatched/1" -> dispatched(fact);
                case "succeeded/1" -> done(fact);
                case "iteration_ended/1" -> {
                    done(fact);
                    place(fact).iteration++;
                }
                case "attempt_failed/1", "attempt_lost/1", "gave_up/1" -> failed(fact, name);
                default -> {}
            }
        }
    }

    private void dispatched(History.Fact fact) {
        Place place = place(fact);
        place.attempts++;
        place.running = true;
        dispatches.add(new Dispatch(piece(fact), place.attempts, fact.row(), fact.committedMicros()));
    }

    private void done(History.Fact fact) {
        Piece piece = piece(fact);
        done.add(new Done(piece, fact.row(), fact.committedMicros()));
        place(fact).running = false;
        place(fact).unknown = false;
        if (fact.is("succeeded")) {
            remember(piece);
        }
    }

    private void failed(History.Fact fact, String name) {
        Place place = place(fact);
        place.running = false;
        if (name.equals("attempt_lost/1")) {
            if (fact.field(1).asBoolean()) {
                place.unknown = true;
            } else {
                // As if it had not been dispatched: no agent had begun with it.
                place.attempts--;
            }
            return;
        }
        place.unknown = unknown(fact.field(1).path(0).asText());
        if (name.equals("gave_up/1") && place.unknown) {
            remember(piece(fact));
        }
    }

    private static boolean unknown(String code) {
        return List.of("TIMEOUT", "ATTEMPT_LOST", "CANCELLED", "AGENT_BROKE").contains(code);
    }

    private void remember(Piece piece) {
        if (!piece.undo() && expectation.compensable().tasks().contains(piece.task())) {
            toUndo.removeIf(known -> known.task().equals(piece.task()) && known.element() == piece.element());
            toUndo.add(piece);
        }
    }

    /** What waits for another attempt that now never comes. */
    private void rememberIfUnknown(String target) {
        if (places.get(target).unknown && !places.get(target).running) {
            String[] parts = target.split(",", -1);
            boolean known = toUndo.stream()
                    .anyMatch(piece -> piece.task().equals(task(Integer.parseInt(parts[0])))
                            && piece.element() == Integer.parseInt(parts[1]));
            if (!known) {
                remember(piece(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
            }
        }
    }

    private List<String> placesInOrder() {
        return places.keySet().stream()
                .filter(target -> target.contains(","))
                .sorted((one, other) -> {
                    String[] a = one.split(",", -1);
                    String[] b = other.split(",", -1);
                    int byTask = Integer.compare(Integer.parseInt(a[0]), Integer.parseInt(b[0]));
                    return byTask != 0 ? byTask : Integer.compare(Integer.parseInt(a[1]), Integer.parseInt(b[1]));
                })
                .toList();
    }

    private String task(int number) {
        return expectation.tasks().get(number);
    }

    private Place place(History.Fact fact) {
        return places.computeIfAbsent(name(fact), name -> new Place());
    }

    private static String name(History.Fact fact) {
        return fact.undoes()
                ? "undo " + fact.target().path(0).asInt()
                : fact.target().path(0).asInt() + "," + fact.target().path(1).asInt();
    }

    private Piece piece(History.Fact fact) {
        if (fact.undoes()) {
            return undoing(fact.target().path(0).asInt());
        }
        return piece(fact.target().path(0).asInt(), fact.target().path(1).asInt());
    }

    private Piece piece(int task, int element) {
        Place place = places.computeIfAbsent(task + "," + element, name -> new Place());
        return new Piece(task(task), element, place.iteration, place.generation, false);
    }

    /** The entries stand in the order of undoing. */
    private Piece undoing(int entry) {
        List<Piece> order =
                expectation.compensable().order() == Expectation.Order.BACKWARD ? toUndo.reversed() : toUndo;
        if (entry >= order.size()) {
            return new Piece("nothing that was done", entry, 0, 0, true);
        }
        Piece undone = order.get(entry);
        return new Piece(undone.task(), undone.element(), 0, undone.generation(), true);
    }
}
