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
            send('joe@corp.com', cc='ann@corp.com') | send('[EMAIL]', cc='[EMAIL]')
            to=f'joe@corp.com' | to=f'[EMAIL]'
            o'neill@corp.com's mail, 'o'neill@corp.com' | [EMAIL]'s mail, '[EMAIL]'
            joe@corp.community, joe@x.google; joe@uni.center | [EMAIL], [EMAIL]; [EMAIL]
            иван@почта.рф и संपर्क@डाटामेल.भारत | [EMAIL] и [EMAIL]
            JOE@CORP.COMMUNITY Joe@Corp.Com joe@163.com | [EMAIL] [EMAIL] [EMAIL]
            joe@xn--fsq.xn--fiqs8s joe@例子.中国 | [EMAIL] [EMAIL]
            **joe@corp.com** or joe@corp.com + ann@corp.com | **[EMAIL]** or [EMAIL] + [EMAIL]
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
            call me at 5551234 or on my cell 4155552671 | call me at [PHONE] or on my cell [PHONE]
            Cell: 4155552671, mobile no.: 5551234 | Cell: [PHONE], mobile no.: [PHONE]
            Dial 030 901820 or call 415 555 2671 | Dial [PHONE] or call [PHONE]
            Call our office, 555-1234 | Call our office, [PHONE]
            Call 4155552671, or dial 13812345678 | Call [PHONE], or dial [PHONE]
            Handy 01701234567, handy: 1701234567 | Handy [PHONE], handy: [PHONE]
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
            redis://:Secr3tPassw0rd@host:6379/0 | redis://:[SECRET]@host:6379/0
            postgres://u:p/w1abcd@host and on | postgres://u:[SECRET]@host and on
            postgres://u:p@ssw0rd@host/db@1 | postgres://u:[SECRET]@host/db@1
            {\\"api_key\\": \\"9f8e7d6c5b4a39281706\\"} | {\\"api_key\\": \\"[SECRET]\\"}
            {\\\\\\"token\\\\\\":\\\\\\"9f8e7d6c5b4a39281706\\\\\\"} | {\\\\\\"token\\\\\\":\\\\\\"[SECRET]\\\\\\"}
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

    @Test
    void words_about_a_private_key_stay_and_so_does_what_follows_a_cut_one() {
        String begin = real("-----BEGIN RSA PRIVATE~ KEY-----");
        String end = real("-----END RSA PRIVATE~ KEY-----");
        String line = "MIIEpAIBAAKCAQEA7vVt0Xq2nK9bYc4mJw8sLhRd";
        for (String about : List.of(
                "A key begins with " + begin + ". Keep the file to yourself, whatever 12 people say.",
                "Between " + begin + " and " + end + " is the key.",
                begin + "\n...\n" + end + "\n")) {
            assertThat(redaction.apply(about)).isSameAs(about);
        }
        assertThat(redaction.apply("%s\n%s\n%s\nabc=\n\nThat was it.".formatted(begin, line, line)))
                .isEqualTo("[SECRET]\n\nThat was it.");
        assertThat(redaction.apply("\"%s\\n%s\\nabc=\\n%s\\n\"".formatted(begin, line, end)))
                .isEqualTo("\"[SECRET]\\n\"");
        assertThat(redaction.apply(
                        "%s\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F1E\n\n%s\n%s".formatted(begin, line, end)))
                .isEqualTo("[SECRET]");
        assertThat(redaction.apply("It begins with %s, thus: %s\n%s\n%s".formatted(begin, begin, line, end)))
                .isEqualTo("It begins with %s, thus: [SECRET]".formatted(begin));
    }

    @Test
    void what_repeats_without_end_is_read_once() {
        String text = real("-----BEGIN RSA PRIVATE~ KEY-----\n").repeat(20_000);
        assertThat(redaction.apply(text)).isSameAs(text);
        assertThat(redaction.apply("a".repeat(500_000) + "@" + "b.".repeat(200_000)))
                .isNotEmpty();
        assertThat(redaction.apply("@b".repeat(200_000))).isNotEmpty();
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
                "http://localhost:8080/v1/users/me1@corp then",
                "https://example.com?next=a:b1c2d3@x",
                "redis://:${PASSWORD}@host and redis://:your_password@host",
                "y = x@self.weight + self.bias; z = A@B.mT; u = q@k.grad",
                "user@host.method() and user@host.items[0] and this@Main.context",
                "pkg@1.2.3 pkg@v1.2.beta icon@2x.png photo@home.jpg",
                "x = obj@meta.data; y = obj@active.ident <- 3; X@W.total",
                "@app.route and @pytest.fixture, cc @someone.else",
                "the function call 1234567 times",
                "We call 10000000 the limit",
                "each cell 1000000 times",
                "call 10000000000 times",
                "call 10 000 000 times, call f(100 200 300 400)",
                "Compute 200-300-4000 units",
                "Compute 250-300-4000 units",
                "smartphone sales of 1200000",
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
