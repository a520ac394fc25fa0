"""What goes wrong, on standard error: in the language of whoever sits at the console."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NoReturn

import pytest

import bot
from bot import cli
from bot.backup.errors import OtherKeyError, RecoveryFailedError
from bot.core.language import ENGLISH
from bot.host.disk import DiskError
from bot.host.secret import SecretMissingError
from bot.matrix.account.session import LoginRefusedError
from bot.matrix.http.errors import IdentityRefusedError
from bot.ports import ChainBrokenError
from bot.sentences.po import catalogue
from bot.sentences.told import PARAMETER, Told
from bot.store.errors import NewerStoreError, StateInUseError, UnreadableError, WrongKeyError
from tests.config.files import changed, fill, write
from tests.console import cellule


def _raise(failure: Exception) -> NoReturn:
    raise failure


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (LoginRefusedError("entering.refused", code="M_FORBIDDEN"), "Le serveur refuse la connexion (M_FORBIDDEN)."),
        (IdentityRefusedError("signing.changed", what=Told("signing.device_keys")), "Le serveur montre les clés de "),
        (StateInUseError(), "une autre Cellule tient le dossier d’état~; arrêtez-la"),
        (WrongKeyError(), "le fichier d’état ne s’ouvre pas avec cette clé~; faites pointer state.key_file"),
        (NewerStoreError(found=9, known=8), "le fichier d’état est au schéma 9"),
        (UnreadableError("Noted"), "un élément gardé (Noted) a une forme"),
        (DiskError(Path("/dev/full"), "ENOSPC"), "le disque de /dev/full est plein~: libérez-y"),
        (RecoveryFailedError("saving.disk", why=DiskError(Path("/dev/full"), "ENOSPC")), "la sauvegarde n’a pas pu "),
        (SecretMissingError("secret.missing", path="x"), "il n’y a pas de fichier x~; créez-le, puis~: chmod 600 x"),
        (ChainBrokenError("keeping.broken_chain"), "un fait gardé ne correspond pas à son empreinte"),
        (ExceptionGroup("tasks", [OtherKeyError()]), "la clé de secours n’est pas celle de cette sauvegarde"),
    ],
)
def test_why_it_ends_is_said_in_the_language_of_the_locale(
    failure: Exception, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    cli._exit_of(lambda: _raise(failure))
    assert capsys.readouterr().err.startswith(words.replace("~", "\N{NO-BREAK SPACE}"))


@pytest.mark.parametrize("command", ["run", "check", "backup", "purge"])
async def test_what_to_mend_in_the_configuration_is_said_in_the_language_of_the_locale(
    command: str, tmp_path: Path
) -> None:
    path = write(fill(tmp_path), changed(locale={"language": "de", "timezone": 3}))
    words = {"backup": ("--to", tmp_path / "saved"), "purge": ("--yes", "Nobody")}.get(command, ())
    ended = await cellule(command, "--config", path, *words, env={"LC_ALL": "fr_FR.UTF-8"})
    told = (ended.out if command == "check" else ended.err).replace("\N{NO-BREAK SPACE}", "~")
    assert 'locale.language~: "de" n’existe pas~; écrivez fr ou en\n' in told
    assert "locale.timezone~: 3 n’est pas un fuseau horaire IANA~; écrivez-en un comme Europe/Paris\n" in told
    nowhere = await cellule(command, *words, env={"LC_ALL": "fr_FR.UTF-8"})
    assert nowhere.err.startswith("configuration\N{NO-BREAK SPACE}: CELLULE_CONFIG n’est pas définie, et il n’y a ni /")


def test_every_sentence_is_told_with_what_fills_its_holes() -> None:
    sentences, seen = catalogue(ENGLISH), 0
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=func, args=[ast.Constant(value=str(key))], keywords=given) if key in sentences:
                    filled = {one.arg for one in given}
                    if None not in filled and ast.unparse(func).endswith(("Error", "Wrong", "Told", "tell", "say")):
                        seen += 1
                        assert filled == set(PARAMETER.findall(sentences[key])), f"{path}:{node.lineno}"
    assert seen > 200
