local M = {}
function M.published(_, error, result, context, config)
  vim.lsp.handlers["textDocument/publishDiagnostics"](error, result, context, config)
end
return M
