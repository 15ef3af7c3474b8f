#!/usr/bin/env python3
"""An independent reading of the ledger's format: prints the numbers that LedgerFormatTests compares with.

Command: python3 Tests/Fixtures/Ledger/make_format_vector.py   (needs the package `cryptography`)
"""
import hashlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
import hmac


def digest(domain, *parts):
    state = hashlib.sha256()
    for part in (domain.encode(), *parts):
        state.update(len(part).to_bytes(8, "little") + part)
    return state.digest()


def word(value):
    return (value % 2**64).to_bytes(8, "little")


def derive(opening, label, salt):
    return HKDF(hashes.SHA256(), 32, salt, label.encode()).derive(opening)


seed, opening = bytes(range(32)), bytes(range(100, 132))
public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(
    serialization.Encoding.Raw, serialization.PublicFormat.Raw)
fields = {"operator-key": public.hex(), "policy": "p", "model": "m", "holdings": "h", "start": "2022-01-01T00:00:00Z"}
identity = digest("ballast ledger identity v1", *(x.encode() for pair in sorted(fields.items()) for x in pair))
parts = [identity, word(0), word(-5), b"genesis", b'{"a":1}', b"[]", b"proof"]
nonce = bytes(range(12))
key = derive(opening, "ballast ledger openings v1", identity)
box = nonce + ChaCha20Poly1305(key).encrypt(nonce, b"openings", digest("ballast ledger openings v1", *parts))
print("public key  ", public.hex())
print("identity    ", identity.hex())
print("box         ", box.hex())
print("entry       ", digest("ballast ledger entry v1", *parts, box).hex())
print("vault secret", derive(opening, "ballast vault secret v1", b"").hex())
print("keyed digest", hmac.new(derive(opening, "ballast keyed digest v1", b"holdings"), b"BTC 1", "sha256").hexdigest())
