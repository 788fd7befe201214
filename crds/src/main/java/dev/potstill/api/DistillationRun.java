package dev.potstill.api;

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
public class DistillationRun extends CustomResource<DistillationRunSpec, DistillationRunStatus> implements Namespaced {}
