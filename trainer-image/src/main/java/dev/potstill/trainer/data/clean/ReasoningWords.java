package dev.potstill.trainer.data.clean;

import java.util.List;
import java.util.stream.Stream;

/**
 * The words that show reasoning, language by language. No word of one language that is common in another for something else: German
 * "also" and French "car" and "si" would be found in English.
 */
final class ReasoningWords {
    /** What a word shows. */
    enum Sign {
        Nothing,
        /** Ties a step to the one before. */
        Connective,
        /** Takes back or checks what was said. */
        Correction,
        /** Numbers a step, if a number follows. */
        Step,
        /** Names the answer, if a colon or "is" follows. */
        Answer
    }

    /** @param whole whether a word must end where the phrase does; Chinese and Japanese put no spaces between words */
    record Phrase(String text, Sign sign, boolean whole) {}

    /** Words of a language; a {@code *} stands for any ending. */
    private record Language(String connectives, String corrections, String steps, String answers) {}

    private static final Language ENGLISH = new Language(
            "so, thus, hence, therefore, because, since, then, first, next, finally, which means, this means, let's, let us, if, given,"
                    + " after, now, each, in total, altogether",
            "wait*, hmm*, actually*, on second thought*, let me check*, let me verify*, let me re*, double-check*, to verify*,"
                    + " correction*, mistake*",
            "step*",
            "answer*");

    private static final Language GERMAN = new Language(
            "daher, deshalb, deswegen, somit, folglich, demnach, zuerst, zunächst, dann, danach, anschließend, schließlich, weil, wenn,"
                    + " daraus, dadurch, insgesamt, das heißt, das bedeutet, also ist, also sind, also gilt, also hat, also haben,"
                    + " also bleiben, also ergibt, nun gilt",
            "warte, eigentlich, tatsächlich, überprüfen wir, prüfen wir, stimmt nicht, zur probe, zur kontrolle, fehler*",
            "schritt",
            "antwort, ergebnis");

    private static final Language FRENCH = new Language(
            "donc, ainsi, alors, d'abord, ensuite, puis, enfin, finalement, parce que, parce qu'*, puisque, puisqu'*, par conséquent,"
                    + " c'est pourquoi, on en déduit, cela signifie, ce qui donne, premièrement, deuxièmement, en tout, au total,"
                    + " il reste, s'il",
            "attends, attendez, attendons, en fait, en réalité, vérifions, pour vérifier, je me suis trompé*, erreur",
            "étape",
            "réponse, résultat");

    private static final Language SPANISH = new Language(
            "por lo tanto, por tanto, por eso, por consiguiente, entonces, así, luego, primero, después, finalmente, porque, ya que,"
                    + " puesto que, dado que, en total, esto significa, es decir, a continuación, de modo que",
            "espera, un momento, en realidad, comprobemos, verifiquemos, para comprobar, me equivoqué, equivocación",
            "paso",
            "respuesta, resultado");

    private static final Language ITALIAN = new Language(
            "quindi, dunque, perciò, pertanto, perché, poiché, poi, allora, innanzitutto, per prima cosa, infine, dato che, siccome,"
                    + " in totale, ciò significa, cioè, di conseguenza, successivamente",
            "aspetta, in realtà, verifichiamo, controlliamo, per verificare, mi sono sbagliat*, errore",
            "passo, passaggio",
            "risposta, risultato");

    private static final Language PORTUGUESE = new Language(
            "portanto, então, assim, por isso, primeiro, depois, em seguida, finalmente, porque, já que, uma vez que, no total,"
                    + " isso significa, ou seja, logo em seguida, por fim, consequentemente",
            "espere, na verdade, vamos verificar, verifiquemos, para verificar, me enganei",
            "etapa",
            "resposta");

    private static final Language RUSSIAN = new Language(
            "поэтому, следовательно, значит, затем, потом, сначала, если, тогда, итак, таким образом, потому что, так как, поскольку,"
                    + " наконец, далее, теперь, отсюда, получаем, во-первых, во-вторых, всего",
            "подождите, подожди, стоп, проверим, на самом деле, хотя нет, ошиб*",
            "шаг",
            "ответ, результат");

    private static final Language CHINESE = new Language(
            "因为, 因此, 所以, 首先, 其次, 然后, 接着, 接下来, 最后, 如果, 那么, 于是, 由于, 从而, 可得, 一共, 总共, 第一步, 第二步, 第三步,"
                    + " 因為, 然後, 接著, 接下來, 最後, 那麼, 於是, 由於, 從而, 總共",
            "等一下, 等等，, 不对, 不對, 检查一下, 檢查一下, 验证, 驗證, 重新, 其实, 其實, 实际上, 實際上",
            "步骤, 步驟",
            "答案, 答：, 答:*");

    private static final Language JAPANESE = new Language(
            "したがって, 従って, だから, なので, ゆえに, つまり, よって、, まず、, まずは, 次に, そして, それから, そのため, 最後に, ならば," + " すると, 合計で, 合わせて, 残りは",
            "待って, いや、, 確認し, 確かめ, 検算, 間違, 実は, 実際には",
            "ステップ, 手順",
            "答え, 正解, 回答");

    private ReasoningWords() {}

    /** All of them, in the order in which they are looked for. */
    static List<Phrase> all() {
        return Stream.of(ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, RUSSIAN, CHINESE, JAPANESE)
                .flatMap(language -> Stream.of(
                                phrases(language.connectives(), Sign.Connective),
                                phrases(language.corrections(), Sign.Correction),
                                phrases(language.steps(), Sign.Step),
                                phrases(language.answers(), Sign.Answer))
                        .flatMap(List::stream))
                .toList();
    }

    private static List<Phrase> phrases(String words, Sign sign) {
        return Stream.of(words.split(",\\s+"))
                .map(word -> word.endsWith("*")
                        ? new Phrase(word.substring(0, word.length() - 1), sign, false)
                        : new Phrase(word, sign, !Phrases.isDense(word.charAt(word.length() - 1))))
                .toList();
    }
}
