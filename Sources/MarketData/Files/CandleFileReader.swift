/// Turns the bytes of a candle file into series; one pass, and a second look only to say where an error is.
struct CandleFileReader {
    let bytes: [UInt8]
    let file: String
    let asset: Asset?
    let stamps: BarStamps
    let interval: Int64?

    /// Where a row begins.
    private struct RowPlace {
        var start: Int
        var line: Int
    }

    /// The rows of one asset as they are read.
    private struct Group {
        var asset: Asset
        var candles: [Candle] = []
        var places: [RowPlace] = []
    }

    func series() throws(CandleError) -> [CandleSeries] {
        let groups = try groups()
        let wanted: [Group]
        if let asset {
            wanted = groups.filter { $0.asset == asset }
            guard !wanted.isEmpty else {
                throw CandleError(file: file, flaw: .assetNotInFile(asset, found: groups.map(\.asset)))
            }
        } else {
            wanted = groups
        }
        var result: [CandleSeries] = []
        for group in wanted { result.append(try series(of: group)) }
        return result
    }

    private func series(of group: Group) throws(CandleError) -> CandleSeries {
        do {
            let series = try CandleSeries(asset: group.asset, interval: interval, candles: group.candles)
            guard stamps == .close else { return series }
            let opened = group.candles.map { $0.shifted(byMilliseconds: -series.interval) }
            return try CandleSeries(asset: group.asset, interval: series.interval, candles: opened)
        } catch {
            let flaw = CandleFileFlaw.series(group.asset, error)
            switch error {
            case .duplicate(let index, _), .unsorted(let index, _, _), .irregularStep(let index, _, _, _):
                throw self.error(flaw, at: group.places[index], field: .timestamp)
            case .intervalUnknown: throw self.error(flaw, at: group.places[0], field: .timestamp)
            case .empty, .intervalNotPositive: throw CandleError(file: file, flaw: flaw)
            }
        }
    }

    private func groups() throws(CandleError) -> [Group] {
        switch bytes.withUnsafeBufferPointer({ groups(in: $0) }) {
        case .success(let groups): return groups
        case .failure(let error): throw error
        }
    }

    // A result, because `withUnsafeBufferPointer` would widen a typed throw to `any Error`.
    private func groups(in buffer: UnsafeBufferPointer<UInt8>) -> Result<[Group], CandleError> {
        do throws(CandleError) {
            return .success(try scan(buffer))
        } catch {
            return .failure(error)
        }
    }

    private func scan(_ buffer: UnsafeBufferPointer<UInt8>) throws(CandleError) -> [Group] {
        var scanner = RowScanner(bytes: buffer)
        var fields: [RowScanner.Field] = []
        guard !scanner.isAtEnd, try next(&scanner, &fields) else { throw CandleError(file: file, flaw: .empty) }
        let columns = try CandleColumns(names: fields.map { text($0) }) { (flaw, column) throws(CandleError) in
            throw error(flaw, at: RowPlace(start: scanner.rowStart, line: 1), span: column.map { fields[$0] })
        }
        if columns.asset == nil, asset == nil { throw CandleError(file: file, flaw: .assetUnknown) }
        if scanner.isAtEnd { throw CandleError(file: file, flaw: .noRows) }

        var groups: [Group] = []
        var indices: [Asset: Int] = [:]
        var current = 0
        var currentSymbol: RowScanner.Field?
        if columns.asset == nil, let asset { groups = [Group(asset: asset)] }
        while try next(&scanner, &fields) {
            let place = RowPlace(start: scanner.rowStart, line: scanner.rowLine)
            guard fields.count == columns.count else {
                if fields.count == 1, fields[0].start == fields[0].end {
                    if scanner.isAtEnd { break }
                    throw error(.emptyLine, at: place, span: fields[0])
                }
                throw error(.raggedRow(expected: columns.count, got: fields.count), at: place, span: fields.last)
            }
            if let column = columns.asset {
                let symbol = fields[column]
                if currentSymbol.map({ isEqual(buffer, $0, symbol) }) != true {
                    let asset = try asset(named: symbol, at: place)
                    current = indices[asset] ?? groups.count
                    if current == groups.count {
                        groups.append(Group(asset: asset))
                        indices[asset] = current
                    }
                    currentSymbol = symbol
                }
            }
            groups[current].candles.append(try candle(buffer, fields, columns, at: place))
            groups[current].places.append(place)
        }
        return groups
    }

    private func next(_ scanner: inout RowScanner, _ fields: inout [RowScanner.Field]) throws(CandleError) -> Bool {
        do {
            return try scanner.next(into: &fields)
        } catch {
            let place = RowPlace(start: scanner.rowStart, line: scanner.rowLine)
            switch error {
            case .openQuote(let index):
                throw self.error(.openQuote, at: place, span: RowScanner.Field(start: index, end: index + 1))
            case .textAfterQuote(let index):
                throw self.error(.textAfterQuote, at: place, span: RowScanner.Field(start: index, end: index + 1))
            }
        }
    }

    private func candle(
        _ buffer: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field],
        _ columns: CandleColumns,
        at place: RowPlace
    ) throws(CandleError) -> Candle {
        let stamp = fields[columns.timestamp]
        let openTime: Timestamp
        switch StampScanner.timestamp(rebased(buffer, stamp)) {
        case .success(let time): openTime = time
        case .failure(let failure):
            let got = printableText(bytes[stamp.start..<stamp.end])
            let cause: TimestampError
            switch failure {
            case .malformed: cause = .malformed(got: got)
            case .impossible: cause = .impossible(got: got)
            case .finerThanMillisecond: cause = .finerThanMillisecond(got: got)
            }
            throw error(.time(cause), at: place, span: stamp)
        }
        func number(_ column: Int, _ field: CandleField) throws(CandleError) -> ExactDecimal {
            let span = fields[column]
            switch ExactDecimal.scan(rebased(buffer, span)) {
            case .success(let decimal): return decimal
            case .failure(let flaw):
                throw error(.number(field, flaw.error(for: bytes[span.start..<span.end])), at: place, span: span)
            }
        }
        let open = try number(columns.open, .open)
        let high = try number(columns.high, .high)
        let low = try number(columns.low, .low)
        let close = try number(columns.close, .close)
        let volume = try number(columns.volume, .volume)
        do {
            return try Candle(openTime: openTime, open: open, high: high, low: low, close: close, volume: volume)
        } catch {
            throw self.error(.candle(error), at: place, span: columns.index(of: error.field).map { fields[$0] })
        }
    }

    private func asset(named field: RowScanner.Field, at place: RowPlace) throws(CandleError) -> Asset {
        do {
            return try Asset(text(field))
        } catch {
            throw self.error(.asset(error), at: place, span: field)
        }
    }

    private func text(_ field: RowScanner.Field) -> String {
        printableText(bytes[field.start..<field.end])
    }

    private func rebased(_ buffer: UnsafeBufferPointer<UInt8>, _ field: RowScanner.Field) -> UnsafeBufferPointer<UInt8>
    {
        // SAFETY: a part of `buffer`, used only while `buffer` is lent; the scanner made the range inside its bounds.
        UnsafeBufferPointer(rebasing: buffer[field.start..<field.end])
    }

    private func isEqual(_ buffer: UnsafeBufferPointer<UInt8>, _ left: RowScanner.Field, _ right: RowScanner.Field)
        -> Bool
    {
        rebased(buffer, left).elementsEqual(rebased(buffer, right))
    }
}

extension CandleFileReader {
    /// An error at the field of a row that was accepted before: the row is scanned again to find it.
    private func error(_ flaw: CandleFileFlaw, at place: RowPlace, field: CandleField) -> CandleError {
        let span: RowScanner.Field? = bytes.withUnsafeBufferPointer { buffer in
            var scanner = RowScanner(bytes: buffer)
            var names: [RowScanner.Field] = []
            guard (try? scanner.next(into: &names)) == true,
                let column = CandleColumns.index(of: field, in: names.map { text($0) })
            else { return nil }
            var row = RowScanner(bytes: UnsafeBufferPointer(rebasing: buffer[place.start...]))
            var fields: [RowScanner.Field] = []
            guard (try? row.next(into: &fields)) == true, column < fields.count else { return nil }
            return RowScanner.Field(start: fields[column].start + place.start, end: fields[column].end + place.start)
        }
        return error(flaw, at: place, span: span)
    }

    /// An error at some bytes of the file, on the line that holds them.
    private func error(_ flaw: CandleFileFlaw, at place: RowPlace, span: RowScanner.Field?) -> CandleError {
        let start = min(span?.start ?? place.start, bytes.count)
        // A quoted field may reach over several lines: show the one on which the error is.
        let line = place.line + bytes[min(place.start, start)..<start].count { $0 == 0x0A }
        let lineStart = (bytes[..<start].lastIndex(of: 0x0A) ?? -1) + 1
        let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let hasMark = lineStart == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let textStart = min(hasMark ? 3 : lineStart, start)
        let column = scalarCount(textStart..<start) + 1
        let width = max(1, scalarCount(start..<max(start, min(span?.end ?? start, lineEnd))))
        var shown = bytes[textStart..<max(textStart, lineEnd)]
        if shown.last == 0x0D { shown.removeLast() }
        let excerpt = printableText(shown, limit: max(120, column + width))
        return CandleError(
            file: file,
            location: CandleError.Location(line: line, column: column, width: min(width, 120), excerpt: excerpt),
            flaw: flaw
        )
    }

    private func scalarCount(_ range: Range<Int>) -> Int {
        String(decoding: bytes[range], as: UTF8.self).unicodeScalars.count
    }
}
