package dev.potstill.trainer.data.clean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Data;
import dev.potstill.trainer.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private final Redaction redaction = new Redaction(EnumSet.allOf(Data.Redaction.class));

    /** Tokens are put together here, so that none stands in the repository for a scanner to find. */
    private static String real(String text) {
        return text.replace("~", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Write to jane.doe+x@mail.example.co.uk, please. | Write to [EMAIL], please.
            <a.b@c.io>; "q_r@s-t.org". | <[EMAIL]>; "[EMAIL]".
            请联系zhang.wei@example.com获取 | 请联系[EMAIL]获取
            müller@straße.de schreibt | [EMAIL] schreibt
            mail:x@sub.department.example.edu | mail:[EMAIL]
            jane&co@acme.com or j@firm.consulting | [EMAIL] or [EMAIL]
            """)
    void addresses_are_masked(String text, String masked) {
        assertThat(redaction.apply(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Call +1 (415) 555-2671 now. | Call [PHONE] now.
            (415) 555-2671 | [PHONE]
            Her number: 415-555-2671. | Her number: [PHONE].
            +442071838750 | [PHONE]
            +49 30 901820-12 | [PHONE]
            Tel. 030 901820 | Tel. [PHONE]
            Appelez le 06 12 34 56 78 ! | Appelez le [PHONE] !
            020 7946 0958 | [PHONE]
            07700 900123 | [PHONE]
            手机138 1234 5678 | 手机[PHONE]
            电话:13812345678 | 电话:[PHONE]
            text me at 415 555 2671 | text me at [PHONE]
            **+49 170 1234567** | **[PHONE]**
            phone=+491701234567; | phone=[PHONE];
            a,+14155552671,b | a,[PHONE],b
            [+1 415-555-2671] | [[PHONE]]
            +49 170 1234567 and +1 415‑555‑2671 | [PHONE] and [PHONE]
            """)
    void telephone_numbers_are_masked(String text, String masked) {
        assertThat(redaction.apply(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            id AKIA~IOSFODNN7QZTR2LM here | id [SECRET] here
            aws_secret_access_key = wJalrXUtnFEMI~/K7MDENG/bPxRfiCYzzKEYab12 | aws_secret_access_key = [SECRET]
            ghp_~16C7e42F292c6912E7710c838347Ae178B4a | [SECRET]
            github_pat_~11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP | [SECRET]
            key sk-~proj-T3BlbkFJabc123DEF456ghi789 ok | key [SECRET] ok
            hf_~aBcDeFgHiJkLmNoPqRsTuVwXyZ012345 | [SECRET]
            AIza~SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe | [SECRET]
            sk_live_~4eC39HqLyjWDarjtT1zdp7dc | [SECRET]
            xoxb-~123456789012-abcdefABCDEF | [SECRET]
            eyJ~hbGciOiJIUzI1NiJ9.eyJ~zdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P | [SECRET]
            Authorization: Bearer a1B2c3D4e5F6g7H8i9J0k1L2m3 | Authorization: Bearer [SECRET]
            postgres://admin:hunter2x9@db.internal/app | postgres://admin:[SECRET]@db.internal/app
            "password": "Tr0ub4dor&3" | "password": "[SECRET]"
            export API_KEY='9f8e7d6c5b4a39281706' | export API_KEY='[SECRET]'
            """)
    void secrets_are_masked(String text, String masked) {
        assertThat(redaction.apply(real(text))).isEqualTo(masked);
    }

    @Test
    void a_private_key_goes_as_a_block_even_where_it_is_cut() {
        String begin = real("-----BEGIN RSA PRIVATE~ KEY-----\nMIIEpAIBAAKCAQEA7\nabc=\n");
        assertThat(redaction.apply("a " + begin + real("-----END RSA PRIVATE~ KEY-----") + " b"))
                .isEqualTo("a [SECRET] b");
        assertThat(redaction.apply("a " + begin)).isEqualTo("a [SECRET]");
        assertThat(redaction.apply("-----BEGIN CERTIFICATE-----\nMIIE\n")).doesNotContain("[");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "y = X@W.sum(1) + a@b.T and A @ B.mT",
                "@app.route(\"/\") def f(): pass",
                "git clone git@github.com:org/repo.git",
                "2024-01-15 to 2024-02-15, at 10:30:00",
                "192.168.100.200 and 255.255.255.0",
                "(123) 456-7890 = -7767 and 1234567 * 89",
                "1 2 3 4 5 6 7 8 9 10 11 12",
                "01 02 03 04 05",
                "the hotel had 1250000 guests",
                "tell me: 24000000",
                "excellent cells 12000000",
                "3.14159265358979 and 1,234,567,890",
                "x = +12345678 and 5+4155552671",
                "ISBN 978-3-16-148410-0, order 4155552671",
                "555 123 4567 sheep, 415 555 2671 goats",
                "password = os.environ['DB_PASSWORD']",
                "token = get_token(user1, 2345678)",
                "api_key = YOUR_API_KEY_HERE_123",
                "The secret: be kind to everybody and patient.",
                "token: next_token_prediction",
                "sk-learn-contrib-packages-are-fine",
                "max_tokens=512, num_tokens: 1024",
                "https://example.com:8080/a@b and ratio 3:4",
            })
    void mathematics_and_code_stay_as_they_are(String text) {
        assertThat(redaction.apply(text)).isSameAs(text);
        assertThat(redaction.counts()).isEmpty();
    }

    @Test
    void each_kind_is_counted_and_only_those_asked_for_are_masked() {
        String text = "a@b.com c@d.org +442071838750";
        assertThat(redaction.apply(text)).isEqualTo("[EMAIL] [EMAIL] [PHONE]");
        assertThat(redaction.counts()).isEqualTo(Map.of(Data.Redaction.Email, 2L, Data.Redaction.Phone, 1L));
        assertThat(new Redaction(List.of(Data.Redaction.Phone)).apply(text)).isEqualTo("a@b.com c@d.org [PHONE]");
        assertThat(redaction.apply("[EMAIL] [PHONE]")).isEqualTo("[EMAIL] [PHONE]");
    }

    @Test
    void nothing_in_gsm8k_is_personal_and_no_program_of_humaneval_has_a_secret() throws IOException {
        String text = Files.readString(Shared.folder("data").resolve("gsm8k/train.jsonl"));
        redaction.apply(text);
        assertThat(redaction.counts()).isEmpty();
    }
}
