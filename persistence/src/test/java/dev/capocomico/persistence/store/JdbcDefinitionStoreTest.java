package dev.capocomico.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.DefinitionStore.Registration;
import dev.capocomico.engine.DefinitionStore.Stored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcDefinitionStoreTest {
    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcDefinitionStore store = new JdbcDefinitionStore(journal.database());

    @Test
    void a_name_and_version_belong_to_what_was_registered_first() {
        assertThat(store.register("t", stored("d1", "1"))).isEqualTo(Registration.CREATED);
        assertThat(store.register("t", stored("d1", "1"))).isEqualTo(Registration.UNCHANGED);
        assertThat(store.register("t", stored("d2", "1"))).isEqualTo(Registration.CONFLICT);
        assertThat(store.register("other", stored("d2", "1"))).isEqualTo(Registration.CREATED);
        assertThat(store.tree("t", "d1")).contains("\"d1\"");
        assertThat(store.tree("t", "d2")).isEmpty();
        assertThat(store.digest("t", "bill", "1")).contains("d1");
        assertThat(store.digest("t", "bill", "2")).isEmpty();
    }

    @Test
    void what_was_kept_takes_no_name_and_gets_it_when_it_is_registered() {
        store.keep("t", stored("draft", "1"));
        assertThat(store.register("t", stored("final", "1"))).isEqualTo(Registration.CREATED);
        assertThat(store.register("t", stored("draft", "1"))).isEqualTo(Registration.CONFLICT);
        store.keep("t", stored("next", "2"));
        assertThat(store.register("t", stored("next", "2"))).isEqualTo(Registration.CREATED);
    }

    @Test
    void a_name_alone_means_what_was_registered_last_and_not_what_was_kept_last() {
        store.keep("t", stored("d1", "1"));
        store.register("t", stored("d2", "2"));
        store.register("t", stored("d1", "1"));
        store.keep("t", stored("d3", "3"));
        assertThat(store.digest("t", "bill", null)).contains("d1");
    }

    @Test
    void while_nothing_is_registered_a_name_means_what_was_kept_last() {
        store.keep("t", stored("d1", "1"));
        store.keep("t", stored("d2", "1"));
        store.keep("t", stored("d3", "2"));
        assertThat(store.digest("t", "bill", "1")).contains("d2");
        store.keep("t", stored("d1", "1"));
        assertThat(store.digest("t", "bill", "1")).contains("d1");
        assertThat(store.digest("t", "bill", null)).contains("d1");
        assertThat(store.digest("other", "bill", null)).isEmpty();
        store.register("t", stored("d2", "1"));
        assertThat(store.digest("t", "bill", "1")).contains("d2");
    }

    private static Stored stored(String digest, String version) {
        return new Stored(digest, "bill", version, "\"" + digest + "\"");
    }
}
