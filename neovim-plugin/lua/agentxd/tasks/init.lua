---`:AgentX tasks`: goals and their tasks, live, with keys to hold, end and take over.
local View = require("agentxd.ui.view")
local daemon = require("agentxd.ui.daemon")
local ended = require("agentxd.tasks.ended")
local rows = require("agentxd.tasks.rows")
local state = require("agentxd.state")
local telling = require("agentxd.telling")
local windows = require("agentxd.ui.windows")

local M = {}

---@class agentxd.TaskList
---@field root string
---@field view agentxd.View
---@field closed table<string, boolean>
---@field timer? uv.uv_timer_t

---@type table<string, agentxd.TaskList> by root
local lists = {}

---@param list agentxd.TaskList
---@return boolean
local function is_live(list)
  return #list.view:windows() > 0 and vim.iter(state.tasks(list.root)):any(ended.is_at_work)
end

---@param list agentxd.TaskList
local function stop_clock(list)
  if list.timer then
    list.timer:stop()
    list.timer:close()
    list.timer = nil
  end
end

---@param list agentxd.TaskList
local function draw(list)
  if not list.view:is_valid() then
    stop_clock(list)
    return
  end
  local connection = daemon.connection(list.root)
  local extra = connection and connection.state ~= "running" and { connection.state } or {}
  list.view:render(rows.draw(list.root, state.tasks(list.root), list.closed, extra))
  if not is_live(list) then
    stop_clock(list)
  elseif not list.timer then
    list.timer = assert(vim.uv.new_timer())
    list.timer:start(
      1000,
      1000,
      vim.schedule_wrap(function()
        draw(list)
      end)
    )
  end
end

---@param list agentxd.TaskList
---@return agentxd.Task?
local function here(list)
  local row = list.view:row()
  local item = row and row.item
  -- The row may be older than the state.
  return item and (state.task(item.task.id, list.root) or item.task) or nil
end

---@param list agentxd.TaskList
---@param method string
---@param is_right fun(task: agentxd.Task): boolean
---@param words string what it would do, where it cannot
local function act(list, method, is_right, words)
  local task = here(list)
  if not task then
    return
  end
  if not is_right(task) then
    telling.warn(("%s cannot be %s: it is %s"):format(task.id, words, task.state:gsub("_", " ")))
    return
  end
  daemon.ask(list.root, method, { taskId = task.id })
end

---@param list agentxd.TaskList
local function pause(list)
  local task = here(list)
  if task and (task.state == "paused" or task.isPausing or task.state == "interrupted") then
    daemon.ask(list.root, "agentx/task/resume", { taskId = task.id })
  else
    act(list, "agentx/task/pause", ended.is_at_work, "paused")
  end
end

---@param list agentxd.TaskList
local function cancel(list)
  local task = here(list)
  local may_be = function(found)
    return ended.is_at_work(found) or found.state == "interrupted"
  end
  if task and may_be(task) and vim.fn.confirm(("Cancel %s?"):format(task.id), "&Yes\n&No", 2) ~= 1 then
    return
  end
  if task and task.state == "interrupted" then
    daemon.ask(list.root, "agentx/task/resume", { taskId = task.id, isResumed = false })
  else
    act(list, "agentx/task/cancel", may_be, "cancelled")
  end
end

---@param list agentxd.TaskList
local function open_proposal(list)
  local task = here(list)
  local id = task and task.proposalIds[#task.proposalIds]
  if id then
    require("agentxd.proposals").open(list.root, id)
  elseif task then
    telling.tell(task.id .. " has no proposal")
  end
end

---@param list agentxd.TaskList
local function open_transcript(list)
  local task = here(list)
  if task and task.sessionId ~= "" then
    require("agentxd.chat").open({ root = list.root, session = task.sessionId })
  elseif task then
    telling.tell(task.id .. " serves a single request and has no transcript")
  end
end

---@param list agentxd.TaskList
local function toggle(list)
  local row = list.view:row()
  local task = row and row.item and row.item.task
  if task then
    local key = task.sessionId ~= "" and task.sessionId or task.id
    list.closed[key] = not list.closed[key]
    draw(list)
    list.view:select("goal " .. key)
  end
end

---@param list agentxd.TaskList
---@return agentxd.Key[]
local function keys(list)
  local function with(fn)
    return function()
      fn(list)
    end
  end
  return {
    { name = "transcript", key = "<CR>", words = "open the transcript; talk to it there", run = with(open_transcript) },
    { name = "proposal", key = "o", words = "open the proposal", run = with(open_proposal) },
    { name = "pause", key = "p", words = "pause, or go on", run = with(pause) },
    { name = "cancel", key = "x", words = "cancel, after a question", run = with(cancel) },
    {
      name = "take_over",
      key = "t",
      words = "take over: the agent stops, its work so far becomes a proposal",
      run = function()
        act(list, "agentx/task/takeOver", ended.is_at_work, "taken over")
      end,
    },
    {
      name = "new",
      key = "n",
      words = "a new goal",
      run = function()
        require("agentxd.goals").ask(list.root)
      end,
    },
    { name = "fold", key = "<Tab>", words = "fold or unfold the goal", run = with(toggle) },
    { name = "close", key = "q", words = "close the list", run = windows.close },
  }
end

---@param root string
---@return agentxd.TaskList
local function list_of(root)
  local view, is_new = View.get("agentx://tasks" .. root, "agentx-tasks", root)
  if not is_new then
    return lists[root]
  end
  local is_known = lists[root] ~= nil
  local list = { root = root, view = view, closed = {} }
  lists[root] = list
  require("agentxd.ui.keys").set(view.buffer, "tasks", keys(list))
  vim.api.nvim_create_autocmd("BufWinEnter", {
    buffer = view.buffer,
    callback = function()
      draw(list)
    end,
  })
  if not is_known then
    for _, kind in ipairs({ "tasks", "connection" }) do
      state.subscribe(kind, function(_, changed)
        if changed == root then
          draw(lists[root])
        end
      end)
    end
  end
  return list
end

---Show the list of a workspace.
---@param root string
function M.show(root)
  local list = list_of(root)
  draw(list)
  windows.open(list.view.buffer, "list", { wrap = false, cursorline = true })
  draw(list)
end

---`:AgentX tasks`
function M.open()
  local root = daemon.here()
  if root then
    M.show(root)
  end
end

return M
