package dev.potstill.api;

import java.util.Arrays;
import java.util.Optional;

/** The forms of text fields: the pattern that the API server checks (RE2 syntax), and the same in words for messages. */
public enum Form {
    Decimal(Form.DECIMAL, "a decimal number in quotes such as \"0.7\" or \"3e-5\""),
    DnsLabel(
            Form.DNS_LABEL,
            "a name of lower-case letters, digits and '-' that starts and ends with a letter or digit, at most 63 of them"),
    ObjectName(
            Form.OBJECT_NAME,
            "an object's name: lower-case letters, digits, '-' and '.', the first and the last a letter or digit"),
    Location(
            Form.LOCATION,
            "a path, or a URI that starts with file://, builtin://, hf://, s3://, oci://, pvc:// or run://"),
    HttpUrl(Form.HTTP_URL, "a URL such as \"https://teacher.example.com/v1\""),
    Volume(Form.VOLUME, "a size such as \"200Gi\", at least \"1M\" (M, G, T or P, with an i for powers of 1,024)"),
    Processors(Form.PROCESSORS, "a number of processors such as \"4\" or \"500m\""),
    ResourceName(Form.RESOURCE_NAME, "an extended resource's name such as \"nvidia.com/gpu\""),
    Reason(Form.REASON, "a CamelCase word");

    static final String DECIMAL = "^(0|[1-9][0-9]{0,5})(\\.[0-9]{1,12})?(e-?[0-9]{1,2})?$";
    static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
    static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    static final String LOCATION = "^((hf|s3|oci|pvc|file|builtin|run)://[^\\x00-\\x1f]+|[^:\\x00-\\x1f]+)$";
    static final String HTTP_URL = "^https?://[^\\s/]+(/[^\\s]*)?$";
    static final String VOLUME = "^[1-9][0-9]{0,8}[MGTP]i?$";
    static final String PROCESSORS = "^[1-9][0-9]{0,5}m?$";
    static final String RESOURCE_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
    static final String REASON = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";

    private final String pattern;
    private final String words;

    Form(String pattern, String words) {
        this.pattern = pattern;
        this.words = words;
    }

    public String pattern() {
        return pattern;
    }

    /** What it asks for. */
    public String words() {
        return words;
    }

    /** What a pattern of the API asks for, in words. */
    public static Optional<String> inWords(String pattern) {
        return Arrays.stream(values())
                .filter(form -> form.pattern.equals(pattern))
                .map(form -> form.words)
                .findFirst();
    }
}
