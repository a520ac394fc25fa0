"""What can go wrong with a backup or a recovery key. Each message is for the operator and says what to do.

RecoveryError                 the arguments or the place must be mended
├── OtherKeyError             the recovery key is not the one the file was made with
└── RecoveryFailedError       nothing that could be typed otherwise
    └── DamagedBackupError    the file is cut off or was changed
"""

from __future__ import annotations

from bot.sentences.told import Told, ToldError


class RecoveryError(ToldError):
    """It cannot be done like this; nothing was written."""


class OtherKeyError(RecoveryError):
    """The key does not fit the file."""

    def __init__(self) -> None:
        super().__init__("saving.other_key")


class RecoveryFailedError(RecoveryError):
    """It was done right and did not succeed."""


class DamagedBackupError(RecoveryFailedError):
    """The file is not what was written."""

    def __init__(self, found: str) -> None:
        """*found* is the name of the sentence that says what is wrong with it."""
        super().__init__("saving.damaged", found=Told(found))
