"""Files on Slack's side of the wire: an address to send them to, their completion, and whether they can be shown."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

PNG = b"\x89PNG"


@dataclass
class UploadedFile:
    """A file between the request for an address and its place in a channel, if it gets one."""

    id: str
    name: str
    length: int
    body: bytes = b""
    complete: bool = False
    channel: str = ""
    comment: str = ""


class SlackUploads:
    """What was uploaded to one workspace."""

    def __init__(self) -> None:
        self.files: dict[str, UploadedFile] = {}
        self.refuses_late_files = 0
        """So many messages that show a file are refused: Slack has not taken the file in yet."""
        self._numbers = itertools.count(1)

    @property
    def handed_over(self) -> list[UploadedFile]:
        """Files that stand in a channel or a direct message."""
        return [one for one in self.files.values() if one.channel]

    @property
    def pictures(self) -> list[UploadedFile]:
        return [one for one in self.files.values() if one.complete and one.body.startswith(PNG) and not one.channel]

    def open_direct_message(self, arguments: dict[str, Any]) -> dict[str, Any]:
        user = str(arguments["users"])
        if not user.startswith("U"):
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": f"D{user[1:]}"}}

    def begin(self, arguments: dict[str, Any], origin: str) -> dict[str, Any]:
        file = UploadedFile(f"F{next(self._numbers):08}", arguments["filename"], int(arguments["length"]))
        if file.length < 1:
            return {"ok": False, "error": "invalid_arguments"}
        self.files[file.id] = file
        return {"ok": True, "file_id": file.id, "upload_url": f"{origin}/upload/{file.id}"}

    def end(self, arguments: dict[str, Any]) -> dict[str, Any]:
        found = [self.files[one["id"]] for one in json.loads(arguments["files"])]
        if any(len(one.body) != one.length for one in found):
            return {"ok": False, "error": "file_upload_size_restricted"}
        for one in found:
            one.complete = True
            one.channel = arguments.get("channel_id", "")
            one.comment = arguments.get("initial_comment", "")
        return {"ok": True, "files": [{"id": one.id, "title": one.name} for one in found]}

    def are_shown(self, blocks: list[dict[str, Any]]) -> bool:
        """Tell whether the files in the blocks can be shown now."""
        shown = [self.files.get(block["slack_file"]["id"]) for block in blocks if block["type"] == "image"]
        if shown and self.refuses_late_files:
            self.refuses_late_files -= 1
            return False
        return all(one is not None and one.complete and one.body.startswith(PNG) for one in shown)
