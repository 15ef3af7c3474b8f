/// Scalars as signed digits, so that a table or a row of buckets needs only the positive half of the multiples.
enum SignedDigits {
    /// How many radix-16 digits a scalar has.
    static let radix16Count = 64

    /// Writes `scalar` = Σ dᵢ·16ⁱ with −8 ≤ dᵢ < 8, in constant time.
    ///
    /// The top digit needs no carry out: a scalar is below 2²⁵³, so its last nibble is at most 1.
    static func writeRadix16(_ scalar: Scalar, into digits: UnsafeMutableBufferPointer<Int8>) {
        let limbs = scalar.limbs
        var carry: Int8 = 0
        func write(_ word: UInt64, at start: Int) {
            for index in 0..<16 {
                let nibble = Int8(truncatingIfNeeded: (word >> UInt64(4 * index)) & 15) &+ carry
                carry = (nibble &+ 8) >> 4
                digits[start &+ index] = nibble &- (carry << 4)
            }
        }
        write(limbs.0, at: 0)
        write(limbs.1, at: 16)
        write(limbs.2, at: 32)
        write(limbs.3, at: 48)
    }

    /// How many digits of `width` bits a scalar has: its 253 bits and room for the last carry.
    static func count(width: Int) -> Int { (253 + width) / width }

    /// Calls `write(i, dᵢ)` with `scalar` = Σ dᵢ·2^(width·i) and −2^(width−1) ≤ dᵢ < 2^(width−1), for public scalars.
    ///
    /// - Precondition: `width` is in 2...15.
    static func vartimeForEach(of scalar: Scalar, width: Int, _ write: (Int, Int) -> Void) {
        let limbs = scalar.limbs
        let words = [limbs.0, limbs.1, limbs.2, limbs.3, 0]
        let radix = 1 << width
        var carry = 0
        for index in 0..<count(width: width) {
            let bit = index * width
            let (word, shift) = (min(bit / 64, 4), UInt64(bit % 64))
            var bits = words[word] >> shift
            if shift > 0, word < 4 { bits |= words[word + 1] << (64 - shift) }
            var digit = Int(truncatingIfNeeded: bits & UInt64(radix - 1)) + carry
            carry = digit >= radix / 2 ? 1 : 0
            digit -= carry * radix
            write(index, digit)
        }
    }

    /// Writes the width-5 non-adjacent form of `scalar` for public scalars: odd digits below 16 in magnitude, at least four
    /// zeros between two of them.
    ///
    /// - Returns: the number of digits up to the last one that is not zero.
    static func vartimeWriteNonAdjacentForm(_ scalar: Scalar, into digits: UnsafeMutableBufferPointer<Int8>) -> Int {
        let limbs = scalar.limbs
        let words = [limbs.0, limbs.1, limbs.2, limbs.3, 0]
        var (position, carry, length) = (0, UInt64(0), 0)
        digits.update(repeating: 0)
        while position < 256 {
            let (word, shift) = (position / 64, UInt64(position % 64))
            var bits = words[word] >> shift
            if shift > 0 { bits |= words[word + 1] << (64 - shift) }
            let window = carry + (bits & 31)
            if window & 1 == 0 {
                position += 1
                continue
            }
            carry = window >> 4 & 1
            digits[position] = Int8(truncatingIfNeeded: Int(window) - Int(carry) * 32)
            length = position + 1
            position += 5
        }
        return length
    }

    /// The number of digits of a non-adjacent form's buffer.
    static let nonAdjacentFormCount = 256
}
