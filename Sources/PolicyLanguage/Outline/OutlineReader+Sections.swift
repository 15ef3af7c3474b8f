/// The sections of a policy, each read line by line.
extension OutlineReader {
    mutating func definition(_ statement: SyntaxStatement) {
        guard withoutBlock(statement) else { return }
        var reader = StatementReader(statement, form: "let floor = 5%")
        do throws(Issue) {
            try reader.word("let")
            let name = try reader.name("a name")
            do throws(Issue) {
                try reader.mark("=")
                let value = try reader.literal("a value such as `5%` or `250 USD`")
                try reader.end()
                outline?.lets.append(.init(name: name, value: value))
            } catch {
                outline?.lets.append(.init(name: name, value: nil))
                throw error
            }
        } catch {
            fail(error, in: statement)
        }
    }

    mutating func group(_ statement: SyntaxStatement) {
        let form = "group majors = { BTC, ETH }"
        var reader = StatementReader(statement, form: form)
        do throws(Issue) {
            try reader.word("group")
            let name = try reader.name("the group's name")
            do throws(Issue) {
                try reader.mark("=")
                try reader.end()
                guard let block = statement.block else {
                    throw Issue(
                        .unexpected,
                        reader.here,
                        "expected `{` before the end of the line",
                        help: "write `\(form)`"
                    )
                }
                let tokens = block.statements.flatMap(\.tokens)
                if let nested = block.statements.first(where: { $0.block != nil }) {
                    throw Issue(
                        .unexpected,
                        nested.headSpan,
                        "a group lists assets, not blocks",
                        help: "write `\(form)`"
                    )
                }
                var list = StatementReader(tokens, fallback: block.open.span, form: form)
                var members = [try list.name("an asset")]
                while list.acceptMark(",") {
                    if list.current == nil { break }
                    members.append(try list.name("an asset"))
                }
                try list.end()
                outline?.groups.append(.init(name: name, members: members))
            } catch {
                outline?.groups.append(.init(name: name, members: []))
                throw error
            }
        } catch {
            fail(error, in: statement)
        }
    }

    mutating func target(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.Target.self, form: "target {")
        for line in lines(statement, in: &section) {
            var reader = StatementReader(line, form: "BTC 45%")
            do throws(Issue) {
                let asset = try reader.name("an asset")
                do throws(Issue) {
                    let weight = try reader.operand("a fraction such as `45%`")
                    try reader.end()
                    section.lines.append(.init(asset: asset, weight: weight))
                } catch {
                    section.lines.append(.init(asset: asset, weight: nil))
                    throw error
                }
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
        }
        outline?.targets.append(section)
    }

    mutating func regimes(_ statement: SyntaxStatement) {
        let form = "regimes calm, storm from \"model.json\""
        var reader = StatementReader(statement, form: form)
        do throws(Issue) {
            try reader.word("regimes")
            var labels = [try reader.name("a regime")]
            while reader.acceptMark(",") { labels.append(try reader.name("a regime")) }
            try reader.word("from")
            let model = try reader.text("the model's path in quotes")
            var digest: Spanned<String>?
            if reader.accept("digest") {
                digest = reader.current?.kind == .string ? try reader.text("the digest") : try reader.raw("the digest")
            }
            try reader.end()
            var rules = PolicyOutline.Section<PolicyOutline.RegimeThreshold>(keyword: statement.headSpan)
            if statement.block != nil {
                for line in lines(statement, in: &rules) {
                    do throws(Issue) {
                        rules.lines.append(try Self.threshold(line))
                    } catch {
                        complain(error, about: line)
                        rules.isPartial = true
                    }
                }
            }
            outline?.regimes.append(.init(labels: labels, model: model, digest: digest, rules: rules))
        } catch {
            fail(error, in: statement)
        }
    }

    private static func threshold(_ statement: SyntaxStatement) throws(Issue) -> PolicyOutline.RegimeThreshold {
        let isLeave = statement.keyword == "leave"
        let form = isLeave ? "leave storm when p(storm) < 40% for 5 bars" : "enter storm when p(storm) > 80% for 2 bars"
        var reader = StatementReader(statement, form: form)
        try noBlock(statement)
        _ = try reader.choice(["enter", "leave"], "`enter` or `leave`")
        let label = try reader.name("a regime")
        try reader.word("when")
        try reader.word("p")
        try reader.mark("(")
        let compared = try reader.name("a regime")
        try reader.mark(")")
        _ = try reader.comparison([isLeave ? .below : .above])
        let probability = try reader.operand("a probability such as `80%`")
        try reader.word("for")
        let bars = try reader.count("the number of bars", in: 1...10_000)
        if !reader.accept("bar") { try reader.word("bars") }
        try reader.end()
        return .init(
            edge: isLeave ? .leave : .enter,
            label: label,
            compared: compared,
            probability: probability,
            bars: bars
        )
    }

    mutating func bands(_ statement: SyntaxStatement) {
        let section = readLines(statement, form: "bands {", Self.band)
        outline?.bands.append(section)
    }

    mutating func rebalance(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.Rule.self, form: "rebalance {")
        var hasTrigger = false
        for line in lines(statement, in: &section) {
            do throws(Issue) {
                section.lines.append(try Self.rule(line, hasTrigger: hasTrigger))
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
            hasTrigger = hasTrigger || line.keyword != "unless" && line.keyword != "cooldown"
        }
        outline?.rebalance.append(section)
    }

    mutating func limits(_ statement: SyntaxStatement) {
        let section = readLines(statement, form: "limits {", Self.limit)
        outline?.limits.append(section)
    }

    mutating func requirements(_ statement: SyntaxStatement) {
        let section = readLines(statement, form: "require {", Self.requirement)
        outline?.requirements.append(section)
    }
}
