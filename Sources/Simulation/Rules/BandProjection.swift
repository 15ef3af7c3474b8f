/// The weights nearest to some others inside a box and on the simplex: where `edge` leads.
///
/// Minimises ½‖x − w‖² with Σx = 1 and l ≤ x ≤ u. The solution is x = clamp(w − λ, l, u), and Σx falls piecewise linearly in λ;
/// Newton's steps inside a bracket end on the piece that holds the root, in at most as many steps as there are pieces, and are
/// exact there.
///
/// - Note: Source: Brucker (1984), *Operations Research Letters* 3(3), 163–166, for the form of the solution.
struct BandProjection {
    /// Projects in place.
    ///
    /// - Parameters:
    ///   - weights: w, replaced by x.
    ///   - lower: l, with Σl ≤ 1.
    ///   - upper: u ≥ l, with Σu ≥ 1.
    static func project(_ weights: inout [Double], lower: [Double], upper: [Double]) {
        var low = -Double.infinity
        var high = Double.infinity
        var shift = 0.0
        // Twice the number of breakpoints: each step leaves a piece for good, or halves a finite bracket.
        for _ in 0..<(4 * weights.count + 64) {
            var sum = 0.0
            var free = 0
            for index in weights.indices {
                let shifted = weights[index] - shift
                sum += min(max(shifted, lower[index]), upper[index])
                if shifted > lower[index], shifted < upper[index] { free += 1 }
            }
            let excess = sum - 1
            if abs(excess) <= 1e-16 * Double(weights.count) { break }
            if excess > 0 { low = shift } else { high = shift }
            var next = free > 0 ? shift + excess / Double(free) : .nan
            if !(next > low && next < high) {
                // On a flat piece, or out of the bracket.
                if low.isFinite, high.isFinite {
                    next = (low + high) / 2
                } else {
                    next = shift + (excess > 0 ? 1 : -1)
                }
            }
            if next == shift { break }
            shift = next
        }
        for index in weights.indices { weights[index] = min(max(weights[index] - shift, lower[index]), upper[index]) }
    }
}
