"""One reader in a process of its own: for each line of stdin (a way and a mix) it reads that traffic once.

Answers with the CPU seconds that it took. Runs in the interpreter of the reader, so it imports only that one.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.blobs import read_blobs

Read = Callable[[bytes], object]


def _ours() -> dict[str, Read]:
    from ingest.placing import place
    from ingest.reader.mail import ReadLimits, read_bare, read_mail

    limits = ReadLimits()
    now = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

    def read_and_place(raw: bytes) -> object:
        mail = read_mail(raw, limits)
        return [
            place(
                one.report,
                frame=mail.frame,
                file_name=one.file_name,
                token_domain="",
                recipients=("tls-reports@reports.example",),
                sent_at=now,
                arrived_at=now,
                now=now,
            )
            for one in mail.found
        ]

    return {"mail": read_and_place, "json": lambda text: read_bare(text, "report.json", limits)}


def _parsedmarc() -> dict[str, Read]:
    import parsedmarc

    config = parsedmarc.ParserConfig(offline=True, always_use_local_files=True)

    def read(raw: bytes) -> object:
        found = parsedmarc.parse_report_email(raw, config=config)
        if found["report_type"] != "smtp_tls":
            raise ValueError("no TLS report was found")
        return found

    return {"mail": read, "json": parsedmarc.parse_smtp_tls_report_json}


def main() -> None:
    reader, folder = sys.argv[1], Path(sys.argv[2])
    ways = _ours() if reader == "ours" else _parsedmarc()
    traffic = {path.name: read_blobs(path) for path in folder.iterdir()}
    for line in sys.stdin:
        way, mix = line.split()
        read = ways[way]
        blobs = traffic[f"{way}-{mix}"]
        start = time.process_time()
        for blob in blobs:
            read(blob)
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main()
