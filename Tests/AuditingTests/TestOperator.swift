import Attestations
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

/// An operator with a fixed key, so that a failure repeats.
struct TestOperator {
    let signer: Signer

    init(seed: UInt8 = 5) throws {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        signer = Signer(publicKey: Array(key.publicKey.rawRepresentation)) { try Array(key.signature(for: $0)) }
    }
}
