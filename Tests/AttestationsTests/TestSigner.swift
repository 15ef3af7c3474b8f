import Crypto
import Foundation

@testable import Attestations

/// An operator with a fixed key.
struct TestSigner {
    let signer: Signer
    var publicKey: [UInt8] { signer.publicKey }

    init(seed: UInt8 = 5) {
        // Any 32 bytes are a key; another one would not sign what the stored chain holds.
        let key =
            (try? Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32)))
            ?? Curve25519.Signing.PrivateKey()
        signer = Signer(publicKey: Array(key.publicKey.rawRepresentation)) { try Array(key.signature(for: $0)) }
    }
}
