"""Set the program up in `.venv` and run it, or run every check: what `make run` and `make test` do.

Needs nothing but Python; on Windows it is called as `py -m tools.make run`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / ("python.exe" if sys.platform == "win32" else "python")
CONSTRAINTS = ROOT / "constraints.txt"
OLDEST = (3, 11)


def main() -> int:
    """Carry out the target that was named."""
    targets: dict[str, Callable[[list[str]], int]] = {
        "run": run,
        "test": test,
        "setup": lambda _rest: set_up(extra="dev"),
    }
    if len(sys.argv) < 2 or sys.argv[1] not in targets:
        sys.stderr.write(f"用法：python -m tools.make {'|'.join(targets)}\n")
        return 2
    if sys.version_info < OLDEST:
        sys.stderr.write("需要 Python 3.11 以上的版本。\n")
        return 1
    return targets[sys.argv[1]](sys.argv[2:])


def setup(_rest: list[str]) -> int:
    """Only prepare `.venv`, with what the checks need."""
    return set_up(extra="dev")


def run(rest: list[str]) -> int:
    """Build the demonstration office, live a year of it, and open the program on it."""
    return set_up() or call("-m", "tui.main", "demo", *rest)


def test(rest: list[str]) -> int:
    """Run every check that a change must pass; the first that fails ends it."""
    checks = [
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy", "bureau", "quiz_bank", "courtesy", "training", "tui", "tests", "tools", "benchmarks"),
        ("-c", "from importlinter.cli import lint_imports_command as check; check()"),
        ("-m", "pytest", "-q", "-n", "auto", *rest),
    ]
    if failed := set_up(extra="dev"):
        return failed
    for check in checks:
        sys.stdout.write(f"== {' '.join(check[1:])}\n")
        sys.stdout.flush()
        if failed := call(*check):
            return failed
    return 0


def set_up(extra: str = "") -> int:
    """Make `.venv` and install the pinned dependencies; does nothing when they are there already."""
    stamp = VENV / f"installed-{extra or 'program'}"
    wanted = hashlib.sha256(
        (ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes() + str(ROOT).encode()
    ).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return 0
    if not PYTHON.exists():
        sys.stdout.write("正在準備 .venv …\n")
        sys.stdout.flush()
        venv.create(VENV, with_pip=True)
    sys.stdout.write("正在安裝所需的套件（只有第一次需要網路）…\n")
    sys.stdout.flush()
    project = f"{ROOT}[{extra}]" if extra else str(ROOT)
    # The build's own tools are pinned too; older and newer pip read different names for that.
    pinned = {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    failed = call(
        "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", project, more=pinned
    )
    if failed:
        sys.stderr.write("安裝沒有完成：請確認這台電腦第一次執行時連得上網路，再試一次。\n")
        return failed
    stamp.write_text(wanted, encoding="ascii")
    return 0


def call(*words: str, more: dict[str, str] | None = None) -> int:
    """Run Python of `.venv` with `words` in the project's folder; give the exit code."""
    environment = {**os.environ, "PYTHONUTF8": "1", **(more or {})}
    return subprocess.run([str(PYTHON), *words], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
