package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.model.expression.Variable;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.parser.CelStandardMacro;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The language is what is listed, and nothing in it leads out of it. */
class ExpressionLanguageTest {
    private static final Set<String> OPERATORS_IN_THE_TREE = Set.of(
            "_+_", "_-_", "_*_", "_/_", "_%_", "-_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "_[_]");
    private static final Set<String> NOT_EAGER = Set.of("_&&_", "_||_", "_?_:_", "@not_strictly_false");

    private final ExpressionCompiler compiler = new ExpressionCompiler();

    @Test
    void exactly_the_listed_functions_and_operators_are_declared_and_evaluated() {
        Set<String> evaluated = new TreeSet<>(ExpressionLanguage.FUNCTIONS);
        evaluated.addAll(OPERATORS_IN_THE_TREE);
        assertThat(Function.names()).containsExactlyInAnyOrderElementsOf(evaluated);
        evaluated.addAll(NOT_EAGER);
        assertThat(CelFrontEnd.declaredFunctions()).containsExactlyInAnyOrderElementsOf(evaluated);
    }

    @Test
    void of_the_standard_library_only_the_listed_functions_compile() {
        for (String name : CelStandardDeclarations.getAllFunctionNames()) {
            if (Character.isLetter(name.charAt(0)) && !ExpressionLanguage.FUNCTIONS.contains(name)) {
                assertThat(compiler.compile(name + "(input)")).as(name).isInstanceOf(Rejected.class);
                assertThat(compiler.compile("input." + name + "()")).as(name).isInstanceOf(Rejected.class);
            }
        }
        for (String name : ExpressionLanguage.FUNCTIONS) {
            boolean compiles = compiler.compile(name + "(input)") instanceof Compiled
                    || compiler.compile("input." + name + "()") instanceof Compiled
                    || compiler.compile("input." + name + "(input)") instanceof Compiled;
            assertThat(compiles).as(name).isTrue();
        }
    }

    @Test
    void exactly_the_listed_macros_exist() {
        Set<String> standard = new TreeSet<>();
        CelStandardMacro.STANDARD_MACROS.forEach(macro -> standard.add(macro.getFunction()));
        for (String name : standard) {
            boolean compiles = compiler.compile("input." + name + "(x, true)") instanceof Compiled
                    || compiler.compile(name + "(input.a)") instanceof Compiled;
            assertThat(compiles).as(name).isEqualTo(ExpressionLanguage.MACROS.contains(name));
        }
        assertThat(standard).containsAll(ExpressionLanguage.MACROS);
    }

    @Test
    void exactly_the_listed_types_and_names_exist() {
        for (String type : ExpressionLanguage.TYPES) {
            assertThat(compiler.compile("type(input) == " + type)).as(type).isInstanceOf(Compiled.class);
        }
        for (String name : List.of(
                "uint", "dyn", "any", "object", "google.protobuf.Any", "context", "this", "env", "__result__")) {
            assertThat(compiler.compile("type(input) == " + name)).as(name).isInstanceOf(Rejected.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input.getClass()",
                "input.class.forName('java.lang.Runtime')",
                "''.getClass().forName('java.lang.Runtime')",
                "java.lang.System.getenv()",
                "System.getProperty('user.home')",
                "env('HOME')",
                "file('/etc/passwd')",
                "http.get('http://localhost')",
                "now()",
                "random()",
                "google.protobuf.Any{type_url: 'x'}",
                "google.protobuf.Value{}",
                "proto.getExt(input, x)",
                "input.format([1])",
                "'a'.replace('a', 'b')",
                "strings.quote('a')",
                "math.greatest(1)",
                "lists.range(1000000000)",
                "sets.contains([1], [1])",
                "base64.decode('YQ==')",
                "regex.replace('a', 'b', 'c')",
                "cel.bind(x, 1, x)",
                "optional.of(1)",
                "cel.block([1], cel.index(0))"
            })
    void there_is_no_way_to_the_host_and_no_extension(String source) {
        Compilation compilation = compiler.compile(source);
        if (compilation instanceof Compiled(CompiledExpression expression)) {
            // A field of the data may be called anything; it is only ever looked up in the data.
            assertThat(expression.program()).isInstanceOf(Program.FollowPath.class);
        } else {
            assertThat(compilation).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void a_path_is_compiled_and_evaluated_without_loading_cel() throws Exception {
        String loaded = classesLoadedBy("${tasks.a.output.b} of ${input.c[0]}");
        assertThat(loaded).contains("dev.capocomico.language.expression.PathExpression");
        assertThat(loaded).doesNotContain(" dev.cel.", " com.google.protobuf.", " org.antlr.", " com.google.common.");
        assertThat(classesLoadedBy("${input.c[0] + 1}")).contains(" dev.cel.", " org.antlr.");
    }

    /** Runs in a JVM of its own, which says what it loads. */
    private static String classesLoadedBy(String template) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-Xlog:class+load:stdout",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            OnePath.class.getName(),
                            template)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that evaluates one template. */
    static final class OnePath {
        private OnePath() {}

        public static void main(String[] arguments) {
            ScopeFixture scope =
                    new ScopeFixture().with(Variable.INPUT, "{'c': [1]}").withTask("a", "completed", "{'b': 2}");
            TextNode template = TextNode.valueOf(arguments[0]);
            System.out.println(new CelExpressions().evaluate(template, scope));
        }
    }
}
