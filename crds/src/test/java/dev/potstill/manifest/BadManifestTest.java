package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row puts a value (or nothing) into a good manifest, and expects the one line that says what is wrong with it. */
class BadManifestTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "nothing", textBlock = """
            /apiVersion | potstill.dev/v1 | apiVersion: found "potstill.dev/v1", expected potstill.dev/v1alpha1
            /kind | Pod | kind: found "Pod", expected DistillationRun
            /kind | nothing | kind: found nothing, expected DistillationRun
            /sepc | {} | sepc: found an unknown field, expected one of apiVersion, kind, metadata, spec, status; did you mean spec?
            /metadata | nothing | metadata.name: found nothing, expected a name of
            /metadata/name | Bad_Name | metadata.name: found "Bad_Name", expected a name of lower-case letters, digits and '-'
            /metadata/name | "short\\n" | metadata.name: found "short ", expected a name of
            /metadata/name | 3 | metadata.name: found the number 3, expected a name of
            /metadata/namespace | -x | metadata.namespace: found "-x", expected a name of
            /metadata/lables | {} | metadata.lables: found an unknown field, expected one of name, namespace, labels, annotations; did you mean labels?
            /metadata/labels | [] | metadata.labels: found a list, expected names and values
            /metadata/labels | {a: 1} | metadata.labels.a: found the number 1, expected text (put it in quotes)
            /metadata/annotations | x | metadata.annotations: found "x", expected names and values
            """)
    void the_header_is_checked(String pointer, String value, String line) throws IOException {
        assertThat(message(pointer, value)).startsWith(line);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "nothing", textBlock = """
            /spec | nothing | spec: found nothing, expected an object with data, student, teachers
            /spec | 3 | spec: found the number 3, expected an object with data, student, teachers
            /spec/respons | {} | spec.respons: found an unknown field, expected one of teachers, routing,
            /spec/response/temprature | "1" | spec.response.temprature: found an unknown field, expected one of temperature, unfrozenLayers, divergence, skew, beta, interpolationStart, topK, tail, crossEntropyPercent, onPolicyPercent, onPolicyMaxTokens, epochs, learningRate; did you mean temperature?
            /spec/response/temperature | hot | spec.response.temperature: found "hot", expected a decimal number in quotes such as "0.7" or "3e-5"
            /spec/response/temperature | 2.0 | spec.response.temperature: found the number 2.0, expected a decimal number in quotes such as "0.7" or "3e-5"
            /spec/response/temperature | "1\\n" | spec.response.temperature: found "1 ", expected a decimal number in quotes
            /spec/response/temperature | "-1" | spec.response.temperature: found "-1", expected a decimal number in quotes
            /spec/response/temperature | "1.0000000000000000000000000" | spec.response.temperature: found 27 characters, expected at most 24
            /spec/response/topK | many | spec.response.topK: found "many", expected a whole number, 1 to 1000000
            /spec/response/topK | 1.5 | spec.response.topK: found the number 1.5, expected a whole number, 1 to 1000000
            /spec/response/topK | 0 | spec.response.topK: found 0, expected a whole number, 1 to 1000000
            /spec/response/topK | 99999999999999999999 | spec.response.topK: found 99999999999999999999, expected a whole number, 1 to 1000000
            /spec/response/divergence | forwardKL | spec.response.divergence: found "forwardKL", expected one of ForwardKL, ReverseKL, SkewedKL, SkewedReverseKL, JensenShannon, TotalVariation, Interpolated, ULD; did you mean ForwardKL?
            /spec/response/divergence | Euclid | spec.response.divergence: found "Euclid", expected one of ForwardKL, ReverseKL, SkewedKL, SkewedReverseKL, JensenShannon, TotalVariation, Interpolated, ULD
            /spec/response/divergence | [ForwardKL] | spec.response.divergence: found a list, expected one of ForwardKL, ReverseKL, SkewedKL, SkewedReverseKL, JensenShannon, TotalVariation, Interpolated, ULD
            /spec/response | [] | spec.response: found a list, expected an object with beta, crossEntropyPercent, divergence, epochs,
            /spec/suspend | "no" | spec.suspend: found "no", expected true or false
            /spec/teachers | nothing | spec.teachers: found nothing, expected a list
            /spec/teachers | [] | spec.teachers: found 0 entries, expected 1 to 8
            /spec/teachers | {} | spec.teachers: found an object, expected a list
            /spec/teachers/0/name | nothing | spec.teachers[0].name: found nothing, expected a name of
            /spec/teachers/0/model | "http://x" | spec.teachers[0].model: found "http://x", expected a path, or a URI that starts with file://,
            /spec/student/model | nothing | spec.student.model: found nothing, expected a path, or a URI
            /spec/student/model | "" | spec.student.model: found 0 characters, expected 1 to 1024
            /spec/student/model | run://Other | spec.student.model: found "run://Other", expected run:// and a name of lower-case letters
            /spec/student/tokenizer | run://other | spec.student.tokenizer: found "run://other", a student; only spec.student.model can be another run's
            /spec/student/model | pvc://models/llama | spec.student.model: found "pvc://models/llama", a claim of a cluster; on one machine give a path
            /spec/student/model | hf://llama | spec.student.model: found "hf://llama", expected hf://ORG/NAME, or hf://datasets/ORG/NAME, then as needed @REVISION
            /spec/student/model | hf://datasets/lab/chats | spec.student.model: found "hf://datasets/lab/chats", data, expected a model: hf://ORG/NAME
            /spec/student/tokenizer | hf://lab/../x | spec.student.tokenizer: found "hf://lab/../x", expected hf://ORG/NAME
            /spec/data/sources/0 | {uri: "hf://lab/small"} | spec.data.sources[0].uri: found "hf://lab/small", a model, expected data: hf://datasets/…
            /spec/data/sources/0 | {uri: "hf://datasets/lab/chats/[a"} | spec.data.sources[0].uri: found "hf://datasets/lab/chats/[a", expected hf://ORG/NAME
            /spec/data/sources/0 | {uri: "s3://Logs/x"} | spec.data.sources[0].uri: found "s3://Logs/x", expected s3://BUCKET/KEY
            /spec/student/model | oci://registry/llama:8b | spec.student.model: found "oci://registry/llama:8b", an image that a cluster mounts; on one machine give a path, or hf:// or s3://
            /spec/student/lora/rank | "8" | spec.student.lora.rank: found "8", expected a whole number, 1 to 8192
            /spec/data/sources/0 | problems.jsonl | spec.data.sources[0]: found "problems.jsonl", expected an object with uri
            /spec/data/redact | [Email, Email] | spec.data.redact[1]: found "Email" a second time, expected it once; remove one
            /spec/stages | [] | spec.stages: found 0 entries, expected 1 to 6
            /spec/stages | [Data, Data] | spec.stages[1]: found "Data" a second time, expected it once; remove one
            /spec/stages | [Data, null] | spec.stages[1]: found nothing, expected one of Data, Feature,
            /spec/stages | Data | spec.stages: found "Data", expected a list of Data, Feature, Response, Reinforcement, Quantization, Evaluation
            /spec/evaluation/data | [{suite: GSM8K, uri: a}, {suite: GSM8K, uri: b}] | spec.evaluation.data[1].suite: found "GSM8K" a second time, expected a different suite in each entry
            /spec/scheduling/nodeSelector | {gpu: true} | spec.scheduling.nodeSelector.gpu: found true, expected text (put it in quotes)
            /spec/scheduling/nodeSelector | {"bad key!": x} | spec.scheduling.nodeSelector: found "bad key!", expected a label's key such as
            /spec/scheduling/nodeSelector | {disk: a b} | spec.scheduling.nodeSelector.disk: found "a b", expected a label's value: letters
            /spec/scheduling/tolerations | [{value: x}] | spec.scheduling.tolerations[0].key: found none, expected one, or operator Exists
            /spec/scheduling/tolerations | [{key: gpu, operator: Exists, value: x}] | spec.scheduling.tolerations[0].value: found "x", expected none with operator Exists
            /spec/scheduling/tolerations | [{key: gpu, tolerationSeconds: 5}] | spec.scheduling.tolerations[0].tolerationSeconds: found 5, expected none without effect NoExecute
            /spec/scheduling/imagePullSecrets | [{name: Mine}] | spec.scheduling.imagePullSecrets[0].name: found "Mine", expected an object's name: lower-case letters
            /spec/workspace/claimName | my_claim | spec.workspace.claimName: found "my_claim", expected an object's name: lower-case letters
            /spec/scheduling/nodeSelector | [] | spec.scheduling.nodeSelector: found a list, expected names and values
            /spec/workspace/size | 200 | spec.workspace.size: found the number 200, expected a size such as "200Gi"
            /spec/workspace/cacheSize | "0" | spec.workspace.cacheSize: found "0", expected a size such as "200Gi", at least "1M" (M, G, T or P
            /spec/workspace/size | 1.5Gi | spec.workspace.size: found "1.5Gi", expected a size such as "200Gi"
            """)
    void each_field_is_held_against_the_schema(String pointer, String value, String line) throws IOException {
        assertThat(message(pointer, value)).startsWith(line);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "nothing", textBlock = """
            /spec/teachers/0/model | nothing | spec.teachers[0]: found name "big", residency "Auto", expected exactly one of model and endpoint
            /spec/teachers/0/endpoint | {url: "https://x/v1", model: m} | spec.teachers[0]: found name "big", model "builtin://teacher", endpoint, residency "Auto", expected exactly one of model and endpoint
            /spec/routing | {easy: small, hard: big} | spec.routing.easy: found "small", expected the name of one of spec.teachers
            /spec/routing | {easy: big, hard: small} | spec.routing.hard: found "small", expected the name of one of spec.teachers
            /spec/routing | {easy: big, hard: big} | spec.routing.hard: found "big", expected another teacher than the easy one
            /spec/teachers | [{name: big, model: a}, {name: spare, model: a}] | spec.teachers: expected each teacher but the first in spec.routing; name it there or remove it
            /spec/data/difficulty | {basePercent: 70} | spec.data.difficulty: found basePercent 70, advancedPercent 30, challengePercent 10, expected basePercent + advancedPercent + challengePercent to be 100; give all three
            /spec/reinforcement/reward | {safetyPercent: 0} | spec.reinforcement.reward: found accuracyPercent 60, safetyPercent 0, diversityPercent 10, expected accuracyPercent + safetyPercent + diversityPercent to be 100; give all three
            /spec/reinforcement/klCoefficient | "101" | spec.reinforcement.klCoefficient: found "101", expected at most 100
            /spec/reinforcement/clip | "0" | spec.reinforcement.clip: found "0", expected more than 0 and less than 1
            /spec/reinforcement/discount | "1.5" | spec.reinforcement.discount: found "1.5", expected at most 1
            /spec/reinforcement | {algorithm: GRPO, samplesPerPrompt: 1} | spec.reinforcement.samplesPerPrompt: found the number 1, expected at least 2 for GRPO, which compares the answers to a prompt
            /spec/reinforcement/ppo | {lambda: "2"} | spec.reinforcement.ppo.lambda: found "2", expected at most 1
            /spec/reinforcement/ppo | {valueClip: "0"} | spec.reinforcement.ppo.valueClip: found "0", expected more than 0
            /spec/reinforcement/klController | {target: "0"} | spec.reinforcement.klController.target: found "0", expected more than 0 and at most 100000
            /spec/reinforcement/learningRate | "2" | spec.reinforcement.learningRate: found "2", expected more than 0 and at most 1
            /spec/feature/learningRate | "0.0" | spec.feature.learningRate: found "0.0", expected more than 0 and at most 1
            /spec/response/learningRate | "1e3" | spec.response.learningRate: found "1e3", expected more than 0 and at most 1
            /spec/response/skew | "1" | spec.response.skew: found "1", expected less than 1
            /spec/response/beta | "1.1" | spec.response.beta: found "1.1", expected at most 1
            /spec/response | {tail: Dropped, divergence: ReverseKL} | spec.response.tail: found "Dropped", expected Bucket, OneToken or Pooled, as Dropped goes with divergence ForwardKL only
            /spec/response | {divergence: ULD, crossEntropyPercent: 0} | spec.response.crossEntropyPercent: found the number 0, expected at least 1 with divergence ULD, which does not tell one token from another
            /spec/response | {divergence: ULD, onPolicyPercent: 10} | spec.response.onPolicyPercent: found the number 10, expected 0 with divergence ULD
            /spec/feature | {layerMap: Explicit} | spec.feature.layers: expected pairs of layers with layerMap Explicit, and none with another
            /spec/feature | {layers: [{student: 1, teacher: 1}]} | spec.feature.layers: expected pairs of layers with layerMap Explicit, and none with another
            /spec/feature | {layerMap: Explicit, layers: [{student: 1, teacher: 1}, {student: 1, teacher: 2}]} | spec.feature.layers[1].student: found the number 1 a second time, expected a different student in each entry
            /spec/training/learningRate | "0" | spec.training.learningRate: found "0", expected more than 0 and at most 1
            /spec/response/temperature | "0" | spec.response.temperature: found "0", expected more than 0 and at most 100
            /spec/data/augmentation/temperature | "11" | spec.data.augmentation.temperature: found "11", expected at most 10
            /spec/student/moe | {activeExperts: 5} | spec.student.moe.activeExperts: found the number 5, expected at most as many as experts
            /spec/quantization/bits | 5 | spec.quantization.bits: found the number 5, expected 4 or 8
            /spec/gates | [{suite: Perplexity}] | spec.gates[0]: found suite "Perplexity", expected exactly one of minPercentOfTeacher and minScore
            /spec/gates | [{suite: Perplexity, minScore: 1, minPercentOfTeacher: 2}] | spec.gates[0]: found suite "Perplexity", minPercentOfTeacher 2, minScore 1, expected exactly one of minPercentOfTeacher and minScore
            /spec/gates | [{suite: GSM8K, minScore: 1}] | spec.gates: expected gates on suites of spec.evaluation.suites only; add the suite there or remove the gate
            """)
    void each_rule_is_evaluated(String pointer, String value, String line) throws IOException {
        assertThat(message(pointer, value)).isEqualTo(line);
    }

    @Test
    void gates_need_the_evaluation_that_they_are_about() throws IOException {
        ObjectNode run = with("/spec/gates", "[{suite: Perplexity, minPercentOfTeacher: 90}]");
        run.withObject("/spec").withArray("stages").add("Data");
        run.withObject("/spec/evaluation").putArray("compareWith");
        assertThat(message(run).lines())
                .containsExactly(
                        "spec.gates: expected Teacher in spec.evaluation.compareWith; add it there or use minScore",
                        "spec.gates: expected Evaluation in spec.stages; add it there or remove the gates");
    }

    @Test
    void all_violations_are_told_at_once() throws IOException {
        ObjectNode run = with("/spec/response/topK", "0");
        run.withObject("/spec/data").putObject("difficulty").put("basePercent", 0);
        run.put("kind", "Run");
        assertThat(message(run).lines())
                .containsExactly(
                        "kind: found \"Run\", expected DistillationRun",
                        "spec.response.topK: found 0, expected a whole number, 1 to 1000000",
                        "spec.data.difficulty: found basePercent 0, advancedPercent 30, challengePercent 10, expected"
                                + " basePercent + advancedPercent + challengePercent to be 100; give all three");
    }

    @Test
    void no_value_breaks_a_message_into_two_lines() throws IOException {
        assertThat(message("/spec/response/divergence", "\"a\\nb\"").lines()).hasSize(1);
    }

    private String message(String pointer, String value) throws IOException {
        return message(with(pointer, value));
    }

    private String message(ObjectNode run) throws IOException {
        Path file = folder.resolve("run.yaml");
        YAML.writeValue(file.toFile(), run);
        String[] message = new String[1];
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Manifest.read(file))
                .satisfies(problem -> {
                    assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
                    assertThat(problem.getMessage().lines()).allMatch(line -> line.startsWith(file + ": "));
                    message[0] = problem.getMessage().replace(file + ": ", "");
                });
        return message[0];
    }

    /** A good manifest with a value at the pointer, or with nothing there. */
    private static ObjectNode with(String pointer, String value) throws IOException {
        ObjectNode run = (ObjectNode) YAML.readTree(ManifestTest.SHORT);
        JsonPointer at = JsonPointer.compile(pointer);
        String last = at.last().getMatchingProperty();
        JsonNode holder = run.at(at.head());
        if (holder instanceof ArrayNode list) {
            list.set(Integer.parseInt(last), YAML.readTree(value));
        } else {
            ObjectNode object = holder instanceof ObjectNode given ? given : run.withObject(at.head());
            if (value == null) {
                object.remove(last);
            } else {
                object.set(last, YAML.readTree(value));
            }
        }
        return run;
    }
}
