/// The grammar as the documentation shows it.
///
/// A test derives random policies from it and reads them, so that it cannot promise what the reader refuses.
enum PolicyGrammar {
    /// The words and marks that a source is cut into.
    static let tokens = """
        word     = letter { letter | digit | ( "." | "-" ) ( letter | digit ) } ;
        letter   = "A"…"Z" | "a"…"z" | "_" ;
        number   = digits [ "." digits ] [ unit ] ;
        digits   = digit { digit | "_" } ;
        unit     = "%" | "bps" | "pp" | "%/yr" | "s" | "m" | "h" | "d" | "w" ;
        text     = '"' { any character but '"' and the line end } '"' ;
        comment  = "//" { any character but the line end } ;
        end      = line end | ";" ;
        """

    /// The statements. `figure` is printed from the vocabulary.
    static let statements = """
        file        = policy { test | property } ;
        policy      = "policy" text [ "extends" text ] "version" count "{" { section } "}" end ;
        section     = quote end | target | group end | let end | regimes | bands | rebalance | limits | require
                    | attest end | oracle | breakers | execute | secret end | open end ;

        quote       = "quote" SYMBOL ;
        target      = "target" "{" { SYMBOL fraction end } "}" end ;
        open        = "open" "target" ;
        group       = "group" name "=" "{" SYMBOL { "," SYMBOL } [ "," ] "}" ;
        let         = "let" name "=" literal ;

        regimes     = "regimes" name { "," name } "from" text [ "digest" hex64 ] [ "{" { threshold end } "}" ] end ;
        threshold   = "enter" name "when" "p" "(" name ")" ">" fraction "for" count bars
                    | "leave" name "when" "p" "(" name ")" "<" fraction "for" count bars ;
        bars        = "bar" | "bars" ;

        bands       = "bands" "{" { band end } "}" end ;
        band        = ( "each" | SYMBOL ) "trigger" width "to" destination
                    | SYMBOL "trigger" width "to" destination "in" name
                    | "in" name "x" plain ;
        width       = points | fraction "of" "target" ;
        destination = "target" | "edge" | "halfway" | width ;

        rebalance   = "rebalance" "{" { pause end } [ "when" trigger end { ( "or" trigger | pause ) end } ] "}" end ;
        pause       = "cooldown" duration
                    | "unless" "cost" [ fraction ] ">" "benefit" [ "(" duration ")" ] [ "over" duration ]
                      [ "at" "risk" "aversion" plain ] ;
        trigger     = "any" "drift" ">" "band"
                    | "every" duration
                    | "every" "day" time
                    | "every" "week" "on" weekday time
                    | "every" "month" "on" "day" day time
                    | condition ;
        time        = "at" hour ":" minute "UTC" ;

        condition   = ( share | figure ) ( "<=" | ">=" | "<" | ">" ) yardstick | "oracle" "bad" | "regime" "=" name ;
        yardstick   = value | share | figure | plain "x" figure ;
        share       = "weight" "(" ( SYMBOL | name ) ")" | "concentration" ;

        limits      = "limits" "{" { limit end } "}" end ;
        limit       = "turnover" "<=" fraction "per" ( "day" | "rebalance" | hours )
                    | "cost" "<=" fraction "per" "rebalance"
                    | "trade" "(" SYMBOL ")" "<=" money
                    | "smallest" "trade" money
                    | "slippage" "bucket" fraction "refilled" "over" duration
                    | "positions" "<=" small ;

        require     = "require" "{" { requirement end } "}" end ;
        requirement = text "weight" "(" ( SYMBOL | name ) ")" ( "<=" | ">=" | "<" | ">" ) fraction [ "in" name ]
                    | text "concentration" "<=" plain [ "in" name ]
                    | text figure ( "<=" | ">=" ) value [ "in" name ] ;

        attest      = "attest" "every" duration ;

        oracle      = "oracle" "{" { setting { "," setting } end } "}" end ;
        setting     = "sources" small | "quorum" small | "median"
                    | "max" "age" duration | "max" "ahead" duration | "max" "spread" fraction
                    | "after" "outage" "hold" duration ;

        breakers    = "breakers" "{" { breaker end } "}" end ;
        breaker     = text ( "halt" [ duration ] | "slow" factor ) "when" condition [ "reset" "by" small "of" "guardians" ] ;

        execute     = "execute" "{" { way end } "}" end ;
        way         = "venues" venue { "," venue }
                    | "protect" ( "public" | "private" "mempool" | "batch" "auction" )
                    | "child" "size" ( "sandwich" "safe" | money )
                    | "settle" "within" duration "," ( "all" "or" "nothing" | "partly" ) ;

        secret      = "secret" range { "," range } ;
        range       = "target" "in" fraction ".." fraction | "bands" "in" points ".." points ;

        test        = "test" text "{" { ( given | expect ) end } "}" end ;
        given       = "given" fact { "," fact } ;
        fact        = name
                    | "weights" SYMBOL fraction { "," SYMBOL fraction }
                    | "prices" SYMBOL price { "," SYMBOL price }
                    | "value" money | "elapsed" duration | "at" text | "turnover" fraction | "fee" fraction
                    | "oracle" ( "bad" | ( "age" | "ahead" ) duration | "spread" fraction | "sources" plain )
                    | ( "fall" | "rise" ) "(" SYMBOL "," duration ")" fraction
                    | "realized" "volatility" "(" SYMBOL "," duration ")" value
                    | "correlation" "(" SYMBOL "," SYMBOL "," duration ")" plain ;
        price       = plain | money ;
        expect      = "expect" "hold" [ "because" ( "cooldown" | "bands" | "turnover" | "breaker" | "oracle" | "cost" ) ]
                    | "expect" "rebalance" [ "because" reason { "," reason } ]
                    | "expect" ( "halt" | "slow" ) text
                    | "expect" ( "weight" "(" ( SYMBOL | name ) ")" | "turnover" ) bound ;
        reason      = "drift" "(" SYMBOL ")" | "schedule" | text
                    | ( "volatility" | "tracking" "error" ) "(" duration ")" ;
        bound       = "=" fraction "within" fraction | ( "<=" | ">=" | "<" | ">" ) fraction ;

        property    = "property" text "always" claim end ;
        claim       = "(" "rebalance" "due" ")" "implies" "(" "some" "admissible" "trade" ")"
                    | "redeem" "allowed" ;
        """

    /// The rule `figure`, a line for each figure of the vocabulary that other rules do not name.
    static var figures: String {
        let apart: Set<Measure> = [.weight, .concentration, .oracleBad, .regime]
        let lines = Measure.allCases.filter { !apart.contains($0) }.map { measure in
            let words = measure.words.map { "\"\($0)\"" }
            let arguments = measure.parameters.map(\.rule).joined(separator: " \",\" ")
            return (words + (arguments.isEmpty ? [] : ["\"(\"", arguments, "\")\""])).joined(separator: " ")
        }
        return "figure      = " + lines.joined(separator: "\n            | ") + " ;"
    }

    /// The vocabulary as a table: words, type, who sees it, where it comes from, meaning.
    static var vocabulary: String {
        let rows = Measure.allCases.map {
            "| `\($0.form)` | \($0.kind.phrase) | \($0.visibility.rawValue) | \($0.source.phrase) | \($0.meaning) |"
        }
        return (["| figure | is | visibility | from | meaning |", "|---|---|---|---|---|"] + rows).joined(
            separator: "\n"
        )
    }
}

extension Measure.Parameter {
    /// The rule of the grammar that derives it.
    fileprivate var rule: String {
        switch self {
        case .asset: "SYMBOL"
        case .holding: "( SYMBOL | name )"
        case .window: "duration"
        case .distance: "fraction"
        case .regime: "name"
        }
    }
}
