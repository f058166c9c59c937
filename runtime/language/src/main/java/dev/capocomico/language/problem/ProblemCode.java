package dev.capocomico.language.problem;

/** What can be wrong with a document. The names are part of what users see and never change their meaning. */
public enum ProblemCode {
    DOCUMENT_TOO_LARGE("the document is larger than 16 MiB", "split the workflow into child workflows"),
    INVALID_UTF8("bytes that are no UTF-8", "save the file as UTF-8"),
    SYNTAX("text that is no YAML, or no JSON", "mend the text at the place shown"),
    UNSUPPORTED_YAML(
            "YAML that this language does not use: tags, merge keys, several documents, keys that are no words",
            "write the values out in plain YAML"),
    NESTING_TOO_DEEP("values nested deeper than 32 levels", "flatten the value"),
    TOO_MANY_NODES("more values than a document may hold, counted with every alias written out", "use fewer aliases"),
    LINE_TOO_LONG("a line of more than 1,048,576 characters", "break the line, or send the document as JSON"),
    TOO_MANY_PROBLEMS("reading stopped after 1,000 problems", "mend these first"),
    EMPTY_DOCUMENT("nothing in the document", "start with the key workflow"),
    DUPLICATE_KEY("a key that stands twice in one mapping", "keep one of them"),
    UNKNOWN_KEY("a key that means nothing here", "remove it, or correct its name"),
    MISSING_KEY("a key that must be there is not", "add it"),
    WRONG_TYPE("a value of another type than this key takes", "write a value of the type named"),
    INVALID_VALUE("a value of the right type in a wrong form", "write it in the form named"),
    UNKNOWN_CHOICE("a word that is none of the choices", "use one of the choices named"),
    OUT_OF_RANGE("a number or duration outside its range", "stay within the range named"),
    TOO_MANY("more entries than a list or mapping may have", "use fewer, or split the workflow"),
    TASK_KIND("a task that does nothing, or more than one thing", "give it one of agent, wait_for, sleep, workflow"),
    NOT_APPLICABLE("a key that a task of this kind does not take", "remove it"),
    CONTRADICTION("settings that exclude each other", "keep one of them"),
    DUPLICATE_ID("a task id that another task has", "rename one of the tasks"),
    UNKNOWN_AGENT("a role that agents does not declare", "declare the role, or correct its name"),
    UNKNOWN_TASK("a task that does not exist", "correct its name"),
    UNKNOWN_PATTERN("an orchestration pattern that is not registered", "use one of the patterns named"),
    UNKNOWN_POLICY("a retry policy that does not exist", "use one of the policies named, or write it out"),
    UNKNOWN_TOPIC(
            "an on_event topic that coordination.event_driven does not name",
            "add the topic to coordination.event_driven"),
    SELF_DEPENDENCY("a task that depends on itself", "remove the dependency"),
    DUPLICATE_DEPENDENCY("a dependency that is named twice", "keep one of them"),
    CYCLE("tasks that wait for each other in a circle", "remove one dependency of the circle"),
    WAIT_TOO_LONG("a wait longer than the workflow's own timeout", "shorten the wait, or lengthen the timeout"),
    IMPOSSIBLE_CAPABILITY(
            "a capability that no agent of this built-in type can offer", "remove it, or use another agent type"),
    PATTERN_SETTINGS("settings that the pattern does not accept", "see the pattern's settings"),
    INVALID_SCHEMA("a JSON Schema that is none", "mend the schema"),
    TEMPLATE_SYNTAX("a ${ without its }", "close it, or write $${ for a literal ${"),
    EXPRESSION_SYNTAX("an expression that does not parse", "mend the expression"),
    EXPRESSION_TYPE("an expression of a wrong type", "see what the place takes"),
    EXPRESSION_NAME("an expression that names something unknown", "correct the name"),
    EXPRESSION_TOO_LONG("an expression of more than 4 KiB", "split it, or let a task compute it"),
    NOT_AVAILABLE_HERE("a variable that has no value at this place", "see where the variable is available"),
    NOT_UPSTREAM("an expression that names a task that is not upstream", "add it to depends_on");

    private final String meaning;
    private final String remedy;

    ProblemCode(String meaning, String remedy) {
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** What it says of a document, in general. */
    public String meaning() {
        return meaning;
    }

    /** What to do about it, in general; a problem may know better. */
    public String remedy() {
        return remedy;
    }
}
