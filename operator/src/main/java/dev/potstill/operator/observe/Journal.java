package dev.potstill.operator.observe;

import dev.potstill.api.Stage;
import dev.potstill.contract.Labels;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A run's attempts, the oldest first. The cluster is the journal: nothing is kept anywhere else.
 *
 * @param strangers Jobs of an earlier run of the same name, or that somebody has labelled so, and pods of one that have not ended
 */
public record Journal(List<Attempt> attempts, List<String> strangers) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    public Journal {
        attempts = List.copyOf(attempts);
        strangers = List.copyOf(strangers);
    }

    /** @param uid of the run */
    public static Journal of(String uid, Collection<Job> jobs, Collection<Pod> pods) {
        var attempts = new ArrayList<Attempt>();
        var strangers = new ArrayList<String>();
        for (Job job : jobs) {
            if (label(job, Names.RUN_UID).equals(uid) && isAttempt(job)) {
                attempts.add(new Attempt(job, new TrainerPods(pods(job, pods))));
            } else {
                strangers.add(job.getMetadata().getName());
            }
        }
        pods.stream()
                .filter(pod -> !label(pod, Names.RUN_UID).equals(uid) && !TrainerPods.isOver(pod))
                .forEach(pod -> strangers.add(pod.getMetadata().getName()));
        attempts.sort(Comparator.comparing(Attempt::stage).thenComparing(Attempt::number));
        strangers.sort(Comparator.naturalOrder());
        return new Journal(attempts, strangers);
    }

    private static boolean isAttempt(Job job) {
        return NUMBER.matcher(label(job, Names.ATTEMPT)).matches()
                && Stream.of(Stage.values()).anyMatch(stage -> stage.name().equals(label(job, Names.STAGE)));
    }

    /** The newest of each share, where a Job controller has made several. */
    private static List<Pod> pods(Job job, Collection<Pod> pods) {
        String name = job.getMetadata().getName();
        var byShare = new TreeMap<Integer, Pod>();
        pods.stream()
                .filter(pod -> label(pod, Labels.JOB_NAME).equals(name)
                        && label(pod, Names.RUN_UID).equals(label(job, Names.RUN_UID)))
                .sorted(Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp())
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .forEach(pod -> byShare.put(share(pod), pod));
        return List.copyOf(byShare.values());
    }

    private static int share(Pod pod) {
        String index = label(pod, Labels.SHARD);
        return index.isEmpty() ? 0 : Integer.parseInt(index);
    }

    private static String label(HasMetadata object, String name) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? "" : Objects.requireNonNullElse(labels.get(name), "");
    }

    /** The newest attempt at a stage that was made for these settings. */
    Optional<Attempt> newest(Stage stage, String settings) {
        return attempts.stream()
                .filter(attempt ->
                        attempt.stage() == stage && attempt.settings().equals(settings))
                .reduce((earlier, later) -> later);
    }

    /** Where and how the newest attempt at a stage for these settings ran. */
    public Optional<String> placement(Stage stage, String settings) {
        return newest(stage, settings).map(Attempt::placement);
    }

    /** Of each stage all attempts but the newest, and so many before it. */
    public List<Attempt> old(int kept) {
        return attempts.stream()
                .filter(attempt -> attempt.hasEnded()
                        && !attempt.isBeingDeleted()
                        && attempt.number() < next(attempt.stage()) - 1 - kept)
                .toList();
    }

    /** The newest attempt at a stage. */
    public Optional<Attempt> newest(Stage stage) {
        return attempts.stream().filter(attempt -> attempt.stage() == stage).reduce((earlier, later) -> later);
    }

    /** The one that has not ended. */
    public Optional<Attempt> open() {
        return attempts.stream().filter(attempt -> !attempt.hasEnded()).reduce((earlier, later) -> later);
    }

    /** The one that has not ended, where it can be stopped: one that is being deleted is, and of one whose pod is out of sight more is to come. */
    public Optional<Attempt> stoppable() {
        return open().filter(attempt -> !attempt.isBeingDeleted() && !attempt.isPodOutOfSight());
    }

    /** The stage whose pods work. */
    public Optional<Stage> atWork() {
        return open().filter(attempt -> attempt.pods().isWorking()).map(Attempt::stage);
    }

    /** What the next attempt at a stage is numbered. */
    public int next(Stage stage) {
        return 1
                + attempts.stream()
                        .filter(attempt -> attempt.stage() == stage)
                        .mapToInt(Attempt::number)
                        .max()
                        .orElse(-1);
    }

    /** The trainer of its first attempt that is still there. */
    Optional<String> image() {
        return attempts.stream().flatMap(attempt -> attempt.image().stream()).findFirst();
    }
}
