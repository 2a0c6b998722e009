---What the daemon says of the text as it was typed: the hunks' new places and states, and findings.
local compat = require("agentxd.compat")
local marks = require("agentxd.hunks.marks")
local state = require("agentxd.state")

local M = {}

---@param diagnostic table
---@return string? # Id of the hunk that it is about.
local function hunk_of(diagnostic)
  local data = diagnostic.data
  return diagnostic.source == "agentx" and type(data) == "table" and data.hunkId or nil
end

---Take places over into what is known. Answers the proposals of which more changed than that.
---@param root string
---@param diagnostics table[]
---@return string[]
local function place(root, diagnostics)
  local moved_on = {}
  for _, diagnostic in ipairs(diagnostics) do
    local hunk = state.hunk(hunk_of(diagnostic) --[[@as string]], root)
    if hunk then
      local range = diagnostic.range
      hunk.startLine = range.start.line
      -- A hunk that reaches to the end of a text without a last line end stops within that line.
      hunk.endLine = range["end"].line + (range["end"].character > 0 and 1 or 0)
      if hunk.state ~= diagnostic.code then
        moved_on[diagnostic.data.proposalId] = true
      end
    end
  end
  return vim.tbl_keys(moved_on)
end

---@param connection agentxd.Connection
---@param bufnr integer
---@param version integer?
---@param diagnostics table[]
local function follow(connection, bufnr, version, diagnostics)
  -- What was said of an older text is outdated already, and the word on the newer one is on its way.
  if version ~= vim.lsp.util.buf_versions[bufnr] then
    return
  end
  local moved_on = place(connection.root, diagnostics)
  require("agentxd.hunks").refresh(bufnr, true)
  if #moved_on > 0 then
    require("agentxd.follow").refresh_proposals(connection, moved_on)
  end
end

---Handler of textDocument/publishDiagnostics: hunks are drawn, everything else is a diagnostic.
---@param connection agentxd.Connection
---@param error table?
---@param result table
---@param context table
---@param config table?
function M.published(connection, error, result, context, config)
  local hunks, others = {}, {}
  for _, diagnostic in ipairs(result and result.diagnostics or {}) do
    table.insert(hunk_of(diagnostic) and hunks or others, diagnostic)
  end
  local bufnr = compat.buffer_named(vim.uri_to_fname(result.uri))
  if bufnr and vim.api.nvim_buf_is_loaded(bufnr) and (#hunks > 0 or next(marks.of(bufnr))) then
    follow(connection, bufnr, result.version, hunks)
  end
  local shown = require("agentxd.config").get().hunks.diagnostics and result.diagnostics or others
  if #shown > 0 or bufnr then
    local passed = { uri = result.uri, diagnostics = shown }
    vim.lsp.handlers["textDocument/publishDiagnostics"](error, passed, context, config)
  end
end

return M
