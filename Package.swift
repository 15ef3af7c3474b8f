// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: settings
    )
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

// In layer order: a module depends only on modules above it in this list. `Decisions/` and the layering test say why.
let package = Package(
    name: "ballast",
    products: [
        .executable(name: "ballast", targets: ["BallastCommand"]),
        .executable(name: "ballast-verify", targets: ["VerifyCommand"]),
        .library(name: "BigIntegers", targets: ["BigIntegers"]),
        .library(name: "CanonicalJSON", targets: ["CanonicalJSON"]),
        .library(name: "MarketData", targets: ["MarketData"]),
        .library(name: "Regimes", targets: ["Regimes"]),
        .library(name: "Liquidity", targets: ["Liquidity"]),
        .library(name: "Ristretto", targets: ["Ristretto"]),
        .library(name: "Rebalancing", targets: ["Rebalancing"]),
        .library(name: "ZeroKnowledge", targets: ["ZeroKnowledge"]),
        .library(name: "PolicyLanguage", targets: ["PolicyLanguage"]),
        .library(name: "Attestations", targets: ["Attestations"]),
        .library(name: "PolicyAnalysis", targets: ["PolicyAnalysis"]),
        .library(name: "Auditing", targets: ["Auditing"]),
    ],
    traits: [
        .default(enabledTraits: ["Z3"]),
        .trait(
            name: "Z3",
            description: "What policies imply, by libz3; without it `policy analyze` says that it cannot answer."
        ),
        .trait(
            name: "GMPField",
            description: "Field arithmetic of the group over GMP's mpn layer instead of 4×64 Swift."
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", "4.5.2"..<"5.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // 0 values
        .systemLibrary(name: "CGMP"),
        .systemLibrary(name: "CZ3"),
        module("BigIntegers", ["CGMP"]),
        module("CanonicalJSON"),
        module("MarketData", [crypto]),
        // 1 models
        module("Regimes", ["CanonicalJSON", "MarketData"]),
        module("Liquidity", ["BigIntegers", "CanonicalJSON", "MarketData"]),
        module("Ristretto", ["CGMP", "BigIntegers"]),
        // 2 decisions
        module("Rebalancing", ["BigIntegers", "MarketData", "Liquidity"]),
        module("ZeroKnowledge", ["Ristretto"]),
        // 3 evidence
        module("PolicyLanguage", ["BigIntegers", "CanonicalJSON", "MarketData", "Rebalancing"]),
        module(
            "Attestations",
            ["BigIntegers", "CanonicalJSON", "MarketData", "Ristretto", "Rebalancing", "ZeroKnowledge", crypto]
        ),
        module("LedgerStorage", ["MarketData", grdb, crypto]),
        // 4 pipeline
        module(
            "PolicyAnalysis",
            [
                "BigIntegers", "CanonicalJSON", "MarketData", "Rebalancing",
                .target(name: "CZ3", condition: .when(traits: ["Z3"])),
            ]
        ),
        module(
            "Auditing",
            [
                "BigIntegers", "CanonicalJSON", "MarketData", "Regimes", "Ristretto", "Rebalancing", "ZeroKnowledge",
                "PolicyLanguage", "Attestations",
            ]
        ),
        module(
            "Pipeline",
            [
                "BigIntegers", "CanonicalJSON", "MarketData", "Regimes", "Rebalancing", "Attestations",
                "LedgerStorage",
            ]
        ),
        // 5 service
        module("Simulation", ["BigIntegers", "CanonicalJSON", "MarketData", "Regimes", "Rebalancing", "Pipeline"]),
        module(
            "SharedCommands",
            [
                "CanonicalJSON", "MarketData", "Regimes", "Rebalancing", "PolicyLanguage", "Attestations", "Auditing",
                argumentParser,
            ]
        ),
        // 6 commands
        .executableTarget(
            name: "BallastCommand",
            dependencies: [
                "BigIntegers", "CanonicalJSON", "MarketData", "Regimes", "Liquidity", "Rebalancing", "ZeroKnowledge",
                "PolicyLanguage",
                "Attestations",
                "LedgerStorage", "PolicyAnalysis", "Auditing", "Pipeline", "Simulation", "SharedCommands",
                argumentParser,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "VerifyCommand",
            dependencies: ["SharedCommands", argumentParser],
            swiftSettings: settings
        ),

        // Computes on secrets that valgrind is to follow; `Benchmarks/Proofs.md` says how. No product.
        .executableTarget(
            name: "ConstantTimeCheck",
            dependencies: [
                "Attestations", "BigIntegers", "MarketData", "Rebalancing", "Ristretto", "ZeroKnowledge", "TestSupport",
            ],
            path: "Tests/ConstantTimeCheck",
            swiftSettings: settings
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("BigIntegers"),
        tests("CanonicalJSON"),
        tests("MarketData"),
        tests("Regimes", ["BigIntegers", "MarketData", "CanonicalJSON"]),
        tests("Liquidity", ["BigIntegers", "CanonicalJSON", "MarketData"]),
        tests("Ristretto", ["BigIntegers"]),
        tests("Rebalancing", ["BigIntegers", "CanonicalJSON", "MarketData"]),
        tests("ZeroKnowledge", ["Ristretto"]),
        tests("PolicyLanguage", ["CanonicalJSON", "MarketData", "Rebalancing", "BigIntegers"]),
        tests(
            "Attestations",
            [
                "BigIntegers", "CanonicalJSON", "MarketData", "Ristretto", "Rebalancing", "ZeroKnowledge", crypto,
            ]
        ),
        tests("LedgerStorage", ["MarketData", grdb, crypto]),
        tests(
            "PolicyAnalysis",
            ["BigIntegers", "MarketData", "Rebalancing"]
        ),
        tests(
            "Auditing",
            [
                "BigIntegers", "CanonicalJSON", "MarketData", "Regimes", "Ristretto", "Rebalancing", "ZeroKnowledge",
                "PolicyLanguage", "Attestations", "Simulation", crypto,
            ]
        ),
        tests(
            "Pipeline",
            [
                "BigIntegers", "MarketData", "Regimes", "Rebalancing", "PolicyLanguage", "Attestations",
                "LedgerStorage",
                "Auditing", "Simulation",
            ]
        ),
        tests("Simulation", ["BigIntegers", "CanonicalJSON", "MarketData", "Rebalancing", "Pipeline"]),
        .testTarget(
            name: "BallastCommandTests",
            dependencies: ["BallastCommand", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "LayeringTests", swiftSettings: settings),
    ]
)
