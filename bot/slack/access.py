"""Who may ask, and who is an admin: the workspace's own people, looked up in Slack and remembered for some minutes."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import CALL_FAILURES, failure
from bot.slack.memory import ShortMemory
from bot.slack.visit import Visit

LOOK_UP_SECONDS = 2.0
"""For one asker; who waits for an answer does not wait for more."""
REMEMBER_SECONDS = 300.0
REMEMBERED_USERS = 5_000
REMEMBERED_GROUPS = 100
GROUP_PREFIX = "S"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that the bot's token belongs to."""

    team: str
    enterprise: str = ""
    """The organisation of an Enterprise workspace."""
    name: str = ""
    bot_user: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to this bot."""

    is_stranger: bool
    """Of another organisation: gets no answers."""
    is_admin: bool


_STRANGER = Standing(is_stranger=True, is_admin=False)
_ADMIN = Standing(is_stranger=False, is_admin=True)
_MEMBER = Standing(is_stranger=False, is_admin=False)


class Access:
    """Decides about each visit."""

    def __init__(
        self,
        client: AsyncWebClient,
        admins: frozenset[str],
        monotonic: Callable[[], float],
        look_up_seconds: float = LOOK_UP_SECONDS,
    ) -> None:
        self._client = client
        self._look_up_seconds = look_up_seconds
        self._groups = frozenset(one for one in admins if one.startswith(GROUP_PREFIX))
        self._users = admins - self._groups
        self._standings: ShortMemory[str, Standing] = ShortMemory(REMEMBER_SECONDS, REMEMBERED_USERS, monotonic)
        self._members: ShortMemory[str, frozenset[str]] = ShortMemory(REMEMBER_SECONDS, REMEMBERED_GROUPS, monotonic)
        self._log = structlog.get_logger("slack")

    async def standing(self, visit: Visit, workspace: Workspace) -> Standing:
        """Look up the asker. What cannot be looked up now, or not in time, gives no rights."""
        own = {workspace.team, workspace.enterprise} - {""}
        if visit.team != workspace.team or visit.user_team not in own:
            return _STRANGER
        if visit.user in self._users:
            return _ADMIN
        try:
            async with asyncio.timeout(self._look_up_seconds):
                return await self._looked_up(visit.user, workspace)
        except TimeoutError:
            self._log.warning("slack.user-not-readable", user=visit.user, reason="too-slow")
            return _MEMBER

    async def _looked_up(self, user: str, workspace: Workspace) -> Standing:
        standing = await self._workspace_standing(user, workspace)
        if standing.is_stranger or standing.is_admin:
            return standing
        return _ADMIN if await self._is_in_an_admin_group(user) else _MEMBER

    async def _workspace_standing(self, user: str, workspace: Workspace) -> Standing:
        known = self._standings.get(user)
        if known is not None:
            return known
        try:
            answer = await self._client.users_info(user=user)
        except CALL_FAILURES as error:
            found = failure(error)
            self._log.warning("slack.user-not-readable", user=user, reason=found.word, needed=found.needed)
            return _STRANGER if found.word == "user_not_visible" else _MEMBER
        standing = standing_of(answer.get("user"), workspace)
        self._standings.put(user, standing)
        return standing

    async def _is_in_an_admin_group(self, user: str) -> bool:
        members = await asyncio.gather(*(self._group_members(group) for group in sorted(self._groups)))
        return any(user in of_group for of_group in members)

    async def _group_members(self, group: str) -> frozenset[str]:
        known = self._members.get(group)
        if known is not None:
            return known
        try:
            answer = await self._client.usergroups_users_list(usergroup=group)
        except CALL_FAILURES as error:
            found = failure(error)
            self._log.warning("slack.user-group-not-readable", group=group, reason=found.word, needed=found.needed)
            return frozenset()
        members = frozenset(one for one in answer.get("users") or [] if isinstance(one, str))
        self._members.put(group, members)
        return members


def standing_of(user: Any, workspace: Workspace) -> Standing:
    """Judge a user object of `users.info`."""
    if not isinstance(user, Mapping):
        return _MEMBER
    enterprise = user.get("enterprise_user")
    organisation = enterprise.get("enterprise_id") if isinstance(enterprise, Mapping) else None
    own_team = user.get("team_id") in (None, workspace.team)
    own_organisation = bool(workspace.enterprise) and organisation == workspace.enterprise
    if user.get("is_stranger") is True or not (own_team or own_organisation):
        return _STRANGER
    gone = user.get("deleted") is True or user.get("is_bot") is True
    leads = any(user.get(mark) is True for mark in ("is_admin", "is_owner", "is_primary_owner"))
    # The admins of a sister workspace in one organisation are not admins of this one.
    return _ADMIN if leads and own_team and not gone else _MEMBER
