package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void a_cost_is_kept_in_billionths_and_rounded_up() {
        assertThat(Usage.of(10, new BigDecimal("0.0035")).costNanos()).isEqualTo(3_500_000);
        assertThat(Usage.of(10, new BigDecimal("0.0035")).cost()).isEqualByComparingTo("0.0035");
        assertThat(Usage.of(1, new BigDecimal("0.00000000001")).costNanos()).isEqualTo(1);
        assertThat(Usage.of(1, BigDecimal.ZERO)).isEqualTo(new Usage(1, 0));
        assertThat(Usage.of(1, new BigDecimal("1e300")).costNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sums_are_exact_and_stay_at_the_largest_there_is() {
        assertThat(new Usage(1, 2).plus(new Usage(3, 4))).isEqualTo(new Usage(4, 6));
        assertThat(new Usage(Long.MAX_VALUE, Long.MAX_VALUE).plus(new Usage(1, 1)))
                .isEqualTo(new Usage(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void less_than_nothing_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Usage(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Usage.of(0, new BigDecimal("-0.000000000001")));
        assertThatIllegalArgumentException().isThrownBy(() -> Usage.of(0, new BigDecimal("-1e300")));
    }
}
