package dev.potstill.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test that asks for a cluster with Potstill's chart installed: {@code e2e/run} brings one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(named = "potstill.e2e", matches = "true", disabledReason = "asks for a cluster: e2e/run")
@interface OnACluster {}
