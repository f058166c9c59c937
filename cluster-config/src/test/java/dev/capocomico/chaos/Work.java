package dev.capocomico.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

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

    /**
     * A row that counts an attempt as lost.
     *
     * @param life how often the execution had ended before; a retry counts the losses of its pieces anew
     * @param saidToBegin whether a row before says that its agent was about to begin
     */
    record Loss(int life, Piece piece, int attempt, long row, long dispatchedMicros, boolean saidToBegin) {}

    /** A row that says that a piece of work is done. */
    record Done(Piece piece, History.Fact fact) {
        long row() {
            return fact.row();
        }

        long committedMicros() {
            return fact.committedMicros();
        }
    }

    /** Where the work at an element of a task stands while the history is read. */
    private static final class Place {
        private int iteration = 1;
        private int generation;
        private int attempts;
        private long dispatchedIn;
        private long dispatchedMicros;
        private boolean running;
        private boolean saidToBegin;
        /** Whether nobody knows what the last attempt that ended did before. */
        private boolean unknown;

        private boolean done;
    }

    /**
     * From the start, or from being retried, to the end that follows.
     *
     * @param kind how it ended
     * @param toUndo in the order of completion: those whose success is recorded, and those of which nobody knows
     * @param undone what is recorded as undone
     */
    record Life(String kind, List<Piece> toUndo, List<Piece> undone) {}

    /** Without those that came to nothing because no agent had begun. */
    final List<Dispatch> dispatches = new ArrayList<>();

    final List<Loss> losses = new ArrayList<>();
    final List<Done> done = new ArrayList<>();
    final List<Life> lives = new ArrayList<>();

    private final Expectation expectation;
    private final Predicate<String> isChild;
    private final Map<String, Place> places = new LinkedHashMap<>();
    /** Of the elements of a task that have not been tried since it began anew as a whole. */
    private final Map<Integer, Integer> generations = new HashMap<>();

    private final List<Piece> toUndo = new ArrayList<>();
    private final List<Piece> undone = new ArrayList<>();

    /**
     * Reads a history.
     *
     * @param isChild whether the work of a task is done by an execution of its own
     */
    Work(Expectation expectation, History history, Predicate<String> isChild) {
        this.expectation = expectation;
        this.isChild = isChild;
        history.facts().forEach(this::read);
    }

    private void read(History.Fact fact) {
        if (fact.is("ending_began")) {
            placesInOrder().forEach(this::rememberIfUnknown);
        } else if (fact.is("ended")) {
            lives.add(new Life(fact.field(0).path(0).asText(), List.copyOf(toUndo), List.copyOf(undone)));
        } else if (fact.is("retried")) {
            beginAnew();
        } else if (fact.target().isArray()) {
            String name = fact.name();
            switch (name) {
                case "dispatched" -> dispatched(fact);
                case "attempt_began" -> place(fact).saidToBegin = true;
                case "succeeded" -> done(fact);
                case "iteration_ended" -> {
                    done(fact);
                    place(fact).iteration++;
                }
                case "attempt_failed", "attempt_lost", "attempt_handed_back", "gave_up" -> failed(fact, name);
                default -> {}
            }
        }
    }

    private void dispatched(History.Fact fact) {
        Place place = place(fact);
        place.attempts++;
        place.dispatchedIn = fact.row();
        place.dispatchedMicros = fact.committedMicros();
        place.running = true;
        place.saidToBegin = false;
        dispatches.add(new Dispatch(piece(fact), place.attempts, fact.row(), fact.committedMicros()));
    }

    private void done(History.Fact fact) {
        Piece piece = piece(fact);
        done.add(new Done(piece, fact));
        place(fact).running = false;
        place(fact).unknown = false;
        if (piece.undo()) {
            undone.add(piece);
        } else if (fact.is("succeeded")) {
            place(fact).done = true;
            remember(piece);
        }
    }

    private void failed(History.Fact fact, String name) {
        Place place = place(fact);
        place.running = false;
        if (name.equals("attempt_lost") || name.equals("attempt_handed_back")) {
            if (fact.field(1).asBoolean()) {
                place.unknown = true;
                if (name.equals("attempt_lost")) {
                    losses.add(new Loss(
                            lives.size(),
                            piece(fact),
                            place.attempts,
                            fact.row(),
                            place.dispatchedMicros,
                            place.saidToBegin));
                }
            } else {
                // As if it had not been dispatched: no agent had begun with it.
                dispatches.removeIf(dispatch -> dispatch.piece().equals(piece(fact))
                        && dispatch.attempt() == place.attempts
                        && dispatch.row() == place.dispatchedIn);
                place.attempts--;
            }
            return;
        }
        place.unknown = unknown(fact.field(1).path(0).asText());
        if (name.equals("gave_up") && place.unknown) {
            remember(piece(fact));
        }
    }

    /**
     * What was done and not undone stays. All else is as if it had not been tried, under new keys if it was undone, or was an execution
     * of its own that had begun. A fan-out goes on with the elements that it had if any of them stays, or is still to be undone.
     */
    private void beginAnew() {
        toUndo.removeIf(piece -> undone.stream().anyMatch(one -> samePlace(one, piece)));
        places.keySet().removeIf(target -> !target.contains(","));
        Map<Integer, List<String>> byTask = new TreeMap<>();
        placesInOrder().forEach(target -> byTask.computeIfAbsent(number(target, 0), task -> new ArrayList<>())
                .add(target));
        byTask.forEach(this::beginAnew);
        undone.clear();
    }

    private void beginAnew(int task, List<String> targets) {
        boolean someStay = false;
        int highest = 0;
        for (String target : targets) {
            Place place = places.get(target);
            boolean wasUndone = undone.stream().anyMatch(piece -> isAt(piece, target));
            if (place.done && !wasUndone) {
                someStay = true;
                continue;
            }
            Place fresh = new Place();
            boolean hadChild = place.attempts > 0 && isChild.test(task(task));
            fresh.generation = place.generation + (wasUndone || hadChild ? 1 : 0);
            highest = Math.max(highest, fresh.generation);
            someStay |= toUndo.stream().anyMatch(piece -> isAt(piece, target));
            places.put(target, fresh);
        }
        if (!someStay) {
            generations.put(task, highest);
            targets.forEach(places::remove);
        }
    }

    private static boolean samePlace(Piece one, Piece other) {
        return one.task().equals(other.task()) && one.element() == other.element();
    }

    private boolean isAt(Piece piece, String target) {
        return piece.task().equals(task(number(target, 0))) && piece.element() == number(target, 1);
    }

    private static boolean unknown(String code) {
        return List.of("TIMEOUT", "ATTEMPT_LOST", "CANCELLED", "AGENT_BROKE").contains(code);
    }

    private void remember(Piece piece) {
        if (!piece.undo() && expectation.compensable().tasks().contains(piece.task())) {
            toUndo.removeIf(known -> samePlace(known, piece));
            toUndo.add(piece);
        }
    }

    /** What waits for another attempt that now never comes. */
    private void rememberIfUnknown(String target) {
        if (places.get(target).unknown && !places.get(target).running) {
            if (toUndo.stream().noneMatch(piece -> isAt(piece, target))) {
                remember(piece(number(target, 0), number(target, 1)));
            }
        }
    }

    private List<String> placesInOrder() {
        return places.keySet().stream()
                .filter(target -> target.contains(","))
                .sorted(Comparator.comparingInt((String target) -> number(target, 0))
                        .thenComparingInt(target -> number(target, 1)))
                .toList();
    }

    private static int number(String target, int index) {
        return Integer.parseInt(target.split(",", -1)[index]);
    }

    private String task(int number) {
        return expectation.tasks().get(number);
    }

    private Place place(History.Fact fact) {
        return fact.undoes()
                ? places.computeIfAbsent("undo " + fact.target().path(0).asInt(), name -> new Place())
                : place(fact.target().path(0).asInt(), fact.target().path(1).asInt());
    }

    private Place place(int task, int element) {
        return places.computeIfAbsent(task + "," + element, name -> {
            Place place = new Place();
            place.generation = generations.getOrDefault(task, 0);
            return place;
        });
    }

    private Piece piece(History.Fact fact) {
        if (fact.undoes()) {
            return undoing(fact.target().path(0).asInt());
        }
        return piece(fact.target().path(0).asInt(), fact.target().path(1).asInt());
    }

    private Piece piece(int task, int element) {
        Place place = place(task, element);
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
