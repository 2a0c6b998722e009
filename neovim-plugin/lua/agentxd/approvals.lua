---Questions that wait for a person: one at a time, never while somebody types, withdrawn when
---another client answers.
local daemon = require("agentxd.ui.daemon")
local state = require("agentxd.state")
local telling = require("agentxd.telling")

local M = {}

local POLL_MS = 200

---@class agentxd.Shown
---@field root string
---@field id string
---@field close? fun() takes the choice off the screen
---@field is_over boolean

local is_attached = false
---@type agentxd.Shown?
local shown
---@type table<string, true> questions that the person has heard of
local told = {}
---@type table<string, true> questions that the person closed without an answer
local put_off = {}
---@type table<string, { decision: string, by: string }>
local decided = {}
local last_key_ms = 0
---@type uv.uv_timer_t?
local timer
local key_namespace = vim.api.nvim_create_namespace("agentxd.approvals")

---@param root string
---@param id string
---@return string
local function name_of(root, id)
  return root .. "\n" .. id
end

---An approval that waits, or how it was answered while this editor was connected.
---@param id string
---@param root? string
---@return { state: string, decision: string, by: string, why: string, options: string[] }?
function M.find(id, root)
  for _, approval in ipairs(state.approvals(root)) do
    if approval.id == id and approval.state == "waiting" then
      return approval
    end
  end
  root = root or require("agentxd.client").current_root() or ""
  local answer = decided[name_of(root, id)]
  return answer and { state = "decided", decision = answer.decision, by = answer.by, why = "", options = {} }
end

---@param approval agentxd.Approval
---@return string
function M.question(approval)
  local why = approval.why
  if approval.rule ~= "" and approval.rule ~= "ask" and not why:find(approval.rule, 1, true) then
    why = ("%s, by the rule `%s`"):format(why, approval.rule)
  end
  if (approval.note or "") ~= "" then
    why = why .. "; " .. approval.note
  end
  return ("%s asks: %s (%s)"):format(approval.taskId, approval.subject, why)
end

---An answer with what it means: for once, or by which rule from now on, and where that is written.
---@param option string
---@param approval agentxd.Approval
---@return string
function M.option(option, approval)
  for _, choice in ipairs(approval.choices or {}) do
    if choice.option == option then
      if #choice.rules == 0 then
        return choice.title
      end
      local words = "%s: writes %s to %s in %s"
      return words:format(choice.title, table.concat(choice.rules, ", "), choice.setting, choice.place)
    end
  end
  return option
end

---@param root string
---@return agentxd.Approval[]
local function waiting(root)
  return vim.tbl_filter(function(approval)
    return approval.state == "waiting"
  end, state.approvals(root))
end

---@param root string
---@param approval agentxd.Approval
---@param decision string
local function decide(root, approval, decision)
  daemon.ask(root, "agentx/approval/decide", { approvalId = approval.id, decision = decision }, function(result)
    telling.tell(("%s: %s"):format(approval.id, result.approval.decision))
  end)
end

---@param mine agentxd.Shown
---@param approval agentxd.Approval
---@param choice string?
local function answered(mine, approval, choice)
  if mine.is_over then
    return
  end
  mine.is_over, shown = true, nil
  if choice then
    decide(mine.root, approval, choice)
  else
    put_off[name_of(mine.root, approval.id)] = true
    telling.tell(("%s stays open: :AgentX approve"):format(approval.id))
  end
  vim.schedule(M.consider)
end

---Show the choice now, whatever the person does.
---@param root string
---@param approval agentxd.Approval
function M.show(root, approval)
  local mine = { root = root, id = approval.id, is_over = false }
  shown = mine
  told[name_of(root, approval.id)] = true
  mine.close = require("agentxd.ui.choice").select(approval.options, {
    prompt = "AgentX: " .. M.question(approval),
    kind = "agentxd.approval",
    format_item = function(option)
      return M.option(option, approval)
    end,
  }, function(choice)
    answered(mine, approval, choice)
  end)
end

---Take the choice off the screen: somebody else answered.
---@param mine agentxd.Shown
local function withdraw(mine)
  mine.is_over, shown = true, nil
  local answer = decided[name_of(mine.root, mine.id)]
  local by = answer and (" (%s, by %s)"):format(answer.decision, answer.by) or ""
  telling.tell(("%s was answered elsewhere%s"):format(mine.id, by))
  if mine.close then
    mine.close()
  end
end

---Whether a choice may come up without taking keys that were meant for something else.
---@return boolean
local function is_idle()
  local mode = vim.api.nvim_get_mode()
  if mode.mode ~= "n" or mode.blocking or vim.fn.reg_recording() ~= "" or vim.fn.getcmdwintype() ~= "" then
    return false
  end
  if vim.api.nvim_win_get_config(0).relative ~= "" then
    return false
  end
  return vim.uv.now() - last_key_ms >= require("agentxd.ui.options").of("approvals").idle_ms
end

---The oldest question that nobody put off, of any workspace.
---@return string? root
---@return agentxd.Approval?
local function next_question()
  for _, connection in ipairs(require("agentxd.client").all()) do
    for _, approval in ipairs(waiting(connection.root)) do
      if not put_off[name_of(connection.root, approval.id)] then
        return connection.root, approval
      end
    end
  end
end

local function stop_watching()
  if timer then
    timer:stop()
    timer:close()
    timer = nil
    vim.on_key(nil, key_namespace)
  end
end

local function start_watching()
  if timer then
    return
  end
  last_key_ms = vim.uv.now()
  vim.on_key(function()
    last_key_ms = vim.uv.now()
  end, key_namespace)
  timer = assert(vim.uv.new_timer())
  timer:start(POLL_MS, POLL_MS, vim.schedule_wrap(M.consider))
end

---Show the next question where that disturbs nobody, else look again a little later.
function M.consider()
  local root, approval = next_question()
  if not root or not approval or shown or require("agentxd.ui.options").of("approvals").ask == "never" then
    stop_watching()
    return
  end
  if timer and is_idle() then
    stop_watching()
    M.show(root, approval)
  else
    start_watching()
  end
end

---@param root string
local function changed(root)
  local now = {}
  for _, approval in ipairs(waiting(root)) do
    local name = name_of(root, approval.id)
    now[approval.id] = true
    if not told[name] then
      told[name] = true
      telling.warn(M.question(approval) .. " – :AgentX approve")
    end
  end
  if shown and shown.root == root and not now[shown.id] then
    withdraw(shown)
  end
  M.consider()
end

---Listen; calling it again listens once.
function M.attach()
  if is_attached then
    return
  end
  is_attached = true
  require("agentxd.client").on("agentx/event/published", function(params, connection)
    for _, record in ipairs(params.records) do
      if record.type == "ApprovalDecided" then
        local name = name_of(connection.root, record.data.approval)
        decided[name] = { decision = record.data.decision, by = record.data.by }
      end
    end
  end)
  state.subscribe("approvals", function(_, root)
    changed(root)
  end)
end

---`:AgentX approve [id [answer]]`
---@param arguments agentxd.Arguments
function M.approve(arguments)
  local root = daemon.here()
  if not root then
    return
  end
  local id, decision = arguments.words[1], table.concat(arguments.words, " ", 2)
  daemon.ask(root, "agentx/approval/list", { isWaitingOnly = true }, function(result)
    local found = vim.tbl_filter(function(approval)
      return not id or approval.id == id
    end, result.approvals)
    if #found == 0 then
      telling.tell(id and ("no question %s waits"):format(id) or "no question waits")
    elseif decision ~= "" then
      decide(root, found[1], decision)
    else
      for _, approval in ipairs(found) do
        put_off[name_of(root, approval.id)] = nil
      end
      if shown then
        shown.is_over = true
        shown.close()
      end
      M.show(root, found[1])
    end
  end)
end

---@param _ string
---@param words string[]
---@return string[]
function M.complete(_, words)
  local found = {}
  for _, approval in ipairs(state.approvals()) do
    if #words <= 1 then
      found[#found + 1] = approval.id
    elseif approval.id == words[1] then
      vim.list_extend(found, approval.options)
    end
  end
  return found
end

return M
