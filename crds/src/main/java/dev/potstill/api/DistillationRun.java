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
@AdditionalPrinterColumn(name = "Summary", jsonPath = ".status.summary", type = Type.STRING)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type=='Ready')].status", type = Type.STRING)
@AdditionalPrinterColumn(
        name = "Succeeded",
        jsonPath = ".status.conditions[?(@.type=='Succeeded')].status",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Student", jsonPath = ".spec.student.model", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(
        name = "Scores",
        jsonPath = ".status.scores[?(@.model=='Student')].value",
        type = Type.STRING,
        priority = 1)
public class DistillationRun extends CustomResource<DistillationRunSpec, DistillationRunStatus> implements Namespaced {}
