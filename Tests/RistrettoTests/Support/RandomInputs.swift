import BigIntegers
import Ristretto
import TestSupport

extension SplitMix64 {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func limbs() -> (UInt64, UInt64, UInt64, UInt64) { (next(), next(), next(), next()) }

    mutating func scalar() -> Scalar { Scalar(wide: bytes(64)) }

    mutating func point() -> RistrettoPoint { RistrettoPoint(uniform: bytes(64)) }
}

/// The integer that four limbs write, least significant first.
func integer(_ limbs: (UInt64, UInt64, UInt64, UInt64)) -> BigInteger {
    [limbs.3, limbs.2, limbs.1, limbs.0].reduce(BigInteger(0)) { ($0 << 64) + BigInteger($1) }
}

/// The four limbs of an integer below 2²⁵⁶.
func limbs(_ integer: BigInteger) -> (UInt64, UInt64, UInt64, UInt64) {
    let words = (0..<4).map { integer.magnitudeWord(at: $0) }
    return (words[0], words[1], words[2], words[3])
}

/// The same element from a different place on the curve, and with a different Z.
func scrambled(_ point: RistrettoPoint, by other: RistrettoPoint) -> RistrettoPoint { (point + other) - other }
