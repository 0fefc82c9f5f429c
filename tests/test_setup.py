"""setup.sh on machines of several kinds: what it calls are stand-ins that keep notes."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

STAND_INS = {
    "python3": """
case "$*" in
    *version_info*) exit ${PYTHON_STATUS:-0} ;;
    -) printf '%s' "$PYTHON_PACKAGES" ;;
    --version) echo Python 3.11.9 ;;
    "-m venv --clear .venv") [ -z "$VENV_BROKEN" ] || exit 1 ;;&
    "-m venv "*) mkdir -p .venv/bin; cp "$HERE/venv-python" .venv/bin/python ;;
esac
""",
    "venv-python": """
case "$*" in
    *--editable*) cp "$HERE/venv-python" .venv/bin/autoviz ;;
    "-m pip --version") [ -e .venv/bin/python ] ;;
esac
""",
    "dpkg-query": """
for last; do :; done
case " $ABSENT " in *" $last "*) exit 1 ;; esac
printf installed
""",
    "apt-get": "",
    "sudo": '"$@"\n',
    "make": "",
    "id": 'echo "$USER_ID"\n',
}
SYSTEM = ("bash", "env", "cat", "grep", "cksum", "dirname", "mkdir", "cp", "printf")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone, and beside it a folder with all programs that there are."""
    clone, programs = tmp_path / "clone", tmp_path / "programs"
    clone.mkdir()
    programs.mkdir()
    for name in ("setup.sh", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, clone)
    for name, body in STAND_INS.items():
        note = f'echo "{name} $*" >> "$NOTES"\n'
        (programs / name).write_text(f"#!{shutil.which('bash')}\n{note}{body}")
        (programs / name).chmod(0o755)
    for name in SYSTEM:
        (programs / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def set_up(machine: Path, *arguments: str, **env: str) -> tuple[int, str, list[str]]:
    """Status, what was said, and the notes of all stand-ins, in order."""
    notes = machine / "notes"
    notes.write_text("")
    programs = machine / "programs"
    fixed = {"PATH": str(programs), "HERE": str(programs), "NOTES": str(notes), "USER_ID": "1000"}
    done = subprocess.run(
        [str(machine / "clone" / "setup.sh"), *arguments],
        env={**fixed, **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr, notes.read_text().splitlines()


def test_torch_is_installed_first_and_by_its_pin_alone(machine: Path) -> None:
    status, _, notes = set_up(machine)
    installs = [note for note in notes if " install " in note and note.startswith("venv-python")]
    assert status == 0
    assert installs[0].endswith("torch==2.13.0")
    assert "--requirement constraints.txt" in installs[1]
    assert "--editable ." in installs[2]


def test_nothing_is_installed_into_the_system_when_all_is_there(machine: Path) -> None:
    _, _, notes = set_up(machine)
    assert [note for note in notes if note.startswith(("apt-get", "sudo"))] == []


def test_what_is_missing_comes_by_sudo_and_is_named(machine: Path) -> None:
    status, said, notes = set_up(machine, ABSENT="graphviz fonts-dejavu-core")
    assert status == 0
    assert "installing Debian packages: graphviz fonts-dejavu-core" in said
    (install,) = [note for note in notes if note.startswith("apt-get") and " install " in note]
    assert install.endswith("graphviz fonts-dejavu-core")
    assert any(note.startswith("sudo ") for note in notes)


def test_root_needs_no_sudo(machine: Path) -> None:
    (machine / "programs" / "sudo").unlink()
    status, _, notes = set_up(machine, ABSENT="graphviz", USER_ID="0")
    assert status == 0
    assert any(note.startswith("apt-get") for note in notes)


def test_without_rights_it_stops_with_the_command_to_run(machine: Path) -> None:
    (machine / "programs" / "sudo").unlink()
    status, said, notes = set_up(machine, ABSENT="graphviz")
    assert status == 3
    assert "apt-get install graphviz" in said
    assert not any("install" in note for note in notes)


def test_the_tests_need_a_browser_and_the_demo_does_not(machine: Path) -> None:
    _, _, plain = set_up(machine, ABSENT="chromium")
    _, _, tests = set_up(machine, "--tests", ABSENT="chromium")
    assert not any("apt-get" in note for note in plain)
    assert any(note.endswith("chromium") for note in tests if note.startswith("apt-get"))


def test_a_second_run_installs_nothing(machine: Path) -> None:
    set_up(machine)
    status, said, notes = set_up(machine)
    assert (status, said) == (0, "")
    assert not any("install" in note for note in notes if not note.startswith("dpkg-query"))


def test_other_pins_are_installed_over_the_old_ones(machine: Path) -> None:
    set_up(machine)
    with (machine / "clone" / "constraints.txt").open("a") as pins:
        pins.write("some-package==1.0\n")
    _, _, notes = set_up(machine)
    assert any("--requirement constraints.txt" in note for note in notes)


def test_python_parts_that_debian_keeps_apart_are_installed_too(machine: Path) -> None:
    parts = "python3.11-dev\npython3.11-venv\n"
    _, _, notes = set_up(machine, PYTHON_PACKAGES=parts, ABSENT="python3.11-dev python3.11-venv")
    (install,) = [note for note in notes if note.startswith("apt-get") and " install " in note]
    assert install.endswith("python3.11-dev python3.11-venv")


def test_a_python_that_cannot_make_an_environment_with_pip_lends_its_own(machine: Path) -> None:
    status, _, notes = set_up(machine, VENV_BROKEN="yes")
    assert status == 0
    assert "python3 -m pip --python .venv/bin/python install --quiet pip" in notes


def test_an_old_python_is_refused_before_anything_is_done(machine: Path) -> None:
    status, said, notes = set_up(machine, PYTHON_STATUS="1", ABSENT="graphviz")
    assert status == 3
    assert "Python 3.11 or newer is wanted: found Python 3.11.9" in said
    assert not any(note.startswith("apt-get") for note in notes)


def test_a_target_brings_make_and_is_handed_on(machine: Path) -> None:
    _, _, notes = set_up(machine, "demo", ABSENT="make")
    assert any(note.endswith(" make") for note in notes if note.startswith("apt-get"))
    assert notes[-1] == "make demo"
