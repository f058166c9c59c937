package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void a_percentile_is_the_smallest_time_that_so_many_do_not_exceed() {
        Spread spread = Spread.of(
                LongStream.rangeClosed(1, 200).map(i -> (201 - i) * 1_000_000).toArray());

        assertThat(spread.millis(50)).isEqualTo(100);
        assertThat(spread.millis(95)).isEqualTo(190);
        assertThat(spread.millis(99)).isEqualTo(198);
        assertThat(spread.millis(100)).isEqualTo(200);
        assertThat(Spread.of(new long[] {7_000_000}).millis(99)).isEqualTo(7);
    }

    @Test
    void the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assertThat(Spread.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
        assertThat(Spread.median(new double[] {9, 1, 2})).isEqualTo(2);
    }

    @Test
    void no_times_have_no_percentiles() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(new long[0]));
    }
}
