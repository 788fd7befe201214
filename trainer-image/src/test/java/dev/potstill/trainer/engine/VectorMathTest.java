package dev.potstill.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.LibUtils;
import dev.potstill.trainer.weights.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class VectorMathTest {
    /** Every function of one argument that MKL's vector mathematics has, by its name there. */
    private static final String ALL = """
            Abs Acos Acosh Acospi Arg Asin Asinh Asinpi Atan Atanh Atanpi CIS Cbrt CdfNorm CdfNormInv Ceil Conj Cos Cosd Cosh Cospi
            Erf ErfInv Erfc ErfcInv Exp Exp10 Exp2 ExpInt1 Expm1 Floor Frac I0 I1 Inv InvCbrt InvSqrt J0 J1 LGamma Ln Log10 Log1p
            Log2 Logb Modf NearbyInt Pow2o3 Pow3o2 Rint Round Sin SinCos Sind Sinh Sinpi Sqr Sqrt TGamma Tan Tand Tanh Tanpi Trunc
            Y0 Y1
            """;

    /** Of a hundred processes five to ten made a difference, before MKL was made to pick on one thread. */
    private static final int PROCESSES = 100;

    @Test
    void all_that_libtorch_has_mkl_compute_is_called() {
        Torch.ensureStarted();
        SymbolLookup torch = SymbolLookup.libraryLookup(
                Path.of(LibUtils.getLibtorchPath()).resolve("libtorch_cpu.so"), Arena.global());
        assertThat(Stream.of(ALL.split("\\s+")))
                .filteredOn(name -> torch.find("vms" + name).isPresent())
                .containsExactlyInAnyOrder(
                        "Acos", "Asin", "Atan", "Cos", "Erf", "Erfc", "ErfInv", "Exp", "Ln", "Log10", "Log2", "Sin",
                        "Sqrt", "Tan", "Tanh", "Trunc");
        try (Scope local = Scope.open()) {
            assertThat(VectorMath.each(local, Tensor.zeros(local, ElementType.F32, 1))
                            .size(0))
                    .isEqualTo(16);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
    void a_functions_first_call_on_two_threads_gives_what_later_ones_give() throws Exception {
        for (int i = 0; i < PROCESSES; i++) {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            FirstCall.class.getName()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }
}
