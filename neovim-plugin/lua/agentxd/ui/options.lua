---What `setup()` may say about the lists, the chat and the questions, with the defaults.
local M = {}

---@type table<string, table>
M.DEFAULTS = {
  ui = {
    symbols = "unicode", -- or "ascii"
    list = { split = "botright", height = 15 },
    chat = { split = "botright vertical", width = 80, prompt_height = 5 },
  },
  run = { open = "chat" }, -- what :AgentX run shows: "chat", "tasks" or "none"
  approvals = {
    ask = "idle", -- "idle": a choice comes up while nobody types; "never": only a message
    idle_ms = 1500,
  },
  search = { target = "quickfix", limit = 50 }, -- or "loclist", "select"
  log = { history = 300 },
  list_keys = { tasks = {}, proposals = {}, chat = {}, prompt = {}, log = {} },
}

---Make the sections known to the options of the plugin, so that a typo in one is told.
---@param config { declare: fun(name: string, default: any, types: string[]) }
function M.declare(config)
  for name, default in pairs(M.DEFAULTS) do
    config.declare(name, default, { "table" })
  end
end

---One section; what `setup()` says goes before the defaults.
---@param section string
---@return table
function M.of(section)
  return require("agentxd.config").get()[section] or M.DEFAULTS[section]
end

return M
