package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressServerTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void that_of_a_runner_of_this_machine_answers_nobody_else(boolean local) {
        var board = new ProgressBoard(Stage.Data, () -> 0);
        try (var server = ProgressServer.start(0, local, board, warning -> {})) {
            InetAddress bound = server.address().orElseThrow().getAddress();
            assertThat(bound.isLoopbackAddress()).isEqualTo(local);
            assertThat(bound.isAnyLocalAddress()).isNotEqualTo(local);
        }
    }
}
