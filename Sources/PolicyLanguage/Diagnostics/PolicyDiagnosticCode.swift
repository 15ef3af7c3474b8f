/// The stable name of a kind of diagnostic; the raw value is what people search for.
///
/// The table in <doc:DiagnosticCodes> shows an example and a counterexample of each.
public enum PolicyDiagnosticCode: String, Sendable, Hashable, CaseIterable {
    // MARK: The text

    /// A character that the language does not use.
    case strangeCharacter = "E0001"
    /// A text in quotes that does not end on its line.
    case unterminatedText = "E0002"
    /// A file that is not UTF-8.
    case notUTF8 = "E0003"
    /// A comment that does not begin with `//`.
    case commentStyle = "E0004"
    /// A `{` without its `}`.
    case unclosedBlock = "E0005"
    /// A `}` without its `{`.
    case strayBrace = "E0006"
    /// Blocks in blocks beyond any use.
    case nestedTooDeeply = "E0007"
    /// A statement that is not of its form.
    case unexpected = "E0008"
    /// Words after a complete statement.
    case afterStatement = "E0009"
    /// A statement that begins with an unknown word.
    case unknownStatement = "E0010"
    /// A section of a policy outside its braces.
    case outsidePolicy = "E0011"
    /// A number with too many digits or misplaced `_`.
    case badNumber = "E0012"
    /// A space between a number and its unit.
    case unitApart = "E0013"
    /// A file without a policy.
    case noPolicy = "E0014"
    /// A file with more than one policy.
    case severalPolicies = "E0015"
    /// More errors than are shown.
    case tooManyErrors = "E0099"

    // MARK: Names

    /// A section that every policy needs is absent.
    case missingSection = "E0101"
    /// A section or setting that may stand once stands twice.
    case repeatedSection = "E0102"
    /// A name is declared twice.
    case repeatedName = "E0103"
    /// A symbol that no asset can have.
    case badSymbol = "E0104"
    /// A name that is a word of the language.
    case reservedName = "E0105"
    /// An amount in a currency other than the quote.
    case foreignCurrency = "E0106"
    /// A name that is no asset (or group, where one may stand) of the policy.
    case unknownAsset = "E0107"
    /// A name that no `let` defines.
    case unknownValue = "E0108"
    /// A regime that the policy does not declare.
    case unknownRegime = "E0109"
    /// More assets than an attestation carries.
    case tooManyAssets = "E0110"
    /// A model whose regimes are not those of the policy.
    case labelMismatch = "E0111"
    /// A digest that is not 64 lower-case hexadecimal digits.
    case badDigest = "E0112"
    /// A venue that orders cannot be sent to.
    case unknownVenue = "E0113"

    // MARK: Units

    /// A value of another type than the place demands.
    case wrongUnit = "E0201"
    /// A unit that the language does not know.
    case unknownUnit = "E0202"
    /// A value that is not whole in parts per million (or milliseconds, or 10⁻⁸ of money).
    case notExact = "E0203"
    /// A value outside its range.
    case outOfRange = "E0204"
    /// A condition that is neither true nor false.
    case notBoolean = "E0205"
    /// `before.` or `after.` where there is but one state.
    case misplacedMoment = "E0206"
    /// A `%` that does not say of what.
    case ambiguousPercent = "E0213"

    // MARK: Meaning

    /// Targets that do not sum to 100%.
    case targetSum = "E0301"
    /// An asset without a band.
    case missingBand = "E0302"
    /// A band of width zero.
    case zeroWidth = "E0303"
    /// A destination wider than its trigger.
    case wideDestination = "E0304"
    /// A band as a fraction of a target of zero.
    case relativeToZero = "E0305"
    /// A target that violates a requirement of the same policy.
    case targetViolates = "E0306"
    /// A requirement that no portfolio meets.
    case impossibleRequirement = "E0307"
    /// Nothing that makes a rebalance due.
    case nothingTriggers = "E0308"
    /// No ceiling on cost.
    case missingCost = "E0309"
    /// A regime is entered but never left, or left but never entered, or its thresholds cross.
    case crossedThresholds = "E0310"
    /// Every regime has a rule of its own, so that none is left to fall back to.
    case noFallbackRegime = "E0311"
    /// A largest trade below the smallest.
    case impossibleTrade = "E0312"
    /// A quorum larger than the number of sources.
    case impossibleQuorum = "E0313"
    /// A parameter outside the range that `secret` states of it.
    case outsideSecretRange = "E0314"
    /// A protection that none of the venues gives.
    case unprotectable = "E0315"
    /// A range whose lower end is not below its upper.
    case emptyRange = "E0316"
    /// A number in the open that follows from a secret one.
    case secretInTheOpen = "E0317"

    // MARK: Tests

    /// A test whose expectation is not met; given by a run of the tests, never by the check.
    case unmetExpectation = "E0501"
    /// A test gives a state that no vault of this policy can be in.
    case impossibleState = "E0502"
    /// A test that expects nothing.
    case emptyTest = "E0503"

    // MARK: Conditions

    /// A breaker that reads the holdings.
    case privateBreaker = "E0601"
    /// A figure in `when` that comes from nowhere.
    case noSource = "E0602"
    /// A requirement over what no trade can change.
    case publicRequirement = "E0603"
    /// A test of a breaker that the policy does not have.
    case unknownBreaker = "E0604"

    // MARK: Extending

    /// A rule of the house policy that is made looser.
    case loosens = "E0701"
    /// A house policy that cannot be read, or is wrong itself.
    case unreadableHouse = "E0702"
    /// Policies that extend each other in a ring, or in too long a chain.
    case extendsItself = "E0703"

    // MARK: Warnings

    /// More warnings than are shown.
    case tooManyWarnings = "W0099"
    /// A name that nothing uses.
    case unusedName = "W0401"
    /// A requirement that every portfolio meets, or a condition that is always true.
    case alwaysHolds = "W0402"
    /// A band that no portfolio can leave, or a condition that is never true.
    case neverFires = "W0403"
    /// A limit that never binds.
    case limitNeverBinds = "W0404"
    /// A multiplier that changes nothing.
    case idleMultiplier = "W0405"
    /// A cooldown as long as the schedule or longer.
    case cooldownOutlasts = "W0406"

    /// `secret` beside what a sealed policy cannot carry yet is not acted on.
    case secretParameters = "W0901"
    /// A breaker that this version cannot follow, for what it reads or for how it is said to end.
    case breakersBlock = "W0903"
    /// `execute` is not acted on yet.
    case executeBlock = "W0904"
    /// A limit beyond turnover, trade sizes, slippage and cost is not acted on yet.
    case furtherLimit = "W0908"
    /// A requirement beyond weights, concentration, positions, volatility and tracking error is not acted on yet.
    case furtherRequirement = "W0909"
    /// A trigger beyond drift, schedules, volatility and tracking error is not acted on yet.
    case furtherTrigger = "W0910"

    /// Errors refuse the policy, warnings do not.
    public var severity: PolicyDiagnostic.Severity {
        rawValue.hasPrefix("E") ? .error : .warning
    }

    /// Whether it speaks of the shape of the text; the formatter refuses a source that has one.
    public var isSyntaxError: Bool { rawValue.hasPrefix("E00") }

    /// Whether it marks something that is understood but not yet acted on.
    public var isUnsupported: Bool { rawValue.hasPrefix("W09") }
}
