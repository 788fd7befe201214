package dev.potstill.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A distillation as a Kubernetes resource. */
@Group("potstill.dev")
@Version("v1alpha1")
@ShortNames("drun")
@Categories("potstill")
@AdditionalPrinterColumn(name = "Stage", jsonPath = ".status.stage", type = Type.STRING)
@AdditionalPrinterColumn(
        name = "Status",
        jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Summary", jsonPath = ".status.summary", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Stopped", jsonPath = ".status.attempts.preempted", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(name = "Failed", jsonPath = ".status.attempts.failed", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(name = "Score", jsonPath = ".status.score", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(
        name = "Gates",
        jsonPath = ".status.conditions[?(@.type=='GatesPassed')].reason",
        type = Type.STRING,
        priority = 1)
public class DistillationRun extends CustomResource<DistillationRunSpec, DistillationRunStatus> implements Namespaced {}
