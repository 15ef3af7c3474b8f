public import MarketData

/// A public input of a decision beyond prices and candles, as its digest: what only some policies or kinds of event use.
///
/// A statement carries those that its policy and kind call for, in the order of ``Name``'s cases, and no others: the
/// transcripts, digests and files of policies that use none are what they always were.
public struct PublicInput: Sendable, Hashable {
    /// What was read.
    public let name: Name
    /// SHA-256 of its canonical bytes.
    public let digest: ContentDigest

    /// Names a digest.
    public init(_ name: Name, _ digest: ContentDigest) {
        self.name = name
        self.digest = digest
    }

    /// The inputs there are; the text stands in files and, after `input `, as the label in transcripts.
    public enum Name: String, Sendable, Hashable, CaseIterable {
        /// The covariance matrix that volatility, tracking error and what a trade saves are measured with.
        case covariance
        /// The signed reports of the price sources.
        case reports
        /// What a halt is for.
        case cause
        /// The guardians whom an amend appoints.
        case guardians
        /// The halt that a resumption ends.
        case halt
        /// Until when a resumption resets breakers, where its orders say so.
        case covers
    }
}
