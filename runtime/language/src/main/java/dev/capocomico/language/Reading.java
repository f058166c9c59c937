package dev.capocomico.language;

import dev.capocomico.language.problem.Problem;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.plan.Plan;
import java.util.List;

/** What came of reading a document. */
public sealed interface Reading {
    record Valid(Definition definition, Plan plan) implements Reading {}

    /** Every problem that was found, none twice, in the order of their places; never empty. */
    record Invalid(List<Problem> problems) implements Reading {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
