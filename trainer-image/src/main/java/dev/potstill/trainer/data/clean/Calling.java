package dev.potstill.trainer.data.clean;

import java.util.regex.Pattern;

/**
 * Words before a number that say that it is a telephone's. "Hotel" and "cells" are other words, and "call", "cell" or "dial" mean other
 * things too: after them a number must be written as telephones' are, or be somebody's.
 */
final class Calling {
    private static final int BEFORE = 28;
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final Pattern ALWAYS = Pattern.compile(
            "(?<!\\p{L})(?:(?:\\p{L}{0,8}phone|tel|fax|whatsapp|sms|text me|hotline|rufnummer|móvil|тел)(?!\\p{L})"
                    + "|(?:telef|teléf|звон|телеф)\\p{L}*)|电话|手机|電話",
            FLAGS);

    private static final Pattern PERHAPS = Pattern.compile(
            "(?<!\\p{L})(?:(?:call|mobile|cell|dial|handy|portable)(?!\\p{L})|(?:llam|appel)\\p{L}*)", FLAGS);

    private static final String NUMBER = "(?:\\s+(?:number|nummer|numéro|no\\.?|nr\\.?))?";

    private static final Pattern SOMEBODY = Pattern.compile(
            "(?<!\\p{L})(?:(?:call|dial)\\s+(?:me|us|him|her|them)(?:\\s+\\p{L}+)?(?:\\s+(?:at|on|under))?"
                    + "|(?:my|our|your|his|her|their|mein|meine)\\s+(?:mobile|cell|handy)" + NUMBER
                    + "(?:\\s+(?:is|ist))?"
                    + "|(?:call|dial|mobile|cell|handy|portable)" + NUMBER + "\\s*[:#=])[\\s(]*\\z",
            FLAGS);

    /** More than anybody counts, unless it is round. */
    private static final Pattern LONG = Pattern.compile("\\d{10,}");

    private static final Pattern ROUND = Pattern.compile("\\d+0000");

    /** A number with a space or point before each three digits, as counts have them. */
    private static final Pattern THOUSANDS = Pattern.compile("\\d{1,3}(?:[ .]\\d{3})+");

    private static final Pattern GROUPED = Pattern.compile(".*\\d\\D+\\d.*");
    private static final Pattern THREE = Pattern.compile("\\d{3}");

    private Calling() {}

    /** @param number as written, with ordinary spaces and hyphens */
    static boolean isBefore(String text, int start, String number) {
        String before = text.substring(Math.max(0, start - BEFORE), start);
        return ALWAYS.matcher(before).find() && !ROUND.matcher(number).matches()
                || PERHAPS.matcher(before).find()
                        && (isWrittenAsPhone(number) || SOMEBODY.matcher(before).find());
    }

    private static boolean isWrittenAsPhone(String number) {
        char first = number.charAt(0);
        return first == '0'
                || first == '+'
                || LONG.matcher(number).matches() && !ROUND.matcher(number).matches()
                || GROUPED.matcher(number).matches()
                        && THREE.matcher(number).find()
                        && !THOUSANDS.matcher(number).matches();
    }
}
