package dev.capocomico.cli;

import dev.capocomico.language.problem.Problem;
import dev.capocomico.model.plan.Plan;
import java.util.List;

/** What became of one file of the command line. */
sealed interface Checked {
    /** The file as the user named it. */
    String file();

    record Valid(String file, Plan plan) implements Checked {}

    record Invalid(String file, List<Problem> problems) implements Checked {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    record Unreadable(String file, String why) implements Checked {}
}
