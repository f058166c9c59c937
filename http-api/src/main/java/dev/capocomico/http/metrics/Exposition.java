package dev.capocomico.http.metrics;

/** The text that Prometheus reads (format 0.0.4). */
final class Exposition {
    private final StringBuilder text = new StringBuilder();

    /** What is told next. */
    void begin(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void sample(String name, String labels, long value) {
        sample(name, labels, Long.toString(value));
    }

    void sample(String name, String labels, double value) {
        sample(name, labels, Double.toString(value));
    }

    private void sample(String name, String labels, String value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    void one(String name, String type, String help, long value) {
        begin(name, type, help);
        sample(name, "", value);
    }

    void one(String name, String type, String help, double value) {
        begin(name, type, help);
        sample(name, "", value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
