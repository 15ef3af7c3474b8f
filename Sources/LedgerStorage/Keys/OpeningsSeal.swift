import Crypto
import MarketData

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Seals the openings of one ledger's entries with ChaCha20-Poly1305 and opens them again.
///
/// The key is derived per ledger, from the operator's opening key and the digest of the ledger's identity. The box
/// authenticates the rest of its entry and the hash before it, so a box moved to another entry, or an entry rewritten
/// around its box, does not open.
struct OpeningsSeal: Sendable {
    /// What the box adds to the openings' length: a 12-byte nonce and a 16-byte tag.
    static let overhead = 28

    private let key: SymmetricKey

    init(keys: OperatorKeys, identity: LedgerIdentity) {
        key = keys.derivedKey(label: "ballast ledger openings v1", salt: identity.digest.bytes)
    }

    /// Nonce, ciphertext and tag, in that order.
    ///
    /// The nonce is random and never an argument: repeated under one key it would reveal openings. 2³² entries collide
    /// with probability 2⁻³³.
    func seal(_ openings: SecretBytes, authenticating digest: ContentDigest) throws(LedgerError) -> [UInt8] {
        do {
            return try openings.withUnsafeBytes { bytes in
                try Array(ChaChaPoly.seal(bytes, using: key, authenticating: digest.bytes).combined)
            }
        } catch {
            throw .sealingFailed
        }
    }

    /// The openings, or nothing if key, box or entry do not belong together.
    func open(_ box: [UInt8], authenticating digest: ContentDigest) -> SecretBytes? {
        guard let sealed = try? ChaChaPoly.SealedBox(combined: box),
            var plain = try? ChaChaPoly.open(sealed, using: key, authenticating: digest.bytes)
        else { return nil }
        defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
        return SecretBytes(plain)
    }
}
