import CanonicalJSON

/// A language server for policies: takes the bytes of a client, returns the bytes to answer with.
///
/// It speaks the Language Server Protocol 3.17 over JSON-RPC 2.0: diagnostics while typing, quick fixes, hover, completion,
/// formatting and rename. It reads no files of its own and keeps no clock, so one value is one session and a test can script it.
///
/// - Note: Source: *Language Server Protocol Specification 3.17*, Microsoft.
public struct PolicyLanguageServer: Sendable {
    /// The status to end with, once the client said so or sent what is no message; `nil` while the session lasts.
    public private(set) var exitStatus: Int32?

    private var framing = MessageFraming()
    private var documents: [String: String] = [:]
    private var state = State.new
    private var output: [UInt8] = []

    /// A client that opens more documents than this gets no diagnostics for the rest.
    private static let mostDocuments = 256

    private enum State { case new, running, shutDown }

    private let loader: PolicyLoader
    private let costs: RuleCosts

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - loader: Reads the policies that documents extend, by the address of the document; a session reads no file without
    ///     one.
    ///   - costs: What rules cost to prove, for hover.
    public init(loading loader: PolicyLoader = .none, costs: RuleCosts = .unknown) {
        self.loader = loader
        self.costs = costs
    }

    /// Takes bytes of the client, however they are cut, and returns what to send back.
    public mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        framing.append(bytes)
        output = []
        while exitStatus == nil {
            do throws(MessageFraming.Failure) {
                guard let body = try framing.next() else { break }
                read(body)
            } catch {
                exitStatus = 1
            }
        }
        return output
    }

    // MARK: Messages

    /// Codes of JSON-RPC and of the protocol.
    private enum ErrorCode: Int {
        case parseError = -32_700
        case invalidRequest = -32_600
        case methodNotFound = -32_601
        case invalidParameters = -32_602
        case notInitialized = -32_002
        case requestFailed = -32_803
    }

    private mutating func read(_ body: [UInt8]) {
        let message: JSONValue
        do throws(JSONError) {
            message = try JSONValue.read(body)
        } catch {
            return fail(.null, .parseError, "\(error)")
        }
        // A client that answers sends no method; this server asks nothing.
        guard let method = message["method"]?.text else {
            if message["id"] == nil || message["result"] == nil && message["error"] == nil {
                fail(message["id"] ?? .null, .invalidRequest, "a message needs a method")
            }
            return
        }
        let parameters = message["params"] ?? .null
        guard let id = message["id"] else { return notice(method, parameters) }
        switch id {
        case .string, .number: request(method, parameters, id)
        default: fail(.null, .invalidRequest, "an identifier is a string or a number")
        }
    }

    private mutating func notice(_ method: String, _ parameters: JSONValue) {
        if method == "exit" { return exitStatus = state == .shutDown ? 0 : 1 }
        guard state == .running, let uri = parameters["textDocument"]?["uri"]?.text else { return }
        switch method {
        case "textDocument/didOpen":
            guard let text = parameters["textDocument"]?["text"]?.text else { return }
            update(uri, text)
        case "textDocument/didChange":
            // The server asked for whole texts, so the last change is the text.
            guard case .array(let changes)? = parameters["contentChanges"], let text = changes.last?["text"]?.text
            else { return }
            update(uri, text)
        case "textDocument/didClose":
            documents[uri] = nil
            publish(uri, [])
        default: break
        }
    }

    private mutating func request(_ method: String, _ parameters: JSONValue, _ id: JSONValue) {
        switch (state, method) {
        case (.new, "initialize"):
            state = .running
            return answer(id, Self.abilities)
        case (.new, _): return fail(id, .notInitialized, "the first request is `initialize`")
        case (.shutDown, _): return fail(id, .invalidRequest, "the session is shut down")
        case (.running, "initialize"): return fail(id, .invalidRequest, "the session has begun")
        case (.running, "shutdown"):
            state = .shutDown
            return answer(id, .null)
        default: break
        }
        guard
            [
                "textDocument/hover", "textDocument/completion", "textDocument/formatting", "textDocument/rename",
                "textDocument/codeAction",
            ].contains(method)
        else { return fail(id, .methodNotFound, "unknown method `\(Literal.shortened(method))`") }
        guard let uri = parameters["textDocument"]?["uri"]?.text, let text = documents[uri] else {
            return fail(id, .invalidParameters, "the document is not open")
        }
        let document = PolicyDocument(uri: uri, text: text, loading: loader, costs: costs)
        switch method {
        case "textDocument/formatting": return answer(id, document.formatted)
        case "textDocument/codeAction": return answer(id, document.fixes(in: parameters["range"]))
        default: break
        }
        guard let offset = document.positions.offset(parameters["position"]) else {
            return fail(id, .invalidParameters, "a position has a line and a character")
        }
        switch method {
        case "textDocument/hover": answer(id, document.hover(at: offset))
        case "textDocument/completion": answer(id, document.completions(at: offset))
        default:
            switch document.renaming(at: offset, to: parameters["newName"]?.text ?? "") {
            case .success(let edit): answer(id, edit)
            case .failure(let refusal): fail(id, .requestFailed, refusal.reason)
            }
        }
    }

    /// What the server can do, as the client is told.
    private static let abilities: JSONValue = [
        "capabilities": [
            "textDocumentSync": ["openClose": true, "change": 1],
            "hoverProvider": true,
            "completionProvider": ["triggerCharacters": [" ", "("]],
            "documentFormattingProvider": true,
            "renameProvider": true,
            "codeActionProvider": ["codeActionKinds": ["quickfix"]],
        ],
        "serverInfo": ["name": "ballast policy lsp"],
    ]

    private mutating func update(_ uri: String, _ text: String) {
        guard documents[uri] != nil || documents.count < Self.mostDocuments else { return }
        documents[uri] = text
        publish(uri, PolicyDocument(uri: uri, text: text, loading: loader).diagnostics)
    }

    private mutating func publish(_ uri: String, _ diagnostics: [JSONValue]) {
        send([
            "jsonrpc": "2.0", "method": "textDocument/publishDiagnostics",
            "params": ["uri": .string(uri), "diagnostics": .array(diagnostics)],
        ])
    }

    private mutating func answer(_ id: JSONValue, _ result: JSONValue) {
        send(["jsonrpc": "2.0", "id": id, "result": result])
    }

    private mutating func fail(_ id: JSONValue, _ code: ErrorCode, _ message: String) {
        let error: JSONValue = ["code": .integer(code.rawValue), "message": .string(message)]
        send(["jsonrpc": "2.0", "id": id, "error": error])
    }

    private mutating func send(_ message: JSONValue) { output += MessageFraming.framed(message.canonicalBytes) }
}
