import Regimes
import SharedCommands

/// A model file and the card in words beside it.
enum ModelFiles {
    /// Writes both.
    ///
    /// - Returns: The card's path: the model's, ending in `.md`.
    static func write(_ model: RegimeModel, to path: String) throws -> String {
        try Files.write(String(decoding: model.fileBytes, as: UTF8.self), to: path)
        let card = (path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + ".md"
        try Files.write(ModelCard(model).text, to: card)
        return card
    }
}
