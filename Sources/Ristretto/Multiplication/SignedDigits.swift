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
    @inline(__always)
    static func vartimeForEach(of scalar: Scalar, width: Int, _ write: (Int, Int) -> Void) {
        var (low, word1, word2, word3) = scalar.limbs
        let radix = 1 << width
        var carry = 0
        for index in 0..<count(width: width) {
            var digit = Int(truncatingIfNeeded: low & UInt64(radix - 1)) + carry
            carry = digit >= radix / 2 ? 1 : 0
            digit -= carry * radix
            write(index, digit)
            // The whole scalar shifts down, so that the next digit is at the bottom.
            low = low >> UInt64(width) | word1 << UInt64(64 - width)
            word1 = word1 >> UInt64(width) | word2 << UInt64(64 - width)
            word2 = word2 >> UInt64(width) | word3 << UInt64(64 - width)
            word3 >>= UInt64(width)
        }
    }

    /// Writes the width-5 non-adjacent form of `scalar` for public scalars: odd digits below 16 in magnitude, at least four
    /// zeros between two of them.
    ///
    /// - Returns: the number of digits up to the last one that is not zero.
    static func vartimeWriteNonAdjacentForm(_ scalar: Scalar, into digits: UnsafeMutableBufferPointer<Int8>) -> Int {
        let (word0, word1, word2, word3) = scalar.limbs
        func window(at position: Int) -> UInt64 {
            let shift = UInt64(position % 64)
            let (low, high) =
                switch position / 64 {
                case 0: (word0, word1)
                case 1: (word1, word2)
                case 2: (word2, word3)
                default: (word3, UInt64(0))
                }
            // Two shifts, so that a shift by 64 is none of them.
            return (low >> shift | (high << 1) << (63 - shift)) & 31
        }
        var (position, carry, length) = (0, UInt64(0), 0)
        digits.update(repeating: 0)
        while position < nonAdjacentFormCount {
            let value = carry + window(at: position)
            if value & 1 == 0 {
                position += 1
                continue
            }
            carry = value >> 4 & 1
            digits[position] = Int8(truncatingIfNeeded: Int(value) - Int(carry) * 32)
            length = position + 1
            position += 5
        }
        return length
    }

    /// The number of digits of a non-adjacent form's buffer.
    static let nonAdjacentFormCount = 256
}
