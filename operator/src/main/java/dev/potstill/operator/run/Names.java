package dev.potstill.operator.run;

import dev.potstill.api.Stage;
import dev.potstill.contract.Labels;
import dev.potstill.contract.Sha256;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a run's objects are called, and the labels by which they are found again. */
public final class Names {
    /** Of all that the operator writes. */
    public static final String FIELD_MANAGER = "potstill";

    public static final String RUN = Labels.RUN;
    public static final String RUN_UID = Labels.RUN_UID;
    public static final String STAGE = Labels.STAGE;
    /** How many Jobs the stage had before. */
    public static final String ATTEMPT = Labels.ATTEMPT;
    /** The digest of the settings and upstream outputs that the Job was made for. */
    public static final String SETTINGS = "potstill.dev/settings";
    /** The digest of where and how the pods run, which changes no output. */
    public static final String PLACEMENT = "potstill.dev/placement";
    /** Annotation: what came of the attempts before this one. */
    public static final String EARLIER = "potstill.dev/earlier";
    /** Annotation: the trainer's image that was asked for, whatever others make of it. */
    public static final String IMAGE = "potstill.dev/trainer-image";
    /** The container that works. */
    public static final String TRAINER = Labels.TRAINER;

    /** Of a Job's pod, since its name is a label; a Job of several adds to its own name a hyphen and the pod's number. */
    private static final int LONGEST = 63 - "-99".length();

    private Names() {}

    public static String job(Run run, Stage stage, int attempt) {
        return child(run, stage.name().toLowerCase(Locale.ROOT) + "-" + attempt);
    }

    public static String workspace(Run run) {
        String existing = run.spec().workspace().claimName();
        return existing == null ? child(run, "workspace") : existing;
    }

    /** @param content of the run's file: another content has another name */
    public static String config(Run run, String content) {
        return child(run, "run-" + Sha256.of(content).substring(0, 10));
    }

    /** Of something whose own name is too long, or has characters that may not be. */
    public static String brief(String name) {
        return Sha256.of(name).substring(0, 10);
    }

    public static Map<String, String> labels(Run run) {
        var labels = new TreeMap<String, String>();
        labels.put("app.kubernetes.io/managed-by", "potstill");
        labels.put(RUN, run.name());
        labels.put(RUN_UID, run.uid());
        return labels;
    }

    private static String child(Run run, String suffix) {
        String name = run.name();
        int room = LONGEST - suffix.length() - 1;
        return (name.length() <= room
                        ? name
                        : name.substring(0, room - 9) + "-" + Sha256.of(name).substring(0, 8))
                + "-" + suffix;
    }
}
