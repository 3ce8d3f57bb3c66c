"""What the kernel refuses a child of the sandbox, whatever runs in it: memory, time, files, network, other programs.

The limits hold on every Unix. The filter of system calls is Linux's alone (x86-64 and 64-bit ARM); where it can't be
had the other walls stand: two sieves, a DuckDB without access to files other than the tables, and these limits.

Source: prctl(2), seccomp(2), setrlimit(2); the numbers of the calls: `asm/unistd_64.h` and `asm-generic/unistd.h`.
"""

import ctypes
import os
import platform
import resource
import struct
import sys

MEMORY_BYTES = 1 << 30

_LOAD_WORD, _AND, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _NOT_PERMITTED, _NOT_THERE, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_THREAD = 0x10000

# Sockets, programs, other processes, every change of a file system, and ways around this filter: x86-64, 64-bit ARM.
_REFUSED = """
    socket 41 198, connect 42 203, accept 43 202, accept4 288 242, bind 49 200, listen 50 201, sendto 44 206,
    sendmsg 46 211, sendmmsg 307 269, recvmmsg 299 243, socketpair 53 199, fork 57 -, vfork 58 -, execve 59 221,
    execveat 322 281, kill 62 129, ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271,
    pidfd_send_signal 424 424, pidfd_open 434 434, pidfd_getfd 438 438, process_madvise 440 440, truncate 76 45,
    ftruncate 77 46, fallocate 285 47, rename 82 -, renameat 264 38, renameat2 316 276, mkdir 83 -, mkdirat 258 34,
    rmdir 84 -, creat 85 -, link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36, unlink 87 -, unlinkat 263 35,
    chmod 90 -, fchmod 91 52, fchmodat 268 53, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, mknod 133 -,
    mknodat 259 33, utime 132 -, utimes 235 -, futimesat 261 -, utimensat 280 88, setxattr 188 5, lsetxattr 189 6,
    fsetxattr 190 7, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16, chroot 161 51, pivot_root 155 41,
    mount 165 40, umount2 166 39, move_mount 429 429, open_tree 428 428, fsopen 430 430, mount_setattr 442 442,
    unshare 272 97, setns 308 268, bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, io_uring_setup 425 425,
    io_uring_enter 426 426, io_uring_register 427 427, init_module 175 105, finit_module 313 273, kexec_load 246 104,
    keyctl 250 219, add_key 248 217, request_key 249 218, name_to_handle_at 303 264, open_by_handle_at 304 265
"""
# These hide their flags in memory, where a filter can't look: callers are told they aren't there and take the old ones.
_HIDDEN = "openat2 437 437, clone3 435 435"
_OPEN, _OPENAT, _CLONE = "open 2 -", "openat 257 56", "clone 56 220"
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def limit_resources(memory_bytes: int = MEMORY_BYTES) -> None:
    """Bound the address space; no file may grow, no core is dumped, few files are open."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def limit_processor(seconds: int) -> None:
    """From now, let this process use `seconds` more of processor time; then the kernel kills it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def refuse_system_calls() -> bool:
    """For the rest of this process's life: no socket, no other program, no writing to the file system.

    Returns:
        Whether the kernel took the filter.
    """
    machine = _MACHINES.get(platform.machine())
    if not sys.platform.startswith("linux") or machine is None:
        return False
    program = b"".join(_program(*machine))
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_filter, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_filter, filter_mode, ctypes.create_string_buffer(header, len(header)), 0, 0) == 0)


def _numbers(calls: str, machine: int) -> list[int]:
    found = [entry.split()[1 + machine] for entry in calls.split(",")]
    return [int(number) for number in found if number != "-"]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction of the filter, 8 bytes; a jump is counted from the next one."""
    return struct.pack("HBBI", code, if_true, if_false, value)


def _program(machine: int, architecture: int) -> list[bytes]:
    steps = [
        _step(_LOAD_WORD, _ARCHITECTURE),
        _step(_JUMP_IF_EQUAL, architecture, if_true=1),
        _step(_RETURN, _KILL),
        _step(_LOAD_WORD, _NUMBER),
        _step(_JUMP_IF_AT_LEAST, 0x40000000, if_false=1),  # the x32 calls: the same kernel by other numbers
        _step(_RETURN, _KILL),
    ]
    for calls, answer in ((_REFUSED, _NOT_PERMITTED), (_HIDDEN, _NOT_THERE)):
        for number in _numbers(calls, machine):
            steps += [_step(_JUMP_IF_EQUAL, number, if_false=1), _step(_RETURN, answer)]
    for calls, argument, mask, good_when_set in (
        (_OPEN, 1, _WRITING, False),
        (_OPENAT, 2, _WRITING, False),
        (_CLONE, 0, _THREAD, True),
    ):
        for number in _numbers(calls, machine):
            steps += [
                _step(_JUMP_IF_EQUAL, number, if_false=5),
                _step(_LOAD_WORD, _ARGUMENTS + 8 * argument),
                _step(_AND, mask),
                _step(_JUMP_IF_EQUAL, 0, if_true=1),
                _step(_RETURN, _ALLOW if good_when_set else _NOT_PERMITTED),
                _step(_RETURN, _NOT_PERMITTED if good_when_set else _ALLOW),
            ]
    return [*steps, _step(_RETURN, _ALLOW)]
