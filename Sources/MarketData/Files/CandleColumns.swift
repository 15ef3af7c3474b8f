/// Which column of a file holds which field.
struct CandleColumns {
    let count: Int
    let timestamp: Int
    let open: Int
    let high: Int
    let low: Int
    let close: Int
    let volume: Int
    let asset: Int?

    /// Finds the columns by the names of the first line.
    ///
    /// `refuse` gets a flaw and the column to point at, and must throw.
    init(
        names: [String],
        refuse: (CandleFileFlaw, Int?) throws(CandleError) -> Never
    ) throws(CandleError) {
        for field in CandleField.allCases {
            let columns = names.indices.filter { CandleColumns.field(named: names[$0]) == field }
            if columns.count > 1 { try refuse(.duplicateColumn(field, got: names[columns[1]]), columns[1]) }
        }
        func column(_ field: CandleField) throws(CandleError) -> Int {
            guard let index = CandleColumns.index(of: field, in: names) else {
                try refuse(.missingColumn(field, found: names), nil)
            }
            return index
        }
        count = names.count
        timestamp = try column(.timestamp)
        open = try column(.open)
        high = try column(.high)
        low = try column(.low)
        close = try column(.close)
        volume = try column(.volume)
        asset = CandleColumns.index(of: .asset, in: names)
    }

    /// The column of a field.
    func index(of field: CandleField) -> Int? {
        switch field {
        case .timestamp: timestamp
        case .open: open
        case .high: high
        case .low: low
        case .close: close
        case .volume: volume
        case .asset: asset
        }
    }

    /// The first column that holds a field.
    static func index(of field: CandleField, in names: [String]) -> Int? {
        names.firstIndex { CandleColumns.field(named: $0) == field }
    }

    private static func field(named name: String) -> CandleField? {
        switch name.lowercased() {
        case "time", "date", "open_time": .timestamp
        case let name: CandleField(rawValue: name)
        }
    }
}
