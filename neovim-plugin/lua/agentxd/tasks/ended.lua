---Tells when a task that was seen at work has ended, and what is to be looked at now.
local format = require("agentxd.ui.format")
local state = require("agentxd.state")
local symbols = require("agentxd.ui.symbols")

local M = {}

local WORKS = { pending = true, running = true, waiting = true, paused = true }
local is_attached = false
---@type table<string, true> tasks at work
local at_work = {}

---@param task agentxd.Task
---@return boolean
function M.is_at_work(task)
  return WORKS[task.state] or false
end

---@param task agentxd.Task
---@return string
function M.words(task)
  local text = ("%s %s"):format(task.id, symbols.task(task.state).word)
  if #task.proposalIds > 0 then
    return ("%s: %s (:AgentX proposals)"):format(text, table.concat(task.proposalIds, ", "))
  end
  local reason = task.reason ~= "" and (": " .. format.short(task.reason, 120)) or ""
  return text .. reason
end

---@param root string
local function look(root)
  for _, task in ipairs(state.tasks(root)) do
    local name = root .. "\n" .. task.id
    if M.is_at_work(task) then
      at_work[name] = true
    elseif at_work[name] then
      at_work[name] = nil
      local is_fine = task.state == "completed" or task.state == "no_change" or task.state == "taken_over"
      require("agentxd.telling").tell(M.words(task), is_fine and vim.log.levels.INFO or vim.log.levels.WARN)
    end
  end
end

---Listen; calling it again listens once.
function M.attach()
  if is_attached then
    return
  end
  is_attached = true
  state.subscribe("tasks", function(_, root)
    look(root)
  end)
end

return M
