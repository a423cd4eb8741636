"""AES (FIPS 197) with GCM (NIST SP 800-38D) and Key Wrap (RFC 3394), and Ed25519 (RFC 8032), for there is none of them in the standard library.

Made to be read, not to be fast, and not for secrets of others: it takes another time for another key.
"""

import hashlib
import hmac

# AES


def _times2(value):
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


def _times(one, other):
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = _times2(one)
        other >>= 1
    return product


def _boxes():
    box = []
    for value in range(256):
        inverse = next((other for other in range(256) if _times(value, other) == 1), 0)
        result = 0x63
        for shift in range(5):
            result ^= ((inverse << shift) | (inverse >> (8 - shift))) & 0xFF
        box.append(result)
    return box, [box.index(value) for value in range(256)]


_BOX, _UNBOX = _boxes()
_PRODUCT = {factor: [_times(value, factor) for value in range(256)] for factor in (2, 3, 9, 11, 13, 14)}


class Aes:
    """One block at a time."""

    def __init__(self, key):
        words = [list(key[i : i + 4]) for i in range(0, len(key), 4)]
        count = len(words)
        constant = 1
        for i in range(count, 4 * (count + 7)):
            word = list(words[-1])
            if i % count == 0:
                word = [_BOX[byte] for byte in word[1:] + word[:1]]
                word[0] ^= constant
                constant = _times2(constant)
            elif count > 6 and i % count == 4:
                word = [_BOX[byte] for byte in word]
            words.append([a ^ b for a, b in zip(words[-count], word)])
        self.rounds = [sum(words[i : i + 4], []) for i in range(0, len(words), 4)]

    def encrypt(self, block):
        state = [a ^ b for a, b in zip(block, self.rounds[0])]
        for number, key in enumerate(self.rounds[1:], 1):
            state = [_BOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
            if number < len(self.rounds) - 1:
                state = self._mix(state, (2, 3, 1, 1))
            state = [a ^ b for a, b in zip(state, key)]
        return bytes(state)

    def decrypt(self, block):
        state = list(block)
        for number in range(len(self.rounds) - 1, 0, -1):
            state = [a ^ b for a, b in zip(state, self.rounds[number])]
            if number < len(self.rounds) - 1:
                state = self._mix(state, (14, 11, 13, 9))
            state = [_UNBOX[state[(i - 4 * (i % 4)) % 16]] for i in range(16)]
        return bytes(a ^ b for a, b in zip(state, self.rounds[0]))

    @staticmethod
    def _mix(state, factors):
        mixed = []
        for column in range(0, 16, 4):
            for row in range(4):
                byte = 0
                for i in range(4):
                    factor = factors[(i - row) % 4]
                    value = state[column + i]
                    byte ^= value if factor == 1 else _PRODUCT[factor][value]
                mixed.append(byte)
        return mixed


def unwrap(key, wrapped):
    """The key that was wrapped; nothing if it was not wrapped with this one."""
    if len(wrapped) % 8 or len(wrapped) < 24:
        return None
    aes = Aes(key)
    check, *parts = (wrapped[i : i + 8] for i in range(0, len(wrapped), 8))
    count = len(parts)
    for step in range(6 * count, 0, -1):
        at = (step - 1) % count
        counted = (int.from_bytes(check, "big") ^ step).to_bytes(8, "big")
        block = aes.decrypt(counted + parts[at])
        check, parts[at] = block[:8], block[8:]
    return b"".join(parts) if hmac.compare_digest(check, b"\xa6" * 8) else None


def _ghash(subkey, data):
    total = 0
    for i in range(0, len(data), 16):
        factor = total ^ int.from_bytes(data[i : i + 16], "big")
        total = 0
        multiple = subkey
        for bit in range(127, -1, -1):
            total ^= multiple if factor >> bit & 1 else 0
            multiple = (multiple >> 1) ^ (0xE1 << 120 if multiple & 1 else 0)
    return total


def gcm_decrypt(key, nonce, additional, data):
    """What was encrypted; nothing if it was changed, or encrypted otherwise. A nonce has 12 bytes."""
    if len(data) < 16:
        return None
    aes = Aes(key)
    text, tag = data[:-16], data[-16:]
    padded = additional + bytes(-len(additional) % 16) + text + bytes(-len(text) % 16)
    lengths = (8 * len(additional)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    hashed = _ghash(int.from_bytes(aes.encrypt(bytes(16)), "big"), padded + lengths)
    expected = hashed ^ int.from_bytes(aes.encrypt(nonce + b"\0\0\0\1"), "big")
    if not hmac.compare_digest(expected.to_bytes(16, "big"), tag):
        return None
    plain = bytearray()
    for i in range(0, len(text), 16):
        stream = aes.encrypt(nonce + (i // 16 + 2).to_bytes(4, "big"))
        plain += bytes(a ^ b for a, b in zip(text[i : i + 16], stream))
    return bytes(plain)


# Ed25519

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P


def _add(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply(factor, point):
    product = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            product = _add(product, point)
        point = _add(point, point)
        factor >>= 1
    return product


def _point(data):
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= 2**255 - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519_verify(public_key, message, signature):
    if len(signature) != 64 or len(public_key) != 32:
        return False
    key, start = _point(public_key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or start is None or scalar >= _ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + public_key + message).digest()
    factor = int.from_bytes(hashed, "little") % _ORDER
    left, right = _multiply(scalar, _BASE), _add(start, _multiply(factor, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0
