---What the daemon says of the text as it was typed: the hunks' new places and states, and findings.
local marks = require("agentxd.hunks.marks")
local state = require("agentxd.state")

local M = {}

---A publication that is younger than the last key by less than this speaks of an older text.
local IN_FLIGHT_NS = 10 * 1e6

---@type table<integer, { tick: integer, at: integer }>
local typed = {}

---Whether the daemon cannot know yet what stands in the buffer.
---@param bufnr integer
---@return boolean
function M.is_typing(bufnr)
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  local known = typed[bufnr]
  if not known or known.tick ~= tick then
    return known ~= nil
  end
  return vim.uv.hrtime() - known.at < IN_FLIGHT_NS
end

---Note each change of a buffer that shows hunks.
---@param bufnr integer
local function watch(bufnr)
  if typed[bufnr] then
    return
  end
  typed[bufnr] = { tick = vim.api.nvim_buf_get_changedtick(bufnr), at = 0 }
  vim.api.nvim_buf_attach(bufnr, false, {
    on_lines = function(_, _, tick)
      typed[bufnr] = { tick = tick, at = vim.uv.hrtime() }
    end,
    on_changedtick = function(_, _, tick)
      typed[bufnr].tick = tick
    end,
    on_detach = function()
      typed[bufnr] = nil
    end,
    on_reload = function()
      typed[bufnr] = { tick = vim.api.nvim_buf_get_changedtick(bufnr), at = vim.uv.hrtime() }
    end,
  })
end

---@param diagnostic table
---@return string? # Id of the hunk that it is about.
local function hunk_of(diagnostic)
  local data = diagnostic.data
  return diagnostic.source == "agentx" and type(data) == "table" and data.hunkId or nil
end

---Take places and states over into what is known, and draw.
---@param connection agentxd.Connection
---@param bufnr integer
---@param diagnostics table[]
local function place(connection, bufnr, diagnostics)
  watch(bufnr)
  local unknown = {}
  for _, diagnostic in ipairs(diagnostics) do
    local hunk = state.hunk(hunk_of(diagnostic) --[[@as string]], connection.root)
    if hunk then
      local range = diagnostic.range
      hunk.startLine = range.start.line
      hunk.endLine = range["end"].character > 0 and range["end"].line + 1 or range["end"].line
      if hunk.state ~= diagnostic.code then
        unknown[diagnostic.data.proposalId] = true
      end
    end
  end
  require("agentxd.hunks").refresh(bufnr, not M.is_typing(bufnr))
  if next(unknown) then
    require("agentxd.follow").refresh_proposals(connection, vim.tbl_keys(unknown))
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
  local bufnr = vim.fn.bufnr(vim.uri_to_fname(result.uri))
  if bufnr ~= -1 and vim.api.nvim_buf_is_loaded(bufnr) and (#hunks > 0 or next(marks.of(bufnr))) then
    place(connection, bufnr, hunks)
  end
  local shown = result
  if not require("agentxd.config").get().hunks.diagnostics then
    shown = { uri = result.uri, version = result.version, diagnostics = others }
  end
  if #shown.diagnostics > 0 or bufnr ~= -1 then
    vim.lsp.handlers["textDocument/publishDiagnostics"](error, shown, context, config)
  end
end

return M
