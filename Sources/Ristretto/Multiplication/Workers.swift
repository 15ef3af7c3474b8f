import Dispatch

/// Independent parts of one computation, spread over the processor's cores.
enum Workers {
    /// [body(0), …, body(count − 1)], computed on several threads; on this one if there is only one part.
    static func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        guard count > 1 else { return (0..<count).map(body) }
        return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
            // SAFETY: every iteration initialises the element of its own index, exactly once, and `concurrentPerform` returns
            // only when all have.
            nonisolated(unsafe) let results = buffer
            DispatchQueue.concurrentPerform(iterations: count) { index in
                results.initializeElement(at: index, to: body(index))
            }
            initialized = count
        }
    }
}
