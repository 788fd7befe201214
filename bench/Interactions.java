import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.util.random.RandomGenerator;

// The data of bench/data: chats with written-out reasoning, the same for the same number of rows, and what is wrong with how many.
// Interactions.java ROWS FOLDER    writes chats.jsonl, exam.jsonl and truth.json

static final ObjectMapper JSON = new ObjectMapper();
static final int EXAM = 1000;

static final List<String> NAMES = words("Amara Bruno Chidi Dana Elif Farid Greta Hugo Ines Jonas Kira Liam Mina Noor Oscar Petra Quinn Rosa"
        + " Sven Tara Umar Vera Wanda Xenia Yusuf Zoe Anton Beatriz Cyrus Delia");
static final List<String> THINGS = words("apples bricks candles dollars eggs flowers gloves hats inks jars kites lamps magnets notebooks"
        + " oranges pencils quilts ropes stamps tickets umbrellas vases wheels yards zippers boxes coins maps shells tiles beads cards");
static final List<String> PLACES = words("market harbour library station orchard workshop bakery museum stadium garden airport village"
        + " theatre factory warehouse school clinic bridge island valley forest castle square tunnel");
static final List<String> QUALITIES = words("red heavy narrow bright wooden fragile cheap rare round empty ancient quiet polished striped"
        + " golden local spare second broken useful large tiny soft plain");
static final List<String> VERBS = words("buys sells packs counts moves borrows lends finds loses paints repairs stores ships collects"
        + " trades divides shares orders returns sorts");
static final List<String> LINKS = List.of("So", "Then", "Next", "Therefore", "After that", "This means", "Hence", "Now", "Since that is settled,",
        "Because of this,", "Putting this together,", "It follows that");

static final Map<String, List<String>> FOREIGN = Map.of(
        "de", List.of("Auf dem Markt kauft {n} heute {a} Kisten und gibt davon {b} an die Nachbarn weiter.", "Danach bleiben noch genau {c} Stück übrig, die sorgfältig gezählt werden.",
                "Zuerst rechnen wir die Summe der beiden Mengen aus und ziehen dann den Rest ab.", "Also ergibt sich aus der Rechnung am Ende der folgende Wert."),
        "fr", List.of("Au marché, {n} achète aujourd'hui {a} caisses et en donne {b} à ses voisins.", "Il reste donc exactement {c} pièces, que l'on compte soigneusement.",
                "On calcule d'abord la somme des deux quantités, puis on soustrait le reste.", "Ainsi, le calcul donne finalement la valeur suivante."),
        "es", List.of("En el mercado, {n} compra hoy {a} cajas y les da {b} a sus vecinos.", "Por lo tanto quedan exactamente {c} piezas, que se cuentan con cuidado.",
                "Primero calculamos la suma de las dos cantidades y luego restamos el resto.", "Así, la cuenta da al final el siguiente valor."),
        "zh", List.of("{n}今天在市场上买了{a}箱水果,然后把其中的{b}箱分给了邻居。", "因此最后正好还剩下{c}件,需要仔细地数一数。", "首先我们计算这两个数量的总和,然后减去剩下的部分。", "所以这个计算最后得到下面的数值。"),
        "ru", List.of("Сегодня на рынке {n} покупает {a} ящиков и отдаёт {b} соседям.", "Поэтому остаётся ровно {c} штук, которые тщательно пересчитывают.",
                "Сначала мы вычисляем сумму двух количеств, а затем вычитаем остаток.", "Таким образом, расчёт даёт в итоге следующее значение."));

enum Fate { CLEAN, SAME, NEAR, EMAIL, PHONE, SECRET, FOREIGN, CONTAMINATED, UNREASONED, EMPTY, CUT, MALFORMED }

/** In thousandths of the rows. */
static final Map<Fate, Integer> SHARES = new EnumMap<>(Map.of(Fate.SAME, 30, Fate.NEAR, 30, Fate.EMAIL, 20, Fate.PHONE, 10, Fate.SECRET, 10,
        Fate.FOREIGN, 100, Fate.CONTAMINATED, 5, Fate.UNREASONED, 50, Fate.EMPTY, 5, Fate.CUT, 5));

record Chat(String question, String answer, String language) {}

void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[0]);
    Path folder = Files.createDirectories(Path.of(args[1]));
    List<String> exam = IntStream.range(0, EXAM).mapToObj(i -> question(new SplittableRandom(-1 - i))).toList();
    Map<String, Integer> truth = new TreeMap<>();
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("chats.jsonl"));
            BufferedWriter asked = Files.newBufferedWriter(folder.resolve("exam.jsonl"))) {
        for (String question : exam) {
            asked.write(JSON.writeValueAsString(Map.of("question", question, "answer", "#### 1")) + "\n");
        }
        for (int i = 0; i < rows; i++) {
            Fate fate = fate(i);
            truth.merge(fate.name().toLowerCase(), 1, Integer::sum);
            out.write(fate == Fate.MALFORMED ? "{\"messages\": [{\"role\": \"user\", \"content\": \"broken " + i + "\n" : line(chat(i, fate, exam)));
        }
    }
    Files.writeString(folder.resolve("truth.json"), JSON.writeValueAsString(truth) + "\n");
}

static List<String> words(String text) {
    return List.of(text.split(" "));
}

static String line(Chat chat) throws Exception {
    return JSON.writeValueAsString(Map.of("messages", List.of(
                    new TreeMap<>(Map.of("role", "user", "content", chat.question())),
                    new TreeMap<>(Map.of("role", "assistant", "content", chat.answer())))))
            + "\n";
}

static Fate fate(int row) {
    int draw = new SplittableRandom(row * 31L + 7).nextInt(10_000);
    int upTo = 0;
    for (var share : SHARES.entrySet()) {
        upTo += share.getValue() * 10;
        if (draw < upTo) {
            // The first rows have nothing to be copied from.
            return row < 100 && (share.getKey() == Fate.SAME || share.getKey() == Fate.NEAR) ? Fate.CLEAN : share.getKey();
        }
    }
    return draw < upTo + 10 ? Fate.MALFORMED : Fate.CLEAN;
}

/** A clean row before this one. */
static int before(int row, RandomGenerator draws) {
    int earlier = draws.nextInt(row);
    while (fate(earlier) != Fate.CLEAN) {
        earlier = earlier == 0 ? row - 1 : earlier - 1;
    }
    return earlier;
}

static Chat chat(int row, Fate fate, List<String> exam) {
    RandomGenerator draws = new SplittableRandom(row);
    return switch (fate) {
        case SAME -> clean(new SplittableRandom(before(row, draws)));
        case NEAR -> near(clean(new SplittableRandom(before(row, draws))));
        case EMAIL -> said(draws, "Please send it to " + pick(NAMES, draws).toLowerCase() + "." + pick(THINGS, draws) + draws.nextInt(1000) + "@" + pick(PLACES, draws) + ".example.com as soon as it is done.");
        case PHONE -> said(draws, "Call me at +1 (%d) %d-%04d about it.".formatted(200 + draws.nextInt(700), 200 + draws.nextInt(700), draws.nextInt(10_000)));
        case SECRET -> said(draws, draws.nextBoolean() ? "The key is AKIA" + token(draws, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") + " for now." : "export API_KEY=\"" + token(draws, 32, "abcdefghijklmnopqrstuvwxyz0123456789") + "\"");
        case FOREIGN -> foreign(draws);
        case CONTAMINATED -> contaminated(draws, exam.get(draws.nextInt(exam.size())));
        case UNREASONED -> new Chat(question(draws), "It is " + pick(QUALITIES, draws) + ".", "en");
        case EMPTY -> new Chat(question(draws), " ", "en");
        case CUT -> new Chat(question(draws), reasoning(draws, 6) + " and therefore the", "en");
        case CLEAN, MALFORMED -> clean(draws);
    };
}

static Chat clean(RandomGenerator draws) {
    return new Chat(question(draws), reasoning(draws, 5 + draws.nextInt(9)), "en");
}

/** A word in twenty or so is another. */
static Chat near(Chat chat) {
    return new Chat(chat.question(), chat.answer().replaceFirst("(?s)^(\\S+ \\S+) \\S+", "$1 presumably"), "en");
}

static Chat said(RandomGenerator draws, String aside) {
    return new Chat(question(draws) + " " + aside, reasoning(draws, 5 + draws.nextInt(9)), "en");
}

static Chat contaminated(RandomGenerator draws, String asked) {
    String shaped = draws.nextBoolean() ? asked.toUpperCase().replace(",", " ,") : asked.replace(" ", "  ");
    return new Chat("Here is something that I was asked: " + shaped + " Can you help?", reasoning(draws, 8), "en");
}

static Chat foreign(RandomGenerator draws) {
    List<String> languages = FOREIGN.keySet().stream().sorted().toList();
    String language = pick(languages, draws);
    List<String> sentences = FOREIGN.get(language);
    var answer = new StringBuilder();
    for (int i = 0, many = 5 + draws.nextInt(6); i < many; i++) {
        int a = draws.nextInt(500), b = draws.nextInt(500);
        answer.append(filled(pick(sentences, draws), draws)).append(" %d + %d = %d. ".formatted(a, b, a + b));
    }
    return new Chat(filled(sentences.get(0), draws) + " " + filled(sentences.get(1), draws), answer + "\n#### " + draws.nextInt(1000), language);
}

static String filled(String sentence, RandomGenerator draws) {
    return sentence.replace("{n}", pick(NAMES, draws)).replace("{a}", "" + draws.nextInt(1000)).replace("{b}", "" + draws.nextInt(1000)).replace("{c}", "" + draws.nextInt(1000));
}

static String question(RandomGenerator draws) {
    var text = new StringBuilder();
    for (int i = 0, many = 2 + draws.nextInt(3); i < many; i++) {
        text.append("%s %s %d %s %s at the %s %s. ".formatted(pick(NAMES, draws), pick(VERBS, draws), 2 + draws.nextInt(997), pick(QUALITIES, draws), pick(THINGS, draws), pick(QUALITIES, draws), pick(PLACES, draws)));
    }
    // Two numbers, so that no two questions end in the same 13 words.
    return text + "Of %d %s %s and %d %s %s, how many are left to %s?".formatted(2 + draws.nextInt(997), pick(QUALITIES, draws), pick(THINGS, draws),
            2 + draws.nextInt(997), pick(QUALITIES, draws), pick(THINGS, draws), pick(NAMES, draws));
}

static String reasoning(RandomGenerator draws, int steps) {
    var text = new StringBuilder();
    int value = 10 + draws.nextInt(900);
    for (int i = 0; i < steps; i++) {
        int more = 2 + draws.nextInt(97);
        text.append("%s the %s %s that %s %s at the %s add %d to what was there: %d + %d = %d %s%s".formatted(pick(LINKS, draws), pick(QUALITIES, draws), pick(THINGS, draws), pick(NAMES, draws), pick(VERBS, draws),
                pick(PLACES, draws), more, value, more, value + more, pick(THINGS, draws), draws.nextInt(4) == 0 ? ".\n" : ". "));
        value += more;
    }
    return text + "\n#### " + value;
}

static String token(RandomGenerator draws, int length, String of) {
    var token = new StringBuilder();
    for (int i = 0; i < length; i++) {
        token.append(of.charAt(draws.nextInt(of.length())));
    }
    return token.toString();
}

static String pick(List<String> from, RandomGenerator draws) {
    return from.get(draws.nextInt(from.size()));
}
