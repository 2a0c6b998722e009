---What `setup()` was told about the lists, the chat and the questions, over the defaults.
local M = {}

---@type table<string, table>
M.DEFAULTS = {
  ui = {
    symbols = "unicode", -- or "ascii"
    list = { split = "botright", height = 15 },
    chat = { split = "botright vertical", width = 80, prompt_height = 5 },
  },
  approvals = {
    show = "idle", -- "idle": a choice comes up while you do not type; "notify": only a message
    idle_ms = 1500,
  },
  search = { target = "quickfix", limit = 50 }, -- or "loclist", "select"
  log = { history = 300 },
}

---One section; what `setup()` says goes before the defaults.
---@param section string
---@return table
function M.of(section)
  local is_there, config = pcall(require, "agentxd.config")
  local given = is_there and config.get and config.get()[section] or {}
  return vim.tbl_deep_extend("force", M.DEFAULTS[section] or {}, given)
end

return M
