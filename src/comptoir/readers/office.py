"""Word, Excel and PowerPoint as pages to look at: drawn by LibreOffice where it is installed, within bounds, and nothing run."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from comptoir.readers import shared
from comptoir.readers.faults import Broken

ENDINGS = frozenset(["doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "ppt", "pptx", "odp"])
KINDS = frozenset({shared.DOCX, shared.XLSX, shared.PPTX, shared.ODF, shared.OLD_OFFICE, shared.RTF})
SECONDS, LARGEST = 90, 200 * 1024 * 1024
"""How long one document may take, and how heavy what is made of it may be."""
MOST_MEMORY = 4 * 1024 * 1024 * 1024

# No macro runs, nothing is fetched from where the document points.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def program() -> str | None:
    """LibreOffice, where it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def is_drawn(media_type: str, filename: str) -> bool:
    """Whether a file of this kind and name is one that LibreOffice draws."""
    return media_type in KINDS and _ending(filename) in ENDINGS


def to_pdf(content: bytes, filename: str) -> bytes:
    """The document as a PDF; raises `Broken` where it cannot be drawn."""
    found = program()
    if found is None:
        raise Broken
    # LibreOffice's launcher leaves files behind where it is cut short.
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"document.{_ending(filename)}"
        source.write_bytes(content)
        _drawn(found, folder, source)
        made = folder / "document.pdf"
        if not made.is_file() or not 0 < made.stat().st_size <= LARGEST:
            raise Broken
        return made.read_bytes()


def _drawn(program: str, folder: Path, source: Path) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
    quiet = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
    asked = ["--convert-to", "pdf", "--outdir", str(folder), str(source)]
    process = subprocess.Popen(
        [program, *quiet, f"-env:UserInstallation={profile.as_uri()}", *asked],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_bounded,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Broken from error
    finally:
        # What it started ends with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ending(filename: str) -> str:
    return filename.rpartition(".")[2].lower()
