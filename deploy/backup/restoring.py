"""Restores a backup into a new data directory, where `duban up` goes on with it."""

from pathlib import Path

from deploy.backup.files import copy_file, whole
from deploy.backup.manifest import Manifest, damaged, read_manifest
from shared.errors import Conflict


def restore(source: Path, data: Path) -> Manifest:
    """Put the backup in `source` into the new directory `data`; every file is checked as it is copied.

    Raises:
        Invalid: The backup has no manifest, or a file of it is missing or was changed; the first is named.
        Conflict: `data` is not empty, or the backup is of a newer version.
        Unavailable: Something can't be read or written. After any failure nothing is left in `data`.
    """
    manifest = read_manifest(source)
    _check_versions(manifest)
    with whole(data) as folder:
        for entry in manifest.files:
            if (
                not (source / entry.path).is_file()
                or copy_file(source / entry.path, folder, entry.path) != entry
            ):
                raise damaged(entry.path)
    return manifest


def _check_versions(manifest: Manifest) -> None:
    from shared.migrations import knows  # noqa: PLC0415 - Alembic takes half a second to import.

    for service, revision in manifest.revisions.items():
        if not knows(service, revision):
            message = f"备份由更新的版本（{manifest.versions.get('duban')}）制作，请先升级本程序再恢复"
            raise Conflict(message, code="backup.newer", field=service)
