"""Plans as firms write them, built here: an accounting firm's in Word, a services company's as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from docx import Document
from docx.document import Document as Docx
from openpyxl import Workbook

CONTACTS = (
    ("Nom", "Qualité", "Portable", "Courriel"),
    ("Alice Exemple", "Associée", "06 39 98 00 01", "alice@example.org"),
    ("Bob Exemple", "DSI", "06 39 98 00 02", "bob@example.org"),
)
ACTIONS = (
    ("N°", "Action à mener", "Qui ?", "Délai", "Preuve", "Remarques"),
    ("1", "Déposer plainte au commissariat", "Direction", "sous 24 h", "récépissé", "Apporter le Kbis"),
    ("2", "Notifier la violation à la CNIL", "DPO", "4 jours", "accusé de réception", ""),
    ("3", "Déclarer le sinistre à l’assureur", "Responsable des contrats", "J+2", "", "Appeler le 06 39 98 00 09"),
)


def french_plan() -> Docx:
    """Return the plan of an accounting firm: headings, lists, a table of acts, one of contacts."""
    document = Document()
    document.add_heading("Plan de réponse aux incidents informatiques", 0)
    document.add_heading("1. Objet", 1)
    document.add_paragraph("Ce plan s’applique à tous les bureaux du cabinet, y compris en période fiscale.")
    document.add_heading("2. Annuaire de crise", 1)
    add_table(document, CONTACTS)
    document.add_heading("3. Alerter", 1)
    document.add_paragraph("Dès qu’un écran affiche une demande de rançon ou que les fichiers ne s’ouvrent plus.")
    for text in (
        "DSI : débrancher le réseau du serveur de production, sans éteindre les machines",
        "Prévenir l’associé gérant et réunir la cellule de crise (direction)",
        "Appeler Bob Exemple au 06 39 98 00 02 ou bob@example.org",
    ):
        document.add_paragraph(text, "List Number")
    document.add_paragraph("noter l’heure et ce qui a été vu", "List Bullet 2")
    document.add_paragraph("Responsable : le responsable informatique")
    document.add_paragraph("Délai : 30 minutes")
    document.add_heading("Phase 2 – Formalités", 1)
    document.add_paragraph("Les démarches, dans l’ordre.")
    add_table(document, ACTIONS)
    document.add_heading("5. Reprendre", 1)
    step = document.add_paragraph(style="List Bullet")
    step.add_run("Service paie").bold = True
    step.add_run(" : relancer la DSN avant le 5 ou le 15, depuis un poste sain")
    document.add_paragraph("• Restaurer la dernière sauvegarde saine, puis <vérifier> *chaque* dossier client")
    return document


def english_plan() -> Workbook:
    """Return the plan of a services company: a sheet to explain, one with a row for each act."""
    book = Workbook()
    about, acts = book.active, book.create_sheet("Actions")
    assert about is not None
    about.title = "About"
    about.append(["Version 3, approved by the board"])
    for row in (
        ["Cyber incident plan"],
        [],
        ["Phase", "Step", "Owner", "Deadline", "Notes", "Tool"],
        [
            "Contain",
            "Isolate the file server",
            "IT manager",
            "within 30 min",
            "Do not switch it off",
            "EDR",
        ],
        [None, "Tell the managing partner", "Alice Example", "H+1", None, None],
        ["Notify", "Report the breach to the supervisory authority", "DPO / Counsel", "72 hours", None, None],
        [None, "Warn the insurer of the claim", "Broker", "asap", "+44 1632 960001", None],
        ["Recover", "Rebuild the domain controllers", "Head of IT", 2, None, None],
        [None, None, None, None, "Lessons learned within a month", None],
    ):
        acts.append(row)
    return book


def add_table(document: Docx, rows: Sequence[Sequence[str]]) -> None:
    """Add a table of these *rows*."""
    table = document.add_table(0, len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def saved(document: Docx | Workbook) -> bytes:
    """Return the bytes of a file."""
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def listed(*texts: str) -> Docx:
    """Return a plan with these steps under one heading."""
    document = Document()
    document.add_heading("Alerter", 1)
    for text in texts:
        document.add_paragraph(text, "List Bullet")
    return document


def book_of(rows: Iterable[Sequence[object]]) -> Workbook:
    """Return a spreadsheet of one sheet."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    return book
