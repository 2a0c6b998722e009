---`:AgentX run {goal}`: work on a goal, with the selected lines as context.
local attachments = require("agentxd.attachments")
local daemon = require("agentxd.ui.daemon")
local telling = require("agentxd.telling")

local M = {}

---@param root string
---@param session string
local function show(root, session)
  local what = require("agentxd.ui.options").of("run").open
  if what == "chat" then
    require("agentxd.chat").open({ root = root, session = session, focus = "none" })
  elseif what == "tasks" then
    local window = vim.api.nvim_get_current_win()
    require("agentxd.tasks").show(root)
    vim.api.nvim_set_current_win(window)
  end
end

---Begin a task.
---@param root string
---@param goal string
---@param options? { attachments?: agentxd.Attachment[], params?: table, done?: fun(result: agentxd.RunGoalResult) }
function M.begin(root, goal, options)
  options = options or {}
  local params = { goal = attachments.with(goal, options.attachments or {}) }
  daemon.ask(root, "agentx/goal/run", vim.tbl_extend("force", params, options.params or {}), function(result)
    telling.tell(("%s works on it"):format(result.taskId))
    show(root, result.sessionId)
    if options.done then
      options.done(result)
    end
  end)
end

---Ask for a goal, then begin.
---@param root string
---@param attachment? agentxd.Attachment
function M.ask(root, attachment)
  vim.ui.input({ prompt = "Goal: " }, function(goal)
    if goal and vim.trim(goal) ~= "" then
      M.begin(root, goal, { attachments = { attachment } })
    end
  end)
end

---@param arguments agentxd.Arguments
function M.run(arguments)
  local attachment = attachments.of_range(arguments)
  local root = daemon.here()
  if not root then
    return
  end
  if arguments.rest == "" then
    M.ask(root, attachment)
  else
    M.begin(root, arguments.rest, { attachments = { attachment } })
  end
end

---Goals that the mechanic knows without any model.
---@return string[]
function M.complete()
  return { "fix lint", "format", "modernise syntax", "sort imports", "remove unused code" }
end

return M
