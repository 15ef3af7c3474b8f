#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FoldedRecursion {
    /// Takes each recursion through the half that the other has been through, and adds up the statistics on the way.
    ///
    /// From here on the lanes are exchanged: the recursion that came up in the first lane crosses the bars of the second.
    /// Posteriors are written over the weights. nil if the two disagree by so much that underflow may matter.
    @inline(__always)
    func cross(from meeting: Meeting) -> ExpectedStatistics? {
        let length = ScaledPass.blockLength
        let matrix = matrix
        // The transpose in the first lane, now that the backward recursion runs there.
        let crossed = RegimePairMatrix<count> { from in InlineArray { matrix[$0][from] } }
        var sums = Sums(emissions)
        var normalizer: Double?
        var arrived = working
        var nextArrived = working + length &* count
        let crossing = working + 2 &* length &* count
        // p w and w β of the fold before, in the direction of crossing.
        var previous = RegimePairs<count>.zeros
        if barCount & 1 == 1 {
            guard let middle = crossMiddle(meeting.state, &sums) else { return nil }
            normalizer = middle.normalizer
            previous = middle.weighted
        }
        var block = (foldCount - 1) / length
        if foldCount > 0 {
            rerun(block, matrix, into: arrived)
            if barCount & 1 == 0 {
                previous = RegimePairs(loading: arrived + (foldCount - 1 - block * length) * count).exchanged
            }
        }
        while foldCount > 0, block >= 0 {
            let base = block &* length
            let size = min(foldCount, base &+ length) &- base
            let last = size &- 1
            var state = previous.times(crossed)
            let total = (state * RegimePairs(loading: arrived + last &* count)).total
            if normalizer == nil { normalizer = total[0] }
            let inverse = 1 / total
            state = state * inverse
            previous = previous * inverse
            let reach = state.total
            // Not a number fails this comparison too.
            guard reach[0] <= 1e149, reach[1] <= 1e149 else { return nil }
            previous.store(to: crossing + size &* count)
            if base &+ size == foldCount, barCount & 1 == 0 {
                // Both lanes hold the move across the middle; it is counted in the second.
                for from in 0..<count { crossing[size &* count &+ from][0] = 0 }
            }
            if block > 0 {
                crossBlock(base, size, &state, arrived, crossing, crossed, rerunning: (nextArrived, matrix))
            } else {
                crossBlock(base, size, &state, arrived, crossing, crossed, rerunning: nil)
            }
            previous = RegimePairs(loading: crossing)
            sums.add(base, size, arrived: arrived, crossing: crossing, posteriors: weights + base &* count)
            swap(&arrived, &nextArrived)
            block &-= 1
        }
        guard let normalizer else { return nil }
        return statistics(sums, logLikelihood: meeting.logScale + log(normalizer))
    }

    /// p w and w β of each fold of a block, from its start.
    @inline(__always)
    private func rerun(
        _ block: Int,
        _ matrix: RegimePairMatrix<count>,
        into arrived: UnsafeMutablePointer<SIMD2<Double>>
    ) {
        var state = RegimePairs<count>(loading: starts + block * count)
        let base = block * ScaledPass.blockLength
        for fold in base..<min(foldCount, base + ScaledPass.blockLength) {
            let weighted = state * RegimePairs(loading: weights + fold &* count)
            weighted.store(to: arrived + (fold &- base) &* count)
            state = weighted.times(matrix)
        }
    }

    /// γ of the bar in the middle of an odd series.
    @inline(__always)
    private func crossMiddle(
        _ state: RegimePairs<count>,
        _ sums: inout Sums
    ) -> (normalizer: Double, weighted: RegimePairs<count>)? {
        let slot = weights + foldCount &* count
        let weighted = state * RegimePairs(loading: slot)
        let joint = weighted * state.exchanged
        let normalizer = joint.total[0]
        let reach = state.total
        guard normalizer >= 1e-149 * reach[0] * reach[1] else { return nil }
        let posteriors = joint * SIMD2(repeating: 1 / normalizer)
        posteriors.store(to: slot)
        for index in 0..<count { sums.emissions.add(SIMD2(posteriors[index][0], 0), to: index, fold: foldCount) }
        return (normalizer, weighted.exchanged)
    }

    /// Crosses one block: γ over the weights, and p w and w β of each fold into `crossing`.
    ///
    /// Beside it the next block is run again, fold by fold: two recursions that wait for themselves at the same time.
    @inline(__always)
    private func crossBlock(
        _ base: Int,
        _ size: Int,
        _ state: inout RegimePairs<count>,
        _ arrived: UnsafePointer<SIMD2<Double>>,
        _ crossing: UnsafeMutablePointer<SIMD2<Double>>,
        _ crossed: RegimePairMatrix<count>,
        rerunning next: (arrived: UnsafeMutablePointer<SIMD2<Double>>, matrix: RegimePairMatrix<count>)?
    ) {
        let length = ScaledPass.blockLength
        var offset = (size &- 1) &* count
        let slots = weights + base &* count
        guard let next else {
            while offset >= 0 {
                let slot = slots + offset
                let weight = RegimePairs<count>(loading: slot)
                (state * RegimePairs(loading: arrived + offset)).store(to: slot)
                state = state * weight
                state.store(to: crossing + offset)
                state = state.times(crossed)
                offset &-= count
            }
            return
        }
        var rerun = RegimePairs<count>(loading: starts + (base / length &- 1) &* count)
        var rerunWeight = slots - length &* count
        var rerunArrived = next.arrived
        for _ in 0..<size {
            let slot = slots + offset
            let weight = RegimePairs<count>(loading: slot)
            rerun = rerun * RegimePairs(loading: rerunWeight)
            rerun.store(to: rerunArrived)
            (state * RegimePairs(loading: arrived + offset)).store(to: slot)
            state = state * weight
            state.store(to: crossing + offset)
            rerun = rerun.times(next.matrix)
            state = state.times(crossed)
            offset &-= count
            rerunWeight += count
            rerunArrived += count
        }
        for _ in size..<length {
            rerun = rerun * RegimePairs(loading: rerunWeight)
            rerun.store(to: rerunArrived)
            rerun = rerun.times(next.matrix)
            rerunWeight += count
            rerunArrived += count
        }
    }

    /// The statistics so far.
    private struct Sums {
        /// Σ (p w)ₜ(i) (w β)ₜ₊₁(j) in the second lane, and its transpose in the first.
        var moves = RegimePairMatrix<count>(repeating: .zeros)
        var emissions: Emissions

        @inline(__always)
        init(_ emissions: Emissions) { self.emissions = emissions }

        /// Adds a block: the moves between its folds, and the one into the block before.
        @inline(__always)
        mutating func add(
            _ base: Int,
            _ size: Int,
            arrived: UnsafePointer<SIMD2<Double>>,
            crossing: UnsafePointer<SIMD2<Double>>,
            posteriors: UnsafePointer<SIMD2<Double>>
        ) {
            var moves = moves
            var emissions = emissions
            for fold in 0..<size {
                let arrived = RegimePairs<count>(loading: arrived + fold &* count)
                let crossing = RegimePairs<count>(loading: crossing + (fold &+ 1) &* count)
                for from in 0..<count {
                    for to in 0..<count { moves[from][to] += crossing[from] * arrived[to] }
                }
            }
            for fold in 0..<size {
                for state in 0..<count {
                    emissions.add(posteriors[fold &* count &+ state], to: state, fold: base &+ fold)
                }
            }
            self.moves = moves
            self.emissions = emissions
        }
    }

    private func statistics(_ sums: Sums, logLikelihood: Double) -> ExpectedStatistics {
        var statistics = ExpectedStatistics(stateCount: count)
        statistics.logLikelihood = logLikelihood
        sums.emissions.write(to: &statistics)
        for from in 0..<count {
            statistics.first[from] = weights[from][0]
            for to in 0..<count {
                let moves = sums.moves[from][to][1] + sums.moves[to][from][0]
                statistics.transitions[from * count + to] = moves * chain.transitions[from][to]
            }
        }
        return statistics
    }
}
