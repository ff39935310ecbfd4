"""One-time tokens 测评码: twenty letters and digits that people can type, a hundred random bits.

Invariant: only the hash of a token is kept; with a hundred bits nobody finds it by trying.
"""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is read as something else.
BITS = 100
_LENGTH, _PART = BITS // 5, 5
_READ_AS = str.maketrans("OIL", "011")


def token_from(number: int) -> str:
    """Write a random number of `BITS` bits as a token, in four parts."""
    letters = [ALPHABET[number >> 5 * place & 31] for place in range(_LENGTH)]
    return "-".join("".join(letters[at : at + _PART]) for at in range(0, _LENGTH, _PART))


def hash_token(typed: str) -> str:
    """Give the hash of a token as somebody typed it: case, spaces and dashes do not matter."""
    letters = "".join(typed.upper().split()).replace("-", "").translate(_READ_AS)
    return hashlib.sha256(b"duban survey token " + letters.encode(errors="replace")).hexdigest()
