"""What the service needs from the world, in our words. Adapters implement these, contract tests hold them to it."""

from __future__ import annotations

from bot.core.effects import InvitePerson, MoveCard, PinCard, RemovePerson, SealRecord, ShowCard, ShowProgress
from bot.ports.chat import (
    NO_DEVICE,
    Attachment,
    BusyError,
    Chat,
    ChatError,
    Content,
    Option,
    Poll,
    RefusedError,
    RoomPlan,
    UnreachableError,
    Verifications,
)
from bot.ports.counts import UNCOUNTED, CallEnded, Counts, Ended, Report
from bot.ports.crypto import CryptoKind, CryptoRow, CryptoRows, named
from bot.ports.door import DoorKeeper, DoorRefusesError, DoorSilentError
from bot.ports.hooks import NO_HOOKS, HookCall, HookEvent, Hooks
from bot.ports.incoming import (
    Batch,
    CalledIn,
    CameBack,
    Comparison,
    DeviceCame,
    Distrusted,
    Edited,
    FileSent,
    FromEvents,
    IdentityChanged,
    Incoming,
    Membership,
    Message,
    Misnamed,
    Reacted,
    ReaderCame,
    Receive,
    Received,
    Unreached,
    Unreadable,
    VerificationEnd,
    VerificationEnded,
    VerificationShown,
    Voted,
    is_another,
    misnamed,
    origin_of,
)
from bot.ports.outbox import (
    NAMES,
    SHOWN_ONCE,
    Action,
    AskContact,
    CreateRoom,
    EndPoll,
    Erase,
    Fetch,
    GatherQuestions,
    Greet,
    OpenDoor,
    Page,
    PostCheckpoint,
    ProposeAlerts,
    Ring,
    RollupFile,
    Say,
    SendLetters,
    SendRollup,
    ShowQuestions,
    TakeBack,
    Task,
    TellControlRoom,
    TellPerson,
    Trust,
    Verify,
)
from bot.ports.pager import Handed, Letter, Pager
from bot.ports.records import NO_STAMPS, Records, Stamps
from bot.ports.store import DESK, KEPT_POLLS, KEPT_SPOKEN, ChainBrokenError, Marks, Spoken, Store, Transaction, Turn
from bot.ports.time import AlarmClock, Clock
from bot.ports.vault import Sealed, SealedEvents, Vault
