"""The three verifiers of a record, each asked as its users ask it: the console, the script, the page run by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bot.cli.record.checking import verdict
from bot.core.language import ENGLISH
from bot.papers.record import verify_record
from bot.papers.record.making import page

NODE = shutil.which("node")
Verdict = tuple[int, str]
"""The exit code, and the first finding where it is not 0."""
_DRIVER = """
const readline = require("readline");
const checked = signed, known = new Map();
signed = async (...words) => {
  const name = words.join(" ");
  if (!known.has(name)) known.set(name, await checked(...words));
  return known.get(name);
};
const lines = readline.createInterface({ input: process.stdin });
(async () => {
  for await (const line of lines) {
    const { file, key } = JSON.parse(line);
    const { code, said } = await verdict(new Uint8Array(Buffer.from(file, "base64")), key || "");
    process.stdout.write(JSON.stringify([code, code ? said[0][0] : "", said]) + "\\n");
  }
})();
"""


def by_console(data: bytes, key: str | None = None) -> Verdict:
    code, said = verdict(data, key)
    return code, said[0][0] if code else ""


def by_script(data: bytes, key: str | None = None) -> Verdict:
    """The function that its `main` calls; that it runs alone, another test shows."""
    try:
        verify_record.check(data, key)
    except verify_record.Altered as found:
        return (2 if found.args[0] == "other" else 1), found.args[0]
    return 0, ""


class Page:
    """verify.html as a browser runs it, without one: its script, in Node."""

    def __init__(self, folder: Path) -> None:
        script = page(ENGLISH).decode().split("<script>")[1].split("</script>")[0]
        path = folder / "verify.js"
        path.write_text(script + _DRIVER, "utf-8")
        assert NODE is not None
        self._process = subprocess.Popen(
            [NODE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def said(self, data: bytes, key: str | None = None) -> tuple[int, str, list[Any]]:
        from base64 import b64encode

        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": b64encode(data).decode(), "key": key}) + "\n")
        self._process.stdin.flush()
        code, what, said = json.loads(self._process.stdout.readline())
        return code, what, said

    def __call__(self, data: bytes, key: str | None = None) -> Verdict:
        code, what, _ = self.said(data, key)
        return code, what

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
