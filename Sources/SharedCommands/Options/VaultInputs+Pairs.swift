extension VaultInputs {
    /// The policies with their models, folders opened.
    ///
    /// - Parameters:
    ///   - policies: Paths of policies, and of folders of them.
    ///   - models: None, one for all of them, or one for each in their order.
    package static func pairs(
        policies: [String],
        models: [String]
    ) throws -> [(policy: String, model: String?)] {
        let paths = try policies.flatMap { path -> [String] in
            guard let names = Files.names(in: path) else { return [path] }
            let sealed = ".sealed.json"
            // Where a policy is sealed, its seal is what the chain is under.
            let found = names.filter { name in
                name.hasSuffix(sealed)
                    || name.hasSuffix(".policy") && !names.contains(name.dropLast(".policy".count) + sealed)
            }.map { path + "/" + $0 }
            guard !found.isEmpty else {
                throw CommandFailure(.cannotRun, "\(path): no file ends in .policy or .sealed.json")
            }
            return found
        }
        guard models.count <= 1 || models.count == paths.count else {
            throw CommandFailure(
                .wrongUse,
                "\(models.count) models for \(paths.count) policies: give one --model, or one for each"
            )
        }
        return paths.enumerated().map { ($1, models.count == 1 ? models[0] : models.isEmpty ? nil : models[$0]) }
    }
}
