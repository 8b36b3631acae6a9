"""Discord's published limits, from the list that lies beside the repository; tests that need it skip without it."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SHARED_TOOLS = Path(__file__).parents[2] / "shared" / "tools"


def published_rules() -> ModuleType:
    if not (SHARED_TOOLS / "discord_rules.py").exists():
        pytest.skip("../shared/tools/discord_rules.py is not there")
    sys.path.insert(0, str(SHARED_TOOLS))
    try:
        return importlib.import_module("discord_rules")
    finally:
        sys.path.remove(str(SHARED_TOOLS))


def check_chat(kind: str, payload: dict[str, Any], file: Path, *names: str) -> str:
    """Run the shared script over a payload; return what it says, empty when all is well."""
    script = SHARED_TOOLS / "check_chat.py"
    if not script.exists():
        pytest.skip("../shared/tools/check_chat.py is not there")
    file.write_text(json.dumps(payload))
    command = [sys.executable, "-B", str(script), "discord", kind, str(file), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    return done.stdout + done.stderr
