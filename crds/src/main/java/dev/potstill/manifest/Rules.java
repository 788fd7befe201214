package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Evaluates the schema's CEL rules. */
final class Rules {
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();
    private static final Map<String, CelRuntime.Program> PROGRAMS = new ConcurrentHashMap<>();

    private final List<Violation> known;
    private final List<Violation> broken = new ArrayList<>();

    private Rules(List<Violation> known) {
        this.known = known;
    }

    /** The violations of rules, of those parts of the value that the schema itself finds good. */
    static List<Violation> of(String path, Schema schema, JsonNode value, List<Violation> known) {
        Rules rules = new Rules(known);
        rules.walk(path, schema, value);
        return rules.broken;
    }

    private void walk(String path, Schema schema, JsonNode value) {
        if (!schema.rules().isEmpty()
                && known.stream().noneMatch(violation -> violation.path().startsWith(path))) {
            Map<String, Object> self = Map.of("self", plain(value));
            schema.rules().forEach(rule -> check(path, rule, value, self));
        }
        if (value instanceof ObjectNode object) {
            schema.properties().forEach((name, below) -> {
                if (object.has(name)) {
                    walk(path + "." + name, below, object.get(name));
                }
            });
        } else if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                walk(path + "[" + i + "]", schema.items(), array.get(i));
            }
        }
    }

    private void check(String path, Schema.Rule rule, JsonNode value, Map<String, Object> self) {
        if (!Boolean.TRUE.equals(evaluate(rule.expression(), self))) {
            JsonNode about = value.at(rule.fieldPath().replace('.', '/'));
            broken.add(new Violation(path + rule.fieldPath(), Words.foundInDetail(about) + rule.expected()));
        }
    }

    private static Object evaluate(String expression, Map<String, Object> variables) {
        try {
            return PROGRAMS.computeIfAbsent(expression, Rules::compile).eval(variables);
        } catch (CelEvaluationException e) {
            throw new IllegalStateException("the API's own rule fails: " + expression, e);
        }
    }

    private static CelRuntime.Program compile(String expression) {
        try {
            return RUNTIME.createProgram(COMPILER.compile(expression).getAst());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalStateException("the API's own rule does not compile: " + expression, e);
        }
    }

    /** The value as CEL knows it: maps, lists, text, booleans and 64-bit integers. */
    private static Object plain(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                Map<String, Object> map = new LinkedHashMap<>();
                object.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
                yield map;
            }
            case ArrayNode array -> array.valueStream().map(Rules::plain).toList();
            case JsonNode scalar when scalar.isIntegralNumber() -> scalar.longValue();
            case JsonNode scalar when scalar.isBoolean() -> scalar.booleanValue();
            default -> value.asText();
        };
    }
}
