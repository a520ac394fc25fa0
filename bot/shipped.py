"""What is shipped beside the code: the playbooks and the rules of the clocks."""

from pathlib import Path

import bot


def playbooks_folder() -> Path:
    """Return the folder of the shipped playbooks.

    A wheel carries them inside the package; a checkout keeps them at its top, where people read them.
    """
    package = Path(bot.__file__).resolve().parent
    for folder in (package / "playbooks", package.parent / "playbooks"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"no playbooks beside {package}: install cellule again, or name a folder in playbooks.folder"
    )
