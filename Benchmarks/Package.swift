// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of Ballast never build it. It sees Ballast's public products only.
let package = Package(
    name: "ballast-benchmarks",
    traits: [
        .trait(name: "GMPField", description: "Measure the group over GMP's limb functions.")
    ],
    dependencies: [
        .package(
            name: "ballast",
            path: "..",
            traits: [.trait(name: "GMPField", condition: .when(traits: ["GMPField"]))]
        ),
        .package(url: "https://github.com/apple/swift-crypto", "4.5.2"..<"5.0.0"),
    ],
    targets: [
        // Counts calls of the allocator, by standing in for it.
        .target(name: "AllocationCount", path: "AllocationCount"),
        .executableTarget(
            name: "MicroBenchmarks",
            dependencies: [
                "AllocationCount",
                .product(name: "Attestations", package: "ballast"),
                .product(name: "BigIntegers", package: "ballast"),
                .product(name: "Liquidity", package: "ballast"),
                .product(name: "MarketData", package: "ballast"),
                .product(name: "Rebalancing", package: "ballast"),
                .product(name: "Regimes", package: "ballast"),
                .product(name: "Ristretto", package: "ballast"),
                .product(name: "ZeroKnowledge", package: "ballast"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "MicroBenchmarks",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        ),
        // Our half of `Comparisons/compare_hmmlearn.py`.
        .executableTarget(
            name: "RegimeComparison",
            dependencies: [.product(name: "Regimes", package: "ballast")],
            path: "RegimeComparison",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        ),
    ]
)
