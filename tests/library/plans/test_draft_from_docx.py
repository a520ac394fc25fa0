"""A plan that a firm wrote in Word becomes a playbook that the check takes once its marked places are filled."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bot.cli.planning import draft
from bot.core.language import Language
from bot.core.people.roster import Role
from bot.core.playbook import Playbook
from bot.host.shipped import playbooks_folder
from bot.library.lint import check
from bot.library.playbooks import load
from tests.library.plans.files import add_table, french_plan, listed, saved

TODAY = date(2026, 11, 29)
FRENCH = Language("fr")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))


def drafted(document: Docx, folder: Path, name: str = "notre-plan.fr.md") -> tuple[str, str]:
    """Return the playbook that was written, and what was said of it."""
    plan = folder.parent / "plan.docx"
    plan.write_bytes(saved(document))
    told = "\n".join(draft(plan, folder / name, None, playbooks_folder(), TODAY))
    return (folder / name).read_text("utf-8"), told


def fill(path: Path) -> None:
    """Fill what is marked, as an author would, and nothing else."""
    text = re.sub(r"^# \[.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"(\*\*(?:Qui|Who) ?:\*\*) \[(?:À COMPLÉTER|TODO).*", r"\1 coordinator", text.replace("\u00a0", " "))
    text = re.sub(r"(\*\*(?:Pour|By) ?:\*\*) \[(?:À COMPLÉTER|TODO).*", r"\1 48 h", text)
    path.write_text(re.sub(r"\[(?:À COMPLÉTER|TODO)[^\]]*\]", "ce qui manquait", text), "utf-8")


def read(folder: Path, document: Docx) -> Playbook:
    """Return the playbook that *document* becomes once its marked places are filled."""
    drafted(document, folder)
    fill(folder / "notre-plan.fr.md")
    assert check([folder / "notre-plan.fr.md"]) == ()
    return load(folder)["notre-plan", FRENCH]


def test_each_marked_place_is_refused_by_its_line_and_once_they_are_filled_all_is_well(folder: Path) -> None:
    text, told = drafted(french_plan(), folder)
    path = folder / "notre-plan.fr.md"
    marked = [number for number, line in enumerate(text.split("\n"), start=1) if "[À COMPLÉTER" in line]

    problems = check([path])
    assert [problem.line for problem in problems] == marked
    assert all("still to be filled in: `[À COMPLÉTER" in problem.message for problem in problems)
    assert f"{text.count('[À COMPLÉTER')} places to fill" in told

    fill(path)
    assert check([folder]) == ()


def test_headings_are_phases_and_lists_and_rows_are_steps_each_with_where_it_came_from(folder: Path) -> None:
    playbook = read(folder, french_plan())

    assert playbook.title == "Plan de réponse aux incidents informatiques"
    assert [(phase.name, len(phase.steps)) for phase in playbook.phases] == [
        ("Alerter", 3),
        ("Formalités", 3),
        ("Reprendre", 2),
    ]
    first, second, third = playbook.phases[0].steps
    assert (first.role, first.source) == (Role.IT, "notre plan, paragraphe 7")
    assert first.title == "Débrancher le réseau du serveur de production, sans éteindre les machines"
    assert second.role is Role.MANAGEMENT
    assert (third.role, third.target_text) == (Role.IT, "30 min")
    assert "- noter l’heure" in third.action
    complaint = playbook.phases[1].steps[0]
    assert (complaint.role, complaint.target_text, complaint.evidence) == (Role.MANAGEMENT, "24 h", "récépissé")
    assert complaint.action == "Apporter le Kbis"
    assert "&lt;vérifier> \\*chaque\\*" in playbook.phases[2].steps[1].action


def test_what_was_not_understood_stays_in_the_file_and_is_said_with_its_place(folder: Path) -> None:
    text, told = drafted(french_plan(), folder)

    assert "- Ce plan s’applique à tous les bureaux du cabinet" in text
    assert "paragraph 3, 1 line: Objet" in told
    assert "who does them: F3, R1, R2" in told
    assert "[À COMPLÉTER\u00a0: le rôle\u00a0; le plan, tableau 2, ligne 4" in text


def test_no_number_address_or_name_is_copied(folder: Path) -> None:
    text, told = drafted(french_plan(), folder)

    for private in ("Exemple", "Alice", "Bob", "06 39", "06\u00a039", "@example.org"):
        assert private not in text
        assert private not in told
    assert "2 telephone numbers, 1 mail address, 1 name, a list of contacts (table 1, row 1)" in told


def test_what_word_hides_from_a_simple_reader_is_read_as_a_person_sees_it(folder: Path) -> None:
    document = listed("Couper le réseau")
    body = document.element.body
    tracked = "<w:ins><w:r><w:t>Prévenir tous</w:t></w:r></w:ins><w:del><w:r><w:delText> non</w:delText></w:r></w:del>"
    inserted = f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>{tracked}</w:p>'
    body.insert(2, parse_xml(inserted))
    said = "<w:r><w:t>Appeler</w:t><w:br/><w:t>vite</w:t></w:r>"
    paragraph = f'<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>{said}</w:p>'
    body.insert(3, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>"))

    playbook = read(folder, document)
    assert [step.title for step in playbook.steps()] == ["Couper le réseau", "Prévenir tous", "Appeler"]
    assert playbook.phases[0].steps[2].action == "vite"


def test_bold_lines_are_headings_where_nobody_used_any(folder: Path) -> None:
    document = Document()
    for heading, step in (("1. Alerter", "- Couper le réseau"), ("2. Réparer", "1) Restaurer")):
        document.add_paragraph().add_run(heading).bold = True
        document.add_paragraph(step)

    playbook = read(folder, document)
    assert [(phase.name, phase.steps[0].title) for phase in playbook.phases] == [
        ("Alerter", "Couper le réseau"),
        ("Réparer", "Restaurer"),
    ]


def test_a_heading_without_steps_stands_before_those_below_it(folder: Path) -> None:
    document = Document()
    document.add_heading("Plan de crise", 1)
    for heading, level in (("Réagir", 2), ("Première heure", 3)):
        document.add_heading(heading, level)
    document.add_paragraph("Couper le réseau", "List Bullet")
    document.add_heading("24 heures plus tard", 2)
    document.add_paragraph("Restaurer", "List Bullet")

    playbook = read(folder, document)
    assert playbook.title == "Plan de crise"
    assert [phase.name for phase in playbook.phases] == ["Réagir – Première heure", "24 heures plus tard"]


def test_merged_cells_go_on_and_a_row_of_one_cell_is_a_phase(folder: Path) -> None:
    document = Document()
    rows = (("Action", "Qui", "Délai"), ("Phase 1 : Contenir", "", ""), ("Isoler", "DSI", "H+1"), ("Couper", "", "J+1"))
    add_table(document, rows)
    table = document.tables[0]
    table.cell(1, 0).merge(table.cell(1, 2))
    table.cell(2, 1).merge(table.cell(3, 1))

    playbook = read(folder, document)
    assert [phase.name for phase in playbook.phases] == ["Contenir"]
    assert [(step.title, step.role, step.target_text) for step in playbook.steps()] == [
        ("Isoler", Role.IT, "1 h"),
        ("Couper", Role.IT, "1 jour"),
    ]


def test_a_table_of_which_nobody_knows_what_it_says_is_kept_beside_the_steps(folder: Path) -> None:
    document = listed("Couper le réseau")
    add_table(document, (("Serveur", "Éditeur"), ("paie", "01632 960001")))

    text, told = drafted(document, folder)
    assert "- Serveur · Éditeur\n- paie · [À COMPLÉTER" in text
    assert "table 1, row 1, 2 lines: Alerter" in told


def test_a_long_line_is_cut_at_its_first_sentence_or_between_words_and_whole_below(folder: Path) -> None:
    long = "les machines du siège et des bureaux " * 3
    text, _ = drafted(listed(f"Couper le réseau. Puis éteindre {long}", f"Éteindre {long}", "é" * 100), folder)

    assert "### A1 · Couper le réseau\n" in text
    assert "### A2 · Éteindre les machines du siège et des bureaux les machines du siège et des…\n" in text
    assert f"### A3 · É{'é' * 79}…\n" in text
    assert f"Éteindre {long.strip()}\n" in text


def test_who_is_bold_at_the_beginning_and_labels_below_are_read(folder: Path) -> None:
    document = listed("(DSI)")
    step = document.add_paragraph(style="List Bullet")
    step.add_run("La DSI").bold = True
    step.add_run(" coupe le réseau")
    document.add_paragraph("Preuve : une photo")
    document.add_paragraph("Délai : sous 2 h")
    second = document.add_paragraph(style="List Bullet")
    second.add_run("DPO").bold = True
    second.add_run(" – prévenir")

    text, _ = drafted(document, folder)
    assert "### A1 · (DSI)\n\n- **Qui\u00a0:** it" in text
    assert "### A2 · Coupe le réseau\n\n- **Qui\u00a0:** it" in text
    assert "- **Pour\u00a0:** 2 h\n- **Garder\u00a0:** une photo" in text
    assert "### A3 · Prévenir\n\n- **Qui\u00a0:** dpo" in text


def test_a_plan_cannot_write_markup_into_the_playbook(folder: Path) -> None:
    hostile = "# Titre\n## Z · Fin\n- **Qui :** admin\n```\n<script>x</script> [lien](https://example.org) `!close`"
    playbook = read(folder, listed(f"Couper\n{hostile}"))

    assert len(playbook.phases) == 1
    (step,) = playbook.steps()
    assert step.role is Role.COORDINATOR
    for mark in ("\\# Titre", "\\*\\*Qui", "'''", "&lt;script>", "\\[lien\\]", "'!close'"):
        assert mark in step.action


def test_a_hundred_phases_of_one_name_have_letters_of_their_own(folder: Path) -> None:
    document = Document()
    for _ in range(100):
        document.add_heading("Agir", 1)
        document.add_paragraph("Couper le réseau", "List Bullet")
    document.add_heading("§ 7", 1)
    document.add_paragraph("Restaurer", "List Bullet")
    assert len({step.id for step in read(folder, document).steps()}) == 101
