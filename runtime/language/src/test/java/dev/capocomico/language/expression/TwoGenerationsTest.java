package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TwoGenerationsTest {
    @Test
    void what_is_asked_for_again_and_again_is_made_once_however_much_else_comes_by() {
        List<String> made = new ArrayList<>();
        TwoGenerations<String, String> cache = new TwoGenerations<>(100);
        for (int i = 0; i < 1_000; i++) {
            cache.get("other " + i, key -> key);
            String hot = cache.get("hot", key -> {
                made.add(key);
                return key + "!";
            });
            assertThat(hot).isEqualTo("hot!");
            assertThat(cache.size()).isLessThanOrEqualTo(100);
        }
        assertThat(made).hasSize(1);
    }

    @Test
    void what_nobody_asks_for_is_forgotten() {
        List<String> made = new ArrayList<>();
        TwoGenerations<String, String> cache = new TwoGenerations<>(10);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                cache.get("key " + i, key -> {
                    made.add(key);
                    return key;
                });
            }
        }
        assertThat(made).hasSize(200);
    }
}
