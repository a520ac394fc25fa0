from __future__ import annotations

from pathlib import Path

import pytest

from docs.metadata import EXPLAINED
from tests.capture import capture
from tests.docs.pages import first_cells, read

READ = frozenset(
    {
        *("event_json", "event_push_actions", "event_txn_id_device_id", "device_inbox", "profiles", "devices"),
        *("e2e_cross_signing_keys", "e2e_cross_signing_signatures", "e2e_device_keys_json", "e2e_fallback_keys_json"),
        *("e2e_one_time_keys_json", "user_ips", "local_media_repository", "account_data", "room_account_data"),
        *("receipts_linearized", "user_filters", "pushers"),
    }
)
"""Tables of the homeserver that the capture reads."""

REPEATED = frozenset(
    {
        # Parts of events once more, for the homeserver's own use.
        *("events", "current_state_events", "current_state_delta_stream", "state_events", "event_relations"),
        *("event_auth", "event_auth_chains", "event_auth_chain_links", "event_edges", "event_forward_extremities"),
        *("event_to_state_groups", "state_groups", "state_groups_state", "state_group_edges", "room_memberships"),
        *("local_current_membership", "rooms", "room_depth", "stream_ordering_to_exterm", "threads"),
        *("sliding_sync_joined_rooms", "sliding_sync_membership_snapshots", "users_who_share_private_rooms"),
        # Smaller copies of the account's picture.
        "local_media_repository_thumbnails",
        # Room names and account names, to be searched.
        *(f"event_search{part}" for part in ("", "_content", "_docsize", "_segdir", "_segments", "_stat")),
        *(f"user_directory{part}" for part in ("", "_search", "_stream_pos")),
        *(f"user_directory_search_{part}" for part in ("content", "docsize", "segdir", "segments", "stat")),
        # When a device list or an identity changed.
        *("device_lists_stream", "device_lists_changes_in_room", "user_signature_stream", "device_lists_remote_cache"),
        # Accounts: a name, a hash of a password, tokens.
        *("users", "access_tokens", "refresh_tokens"),
        # How many notifications of whom were counted together.
        *("event_push_summary", "event_push_actions_staging"),
    }
)

INTERNAL = (
    *("applied_", "background_", "schema_", "stream_positions", "scheduled_tasks", "sqlite_", "stats_", "federation_"),
    *("appservice_", "delayed_events_stream_pos", "room_forgetter_", "event_push_summary_", "worker_", "lock"),
    *("device_lists_changes_converted_", "device_lists_changes_in_room_max_", "user_daily_visits", "timeline_gaps"),
    "_temp_",
)
"""Beginnings of tables that the homeserver fills for itself, whoever uses it."""


def test_the_page_lists_what_is_explained_in_the_same_order() -> None:
    captured = read("docs/metadata.md").partition("<!-- captured -->")[2].partition("<!-- end")[0]
    assert first_cells(captured.strip()) == list(EXPLAINED)


@pytest.mark.slow
@pytest.mark.e2e
async def test_what_a_real_homeserver_keeps_is_what_the_page_lists_and_every_table_was_looked_into(
    tmp_path: Path,
) -> None:
    found = await capture(tmp_path)
    assert found.kinds.keys() == EXPLAINED.keys()
    unknown = {table for table in found.tables - READ - REPEATED if not table.startswith(INTERNAL)}
    assert unknown == set()
