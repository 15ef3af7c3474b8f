import BigIntegers

extension Scalar {
    /// The multiplicative inverse by Fermat, x^(ℓ − 2); 0 of 0. Constant time, for secrets.
    public func inverted() -> Scalar {
        // The exponent is public: windows of four bits, the same sequence of operations for every x.
        var powers = [Scalar.one, self]
        powers.reserveCapacity(16)
        while powers.count < 16 { powers.append(powers[powers.count - 1] * self) }
        defer { powers.erase() }
        let order = Scalar.order
        let exponent = [order.3, order.2, order.1, order.0 - 2]
        var result = Scalar.one
        for word in exponent {
            for shift in stride(from: 60, through: 0, by: -4) {
                result = result.squared().squared().squared().squared()
                result *= powers[Int(word >> UInt64(shift)) & 15]
            }
        }
        return result
    }

    /// The multiplicative inverse by GMP's extended Euclid, for public data: its time depends on the value. 0 of 0.
    public func invertedVartime() -> Scalar {
        guard let inverse = orderModulus?.inverse(of: BigInteger(littleEndianMagnitude: bytes)) else { return .zero }
        let words = (0..<4).map(inverse.magnitudeWord(at:))
        return Scalar.montgomeryProduct((words[0], words[1], words[2], words[3]), Scalar.radixSquared)
    }

    /// Replaces every scalar by its inverse at the price of one inversion and three multiplications each; zeros stay.
    ///
    /// Montgomery's trick: invert the product of all, then peel the factors off. Constant time, for secrets.
    public static func batchInvert(_ scalars: inout [Scalar]) {
        var prefixes: [Scalar] = []
        prefixes.reserveCapacity(scalars.count)
        defer { prefixes.erase() }
        var product = Scalar.one
        for scalar in scalars {
            prefixes.append(product)
            product *= select(scalar.isZero, .one, scalar)
        }
        var inverse = product.inverted()
        for index in scalars.indices.reversed() {
            let scalar = scalars[index]
            scalars[index] = select(scalar.isZero, .zero, inverse * prefixes[index])
            inverse *= select(scalar.isZero, .one, scalar)
        }
    }
}

/// ℓ for GMP; never nil.
private let orderModulus = Modulus(
    BigInteger(littleEndianMagnitude: LittleEndian.bytes(Scalar.order))
)
