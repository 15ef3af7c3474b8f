import CanonicalJSON
import Foundation
import MarketData
import Testing

@testable import Attestations

@Suite("Reports over a period of version 2")
struct PeriodForeverTests {
    @Test("verify for ever")
    func storedForEver() throws {
        let folder = Forever.folder.deletingLastPathComponent().appending(path: "period-v2")
        let life = try PeriodLife.shared.get()
        if Forever.regenerates {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, report) in [("whole.json", life.whole), ("halted.json", life.halted)]
            where !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
                try Data((report.json.prettyText + "\n").utf8).write(to: folder.appending(path: name))
            }
        }
        for (name, kinds, returned) in [
            ("whole.json", life.whole.steps.map(\.kind), life.whole.periodReturn),
            ("halted.json", life.halted.steps.map(\.kind), nil),
        ] {
            let bytes = try Array(Data(contentsOf: folder.appending(path: name)))
            let stored = try PeriodReport(fileBytes: bytes)
            #expect(life.failures(stored) == [])
            #expect(stored.steps.map(\.kind) == kinds)
            #expect(stored.periodReturn == returned)
            #expect(stored.json.prettyText + "\n" == String(decoding: bytes, as: UTF8.self))
        }
    }
}
