---Keys of a list: one table says what they are, the help shows it, and `setup()` may change it.
local M = {}

---@class agentxd.Key
---@field name string as it is called in `setup({ list_keys = { tasks = { pause = "p" } } })`
---@field key string
---@field words string what it does
---@field run fun()
---@field mode? string|string[]

---@param list string
---@param key agentxd.Key
---@return string lhs empty where it was switched off
local function chosen(list, key)
  local given = (require("agentxd.ui.options").of("list_keys"))[list] or {}
  local lhs = given[key.name]
  if lhs == nil then
    return key.key
  end
  return lhs or ""
end

---Set the keys of a buffer; `g?` shows them.
---@param buffer integer
---@param list string
---@param keys agentxd.Key[]
function M.set(buffer, list, keys)
  keys = vim.list_extend({}, keys)
  table.insert(keys, {
    name = "help",
    key = "g?",
    words = "these keys",
    run = function()
      M.show(list, keys)
    end,
  })
  for _, key in ipairs(keys) do
    local lhs = chosen(list, key)
    if lhs ~= "" then
      local words = "AgentX: " .. key.words
      vim.keymap.set(key.mode or "n", lhs, key.run, { buffer = buffer, nowait = true, desc = words })
    end
  end
end

---@param list string
---@param keys agentxd.Key[]
function M.show(list, keys)
  local width = 0
  for _, key in ipairs(keys) do
    width = math.max(width, vim.fn.strdisplaywidth(chosen(list, key)))
  end
  local lines = {}
  for _, key in ipairs(keys) do
    local lhs = chosen(list, key)
    if lhs ~= "" then
      local gap = (" "):rep(width - vim.fn.strdisplaywidth(lhs) + 2)
      lines[#lines + 1] = " " .. lhs .. gap .. key.words .. " "
    end
  end
  require("agentxd.ui.windows").float(lines, "AgentX " .. list)
end

return M
