"""A filesystem that the stack has to itself: an ext4 image behind a loop device, mounted for one run.

Faults of the disk must not hurt the machine that rehearses. So a plan that holds one (`Fault.own_disk`) has
the stack lie on such a disk, made before the stack starts and described in the run's disk.json, which is
written *before* anything is made: whoever comes later finds there what to take away (see
`chaos.disk_removal`). The mount point is a folder under /run that every user may pass, because PostgreSQL
runs as `nobody` when we are root, and run directories are often private.

The mount has `noauto_da_alloc`: ext4 would else flush a file that replaces another by rename, a kindness
that hides a missing fsync and that other filesystems do not have.
"""

import errno
import fcntl
import json
import os
import secrets
import shutil
import struct
import subprocess
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from chaos.fault import Availability, FaultError
from chaos.site import Site

DISK = "disk"
"""What scenarios write to mean it."""
MOUNTS_UNDER = Path("/run")
DEFAULT_SIZE_BYTES = 4 << 30
"""Sparse: only what is written takes room."""

_PROGRAMS = {
    "losetup": "mount",
    "mount": "mount",
    "umount": "mount",
    "mkfs.ext4": "e2fsprogs",
    "e2fsck": "e2fsprogs",
    "sync": "coreutils",
}
"""What is called, and Debian's package that has it."""
_COMMAND_WITHIN_S = 20.0
_UNMOUNT_WITHIN_S = 3.0
_CAP_SYS_ADMIN = 21
_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN of fs/ext4/ext4.h, _IOR('X', 125, __u32); XFS has the same number."""
_WITHOUT_LOG = struct.pack("I", 2)
"""EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal in memory reaches the disk."""
_E2FSCK_FINE = (0, 1)
"""Exit codes of e2fsck: nothing was wrong; everything was put right."""
_E2FSCK_LEFT = 4
"""Exit code of e2fsck -p: it found what it will not put right without being told to."""


class DiskError(FaultError):
    """The stack's own disk cannot be made, read or changed; the message is for a person."""


class CommandError(DiskError):
    """A program of the system ended badly, with exit code `code`."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Disk:
    """One own disk, as in disk.json. Paths are absolute; `loop_device` is None until it is attached once."""

    image: str
    mount_point: str
    size_bytes: int
    fstype: str = "ext4"
    loop_device: str | None = None

    @property
    def home(self) -> Path:
        """The folder for the stack."""
        return Path(self.mount_point) / "stack"

    @property
    def mounted(self) -> bool:
        """Whether the kernel's table of mounts has it."""
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
        return any(line.split()[1] == self.mount_point for line in mounts)

    def holds(self, path: Path) -> bool:
        """Whether `path` lies on it now, and not in the empty folder that is left when it is unmounted."""
        return self.loop_device is not None and path.stat().st_dev == Path(self.loop_device).stat().st_rdev

    def refusal(self) -> str:
        """Empty, or why the mounted filesystem takes nothing any more: it was cut off, or is read-only."""
        try:
            folder = os.open(self.mount_point, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            if error.errno in (errno.EIO, errno.EROFS, errno.ESHUTDOWN):
                return os.strerror(error.errno)
            raise DiskError(f"{self.mount_point} cannot be looked at: {error.strerror}") from error
        return ""


# --- on paper


def why_no_disk() -> str:
    """Empty, or why this machine cannot give the stack a filesystem of its own."""
    if os.geteuid() != 0:
        return "only root may mount the filesystem that it needs: run gladi as root, on a machine of your own"
    if not _may_mount():
        return "this container may not mount: it lacks CAP_SYS_ADMIN"
    if not Path("/dev/loop-control").exists():
        return "the kernel offers no loop devices: /dev/loop-control is missing"
    missing = [name for name in _PROGRAMS if _program(name) is None]
    if missing:
        packages = sorted({_PROGRAMS[name] for name in missing})
        return f"{', '.join(missing)} missing; on Debian: apt-get install {' '.join(packages)}"
    return ""


def disk_availability(site: Site) -> Availability:
    """Whether faults of the disk are possible: a stack on this machine, on a disk that can be its own."""
    if site.stack_json is None:
        return Availability("unavailable", "the stack is not on this machine, nor is its disk")
    why = why_no_disk()
    return Availability("unavailable", why) if why else Availability("available")


def plan_disk(run_dir: Path, size_bytes: int = DEFAULT_SIZE_BYTES) -> Disk:
    """Where the disk of a run will be; makes nothing."""
    place = MOUNTS_UNDER / f"gladi-{secrets.token_hex(4)}"
    return Disk(str(run_dir.resolve() / "disk.img"), str(place), size_bytes)


def read_disk(site: Site) -> Disk:
    """The disk of this run; raises DiskError when it has none."""
    if site.disk_json is None:
        raise DiskError("the stack has no filesystem of its own in this run")
    return read_disk_json(Path(site.disk_json))


def read_disk_json(path: Path) -> Disk:
    """What disk.json says; raises DiskError."""
    try:
        return Disk(**json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DiskError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise DiskError(f"{path} does not describe a disk: {error!r}") from error


def write_disk_json(disk: Disk, path: Path) -> None:
    """Whole or not at all, and on disk when this returns."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(disk), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


# --- for real


def make_disk(disk: Disk, disk_json: Path) -> Disk:
    """Image, filesystem, loop device, mount, in about 0.1 s; raises DiskError. Have its removal in the
    ledger before: what fails halfway is left for it.
    """
    write_disk_json(disk, disk_json)
    try:
        with Path(disk.image).open("xb") as image:
            image.truncate(disk.size_bytes)
        Path(disk.mount_point).mkdir(mode=0o711)
    except OSError as error:
        raise DiskError(f"the stack's own disk cannot be made: {error}") from error
    later = "lazy_itable_init=1,lazy_journal_init=1,nodiscard"
    _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", later, disk.image)
    return power_on(disk, disk_json)


def power_on(disk: Disk, disk_json: Path, *, repair: bool = False) -> Disk:
    """Attached and mounted, with the journal replayed; harmless when it is. Raises DiskError.

    `repair` has e2fsck look first, as a filesystem that the kernel gave up needs it. Where its cautious
    pass asks for a person, it is told to put everything right, as that person would tell it: whether an
    acknowledged result went with it is for the checkers to see.
    """
    device = loop_device_of(disk.image)
    if device is None:
        device = _attach(disk)
    if device != disk.loop_device:
        disk = replace(disk, loop_device=device)
        write_disk_json(disk, disk_json)
    if not disk.mounted:
        if repair:
            _repair(device)
        Path(disk.mount_point).mkdir(mode=0o711, exist_ok=True)
        _run("mount", "-t", disk.fstype, "-o", "noatime,noauto_da_alloc", device, disk.mount_point)
    return disk


def cut_off(disk: Disk) -> None:
    """From here on nothing that is in memory reaches the disk; reads and writes fail. Raises DiskError."""
    try:
        folder = os.open(disk.mount_point, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, _WITHOUT_LOG)
        finally:
            os.close(folder)
    except OSError as error:
        raise DiskError(f"{disk.mount_point} could not be cut off: {error.strerror}") from error


def give_up_writing(disk: Disk) -> None:
    """Has the kernel treat the filesystem as after an error of the device: nothing is written any more."""
    _run("mount", "-o", "remount,abort", disk.mount_point)


def unmount(disk: Disk) -> None:
    """Unmounted and detached; what just let go of it is waited for. Raises DiskError when it is held."""
    deadline = time.monotonic() + _UNMOUNT_WITHIN_S
    while disk.mounted:
        try:
            _run("umount", disk.mount_point)
        except DiskError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    device = loop_device_of(disk.image)
    if device is not None:
        _run("losetup", "-d", device)


def settle(disk: Disk) -> None:
    """All that was written so far is on the disk, as a system that was installed weeks ago is."""
    _run("sync", "-f", disk.mount_point)


def loop_device_of(image: str) -> str | None:
    """The loop device that this image is behind now, such as "/dev/loop0"."""
    if not Path(image).exists():
        return None
    said = _run("losetup", "--noheadings", "--raw", "--output", "NAME", "-j", image).split()
    return said[0] if said else None


def device_number(disk: Disk) -> str:
    """Major and minor number of the loop device, such as "7:0"; raises DiskError."""
    if disk.loop_device is None:
        raise DiskError("the stack's own disk is not attached")
    status = Path(disk.loop_device).stat()
    return f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"


def _repair(device: str) -> None:
    try:
        _run("e2fsck", "-p", device, fine=_E2FSCK_FINE)
    except CommandError as error:
        if error.code != _E2FSCK_LEFT:
            raise
        _run("e2fsck", "-f", "-y", device, fine=_E2FSCK_FINE)


def _attach(disk: Disk) -> str:
    """The same loop device as before if nobody took it, so that what is said of a device stays true."""
    if disk.loop_device is not None:
        try:
            _run("losetup", disk.loop_device, disk.image)
        except DiskError:
            pass
        else:
            return disk.loop_device
    return _run("losetup", "--find", "--show", disk.image).strip()


def _run(name: str, *arguments: str, fine: tuple[int, ...] = (0,)) -> str:
    program = _program(name)
    if program is None:
        raise DiskError(f"{name} is missing; on Debian: apt-get install {_PROGRAMS[name]}")
    shown = " ".join((name, *arguments))
    try:
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, timeout=_COMMAND_WITHIN_S,
            stdin=subprocess.DEVNULL, check=False, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise DiskError(f"`{shown}` had not ended after {_COMMAND_WITHIN_S:g} s") from error
    if done.returncode not in fine:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        word = said[0] if said else "no word"
        raise CommandError(f"`{shown}` ended with {done.returncode}: {word}", done.returncode)
    return done.stdout


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))


def _may_mount() -> bool:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> _CAP_SYS_ADMIN & 1)
    return False
