import ArgumentParser

/// `--vault`: which of a ledger's vaults.
struct VaultOption: ParsableArguments {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp("The vault's name, where the ledger holds several.", valueName: "NAME")
    )
    var name: String?
}
