package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Statement.Branch;
import dev.potstill.trainer.text.jinja.Statement.Break;
import dev.potstill.trainer.text.jinja.Statement.Continue;
import dev.potstill.trainer.text.jinja.Statement.For;
import dev.potstill.trainer.text.jinja.Statement.Group;
import dev.potstill.trainer.text.jinja.Statement.If;
import dev.potstill.trainer.text.jinja.Statement.Macro;
import dev.potstill.trainer.text.jinja.Statement.Output;
import dev.potstill.trainer.text.jinja.Statement.Parameter;
import dev.potstill.trainer.text.jinja.Statement.Plain;
import dev.potstill.trainer.text.jinja.Statement.Set;
import dev.potstill.trainer.text.jinja.Statement.SetBlock;
import dev.potstill.trainer.text.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One rendering of a template: its statements in order, and the text that comes of them. */
final class Rendering {
    /** How a list of statements ended. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private StringBuilder text = new StringBuilder();
    private int line = 1;

    /** The line of the statement under way. */
    int line() {
        return line;
    }

    String render(List<Statement> statements, Scope scope) {
        run(statements, scope);
        return text.toString();
    }

    private Flow run(List<Statement> statements, Scope scope) {
        for (Statement statement : statements) {
            Flow flow = run(statement, scope);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow run(Statement statement, Scope scope) {
        switch (statement) {
            case Plain(var plain) -> text.append(plain);
            case Output(var at, var value) -> {
                line = at;
                text.append(Python.text(new Evaluation(scope).value(value)));
            }
            case If conditional -> {
                return run(conditional, scope);
            }
            case For loop -> loop(loop, scope);
            case Set(var at, var target, var value) -> {
                line = at;
                assign(target, new Evaluation(scope).value(value), scope);
            }
            case SetBlock(var at, var target, var body) -> {
                line = at;
                assign(target, captured(body, scope.inner()), scope);
            }
            case Macro macro -> scope.set(macro.name(), (Callable) given -> call(macro, given, scope.inner()));
            case Group(var body) -> {
                return run(body, scope);
            }
            case Break() -> {
                return Flow.BREAK;
            }
            case Continue() -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private Flow run(If conditional, Scope scope) {
        for (Branch branch : conditional.branches()) {
            line = conditional.line();
            if (new Evaluation(scope).isTrue(branch.condition())) {
                return run(branch.body(), scope);
            }
        }
        return Flow.ON;
    }

    private void loop(For loop, Scope scope) {
        line = loop.line();
        List<Object> elements = new ArrayList<>();
        for (Object element : Python.elements(new Evaluation(scope).value(loop.sequence()))) {
            Scope round = scope.inner();
            assign(loop.target(), element, round);
            if (loop.condition().isEmpty()
                    || new Evaluation(round).isTrue(loop.condition().get())) {
                elements.add(element);
            }
        }
        if (elements.isEmpty()) {
            run(loop.otherwise(), scope);
        }
        for (int i = 0; i < elements.size(); i++) {
            Scope round = scope.inner();
            round.set("loop", round(elements, i));
            assign(loop.target(), elements.get(i), round);
            if (run(loop.body(), round) == Flow.BREAK) {
                return;
            }
        }
    }

    /** What {@code loop} tells of one round. */
    private static Map<String, Object> round(List<Object> elements, int i) {
        Map<String, Object> loop = new HashMap<>();
        loop.put("index", i + 1L);
        loop.put("index0", (long) i);
        loop.put("revindex", (long) elements.size() - i);
        loop.put("revindex0", (long) elements.size() - i - 1);
        loop.put("first", i == 0);
        loop.put("last", i == elements.size() - 1);
        loop.put("length", (long) elements.size());
        loop.put("previtem", i == 0 ? new Undefined("loop.previtem") : elements.get(i - 1));
        loop.put("nextitem", i == elements.size() - 1 ? new Undefined("loop.nextitem") : elements.get(i + 1));
        loop.put("cycle", (Callable)
                given -> given.positional().get(i % given.positional().size()));
        return loop;
    }

    private Object call(Macro macro, Given given, Scope scope) {
        if (given.positional().size() > macro.parameters().size()) {
            throw new JinjaException("macro %s is given %d arguments; expected at most %d"
                    .formatted(
                            macro.name(),
                            given.positional().size(),
                            macro.parameters().size()));
        }
        for (int i = 0; i < macro.parameters().size(); i++) {
            Parameter parameter = macro.parameters().get(i);
            Object value = given.get(i, parameter.name())
                    .or(() -> parameter.byDefault().map(new Evaluation(scope)::value))
                    .orElseGet(() -> new Undefined("parameter '" + parameter.name() + "'"));
            scope.set(parameter.name(), value);
        }
        return captured(macro.body(), scope);
    }

    private String captured(List<Statement> body, Scope scope) {
        StringBuilder outer = text;
        text = new StringBuilder();
        try {
            run(body, scope);
            return text.toString();
        } finally {
            text = outer;
        }
    }

    private static void assign(Target target, Object value, Scope scope) {
        switch (target) {
            case Target.Names(var names) when names.size() == 1 -> scope.set(names.getFirst(), value);
            case Target.Names(var names) -> {
                List<Object> values = Python.elements(value);
                if (values.size() != names.size()) {
                    throw new JinjaException("%d values for %d names".formatted(values.size(), names.size()));
                }
                for (int i = 0; i < names.size(); i++) {
                    scope.set(names.get(i), values.get(i));
                }
            }
            case Target.Field(var name, var field) -> {
                if (!(scope.get(name) instanceof Namespace(var values))) {
                    throw new JinjaException("'" + name + "' is not a namespace");
                }
                values.put(field, value);
            }
        }
    }
}
