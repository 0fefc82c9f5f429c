"""Program text and values: what is read, what is refused and how it is told."""

import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphgen.language.expression import (
    FUNCTIONS,
    Binary,
    Call,
    Name,
    Number,
    Statement,
    Unary,
    check_values,
    parse,
    read_assignment,
    read_assignments,
    read_value,
    source,
)
from graphgen.language.syntax import List, Program, operands, postorder, sources
from graphgen.language.tokens import MAXIMUM_LENGTH, MAXIMUM_NESTING, MAXIMUM_TOKENS
from graphgen.language.values import MAXIMUM_NUMBERS
from graphgen.model.errors import AutovizError, ExpressionError, InputError
from tests import strategies
from tests.hostile import EXPRESSIONS, VALUES
from tests.seed_cases import cases


def tree(text: str) -> object:
    return parse(text).statements[-1].expression


def test_a_program_is_its_statements_and_its_inputs_in_order_of_first_use() -> None:
    program = parse("s = a + b; c = s * b")
    assert program == Program(
        "",
        (
            Statement("s", Binary("+", Name("a"), Name("b"))),
            Statement("c", Binary("*", Name("s"), Name("b"))),
        ),
        ("a", "b"),
    )
    assert program.text == "s = a + b; c = s * b"


def test_statements_end_with_semicolons_or_lines_and_comments_are_no_part() -> None:
    text = "# first\ns = a + b  # a sum\r\n\n;;c = s * (b\n  + 1 # not yet\n);"
    assert parse(text) == parse("s = a + b; c = s * (b + 1)")


def test_a_byte_order_mark_that_an_editor_leaves_is_no_part() -> None:
    assert parse("\ufeffa * 2") == parse("a * 2")


def test_the_last_statement_may_go_without_a_name() -> None:
    program = parse("s = a + b; s * b")
    assert [statement.name for statement in program.statements] == ["s", ""]


def test_every_part_knows_its_line_and_column() -> None:
    program = parse("s = a + exp(b)\nc = [s, 2] @ -x")
    places = [
        (source(part), part.line, part.column)
        for statement in program.statements
        for part in postorder(statement.expression)
    ]
    assert places == [
        ("a", 1, 5), ("b", 1, 13), ("exp(b)", 1, 9), ("a + exp(b)", 1, 7),
        ("s", 2, 6), ("2", 2, 9), ("[s, 2]", 2, 5), ("x", 2, 15), ("-x", 2, 14),
        ("[s, 2] @ -x", 2, 12),
    ]  # fmt: skip
    assert [(s.line, s.column) for s in program.statements] == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("text", "bracketed"),
    [
        ("-a ** 2", "-(a ** 2)"),
        ("2 ** -a ** b", "2 ** (-(a ** b))"),
        ("a ** b ** c", "a ** (b ** c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c @ d", "((a / b) * c) @ d"),
        ("-a * b", "(-a) * b"),
        ("a * -b + c", "(a * (-b)) + c"),
        ("a + b * c ** d", "a + (b * (c ** d))"),
        ("- - a", "-(-a)"),
        ("2 ** -1 * a", "(2 ** (-1)) * a"),
    ],
)
def test_precedence_is_python_s(text: str, bracketed: str) -> None:
    assert tree(text) == tree(bracketed)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3.0), (".5", 0.5), ("5.", 5.0), ("1e-3", 0.001), ("2.5E+2", 250.0), ("007", 7.0)],
)
def test_numbers_are_read_as_python_reads_them(text: str, value: float) -> None:
    assert tree(f"{text} * a") == Binary("*", Number(value), Name("a"))


def test_greek_letters_are_names_and_a_function_s_name_may_be_set() -> None:
    assert parse("loss = σ * θ_1 + größe").inputs == ("σ", "θ_1", "größe")
    assert parse("mean = mean(x); mean * 2").inputs == ("x",)


def test_an_axis_is_named_or_the_last_number() -> None:
    expected = Call("sum", (Name("x"),), -1)
    assert tree("sum(x, axis=-1)") == tree("sum(x, -1)") == tree("sum(axis=-1, x)") == expected
    assert tree("max(x, axis=0)") == Call("max", (Name("x"),), 0)


def test_a_comma_may_end_a_list_or_a_call() -> None:
    assert tree("sum([a, 2,],)") == Call("sum", (List((Name("a"), Number(2.0))),))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("((a+b))*b", "(a + b) * b"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a*b)*c", "a * b * c"),
        ("a*(b*c)", "a * (b * c)"),
        ("(-a)**2", "(-a) ** 2"),
        ("(a**b)**c", "(a ** b) ** c"),
        ("sum( [ [1.0 ,2],[a,.5] ] ,0)", "sum([[1, 2], [a, 0.5]], axis=0)"),
        ("1000000000000000000.0*a", "1e+18 * a"),
    ],
)
def test_the_text_of_an_expression_has_no_needless_brackets(text: str, written: str) -> None:
    assert source(parse(text).statements[0].expression) == written


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.trees())
def test_the_text_of_a_tree_reads_as_the_same_tree(made: object) -> None:
    program = parse(source(made) + "+ a")  # type: ignore[arg-type]
    # A sum binds loosest, so that one more term leaves any tree but a sum of sums as it is.
    assert program.statements[0].expression == Binary("+", made, Name("a"))  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.programs())
def test_the_text_of_a_program_reads_as_the_same_program(made: strategies.Made) -> None:
    assert parse(made.program.source()) == made.program


def test_texts_of_a_long_sum_stay_short_where_that_is_wanted() -> None:
    program = parse("+".join(["a"] * 2_000))
    texts = [text for _, text in sources(program.statements[0].expression, 40)]
    assert max(map(len, texts)) < 50
    assert texts[-1] in {f"{'…' if i == 0 else '… + a' + ' + a' * (i - 1)} + a" for i in range(12)}


def test_every_case_is_read() -> None:
    for case in cases():
        assert set(parse(case.program).inputs) == set(case.inputs)


def test_there_are_at_least_as_many_wrong_texts_as_are_promised() -> None:
    assert len(set(EXPRESSIONS.values())) >= 115
    assert len(set(VALUES.values())) >= 40


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_a_wrong_expression_is_refused_in_one_message(kind: str) -> None:
    start = time.process_time()
    with pytest.raises(ExpressionError) as caught:
        parse(EXPRESSIONS[kind])
    assert time.process_time() - start < 1
    check_told(caught.value)
    whole = ("empty", "blanks", "line ends", "only a comment", "only semicolons")
    if len(EXPRESSIONS[kind]) <= MAXIMUM_LENGTH and kind not in whole:
        assert caught.value.line >= 1 or "names, numbers and signs" in str(caught.value)


@pytest.mark.parametrize("kind", VALUES)
def test_a_wrong_value_is_refused_in_one_message(kind: str) -> None:
    start = time.process_time()
    with pytest.raises(AutovizError) as caught:
        read_assignment(VALUES[kind])
    assert time.process_time() - start < 1
    check_told(caught.value)


def check_told(error: AutovizError) -> None:
    """What every message has: wanted, found, what to do; short, and safe to print."""
    message, *pointer = str(error).split("\n")
    assert ": got " in message
    assert "; " in message
    assert len(message) < 600
    assert message.isprintable()
    str(error).encode("utf-8")
    assert error.exit_status == 2
    if pointer:
        assert len(pointer) == 3
        place, shown, caret = pointer
        assert place.startswith("  line ")
        assert caret.strip() == "^"
        assert len(shown) <= 80
        assert len(caret) <= 81


PLACES = {
    "c = (a + b) ^ 2": (1, 13, "use ** for powers"),
    "s = a\nc = s * epx(b)": (2, 9, "did you mean 'exp'?"),
    "c = 2a": (1, 6, "write * to multiply"),
    "c = a(b + 1)": (1, 5, "write a * (...)"),
    "c = (a + b": (1, 5, "got none for this one"),
    "c = max(a, b)": (1, 5, "maximum(a, b)"),
    "a = 1\na = 2": (2, 1, "set before on line 1"),
    "c = x[0]": (1, 6, "there is no indexing"),
    "c = a.sum()": (1, 6, "call a function, as in sum(x)"),
    "c = а * 2": (1, 5, "U+0430 CYRILLIC SMALL LETTER A"),
    "c = x² + 1": (1, 6, "write ** 2"),
    "c = sum": (1, 5, "call it: sum(x)"),
    "c = a × b": (1, 7, "use * to multiply"),
    "d = a * b; c = a + b": (1, 1, "'d', which isn't"),
    "lambda = a": (1, 1, "a word of Python's"),
    "c = 1e999 * a": (1, 5, "1.8e308"),
    "\tc = a $ b": (1, 8, "U+0024 DOLLAR SIGN"),
    "log(a, 2)": (1, 1, "log(x) / log(base)"),
}


@pytest.mark.parametrize("text", PLACES)
def test_a_message_says_where_and_what_to_do(text: str) -> None:
    line, column, hint = PLACES[text]
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert hint in caught.value.message


def test_the_whole_message_has_a_caret_below_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("s = a + b\nc = s ^ 2")
    assert str(caught.value) == (
        "an expression: got '^'; use ** for powers\n  line 2, column 7\n    c = s ^ 2\n          ^"
    )


@pytest.mark.parametrize("wrong", [b"a + b", 3, None, ["a"]])
def test_what_is_no_text_is_refused(wrong: object) -> None:
    with pytest.raises(ExpressionError, match="the expression as text: got"):
        parse(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="as text: got"):
        read_value(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="a name and a value"):
        read_assignment(wrong)  # type: ignore[arg-type]


def test_brackets_go_as_deep_as_is_promised() -> None:
    depth = MAXIMUM_NESTING
    assert tree("(" * depth + "a" + ")" * depth) == Name("a")
    with pytest.raises(ExpressionError, match="brackets within each other"):
        parse("(" * (depth + 1) + "a" + ")" * (depth + 1))
    nested = tree("exp(" * depth + "a" + ")" * depth)
    assert isinstance(nested, Call)
    assert isinstance(tree("-" * depth + "a"), Unary)


def test_texts_go_as_long_as_is_promised() -> None:
    longest = "a" + " " * (MAXIMUM_LENGTH - 1)
    assert tree(longest) == Name("a")
    with pytest.raises(ExpressionError, match="20,000 characters: got 20,001"):
        parse(longest + " ")
    most = "+".join(["a"] * (MAXIMUM_TOKENS // 2))
    assert parse(most).inputs == ("a",)
    with pytest.raises(ExpressionError, match="5,000 names, numbers and signs: got 5,001"):
        parse(most + "+a")


# Pieces that programs are made of, so that fuzzed texts come close to real ones.
PIECES = st.sampled_from(
    [*"ab12.()[],;=+-*/@ \n#^θ²_'\"<{:\\", "**", "exp(", "sum(", "axis=", "s = ", "1e9", "if "]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_fuzzed_program_is_read_or_refused(text: str) -> None:
    try:
        program = parse(text)
    except ExpressionError as error:
        check_told(error)
    else:
        assert parse(program.source()) == program


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_a_fuzzed_text_is_read_or_refused(text: str) -> None:
    for read in (parse, read_value, read_assignment):
        try:
            read(text)
        except AutovizError as error:
            check_told(error)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*"[]12,.-+e na=", "inf", "1e9"]), max_size=20).map("".join))
def test_a_fuzzed_value_is_read_or_refused(text: str) -> None:
    try:
        value = read_value(text)
    except ExpressionError:
        return
    assert read_value(repr(value).replace("(", "[").replace(")", "]")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2.0),
        (" -1e-3 ", -0.001),
        ("+.5", 0.5),
        ("[1, 2]", (1.0, 2.0)),
        ("[[1,2],[3,4],]", ((1.0, 2.0), (3.0, 4.0))),
        ("[[[1]]]", (((1.0,),),)),
    ],
)
def test_a_value_is_a_number_or_nested_lists(text: str, value: object) -> None:
    assert read_value(text) == value


def test_an_assignment_is_a_name_and_a_value() -> None:
    assert read_assignment("θ = [1, 2]") == ("θ", (1.0, 2.0))
    assert read_assignments(["a=2", "b=3"]) == {"a": 2.0, "b": 3.0}
    with pytest.raises(InputError, match="got two for 'a'"):
        read_assignments(["a=2", "b=1", "a=2"])


def test_a_value_s_fault_is_shown_in_the_whole_text() -> None:
    with pytest.raises(ExpressionError) as caught:
        read_assignment("alpha=[1, nan]")
    assert caught.value.column == 11
    assert "    alpha=[1, nan]\n              ^" in str(caught.value)


def test_all_names_without_a_value_are_told_at_once() -> None:
    with pytest.raises(ExpressionError) as caught:
        check_values(parse("s = 2 * b; t = a + s; t * c"), {"b": 1.0})
    assert caught.value.message == (
        "unknown names 'a', 'c': known names are b, s; give them with --set a=1 --set c=1, "
        'or in Python with {"a": 1, ...}'
    )
    assert (caught.value.line, caught.value.column) == (1, 16)
    with pytest.raises(ExpressionError, match=r"a value for 'a': got none; give it with --set a=1"):
        check_values(parse("a * a"), {})
    with pytest.raises(ExpressionError, match=r"did you mean 'alpha'\? else give it with"):
        check_values(parse("alpha * alhpa"), {"alpha": 1.0})


@pytest.mark.parametrize(
    ("values", "data", "message"),
    [
        ({"a": 1.0, "b": 1.0, "d": 1.0}, (), "the value of 'd', which it doesn't use; take it"),
        ({"a": 1.0, "b": 1.0, "s": 1.0}, (), "the value of 's', but the expression sets it"),
        ({"a": 1.0, "b": 1.0}, ("q",), "'q' as data, which it doesn't use"),
        ({"a": 1.0, "b": 1.0}, ("s",), "'s' as data, but the expression sets it"),
        ({"a": 1.0, "b": 1.0}, ("a", "b"), "all are data"),
        ({"a": (1.0, (2.0,)), "b": 1.0}, (), "a: rows of one length"),
    ],
)
def test_a_value_or_data_that_fits_no_input_is_told(
    values: dict[str, object], data: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        check_values(parse("s = a + b; s * b"), values, data)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_a_misspelled_set_is_told_the_name_that_is_meant() -> None:
    with pytest.raises(InputError, match="did you mean 'alpha'"):
        check_values(parse("alpha * 2"), {"alhpa": 1.0})


def test_every_function_has_a_meaning_and_reads_as_it_is_signed() -> None:
    for name, function in FUNCTIONS.items():
        assert function.meaning
        numbers = ["1"] * function.literals
        names = ["x"] * (len(function.arguments) - function.literals)
        call = tree(f"{name}({', '.join(names + numbers)})")
        assert isinstance(call, Call)
        assert len(operands(call)) == len(function.arguments)


DOCUMENT = (Path(__file__).parent.parent / "docs" / "expressions.md").read_text("utf-8")


def test_the_reference_tells_every_function() -> None:
    for name, function in FUNCTIONS.items():
        row = f"| `{function.signature(name).replace(' or ', '`, `')}` | {function.meaning} |"
        assert row in DOCUMENT.splitlines()


def test_the_reference_shows_messages_as_they_are() -> None:
    examples = re.findall(r"```\n(.+)\n(.+: got [^`]+)\n```", DOCUMENT)
    assert len(examples) >= 6
    for text, message in examples:
        with pytest.raises(ExpressionError) as caught:
            parse(text)
        assert str(caught.value) == message


def test_the_reference_tells_the_limits() -> None:
    for limit in (MAXIMUM_LENGTH, MAXIMUM_TOKENS, MAXIMUM_NESTING, MAXIMUM_NUMBERS):
        assert f"| {limit:,} |" in DOCUMENT


WORST = """
import resource, sys, time
from graphgen.model.errors import AutovizError
from graphgen.language.expression import parse, read_assignment
from tests.hostile import EXPRESSIONS, VALUES
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
slowest = 0.0
for read, texts in ((parse, EXPRESSIONS), (read_assignment, VALUES)):
    for text in texts.values():
        start = time.process_time()
        try:
            read(text)
            raise SystemExit("read: " + repr(text[:50]))
        except AutovizError:
            pass
        slowest = max(slowest, time.process_time() - start)
assert not {"torch", "numpy"} & set(sys.modules)
print(slowest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_a_process_of_its_own_reads_the_worst_texts_in_time_and_without_torch() -> None:
    limit = 1_000_000_000
    ended = subprocess.run(
        [sys.executable, "-c", WORST],
        capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    seconds, megabytes = map(float, ended.stdout.split())
    assert seconds < 1
    assert megabytes < 100
