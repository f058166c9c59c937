package dev.capocomico.chaos;

import dev.capocomico.chaos.Finding.Law;
import dev.capocomico.chaos.Work.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds a run against the laws of {@link Finding.Law}, with nothing but the rows, the calls, what was acknowledged, and what was
 * expected. Shares no code with the engine.
 */
final class Checker {
    private final Recording run;
    private final List<Finding> findings = new ArrayList<>();

    private Checker(Recording run) {
        this.run = run;
    }

    static List<Finding> check(Recording run) {
        Checker checker = new Checker(run);
        checker.checkAll();
        return List.copyOf(checker.findings);
    }

    private void checkAll() {
        Map<String, List<Call>> calls = new HashMap<>();
        run.calls().forEach(call -> calls.computeIfAbsent(call.execution(), id -> new ArrayList<>())
                .add(call));
        Set<String> known = new TreeSet<>(run.histories().keySet());
        known.addAll(calls.keySet());
        known.removeAll(run.expectations().keySet());
        known.forEach(id -> find(Law.EXPECTED_END, id, "nobody has started it"));
        for (Map.Entry<String, Expectation> expected : new TreeMap<>(run.expectations()).entrySet()) {
            String id = expected.getKey();
            if (!expected.getValue().mayNeverBegin() || run.histories().containsKey(id) || calls.containsKey(id)) {
                History history = run.histories().getOrDefault(id, new History(id, List.of()));
                new OfOne(id, history, expected.getValue(), calls.getOrDefault(id, List.of())).check();
            }
        }
        Acknowledged.check(run, this::find);
        Published.check(run, this::find);
    }

    private void find(Law law, String execution, String what) {
        findings.add(new Finding(law, execution, what));
    }

    /** The laws about one execution. */
    private final class OfOne {
        private final String id;
        private final History history;
        private final Expectation expectation;
        private final List<Call> calls;
        private final Children children;
        private final Work work;

        OfOne(String id, History history, Expectation expectation, List<Call> calls) {
            this.id = id;
            this.history = history;
            this.expectation = expectation;
            this.calls = calls;
            this.children = new Children(history, run.histories());
            this.work = new Work(expectation, history, children::work);
        }

        void check() {
            unbroken();
            expectedEnd();
            doneOnce();
            calledAsDispatched();
            nothingAfterSuccess();
            undoneOnce();
            stillWhilePaused();
            listedAsItIs();
            children.check(work, (law, execution, what) -> found(law, what));
            new Losses(id, calls, run.lives()).check(work, children, Checker.this::find);
        }

        private void found(Law law, String what) {
            find(law, id, what);
        }

        private void unbroken() {
            long expected = 1;
            long time = 0;
            for (History.Row row : history.rows()) {
                if (row.number() != expected || row.stepNumber() != expected) {
                    found(
                            Law.UNBROKEN_HISTORY,
                            "row %d holds step %d where %d should be"
                                    .formatted(row.number(), row.stepNumber(), expected));
                }
                if (row.atMillis() < time) {
                    found(Law.UNBROKEN_HISTORY, "time runs backwards at step " + row.number());
                }
                expected = row.number() + 1;
                time = row.atMillis();
            }
            List<History.Fact> facts = history.facts();
            boolean begins = !facts.isEmpty()
                    && facts.getFirst().is("started")
                    && facts.getFirst().field(0).asText().equals(id);
            if (!begins || count("started") != 1) {
                found(Law.UNBROKEN_HISTORY, "it does not begin with its start");
            }
        }

        private long count(String fact) {
            return history.facts().stream().filter(one -> one.is(fact)).count();
        }

        private void expectedEnd() {
            List<History.Fact> ends =
                    history.facts().stream().filter(fact -> fact.is("ended")).toList();
            long retried = count("retried");
            if (ends.size() != 1 + retried || !history.ended()) {
                found(
                        Law.EXPECTED_END,
                        "it has %d endings and was retried %d times, and must have one at the end, and one before each retry"
                                .formatted(ends.size(), retried));
                return;
            }
            if ((retried > 0) != (expectation.codeBefore() != null)) {
                found(Law.EXPECTED_END, "it was retried %d times".formatted(retried));
            }
            for (History.Fact before : ends.subList(0, ends.size() - 1)) {
                if (!before.field(0).path(0).asText().equals("failed")
                        || !before.field(0).path(1).asText().equals(expectation.codeBefore())) {
                    found(Law.EXPECTED_END, "it was retried after " + before.field(0));
                }
            }
            History.Fact end = ends.getLast();
            String kind = end.field(0).path(0).asText();
            String code = end.field(0).path(1).asText();
            String output = end.field(1).path(0).toString();
            boolean asExpected = kind.equals(expectation.kind())
                    && (expectation.code() == null || expectation.code().equals(code))
                    && (expectation.output() == null
                            || expectation.output().toString().equals(output));
            if (!asExpected) {
                found(
                        Law.EXPECTED_END,
                        "it ended %s, code %s, output %s".formatted(kind, code, output) + "; expected was "
                                + expectation.kind() + ", code " + expectation.code() + ", output "
                                + expectation.output());
            }
        }

        private void doneOnce() {
            Set<Piece> once = new HashSet<>();
            for (Work.Done done : work.done) {
                if (!once.add(done.piece())) {
                    found(Law.DONE_ONCE, "success recorded again in row %d: %s".formatted(done.row(), done.piece()));
                }
                boolean said = calls.stream()
                        .anyMatch(call -> call.kind() == Call.Kind.SUCCEEDED
                                && of(call, done.piece())
                                && call.atMicros() <= done.committedMicros());
                if (!said && !children.work(done.piece().task())) {
                    found(
                            Law.DONE_ONCE,
                            "row %d records a success that no agent has spoken of: %s"
                                    .formatted(done.row(), done.piece()));
                }
            }
        }

        private void calledAsDispatched() {
            Map<String, Integer> called = new HashMap<>();
            for (Call call : began()) {
                int times = called.merge(call.key() + " " + call.attempt(), 1, Integer::sum);
                long dispatched = work.dispatches.stream()
                        .filter(dispatch -> dispatch.attempt() == call.attempt()
                                && of(call, dispatch.piece())
                                && dispatch.committedMicros() <= call.atMicros())
                        .count();
                if (dispatched < times) {
                    found(
                            Law.CALLED_AS_DISPATCHED,
                            "%d times called, and by then %d times dispatched: %s".formatted(times, dispatched, call));
                }
            }
        }

        /** By the order of rows, which no clock can change, and by the clock that agents and database share. */
        private void nothingAfterSuccess() {
            Map<Piece, Work.Done> done = new HashMap<>();
            work.done.forEach(one -> done.putIfAbsent(one.piece(), one));
            for (Work.Dispatch dispatch : work.dispatches) {
                Work.Done before = done.get(dispatch.piece());
                if (before != null && before.row() < dispatch.row()) {
                    found(
                            Law.NOTHING_AFTER_SUCCESS,
                            "row %d dispatches what row %d records as done: %s"
                                    .formatted(dispatch.row(), before.row(), dispatch.piece()));
                }
            }
            for (Call call : began()) {
                done.values().stream()
                        .filter(one -> of(call, one.piece()) && one.committedMicros() < call.atMicros())
                        .forEach(one -> found(
                                Law.NOTHING_AFTER_SUCCESS,
                                "%d µs after row %d, which records the success, there began %s"
                                        .formatted(call.atMicros() - one.committedMicros(), one.row(), call)));
            }
        }

        private List<Call> began() {
            return calls.stream()
                    .filter(call -> call.kind() == Call.Kind.BEGAN)
                    .sorted(Comparator.comparingLong(Call::atMicros))
                    .toList();
        }

        /** Whether the call is for this piece of work, by its idempotency key. */
        private boolean of(Call call, Piece piece) {
            return call.key().equals(piece.key(id));
        }

        private void undoneOnce() {
            Map<String, Long> firstCalls = new LinkedHashMap<>();
            began().stream()
                    .filter(Call::undoes)
                    .forEach(call -> firstCalls.merge(call.key(), call.atMicros(), Math::min));
            Set<String> all = new HashSet<>();
            for (Work.Life life : work.lives) {
                List<String> toUndo = life.kind().equals("completed") ? List.of() : keysOfUndoing(life.toUndo());
                all.addAll(toUndo);
                List<String> undone =
                        life.undone().stream().map(piece -> piece.key(id)).toList();
                if (!new TreeSet<>(toUndo).equals(new TreeSet<>(undone)) || undone.size() != toUndo.size()) {
                    found(Law.UNDONE_ONCE, "undone was %s, and should have been %s".formatted(undone, toUndo));
                }
                inOrder(toUndo, firstCalls);
            }
            firstCalls.keySet().stream()
                    .filter(key -> !all.contains(key))
                    .forEach(key -> found(
                            Law.UNDONE_ONCE,
                            "something is undone under the key %s, which is none of %s".formatted(key, all)));
        }

        private List<String> keysOfUndoing(List<Piece> pieces) {
            return pieces.stream()
                    .map(piece -> new Piece(piece.task(), piece.element(), 0, piece.generation(), true))
                    .map(piece -> piece.key(id))
                    .toList();
        }

        private void inOrder(List<String> expected, Map<String, Long> firstCalls) {
            List<String> called = firstCalls.entrySet().stream()
                    .filter(call -> expected.contains(call.getKey()))
                    .sorted(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .toList();
            boolean inOrder =
                    switch (expectation.compensable().order()) {
                        case BACKWARD -> called.equals(expected.reversed());
                        case FORWARD -> called.equals(expected);
                        case AT_ONCE -> new HashSet<>(called).equals(new HashSet<>(expected));
                    };
            if (!inOrder) {
                found(
                        Law.UNDONE_ONCE,
                        "undoing was called for in the order %s; completed was in the order %s"
                                .formatted(called, expected));
            }
        }

        private void listedAsItIs() {
            Listed listed = run.listed().get(id);
            if (listed == null || !listed.knows(history) || !listed.status().equals(expectation.kind())) {
                found(
                        Law.LISTED_AS_IT_IS,
                        "the table has %s, the journal %d rows"
                                .formatted(listed, history.rows().size()));
            }
        }

        private void stillWhilePaused() {
            boolean paused = false;
            for (History.Fact fact : history.facts()) {
                if (fact.is("paused")) {
                    paused = true;
                } else if (fact.is("resumed") || fact.is("ending_began")) {
                    paused = false;
                } else if (paused && fact.is("dispatched")) {
                    found(Law.STILL_WHILE_PAUSED, "row %d dispatches while it is paused".formatted(fact.row()));
                }
            }
        }
    }
}
