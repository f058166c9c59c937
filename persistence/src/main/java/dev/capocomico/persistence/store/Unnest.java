package dev.capocomico.persistence.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fills the parameters of {@code unnest(?, ?, …)} one after the other: an array for each column, an element for each row. */
final class Unnest<R> {
    private final PreparedStatement statement;
    private final List<R> rows;
    private int parameter;

    Unnest(PreparedStatement statement, List<R> rows) {
        this.statement = statement;
        this.rows = rows;
    }

    Unnest<R> texts(Function<R, @Nullable String> column) throws SQLException {
        return set("text", column);
    }

    Unnest<R> numbers(Function<R, @Nullable Long> column) throws SQLException {
        return set("int8", column);
    }

    Unnest<R> truths(Function<R, @Nullable Boolean> column) throws SQLException {
        return set("bool", column);
    }

    private Unnest<R> set(String type, Function<R, ? extends @Nullable Object> column) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        parameter++;
        statement.setArray(parameter, statement.getConnection().createArrayOf(type, values));
        return this;
    }
}
