"""Powers of secret exponents, by the library that this Python already signs with: in constant time, and tens of times as fast as `pow`.

`cryptography` has no bare RSA, and Python's own `pow` takes a time that depends on its numbers. The OpenSSL that `ssl` and `hashlib`
are linked with has what is needed (`BN_mod_exp_mont_consttime`); where it can't be reached, as in a Python that was linked statically,
`power` is Python's `pow`: as right, and slower. Whoever signs checks the result in any case.

Source: https://docs.openssl.org/3.0/man3/BN_add/ (BN_mod_exp_mont_consttime in `openssl/bn.h`).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TypeAlias

Power: TypeAlias = Callable[[int, int, int], int]
"""Base, exponent, modulus -> their power."""

_NUMBERS = ("BN_bin2bn", "BN_bn2binpad", "BN_clear_free", "BN_new", "BN_CTX_new", "BN_CTX_free")


def _openssl() -> ctypes.CDLL | None:
    """The library behind `hashlib`, with the types of what is called; None where it isn't to be had."""
    try:
        import _hashlib

        lib = ctypes.CDLL(_hashlib.__file__)
        for name in (*_NUMBERS, "BN_mod_exp_mont_consttime"):
            getattr(lib, name)
    except (ImportError, AttributeError, OSError):
        return None
    number = ctypes.c_void_p
    lib.BN_new.restype = lib.BN_CTX_new.restype = lib.BN_bin2bn.restype = number
    lib.BN_new.argtypes = lib.BN_CTX_new.argtypes = []
    lib.BN_bin2bn.argtypes = [ctypes.c_char_p, ctypes.c_int, number]
    lib.BN_bn2binpad.argtypes = [number, ctypes.c_char_p, ctypes.c_int]
    lib.BN_mod_exp_mont_consttime.argtypes = [number] * 6
    lib.BN_clear_free.argtypes = lib.BN_CTX_free.argtypes = [number]
    lib.BN_clear_free.restype = lib.BN_CTX_free.restype = None
    return lib


_lib = _openssl()
#: Whether powers are OpenSSL's.
is_constant_time = _lib is not None


def power(base: int, exponent: int, modulus: int) -> int:
    """A number to an exponent by a modulus, which is odd.

    Args:
        base, exponent: from 0 up.

    Raises:
        ArithmeticError: OpenSSL couldn't.
    """
    if _lib is None or not modulus & 1:
        return pow(base, exponent, modulus)
    size = (modulus.bit_length() + 7) // 8
    lib, context = _lib, _lib.BN_CTX_new()
    told = [_number(lib, value, size) for value in (base % modulus, exponent, modulus)]
    result = lib.BN_new()
    try:
        if not (context and result and all(told)):
            raise ArithmeticError("OpenSSL has no memory left.")
        found = ctypes.create_string_buffer(size)
        done = lib.BN_mod_exp_mont_consttime(result, *told, context, None)
        if done != 1 or lib.BN_bn2binpad(result, found, size) != size:
            raise ArithmeticError("OpenSSL gave no power.")
        return int.from_bytes(found.raw, "big")
    finally:
        for number in (*told, result):
            lib.BN_clear_free(number)
        lib.BN_CTX_free(context)


def _number(lib: ctypes.CDLL, value: int, size: int) -> int:
    """A number of the library; 0 where it has no memory left."""
    length = max(size, (value.bit_length() + 7) // 8)
    found: int = lib.BN_bin2bn(value.to_bytes(length, "big"), length, None)
    return found
