package dev.capocomico.cli.graph;

import dev.capocomico.model.plan.Plan;

/**
 * The languages a plan is drawn in. A picture is complete text that ends with a line break, the same for the same plan
 * and style, and of bounded size: beyond what a format can take, tasks that are alike are folded into families, and the
 * picture says so. Time and memory are linear in the plan's tasks and edges.
 */
public enum GraphFormat {
    /** For a terminal: boxes and arrows when they are few, else a line for each task with rails beside it. */
    TEXT {
        @Override
        public String render(Plan plan, GraphStyle style) {
            return TextPicture.of(plan, style);
        }
    },
    /** A Mermaid flowchart, within the limits that Mermaid sets to texts and edges. */
    MERMAID {
        @Override
        public String render(Plan plan, GraphStyle style) {
            return MermaidPicture.of(plan);
        }
    },
    /** For Graphviz. */
    DOT {
        @Override
        public String render(Plan plan, GraphStyle style) {
            return DotPicture.of(plan);
        }
    },
    /** A file of its own: no scripts, nothing loaded, light or dark as the reader's system is. */
    SVG {
        @Override
        public String render(Plan plan, GraphStyle style) {
            return SvgPicture.of(plan);
        }
    };

    public abstract String render(Plan plan, GraphStyle style);
}
