package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.language.expression.Value.Bool;
import dev.capocomico.language.expression.Value.Entries;
import dev.capocomico.language.expression.Value.Items;
import dev.capocomico.language.expression.Value.MadeEntries;
import dev.capocomico.language.expression.Value.MadeItems;
import dev.capocomico.language.expression.Value.Text;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A type-checked expression as a tree that can be evaluated. Each node charges the step it takes. */
sealed interface Node {
    /** Throws an {@link EvaluationFailure} when there is no value, a {@link LimitReached} when the budget is spent. */
    Value eval(Frame frame);

    static boolean condition(Value value, String what) {
        if (value instanceof Bool bool) {
            return bool.value();
        }
        throw new EvaluationFailure(() -> what + " needs a bool, not " + value.described());
    }

    record Constant(Value value) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return value;
        }
    }

    record Local(int slot) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return frame.get(slot);
        }
    }

    record ReadVariable(Variable variable) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return Value.of(Roots.variable(frame.scope, variable), frame.scope);
        }
    }

    record ReadTask(String taskId, TaskField field) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return switch (field) {
                case OUTPUT -> Value.of(Roots.taskOutput(frame.scope, taskId), frame.scope);
                case STATUS -> new Text(Roots.taskStatus(frame.scope, taskId));
            };
        }
    }

    record ReadExecutionId() implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return new Text(frame.scope.executionId());
        }
    }

    record Field(Node of, String name) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return Selection.field(of.eval(frame), name);
        }
    }

    record Has(Node of, String name) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return Value.of(Selection.has(of.eval(frame), name));
        }
    }

    record Call(Function function, List<Node> arguments) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            List<Value> values = new ArrayList<>(arguments.size());
            for (Node argument : arguments) {
                values.add(argument.eval(frame));
            }
            return function.apply(values, frame.meter);
        }
    }

    record Conditional(Node test, Node then, Node otherwise) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            return condition(test.eval(frame), "the condition before ?") ? then.eval(frame) : otherwise.eval(frame);
        }
    }

    /** {@code &&} decides on false, {@code ||} on true; a side that decides makes up for the failure of the other. */
    record Logic(boolean decidedBy, Node left, Node right) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            try {
                if (condition(left.eval(frame), operator()) == decidedBy) {
                    return Value.of(decidedBy);
                }
            } catch (EvaluationFailure failure) {
                frame.meter.failureAbsorbed();
                if (decidesDespite(failure, frame)) {
                    return Value.of(decidedBy);
                }
                throw failure;
            }
            return Value.of(condition(right.eval(frame), operator()));
        }

        private boolean decidesDespite(EvaluationFailure first, Frame frame) {
            try {
                return right.eval(frame) instanceof Bool bool && bool.value() == decidedBy;
            } catch (EvaluationFailure second) {
                throw first;
            }
        }

        private String operator() {
            return decidedBy ? "||" : "&&";
        }
    }

    /** How macros ask whether to go on: true unless the operand is false, also when it fails. */
    record NotStrictlyFalse(Node of) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            try {
                return Value.of(!(of.eval(frame) instanceof Bool bool && !bool.value()));
            } catch (EvaluationFailure failure) {
                frame.meter.failureAbsorbed();
                return Value.Bool.TRUE;
            }
        }
    }

    record MakeItems(List<Node> elements) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            frame.meter.allocate(Meter.OBJECT_BYTES + (long) Meter.SLOT_BYTES * elements.size());
            List<Value> list = new ArrayList<>(elements.size());
            for (Node element : elements) {
                list.add(element.eval(frame));
            }
            return new MadeItems(list);
        }
    }

    record MakeEntries(List<Map.Entry<Node, Node>> entries) implements Node {
        private static final int ENTRY_BYTES = 96;

        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            frame.meter.allocate(Meter.OBJECT_BYTES + (long) ENTRY_BYTES * entries.size());
            Map<Value, Value> map = new LinkedHashMap<>();
            for (Map.Entry<Node, Node> entry : entries) {
                Value key = entry.getKey().eval(frame);
                if (!(key instanceof Text || key instanceof Value.Int || key instanceof Bool)) {
                    throw new EvaluationFailure(() -> "the key of a map cannot be " + key.described());
                }
                if (key instanceof Text text) {
                    frame.meter.read(text.value().length());
                }
                if (map.put(key, entry.getValue().eval(frame)) != null) {
                    throw new EvaluationFailure("a map has the same key twice");
                }
            }
            return new MadeEntries(map);
        }
    }

    /**
     * A macro's {@code accumulator + [element]}. Nothing but the macro can see the accumulator, so it is added to in place
     * and the loop stays linear.
     */
    record Append(int accumulator, List<Node> elements) implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            if (!(frame.get(accumulator) instanceof MadeItems items)) {
                throw new IllegalStateException("the accumulator of a macro is no list");
            }
            for (Node element : elements) {
                Value value = element.eval(frame);
                frame.meter.allocate(Meter.SLOT_BYTES);
                items.list().add(value);
            }
            return items;
        }
    }

    /** What CEL's macros are expanded to. */
    record Loop(int variable, int accumulator, Node range, Node start, Node goOn, Node step, Node result)
            implements Node {
        @Override
        public Value eval(Frame frame) {
            frame.meter.step();
            Items items = items(range.eval(frame), frame.meter);
            frame.set(accumulator, start.eval(frame));
            for (int i = 0; i < items.size(); i++) {
                frame.meter.iteration();
                frame.set(variable, items.get(i));
                if (!condition(goOn.eval(frame), "a loop")) {
                    break;
                }
                try {
                    frame.set(accumulator, step.eval(frame));
                } catch (EvaluationFailure failure) {
                    if (!(goOn instanceof NotStrictlyFalse)) {
                        throw failure;
                    }
                    frame.meter.failureAbsorbed();
                    frame.fail(accumulator, failure);
                }
            }
            return result.eval(frame);
        }

        private static Items items(Value range, Meter meter) {
            if (range instanceof Items items) {
                return items;
            }
            if (range instanceof Entries entries) {
                return entries.keys(meter);
            }
            throw new EvaluationFailure(() -> "only a list or a map can be gone through, not " + range.described());
        }
    }

    /** Where names of the scope are looked up, for nodes and for paths. */
    final class Roots {
        private Roots() {}

        static JsonNode variable(Scope scope, Variable variable) {
            JsonNode json = scope.variable(variable);
            if (json == null) {
                throw new EvaluationFailure("there is no \"" + variable.identifier() + "\" at this place");
            }
            return json;
        }

        static JsonNode taskOutput(Scope scope, String taskId) {
            JsonNode output = scope.taskOutput(taskId);
            if (output == null) {
                throw noTask(taskId);
            }
            return output;
        }

        static String taskStatus(Scope scope, String taskId) {
            String status = scope.taskStatus(taskId);
            if (status == null) {
                throw noTask(taskId);
            }
            return status;
        }

        private static EvaluationFailure noTask(String taskId) {
            return new EvaluationFailure("there is no task \"" + taskId + "\"");
        }
    }
}
