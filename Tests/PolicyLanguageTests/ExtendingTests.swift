import MarketData
import PolicyLanguage
import Rebalancing
import Testing

/// Policies by their paths, as a folder would hold them.
private struct Shelf: Sendable {
    var texts: [String: String]

    var loader: PolicyLoader {
        let texts = texts
        return PolicyLoader { path in
            guard let text = texts[path] else { throw Missing() }
            return PolicySource(path: path, text: text)
        }
    }

    struct Missing: Error, CustomStringConvertible { var description: String { "no such file" } }

    func check(_ path: String) -> PolicyCheck {
        Policy.check(PolicySource(path: path, text: texts[path] ?? ""), loading: loader)
    }
}

@Suite("A policy that extends another")
struct ExtendingTests {
    private static let house = """
        policy "House" version 1 {
          quote USD
          target {
            BTC 50%
            ETH 30%
            USD 20%
          }
          group coins = { BTC, ETH }
          let floor = 10%
          regimes calm, storm from "../Models/m.json"
          bands {
            each trigger 5pp to edge
            ETH trigger 4pp to halfway
            in storm x 2
          }
          rebalance {
            when any drift > band
            or every 30d
            cooldown 6h
          }
          limits {
            turnover <= 20% per day
            cost <= 35bps per rebalance
            trade(BTC) <= 10_000 USD
            smallest trade 100 USD
          }
          require {
            "cash floor" weight(USD) >= floor
            "calm coins" weight(coins) <= 90% in storm
          }
          attest every 1d
        }

        """

    private func shelf(_ body: String, house: String = house) -> Shelf {
        Shelf(texts: [
            "Houses/house.policy": house,
            "Vaults/vault.policy": "policy \"Vault\" extends \"../Houses/house.policy\" version 1 {\n\(body)\n}\n",
        ])
    }

    private func check(_ body: String, house: String = house) -> PolicyCheck {
        shelf(body, house: house).check("Vaults/vault.policy")
    }

    @Test("inherits everything that it does not say, the model's path from its own place")
    func inherits() throws {
        let check = check("")
        #expect(check.diagnostics.map(\.description) == [])
        let vault = try #require(check.policy)
        let house = try Policy(checking: PolicySource(path: "Houses/house.policy", text: Self.house))
        #expect(vault.mandates == house.mandates)
        #expect(vault.name == "Vault" && vault.house?.name == "House")
        #expect(vault.house?.mandates == house.mandates)
        #expect(vault.attestEvery == house.attestEvery && vault.regimes == house.regimes)
        #expect(vault.modelPath == "../Houses/../Models/m.json")
    }

    @Test(
        "may add and tighten",
        arguments: [
            "limits {\ncost <= 34bps per rebalance\n}",
            "limits {\nturnover <= 10% per rebalance\ntrade(ETH) <= 500 USD\n}",
            "bands {\nBTC trigger 3pp to edge\n}", "bands {\nin storm x 1.5\n}", "bands {\neach trigger 4pp to edge\n}",
            "require {\n\"cash floor\" weight(USD) >= 11%\n}", "require {\n\"calm coins\" weight(coins) <= 85%\n}",
            "require {\n\"less bitcoin\" weight(BTC) <= 60%\n}", "rebalance {\nwhen every 7d\ncooldown 6h\n}",
            "attest every 12h", "group big = { BTC }\nrequire {\n\"big\" weight(big) <= 70%\n}", "quote USD",
            "target {\nBTC 50%\nETH 30%\nUSD 20%\n}",
        ]
    )
    func tightens(body: String) {
        let check = check(body)
        #expect(check.diagnostics.map(\.description) == [])
        #expect(check.policy != nil)
    }

    @Test(
        "is refused where it loosens, with the second place in the house's file",
        arguments: [
            ("limits {\ncost <= 36bps per rebalance\n}", 23), ("limits {\nturnover <= 21% per day\n}", 22),
            ("limits {\ntrade(BTC) <= 10_001 USD\n}", 24), ("limits {\nsmallest trade 200 USD\n}", 25),
            ("limits {\nsmallest trade 50 USD\n}", 25), ("bands {\nBTC trigger 6pp to edge\n}", 12),
            ("bands {\nETH trigger 4pp to edge\n}", 13), ("bands {\nin storm x 3\n}", 14),
            ("require {\n\"cash floor\" weight(USD) >= 9%\n}", 28),
            ("require {\n\"cash floor\" weight(USD) >= 12% in calm\n}", 28),
            ("require {\n\"cash floor\" weight(BTC) >= 12%\n}", 28), ("rebalance {\nwhen every 7d\ncooldown 1h\n}", 19),
            ("rebalance {\nwhen every 7d\ncooldown 12h\n}", 19), ("attest every 36h", 31),
            ("target {\nBTC 40%\nETH 40%\nUSD 20%\n}", 3), ("target {\nBTC 60%\nUSD 40%\n}", 3),
            ("regimes calm, storm from \"m.json\"", 10), ("quote EUR", 2),
        ]
    )
    func refusesLoosening(body: String, line: Int) throws {
        let check = check(body)
        #expect(check.diagnostics.filter { $0.severity == .error }.map(\.code) == [.loosens], "\(check.diagnostics)")
        let diagnostic = try #require(check.diagnostics.first { $0.code == .loosens })
        #expect(check.policy == nil)
        #expect(diagnostic.file == "Vaults/vault.policy" && diagnostic.line > 1)
        #expect(diagnostic.related?.file == "Houses/house.policy")
        #expect(diagnostic.related?.line == line, "\(diagnostic)")
        #expect(diagnostic.description.contains("Houses/house.policy:\(line):"))
    }

    @Test("chooses its own targets where the house leaves them open, and keeps the house's rules about them")
    func opensTargets() throws {
        let open = String(Self.house.replacing("quote USD\n", with: "quote USD\n  open target\n"))
        let vault = try #require(check("target {\nBTC 40%\nETH 40%\nUSD 20%\n}", house: open).policy)
        #expect(vault.mandates[0].targets.weights.map(\.value) == [400_000, 400_000, 200_000])
        #expect(vault.house?.mandates[0].targets == vault.mandates[0].targets)
        let poor = check("target {\nBTC 50%\nETH 45%\nUSD 5%\n}", house: open)
        #expect(poor.diagnostics.contains { $0.code == .targetViolates })
        let other = check("target {\nBTC 60%\nUSD 40%\n}", house: open)
        #expect(other.diagnostics.contains { $0.code == .loosens })
    }

    @Test("extends a chain, and stops at a ring, at too many, at a missing and at a wrong file")
    func followsChains() throws {
        func link(_ name: String, _ next: String) -> String {
            "policy \"\(name)\" extends \"\(next)\" version 1 {\nrequire {\n\"\(name)\" weight(USD) >= 11%\n}\n}\n"
        }
        var texts = [
            "a.policy": link("A", "b.policy"), "b.policy": link("B", "h/house.policy"), "h/house.policy": Self.house,
        ]
        let vault = try #require(Shelf(texts: texts).check("a.policy").policy)
        #expect(vault.mandates[0].requirements.map(\.name) == ["cash floor", "B", "A"])
        #expect(vault.modelPath == "h/../Models/m.json")
        #expect(vault.place(ofRule: "`cash floor` broken")?.description == "h/house.policy:28:5")
        #expect(vault.place(ofRule: "\"B\"")?.file == "b.policy")
        #expect(vault.place(ofRule: "A")?.line == 3)

        texts["b.policy"] = link("B", "./x/../a.policy")
        #expect(Shelf(texts: texts).check("a.policy").diagnostics.map(\.code) == [.unreadableHouse])
        #expect(
            Shelf(texts: ["a.policy": link("A", "a.policy")]).check("a.policy").diagnostics.map(\.code) == [
                .extendsItself
            ]
        )
        texts["b.policy"] = nil
        let missing = Shelf(texts: texts).check("a.policy")
        #expect(missing.diagnostics.map(\.code) == [.unreadableHouse])
        #expect(missing.diagnostics.first?.message == "`b.policy` cannot be read: no such file")
        var long: [String: String] = ["p20.policy": Self.house]
        for index in 0..<20 { long["p\(index).policy"] = link("P\(index)", "p\(index + 1).policy") }
        #expect(Shelf(texts: long).check("p0.policy").diagnostics.map(\.code) == [.unreadableHouse])
        #expect(Shelf(texts: long).check("p13.policy").policy != nil)
        let wrong = check("", house: String(Self.house.replacing("20% per day", with: "20h per day")))
        #expect(wrong.diagnostics.map(\.code) == [.unreadableHouse])
        #expect(wrong.diagnostics.first?.related?.file == "Houses/house.policy")
        #expect(wrong.diagnostics.first?.related?.line == 22)
    }

    @Test("says one thing for each mistake, inherited names included")
    func hasNoCascade() {
        let check = check(
            "require {\n\"a\" weight(coins) <= flor\n\"b\" weight(coinz) <= 50%\n}\nlimits {\ncost <= 9m per rebalance\n}"
        )
        #expect(check.diagnostics.map(\.code) == [.unknownValue, .unknownAsset, .wrongUnit])
        let without = Policy.check(
            PolicySource(path: "v.policy", text: "policy \"V\" extends \"h.policy\" version 1 {\nattest every 1\n}")
        )
        #expect(without.diagnostics.map(\.code) == [.unreadableHouse, .wrongUnit])
        let whole = """
            policy "V" extends "h.policy" version 1 {
            target { BTC 60%; USD 40% }
            let own = 5%
            bands { BTC trigger 3pp to edge }
            rebalance { cooldown 6h }
            limits { turnover <= 10% per day }
            require { "a" weight(coins) <= theirs; "b" weight(USD) >= own }
            oracle { sources 3 }
            }
            test "t" { expect hold }
            """
        #expect(Policy.check(PolicySource(path: "v.policy", text: whole)).diagnostics.map(\.code) == [.unreadableHouse])
    }
}
