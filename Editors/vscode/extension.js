// Starts `ballast policy lsp` for policy files; everything else is the server's.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("ballast").get("executable");
  const server = { command, args: ["policy", "lsp"] };
  const options = { documentSelector: [{ language: "ballast-policy" }] };
  client = new LanguageClient("ballast-policy", "Ballast policies", server, options);
  return client.start();
};

exports.deactivate = () => client && client.stop();
