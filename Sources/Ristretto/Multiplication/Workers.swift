import Dispatch

/// Independent parts of one computation, spread over the processor's cores.
package enum Workers {
    /// `parts` mapped by `body` on several threads; on this one if there is only one part.
    package static func map<Part: Sendable, Result: Sendable>(
        _ parts: [Part],
        _ body: @Sendable (Part) -> Result
    ) -> [Result] {
        guard parts.count > 1 else { return parts.map(body) }
        return [Result](unsafeUninitializedCapacity: parts.count) { buffer, initialized in
            // SAFETY: every iteration initialises the element of its own index, exactly once, and `concurrentPerform` returns
            // only when all have.
            nonisolated(unsafe) let results = buffer
            DispatchQueue.concurrentPerform(iterations: parts.count) { index in
                results.initializeElement(at: index, to: body(parts[index]))
            }
            initialized = parts.count
        }
    }
}
