---Messages to the person: one line each, with the name of the product before it.
local M = {}

---@param text string
---@param level? integer # of vim.log.levels
function M.tell(text, level)
  vim.schedule(function()
    vim.notify("AgentX: " .. text, level or vim.log.levels.INFO, { title = "AgentX" })
  end)
end

---@param text string
function M.warn(text)
  M.tell(text, vim.log.levels.WARN)
end

---An error as the daemon or the client says it, with its next step.
---@param problem agentxd.Problem
---@return string
function M.sentence(problem)
  local text = problem.message:gsub("%s*$", "")
  if not text:match("[.!?:]$") then
    text = text .. "."
  end
  return problem.nextStep ~= "" and (text .. " " .. problem.nextStep) or text
end

---@param problem agentxd.Problem
function M.problem(problem)
  M.tell(M.sentence(problem), vim.log.levels.ERROR)
end

return M
