public import Rebalancing

/// The policy that another extends, as it applies to it.
public struct HousePolicy: Sendable, Hashable {
    /// Where it was written.
    public let source: PolicySource
    /// The name in its header.
    public let name: String
    /// What it demands of the assets and targets of the policy that extends it, in the order of the regimes.
    public let mandates: [Mandate]
}

/// A house policy that was read for one that extends it.
struct LoadedHouse {
    let policy: Policy
    /// Its statements, with every place at the words `extends "…"` of the policy that extends it.
    let relocated: PolicyOutline
    /// The words that name it there.
    let place: SourceSpan

    /// Chains of policies that extend each other are no longer than this.
    static let longestChain = 8

    /// Reads the policy that `path` names.
    ///
    /// - Parameter chain: Paths of the policies that are being read, the first one first.
    static func load(
        _ path: Spanned<String>,
        from source: PolicySource,
        _ loader: PolicyLoader,
        chain: [String]
    ) throws(Issue) -> LoadedHouse {
        let resolved = PolicyPath.normalized(source.resolve(path.value))
        let shown = Literal.shortened(path.value)
        guard !chain.contains(resolved) else {
            throw Issue(.extendsItself, path.span, "`\(shown)` extends this policy in turn")
        }
        guard chain.count <= longestChain else {
            throw Issue(.extendsItself, path.span, "more than \(longestChain) policies extend each other here")
        }
        let text: PolicySource
        do throws(PolicyLoader.Failure) {
            text = try loader.source(at: resolved)
        } catch {
            throw Issue(.unreadableHouse, path.span, "`\(shown)` cannot be read: \(error.reason)")
        }
        let house = PolicySource(path: resolved, text: text.text)
        let check = Policy.check(house, loading: loader, chain: chain + [resolved])
        guard let policy = check.policy else {
            let first = check.diagnostics.first { $0.severity == .error }
            throw Issue(
                .unreadableHouse,
                path.span,
                "`\(shown)` has errors",
                help: "mend it first: `ballast policy check \(Literal.shortened(resolved))`",
                related: first.map { .init(span: $0.span, note: $0.message, source: house) }
            )
        }
        // Read once more with every token at one place, so that what is inherited is complained of where it is inherited.
        return LoadedHouse(
            policy: policy,
            relocated: policy.relocatedOutline(to: path.span).withModel(from: path.value),
            place: path.span
        )
    }
}

/// Paths as a chain of policies compares them.
enum PolicyPath {
    /// Without `.`, and with `..` taken up where it can be.
    static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false) where part != "." {
            if part == "..", let last = parts.last, last != "..", !last.isEmpty {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}

extension Policy {
    /// The policy's statements with every place at `span`.
    fileprivate func relocatedOutline(to span: SourceSpan) -> PolicyOutline {
        let own = OutlineReader(SyntaxTree(parsing: source, everythingAt: span)).outline ?? outline
        return houses.reduce(own) {
            $0.merged(onto: $1.relocatedOutline(to: span).withModel(from: own.extends?.value ?? ""))
        }
    }
}

extension PolicyOutline {
    /// The model's path as seen from a policy that finds this one at `path`.
    fileprivate func withModel(from path: String) -> PolicyOutline {
        var moved = self
        moved.regimes = regimes.map { section in
            var section = section
            let model = PolicySource(path: path, text: "").resolve(section.model.value)
            section.model = Spanned(model, section.model.span)
            return section
        }
        return moved
    }
}
