package dev.potstill.trainer.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Jinja 3 renders, as transformers sets it up, for the parts of the language that chat templates use. */
class TemplateTest {

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            {{ 1 + 2 * 3 - 4 // 3 % 2 }}                        => 6
            {{ 7 // -2 }} {{ -7 % 3 }} {{ 7.5 // 2 }}           => -4 2 3.0
            {{ 2 ** 10 }} {{ 10 / 5 }} {{ 1e16 }} {{ 1e-5 }}    => 1024 2.0 1e+16 1e-05
            {{ 0.1 + 0.2 }} {{ 100000.0 * 10 }}                 => 0.30000000000000004 1000000.0
            {{ true + 1 }} {{ - 2 + 3 }} {{ 2 - -2 }}           => 2 1 4
            {{ 'a' ~ 1 ~ none ~ true }}                         => a1NoneTrue
            {{ [1, 'a', none, true, 1.5, {'k': [1]}] }}         => [1, 'a', None, True, 1.5, {'k': [1]}]
            {{ ["it's", 'x'] }}                                 => ["it's", 'x']
            {{ 'ab' * 3 }} {{ [1] + [2] }} {{ 'a' 'b' }}        => ababab [1, 2] ab
            {{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }}      => True False True
            {{ true == 1 }} {{ none == false }} {{ [1] == [1.0] }} {{ {'a': 1} == {'a': 1.0} }} => True False True True
            {{ [3] > [2, 1] }} {{ 'Z' < 'a' }} {{ 'a' in 'abc' }} {{ 1 not in [1] }} {{ 'k' in {'k': 1} }} => True True True False True
            {{ not true or true }} {{ '' or 'y' }} {{ 0 and x.y.z }} => True y 0
            {{ 'x' if none else 'y' if 0 else 'z' }}-{{ 1 if false }} => z-
            """)
    void operatorsWorkAsInPython(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            {{ 'abc'[1] }}{{ 'abc'[-1] }}{{ 'abc'[5] }}          => bc
            {{ 'hé😀x'[2:] }} {{ 'hé😀x'[::-1] }} {{ 'hé😀x'|length }} => 😀x x😀éh 4
            {{ [1,2,3,4,5][1:3] }} {{ [1,2,3][-2:] }} {{ [1,2,3][:-1] }} => [2, 3] [2, 3] [1, 2]
            {{ [1,2,3,4,5][4:1:-2] }} {{ [1,2,3][10:] }} {{ [1,2,3][-10:2] }} => [5, 3] [] [1, 2]
            {{ m.a }} {{ m['b'] }} {{ m.get('a') }} {{ m.get('q') }} {{ m.get('q', 5) }} => 1 x 1 None 5
            {{ {'items': 1}['items'] }} {{ m.keys()|list }} {{ m.values()|list }} => 1 ['a', 'b'] [1, 'x']
            {{ x }}-{{ m.zzz }}-{{ x is defined }}{{ m.zzz is defined }}{{ none is none }} => --FalseFalseTrue
            {{ [[1, 2]].0.1 }} {{ {'a': {'b': 2}}.a.b }} {{ (1, 2)[0] }} => 2 2 1
            """)
    void elementsAndSlicesAreFound(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            [{{ ' a '.strip() }}{{ ' a '.lstrip() }}{{ ' a '.rstrip() }}{{ 'xax'.strip('x') }}] => [aa  aa]
            {{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a,b,c'.split(',', 1) }} => ['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b,c']
            {{ 'a,b,c'.rsplit(',', 1) }} {{ 'a b c'.split(none, 1) }} {{ ''.split() }} {{ ''.split(',') }} => ['a,b', 'c'] ['a', 'b c'] [] ['']
            {{ 'r</think>x'.split('</think>')[-1] }} {{ 'a=b=c'.partition('=')[2] }} {{ 'a=b=c'.rpartition('=')[0] }} => x b=c a=b
            {{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'abc'.startswith('b') }} => True True False
            {{ 'abcb'.replace('b', 'x') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'abc'.removeprefix('a').removesuffix('c') }} => axcx bba b
            {{ 'hello world'.title() }} {{ 'hELLO'.capitalize() }} {{ 'Ab'.upper() }} {{ 'Ab'.lower() }} => Hello World Hello AB ab
            {{ 'abcb'.find('b') }} {{ 'abcb'.rfind('b') }} {{ 'a'.find('z') }} {{ 'abab'.count('ab') }} {{ 'ab'.index('b') }} => 1 3 -1 2 1
            {{ ','.join(['a', 'b']) }} {{ '12'.isdigit() }} {{ 'ab'.isalpha() }} {{ ' '.isspace() }} {{ 'a1'.isalnum() }} {{ 'AB'.isupper() }} => a,b True True True True True
            {{ 'x{}y{}'.format(1, 'b') }} {{ '{0}{0}{a}'.format(1, a=2) }} {{ '{{}}'.format() }} => x1yb 112 {}
            {{ [1, 2].index(2) }} {{ [1, 1].count(1) }} {{ 'a\\nb'.splitlines() }} => 1 2 ['a', 'b']
            """)
    void valuesHaveTheirMethods(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            {{ m|tojson }} {{ 'é"</x>'|tojson }} {{ [1, 1.5, true, none]|tojson }} => {"a": 1, "b": "x"} "é\\"</x>" [1, 1.5, true, null]
            {{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} {{ [1, 2]|tojson(separators=(',', ':')) }} {{ []|tojson(indent=2) }} => {"a": 2, "b": 1} [1,2] []
            {{ x|default('d') }} {{ ''|default('d') }}{{ ''|default('d', true) }} {{ none|d('e') }} => d d None
            [{{ ' a '|trim }}] {{ 'Ab'|upper }}{{ 'Ab'|lower }} {{ 'a b'|title }} {{ 'ab cd'|capitalize }} => [a] ABab A B Ab cd
            {{ [3, 1, 2]|sort }} {{ [3, 1, 2]|sort(reverse=true) }} {{ ['b', 'A']|sort }} {{ m|dictsort|length }} => [1, 2, 3] [3, 2, 1] ['A', 'b'] 2
            {{ [1, 2]|first }} {{ [1, 2]|last }} {{ [1, 2]|sum }} {{ [1, 2]|max }} {{ [1, 2]|min }} {{ [1, 1]|unique|list }} => 1 2 3 2 1 [1]
            {{ [1, 2]|reverse|list }} {{ 'abc'|reverse }} {{ 'abc'|list }} {{ ['a', 1]|join('-') }} => [2, 1] cba ['a', 'b', 'c'] a-1
            {{ [{'a': 1}, {'a': 0}]|selectattr('a')|list }} {{ [{'a': 1}, {'a': 2}]|rejectattr('a', 'eq', 2)|list }} => [{'a': 1}] [{'a': 1}]
            {{ [1, 2, 3]|select('odd')|list }} {{ [1, 0]|select|list }} {{ [1, 2]|reject('in', [1])|list }} => [1, 3] [1] [2]
            {{ [{'a': 1}]|map(attribute='a')|list }} {{ ['a']|map('upper')|list }} {{ none|map('upper')|list }} => [1] ['A'] []
            {{ '5'|int + 1 }} {{ 'x'|int(7) }} {{ '1.5'|float }} {{ 2.567|round(2) }} {{ 3|string + 'a' }} {{ -3|abs }} => 6 7 1.5 2.57 3a 3
            {{ 'a\\nb'|indent(2)|tojson }} {{ '<&>'|e }} {{ '<b>'|safe }} {{ m|items|length }} => "a\\n  b" &lt;&amp;&gt; <b> 2
            {{ 1 is number }} {{ true is boolean }} {{ 'a' is string }} {{ m is mapping }} {{ [] is iterable }} {{ 1 is integer }} => True True True True True True
            {{ 4 is divisibleby 2 }} {{ 4 is odd }} {{ 1 is eq 1 }} {{ true is true }} {{ 1 is in [1] }} {{ x is not defined and true }} => True False True True True True
            {{ 'a' ~ 'b' | upper }} {{ 1 + 2 | string | int }} {{ -1 | abs }} => aB 3 1
            """)
    void filtersAndTestsAreApplied(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            {% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %} => a=1;b=x;
            {% for i in range(5) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %} => 012
            {% for i in range(5) %}{% if i is odd %}{% continue %}{% endif %}{{ i }}{% endfor %} => 024
            {% for i in range(3, 0, -1) %}{{ i }}{% endfor %} => 321
            {% for i in [1, 2, 3] if i != 2 %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('a', 'b') }} {% endfor %}. => 10TrueFalse223a 21FalseTrue211b .
            {% for i in [] %}x{% else %}none{% endfor %}{% for i in x %}x{% endfor %} => none
            {% set x = 1 %}{% for i in [1, 2] %}{% set x = i %}{{ x }}{% endfor %}{{ x }} => 121
            {% set ns = namespace(a=1) %}{% for i in [1, 2] %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }} => 4
            {% if true %}{% set y = 5 %}{% endif %}{{ y }}{% set a, b = 1, 2 %}{{ a }}{{ b }} => 512
            {% set t %}hello {{ 1 }}{% endset %}[{{ t }}] => [hello 1]
            {% if false %}a{% elif true %}b{% else %}c{% endif %} => b
            {% macro f(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ f(1) }} {{ f(1, 3) }} {{ f(b=1, a=2) }} {{ f() }} => 1-2 1-3 2-1 -2
            {% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }} => 3210
            {% macro f() %}{{ g }}{% endmacro %}{% set g = 7 %}{{ f() }} => 7
            {% generation %}said{% endgeneration %}{# a comment #} {% raw %}{{ as {% it is{% endraw %} => said {{ as {% it is
            {{ none is none }}{{ tools is none }}{{ tools is defined }} => TrueTrueTrue
            """)
    void statementsRun(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @Test
    void tagsTakeTheirLineWithThem() {
        assertThat(render("a\n  {% if true %}\n  b\n  {% endif %}\n\nc\n")).isEqualTo("a\n  b\n\nc");
        assertThat(render("a\r\n{% if true %}\r\nb\r\n{% endif %}\r\n")).isEqualTo("a\nb\n");
        assertThat(render("a \n {%- if true -%} \n b {%- endif +%}\nc")).isEqualTo("ab\nc");
        assertThat(render("a\n  {%+ if true %}b{% endif %}")).isEqualTo("a\n  b");
        assertThat(render("a \n {{- 'b' -}} \n c {{ 'd' }}\n e")).isEqualTo("abc d\n e");
        assertThat(render("a\n  {# gone #}\nb {#- gone -#} c")).isEqualTo("a\nbc");
    }

    @Test
    void escapesInStringsAreRead() {
        assertThat(render("{{ 'a\\nb\\t\\'c\\' \\u00e9 \\x41 \\q' }}")).isEqualTo("a\nb\t'c' é A \\q");
        assertThat(render("{{ {'a': {'b': 1}}['a'] }}")).isEqualTo("{'b': 1}");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            {{ x.y }}                       => 'x' is undefined
            {{ x + 1 }}                     => 'x' is undefined
            {{ x() }}                       => 'x' is undefined
            {{ m.a.b.c }}                   => 'b' of a number is undefined
            {{ x|tojson }}                  => 'x' is undefined
            {{ 'a' + 1 }}                   => cannot compute a string + a number
            {{ 1 / 0 }}                     => division by zero
            {{ 1 < 'a' }}                   => cannot tell which of a number and a string is less
            {{ 1() }}                       => a number cannot be called
            {{ 'a'.upper }}                 => a function has no text
            {{ range(1000000) }}            => has too many numbers
            {{ 'a'.split('') }}             => cannot split at an empty separator
            {{ raise_exception('boom') }}   => boom
            {{ 1 | nosuch }}                => the filter 'nosuch' is not supported
            {{ 1 is nosuch }}               => the test 'nosuch' is not supported
            {% for i in none %}{% endfor %} => None cannot be gone through one by one
            {% for a, b in [[1]] %}{% endfor %} => 1 values for 2 names
            {% macro f(a) %}{% endmacro %}{{ f(1, 2) }} => is given 2 arguments; expected at most 1
            {% macro f() %}{{ f() }}{% endmacro %}{{ f() }} => macros call each other without end
            {% set m.a = 1 %}               => 'm' is not a namespace
            {% include 'x' %}               => the tag 'include' is not supported
            {% if x %}                      => found the end of the template; expected endif
            {% endif %}                     => the tag 'endif' is not supported
            {{ 1 +                          => a tag is not closed
            {{ (1 }}                        => a tag is not closed
            {{ 1 2 }}                       => found '2'; expected the end of the output
            {{ 1 + }}                       => found the end of the output; expected a value
            {% for 1 in x %}{% endfor %}    => found '1'; expected a name
            {{ 1 ! 2 }}                     => '!' is not understood
            {% raw %}                       => raw is not closed
            {# open                         => a comment is not closed
            """)
    void aMistakeIsNamedWithItsLine(String template, String says) {
        assertThatThrownBy(() -> render("a\n\n" + template))
                .isInstanceOf(JinjaException.class)
                .hasMessageStartingWith("line 3: ")
                .hasMessageContaining(says);
    }

    @Test
    void functionsOfTheCallerAreCalled() {
        assertThat(Template.parse("{{ twice('ab', 1) }}").render(Map.of(), Map.of("twice", List::toString)))
                .isEqualTo("[ab, 1]");
    }

    private static String render(String template) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("a", 1L);
        m.put("b", "x");
        return Template.parse(template).render(Map.of("m", m, "tools", Optional.empty()), Map.of());
    }
}
