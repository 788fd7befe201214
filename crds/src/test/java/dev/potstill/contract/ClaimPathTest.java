package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimPathTest {

    @Test
    void a_claim_and_a_path_in_it_are_told_apart() {
        assertThat(ClaimPath.of("pvc://models/llama/8b")).contains(new ClaimPath("models", "llama/8b"));
        assertThat(ClaimPath.of("pvc://models")).contains(new ClaimPath("models", ""));
        assertThat(ClaimPath.of("pvc://models/a..b").orElseThrow()).hasToString("pvc://models/a..b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pvc:///x", "pvc://Models/x", "pvc://models/../x", "pvc://models/a/..", "file:///x", "/x"})
    void what_names_no_claim_or_leads_out_of_it_is_none(String location) {
        assertThat(ClaimPath.of(location)).isEmpty();
    }
}
