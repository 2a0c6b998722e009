---How the list of tasks looks: a goal, and below it its tasks.
local ended = require("agentxd.tasks.ended")
local format = require("agentxd.ui.format")
local symbols = require("agentxd.ui.symbols")

local M = {}

---@class agentxd.Group
---@field key string
---@field goal string
---@field session string
---@field tasks agentxd.Task[]
---@field newest integer place of its newest task

---Tasks by the session that they belong to, the newest goal first.
---@param tasks agentxd.Task[]
---@return agentxd.Group[]
function M.groups(tasks)
  local groups, by_key = {}, {}
  for index, task in ipairs(tasks) do
    local key = task.sessionId ~= "" and task.sessionId or task.id
    local group = by_key[key]
    if not group then
      group = { key = key, goal = task.goal, session = task.sessionId, tasks = {} }
      by_key[key] = group
      groups[#groups + 1] = group
    end
    table.insert(group.tasks, task)
    group.newest = index
  end
  table.sort(groups, function(one, two)
    return one.newest > two.newest
  end)
  return groups
end

---@param task agentxd.Task
---@param now_ms integer
---@return string
function M.elapsed(task, now_ms)
  if task.startedMs == 0 then
    return ""
  end
  local finish = now_ms
  if task.endedMs > 0 then
    finish = task.endedMs
  elseif (task.pausedAtMs or 0) > 0 then
    finish = task.pausedAtMs
  elseif not ended.is_at_work(task) then
    finish = task.startedMs
  end
  return format.elapsed(finish - task.startedMs - (task.pausedMs or 0))
end

---@param task agentxd.Task
---@return string
local function cost(task)
  return task.inputTokens + task.outputTokens > 0 and format.dollars(task.costMicros) or ""
end

---Its state, and what was asked of it that it has not come to yet.
---@param task agentxd.Task
---@return agentxd.Look
local function look_of(task)
  local look = symbols.task(task.state)
  if ended.is_at_work(task) and task.state ~= "paused" then
    if task.isBeingTakenOver then
      return { sign = look.sign, word = "handing over", group = look.group }
    elseif task.isPausing then
      return { sign = look.sign, word = "pausing", group = look.group }
    end
  end
  return look
end

---@param task agentxd.Task
---@param is_first boolean
---@param now_ms integer
---@return agentxd.Row
local function task_row(task, is_first, now_ms)
  local look = look_of(task)
  local parts = {
    { "   " },
    { look.sign .. " " .. look.word .. (" "):rep(14 - #look.word), look.group },
    { ("%-5s"):format(task.id), "AgentXId" },
    { ("%-12s"):format(task.role), "AgentXRole" },
    { ("%8s"):format(M.elapsed(task, now_ms)), "AgentXNumber" },
    { (" %9s  "):format(cost(task)), "AgentXNumber" },
  }
  if #task.proposalIds > 0 then
    local arrow = symbols.sign("→ ", "= ")
    parts[#parts + 1] = { arrow .. table.concat(task.proposalIds, ", ") .. "  ", "AgentXId" }
  end
  if task.isSandboxUnsafe then
    parts[#parts + 1] = { "UNSAFE  ", "AgentXBad" }
  end
  if not is_first then
    parts[#parts + 1] = { format.short(task.goal, 60) .. "  " }
  end
  local is_fine = task.state == "completed" or task.state == "running" or task.state == "no_change"
  if not is_fine and task.reason ~= "" then
    parts[#parts + 1] = { format.short(task.reason, 100), "AgentXMuted" }
  end
  return { key = "task " .. task.id, parts = parts, item = { task = task } }
end

---@param root string
---@param tasks agentxd.Task[]
---@param extra string[]
---@return agentxd.Row
local function head(root, tasks, extra)
  local n_at_work, micros = 0, 0
  for _, task in ipairs(tasks) do
    n_at_work = n_at_work + (ended.is_at_work(task) and 1 or 0)
    micros = micros + task.costMicros
  end
  local words = { vim.fs.basename(root) }
  words[#words + 1] = n_at_work > 0 and n_at_work .. " at work" or nil
  words[#words + 1] = micros > 0 and format.dollars(micros) .. " in all" or nil
  vim.list_extend(words, extra)
  local between = symbols.sign(" · ", ", ")
  return {
    key = "head",
    parts = { { "AgentX tasks  ", "AgentXTitle" }, { table.concat(words, between), "AgentXMuted" } },
  }
end

---@param root string
---@param tasks agentxd.Task[]
---@param closed table<string, boolean> groups that are folded
---@param extra string[]
---@return agentxd.Row[]
function M.draw(root, tasks, closed, extra)
  local now_ms = format.now_ms()
  local rows = { head(root, tasks, extra) }
  for _, group in ipairs(M.groups(tasks)) do
    local sign = closed[group.key] and symbols.sign("▸", "+") or symbols.sign("▾", "-")
    rows[#rows + 1] = {
      key = "goal " .. group.key,
      parts = {
        { sign .. " ", "AgentXMuted" },
        { format.short(group.goal, 100), "AgentXTitle" },
        { group.session ~= "" and "  " .. group.session or "", "AgentXMuted" },
      },
      item = { task = group.tasks[#group.tasks], group = group.key },
    }
    for index, task in ipairs(closed[group.key] and {} or group.tasks) do
      rows[#rows + 1] = task_row(task, index == 1, now_ms)
    end
  end
  if #tasks == 0 then
    rows[#rows + 1] = { key = "empty", parts = { { "  Nothing was asked yet: :AgentX run {goal}", "AgentXMuted" } } }
  end
  return rows
end

return M
