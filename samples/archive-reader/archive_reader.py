#!/usr/bin/env python3
"""Reads and verifies archives of Tenant Safety with nothing but Python's standard library.

Written from docs/archive-format.md alone, as a reader in another language would be. Prints one line for each file: "ok", the count of rows
and a SHA-256 over all rows, or "refused" and why. Ends with 1 if a file was refused.

    python3 archive_reader.py [--unsigned] [--hmac ID=HEX] [--ed25519 ID=HEX] [--key ID=HEX] FILE...

--hmac and --ed25519 name keys whose seals are trusted (a secret, or the 32 bytes of a public key), --key one that unwraps data keys by
AES Key Wrap, --unsigned takes archives that nobody signed. With "-" for FILE, names of files are read from the standard input, one a line.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import struct
import sys
import zlib

import crypto

SEAL_BYTES = 512
MAX_LINE = 4 << 20
MAX_MANIFEST = 32 << 20
MAX_PLAIN = 64 << 20
MAX_RATIO = 64
MAX_INT = 2**31 - 1
MAX_LONG = 2**63 - 1
GZIP_HEADER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
MANIFEST = "manifest.jsonl"

SEAL = re.compile(
    rb"tenant-safety-archive 1\nsha256 ([0-9a-f]{64})\nkey ([!-~]{1,200})\nalgorithm (Ed25519|HMAC-SHA256|none)"
    rb"\nsignature ([A-Za-z0-9+/=]{0,100})\n *"
)
UNIT = re.compile(r"[A-Za-z0-9._~-]{1,3060}")
PREFIX = re.compile(r"[a-z](?:[a-z_]{0,61}[a-z])?")
HASH = re.compile(r"[0-9a-f]{64}")
ROW_HASH = re.compile(r"[0-9a-f]{32}")
FIELD = rb"(?:\\N|(?:[^\\\t\x08\x0b\x0c\r\n]|\\[\\bfnrtv])*)"
ROW = re.compile(FIELD + rb"(?:\t" + FIELD + rb")*")

STRING, INT, LONG, STRINGS, MAP, COLUMNS = "string", "int", "long", "strings", "map", "columns"
MEMBERS = {
    "header": [
        ("format", STRING), ("version", INT), ("libraryVersion", STRING), ("prefix", STRING), ("units", STRINGS),
        ("databaseProduct", STRING), ("databaseVersion", STRING), ("schemaFingerprint", STRING), ("origin", MAP),
        ("encoding", STRING),
    ],
    "table": [
        ("table", INT), ("schema", STRING), ("name", STRING), ("columns", COLUMNS), ("key", STRINGS),
        ("foreignKeys", STRINGS),
    ],
    "chunk": [
        ("table", INT), ("chunk", INT), ("rows", LONG), ("plainBytes", LONG), ("storedBytes", LONG),
        ("firstKey", STRING), ("lastKey", STRING), ("plainSha256", STRING), ("storedSha256", STRING), ("chain", STRING),
    ],
    "tableEnd": [("table", INT), ("rows", LONG), ("rowHash", STRING)],
    "note": [("note", MAP)],
    "end": [("tables", INT), ("chunks", LONG), ("rows", LONG), ("plainBytes", LONG), ("chain", STRING)],
}
COLUMN = ["name", "type", "generated", "identity"]
ENCRYPTION = ["algorithm", "keyId", "wrappedKey"]


class Refused(Exception):
    """The file is no archive that is trusted, or not as its writer left it."""


def require(is_so, problem):
    if not is_so:
        raise Refused(problem)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Trust:
    """Whose seals are taken."""

    def __init__(self, unsigned, secrets, public_keys):
        self.unsigned = unsigned
        self.secrets = secrets
        self.public_keys = public_keys

    def check(self, signed, key, algorithm, signature):
        if algorithm == "none":
            require(key == "-" and not signature, "the seal names a key and no algorithm")
            require(self.unsigned, "nobody signed it")
            return
        require(key != "-" and signature, "the seal is signed by nobody")
        try:
            raw = base64.b64decode(signature, validate=True)
        except ValueError:
            raise Refused("the signature is no base64") from None
        require(base64.b64encode(raw).decode() == signature, "the signature is not in its one form")
        if algorithm == "Ed25519":
            require(key in self.public_keys, "the key is not trusted")
            require(crypto.ed25519_verify(self.public_keys[key], signed, raw), "the signature is wrong")
        else:
            require(key in self.secrets, "the key is not trusted")
            expected = hmac.new(self.secrets[key], signed, hashlib.sha256).digest()
            require(hmac.compare_digest(expected, raw), "the signature is wrong")


def read(data, trust, keys):
    """The rows of each table, in order, as a list of (schema, name, rows), of an archive in these bytes."""
    require(len(data) > SEAL_BYTES + 22, "it is too short")
    seal = SEAL.fullmatch(data[-SEAL_BYTES:])
    require(seal, "it does not end with a seal of version 1")
    digest, key, algorithm, signature = (part.decode() for part in seal.groups())
    trust.check(data[len(data) - SEAL_BYTES :][: seal.start(4) - len("signature ")], key, algorithm, signature)
    body = data[:-SEAL_BYTES]
    require(sha256(body) == digest, "its bytes are not those that were sealed")

    directory = directory_of(body)
    manifest_bytes = manifest_of(body, directory)
    manifest = Manifest(manifest_bytes)
    cipher = None
    if manifest.encryption:
        cipher = data_key(manifest.encryption, keys)
    layout = Layout(body, directory[0])
    tables = []
    for table in manifest.tables:
        rows = []
        total = 0
        fields = sum(1 for column in table["columns"] if not column["generated"])
        for chunk in table["chunks"]:
            stored = layout.take(entry_name(chunk, cipher), chunk["storedBytes"])
            require(sha256(stored) == chunk["storedSha256"], "a chunk has other bytes")
            if cipher:
                stored = decrypt(cipher, chunk, stored)
            plain = unpack(stored, chunk["plainBytes"])
            lines = rows_of(plain, fields)
            require(len(lines) == chunk["rows"], "a chunk has another number of rows")
            require(sha256(plain) == chunk["plainSha256"], "a chunk has other rows")
            for line in lines:
                total += int.from_bytes(hashlib.sha256(line).digest()[:16], "big")
            rows += lines
        require(f"{total % 2**128:032x}" == table["rowHash"], "the rows do not add up")
        tables.append((table["schema"], table["name"], rows))
    require(layout.take(MANIFEST, len(manifest_bytes)) == manifest_bytes, "the manifest is not the last entry")
    layout.end()
    return tables


# The ZIP


def zip64(entries, offset, size):
    return entries >= 0xFFFF or offset >= 0xFFFFFFFF or size >= 0xFFFFFFFF


def end_of(entries, offset, size):
    """All that follows the directory, but for the comment."""
    end = b""
    if zip64(entries, offset, size):
        end += struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, entries, entries, size, offset)
        end += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    return end + struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, min(entries, 0xFFFF), min(entries, 0xFFFF), min(size, 0xFFFFFFFF),
        min(offset, 0xFFFFFFFF), SEAL_BYTES,
    )


def directory_of(body):
    """Where the directory begins, and its size."""
    entries, size, offset = struct.unpack("<HII", body[-12:-2])
    end = end_of(entries, offset, size)
    if not body.endswith(end):
        require(len(body) >= 98, "its end is not that of an archive")
        entries, _, size, offset = struct.unpack("<QQQQ", body[-98 + 24 : -98 + 56])
        require(max(entries, size, offset) <= MAX_LONG, "its end is not that of an archive")
        end = end_of(entries, offset, size)
        require(body.endswith(end), "its end is not that of an archive")
    require(offset + size + len(end) == len(body), "the directory is not where it should be")
    return offset, size


def manifest_of(body, directory):
    offset, size = directory
    records = body[offset : offset + size]
    for length in (46 + len(MANIFEST), 46 + len(MANIFEST) + 12):
        record = records[-length:] if len(records) >= length else b""
        if record[:4] == b"PK\1\2" and record[46 : 46 + len(MANIFEST)] == MANIFEST.encode():
            (manifest_size,) = struct.unpack("<I", record[24:28])
            require(manifest_size <= MAX_MANIFEST and manifest_size <= offset, "the manifest is too large")
            return body[offset - manifest_size : offset]
    raise Refused("the last entry is not the manifest")


def entry_name(chunk, cipher):
    return f"data/{chunk['table']:04d}/{chunk['chunk']:06d}.copy.gz" + (".enc" if cipher else "")


class Layout:
    """Makes each structure of the ZIP anew, and compares."""

    def __init__(self, body, directory):
        self.body = body
        self.directory = directory
        self.position = 0
        self.records = []

    def take(self, name, size):
        start = self.position + 30 + len(name)
        require(start + size <= self.directory, "the entries end before those that the manifest lists")
        data = self.body[start : start + size]
        common = struct.pack("<HHHHIIIH", 0, 0, 0, 0x21, zlib.crc32(data), size, size, len(name))
        header = struct.pack("<IH", 0x04034B50, 10) + common + b"\0\0" + name.encode()
        require(self.body[self.position : start] == header, "an entry is not as the manifest says")
        large = self.position >= 0xFFFFFFFF
        record = struct.pack("<IHH", 0x02014B50, 45, 45 if large else 10) + common
        record += struct.pack("<H", 12 if large else 0) + bytes(10)
        record += struct.pack("<I", min(self.position, 0xFFFFFFFF)) + name.encode()
        if large:
            record += struct.pack("<HHQ", 1, 8, self.position)
        self.records.append(record)
        self.position = start + size
        return data

    def end(self):
        records = b"".join(self.records)
        end = end_of(len(self.records), self.position, len(records))
        require(self.body[self.position :] == records + end, "the directory is not that of the entries")


# The manifest


def pairs(found):
    names = [name for name, _ in found]
    require(len(names) == len(set(names)), "a member stands twice")
    return dict(found)


class Manifest:
    """Lines that agree with each other."""

    def __init__(self, data):
        require(data.endswith(b"\n"), "the manifest was never finished")
        self.tables = []
        self.encryption = None
        self.open = None
        self.chain = None
        self.ended = False
        self.sums = {"tables": 0, "chunks": 0, "rows": 0, "plainBytes": 0}
        weight = 0
        for number, line in enumerate(data[:-1].split(b"\n")):
            require(len(line) <= MAX_LINE, "a line is too long")
            weight += len(line) + 1 + 24 * line.count(b'"')
            require(weight <= MAX_MANIFEST, "the manifest weighs too much")
            self.line(number, line)
        require(self.ended, "the manifest was never finished")

    def line(self, number, data):
        try:
            text = data.decode("utf-8")
            line = json.loads(text, object_pairs_hook=pairs)
            canonical = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        except (ValueError, RecursionError):
            raise Refused("a line is no JSON") from None
        require(canonical == data, "a line is not in its one form")
        require(isinstance(line, dict), "a line is no object")
        kind = line.get("line")
        require(isinstance(kind, str) and kind in MEMBERS, "a line is of no known sort")
        self.check_members(kind, line)
        require((kind == "header") == (number == 0), "the header is not the first line")
        require(not self.ended, "lines follow the last")
        getattr(self, kind)(line, data)

    def check_members(self, kind, line):
        names = ["line"] + [name for name, _ in MEMBERS[kind]]
        if kind == "header" and "encryption" in line:
            names.append("encryption")
            self.check_strings(line["encryption"], ENCRYPTION)
        require(list(line) == names, "a line has other members")
        for name, sort in MEMBERS[kind]:
            value = line[name]
            if sort in (INT, LONG):
                is_right = type(value) is int and 0 <= value <= (MAX_INT if sort == INT else MAX_LONG)
            elif sort == STRING:
                is_right = isinstance(value, str)
            elif sort == STRINGS:
                is_right = isinstance(value, list) and all(isinstance(one, str) for one in value)
            elif sort == MAP:
                is_right = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
                require(
                    is_right and list(value) == sorted(value, key=lambda one: one.encode("utf-16-be")),
                    "members are not sorted",
                )
            else:
                is_right = isinstance(value, list)
                for column in value if is_right else []:
                    self.check_strings(column, COLUMN)
            require(is_right, "a member has a value of another sort")

    @staticmethod
    def check_strings(value, names):
        require(isinstance(value, dict) and list(value) == names, "an object has other members")
        require(all(isinstance(one, str) for one in value.values()), "a member has a value of another sort")

    def header(self, line, data):
        require(line["format"] == "tenant-safety-archive" and line["version"] == 1, "it is of another format")
        require(line["encoding"] == "copy-text", "it is of another encoding")
        prefix, units = line["prefix"], line["units"]
        require(PREFIX.fullmatch(prefix), "the prefix is none")
        require(units and len(units) == len(set(units)), "no owner is named, or one twice")
        for unit in units:
            is_unit = unit.startswith(prefix + "_") and UNIT.fullmatch(unit[len(prefix) + 1 :])
            require(is_unit, "an owner is of another kind")
        self.encryption = line.get("encryption")
        require(not self.encryption or self.encryption["algorithm"] == "AES-256-GCM", "the algorithm is not known")
        self.chain = hashlib.sha256(data).digest()

    def table(self, line, _):
        require(self.open is None, "a table begins before the one before has ended")
        require(line["table"] == len(self.tables) + 1 <= 9999, "tables are not numbered in order")
        names = [column["name"] for column in line["columns"]]
        require(line["name"] and names and all(names), "a table or column has no name")
        require(len(names) == len(set(names)), "a column stands twice")
        require(all(name in names for name in line["key"]), "a column of the key is no column")
        line["chunks"] = []
        self.open = line

    def chunk(self, line, data):
        require(self.open is not None and line["table"] == self.open["table"], "a chunk of a table that is not open")
        require(line["chunk"] == len(self.open["chunks"]) + 1 <= 999999, "chunks are not numbered in order")
        rows, plain, stored = line["rows"], line["plainBytes"], line["storedBytes"]
        require(1 <= rows <= plain and stored >= 1, "a chunk has no row, or fewer bytes than rows")
        require(plain <= MAX_PLAIN and plain <= MAX_RATIO * stored, "a chunk unpacks to too much")
        for name in ("plainSha256", "storedSha256", "chain"):
            require(HASH.fullmatch(line[name]), "a hash is none")
        unchained = data[: data.rindex(b',"chain":"')] + b"}"
        self.chain = hashlib.sha256(self.chain + bytes.fromhex(line["storedSha256"]) + unchained).digest()
        require(self.chain.hex() == line["chain"], "the chain is broken")
        self.open["chunks"].append(line)
        self.sums["chunks"] += 1
        self.sums["rows"] += rows
        self.sums["plainBytes"] += plain

    def tableEnd(self, line, _):
        require(self.open is not None and line["table"] == self.open["table"], "a table ends that is not open")
        require(line["rows"] == sum(chunk["rows"] for chunk in self.open["chunks"]), "the rows do not add up")
        require(ROW_HASH.fullmatch(line["rowHash"]), "a hash is none")
        self.open["rowHash"] = line["rowHash"]
        self.tables.append(self.open)
        self.sums["tables"] += 1
        self.open = None

    def note(self, line, _):
        """Notes may say what they like."""

    def end(self, line, _):
        require(self.open is None, "the archive ends before its last table")
        require(all(line[name] == count for name, count in self.sums.items()), "the sums are wrong")
        require(line["chain"] == self.chain.hex(), "the chain is broken")
        self.ended = True


# Chunks


def data_key(encryption, keys):
    require(encryption["keyId"] in keys, "it is encrypted with a key that is not here")
    try:
        wrapped = base64.b64decode(encryption["wrappedKey"], validate=True)
    except ValueError:
        raise Refused("the wrapped key is no base64") from None
    key = crypto.unwrap(keys[encryption["keyId"]], wrapped)
    require(key is not None and len(key) == 32, "the data key cannot be unwrapped")
    return key


def decrypt(key, chunk, stored):
    nonce = struct.pack(">III", 0, chunk["table"], chunk["chunk"])
    additional = f"tenant-safety-archive 1 {chunk['table']} {chunk['chunk']}".encode()
    plain = crypto.gcm_decrypt(key, nonce, additional, stored)
    require(plain is not None, "a chunk cannot be decrypted")
    return plain


def unpack(packed, size):
    require(len(packed) >= 18 and packed.startswith(GZIP_HEADER), "a chunk is not packed as it should be")
    inflater = zlib.decompressobj(-15)
    try:
        plain = inflater.decompress(packed[10:-8], size + 1)
    except zlib.error:
        raise Refused("a chunk is packed wrongly") from None
    is_whole = inflater.eof and not inflater.unused_data and not inflater.unconsumed_tail
    require(is_whole and len(plain) == size, "a chunk unpacks to another number of bytes")
    require(packed[-8:] == struct.pack("<II", zlib.crc32(plain), size), "a chunk has a wrong check sum")
    return plain


def rows_of(plain, fields):
    require(plain.endswith(b"\n"), "a row has no end")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("a row is no UTF-8") from None
    rows = plain[:-1].split(b"\n")
    for row in rows:
        require(ROW.fullmatch(row) and row.count(b"\t") == fields - 1, "a row is no COPY text of the table")
    return rows


def described(tables):
    """Count and hash of all rows, to compare with another reader."""
    digest = hashlib.sha256()
    count = 0
    for schema, name, rows in tables:
        digest.update(f"{schema}.{name}\n".encode())
        for row in rows:
            digest.update(row + b"\n")
        count += len(rows)
    return f"ok {count} {digest.hexdigest()}"


def pair(text):
    key, _, value = text.partition("=")
    return key, bytes.fromhex(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--unsigned", action="store_true", help="take archives that nobody signed")
    for name in ("hmac", "ed25519", "key"):
        parser.add_argument("--" + name, metavar="ID=HEX", type=pair, action="append", default=[])
    parser.add_argument("files", metavar="FILE", nargs="+")
    options = parser.parse_args()
    trust = Trust(options.unsigned, dict(options.hmac), dict(options.ed25519))
    files = [line.rstrip("\n") for line in sys.stdin] if options.files == ["-"] else options.files
    is_refused = False
    for file in files:
        try:
            with open(file, "rb") as opened:
                answer = described(read(opened.read(), trust, dict(options.key)))
        except Refused as refusal:
            is_refused = True
            answer = f"refused: {refusal}"
        print(answer if options.files == ["-"] else f"{file}: {answer}")
    sys.exit(1 if is_refused else 0)


if __name__ == "__main__":
    main()
