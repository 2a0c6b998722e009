---`:AgentX log [task]`: the event log as it grows; `<CR>` shows all of a record.
local View = require("agentxd.ui.view")
local daemon = require("agentxd.ui.daemon")
local format = require("agentxd.ui.format")
local windows = require("agentxd.ui.windows")

local M = {}

local MAX_ROWS = 5000

---@class agentxd.LogList
---@field root string
---@field task string
---@field view agentxd.View
---@field rows agentxd.Row[]
---@field last_seq integer

---@type table<string, agentxd.LogList> by the name of the buffer
local lists = {}
local is_attached = false

---What of a record is worth a line, in this order.
local TELLING = {
  "task", "session", "proposal", "hunk", "hunks", "approval", "goal", "outcome", "decision", "by",
  "subject", "text", "path", "reason", "step", "model", "backend", "key", "value",
}
local SPECIAL = {
  call = function(call)
    return call.name .. " " .. require("agentxd.chat.calls").subject(call.arguments or {})
  end,
  observation = function(seen)
    return (seen.is_error and "error: " or "") .. format.short(seen.output or "", 80)
  end,
  evidence = function(ran)
    return ("%s `%s` exit %d"):format(ran.phase, ran.command, ran.exit_code)
  end,
}

---@param data table
---@return string
local function gist(data)
  local words = {}
  for _, name in ipairs(TELLING) do
    local value = data[name]
    if type(value) == "table" then
      value = type(value[1]) == "string" and table.concat(value, ", ") or ""
    end
    if value ~= nil and value ~= "" then
      words[#words + 1] = tostring(value)
    end
  end
  for name, tell in pairs(SPECIAL) do
    if type(data[name]) == "table" then
      words[#words + 1] = tell(data[name])
    end
  end
  return format.short(table.concat(words, "  "), 160)
end

---@param kind string
---@return string
local function group(kind)
  if kind:match("Failed$") or kind:match("Conflicted$") then
    return "AgentXBad"
  elseif kind:match("^Approval") then
    return "AgentXAsk"
  elseif kind:match("^Hunk") or kind:match("^Proposal") then
    return "AgentXGood"
  end
  return kind:match("^Task") and "AgentXTitle" or "AgentXBusy"
end

---@param record agentxd.EventRecord
---@return agentxd.Row
local function row(record)
  return {
    key = "r" .. record.seq,
    parts = {
      { ("%6d  "):format(record.seq), "AgentXNumber" },
      { format.clock(record.atMs) .. "  ", "AgentXMuted" },
      { ("%-20s "):format(record.type), group(record.type) },
      { gist(record.data) },
    },
    item = record,
  }
end

---@param list agentxd.LogList
---@param records agentxd.EventRecord[]
local function add(list, records)
  local is_new = false
  for _, record in ipairs(records) do
    local is_mine = list.task == "" or record.data.task == list.task
    if record.seq > list.last_seq and is_mine then
      list.rows[#list.rows + 1] = row(record)
      list.last_seq, is_new = record.seq, true
    end
  end
  if #list.rows > MAX_ROWS then
    list.rows = vim.list_slice(list.rows, #list.rows - MAX_ROWS + 1)
  end
  if is_new or #list.rows == 0 then
    list.view:render(vim.list_extend({}, list.rows), true)
  end
end

---Everything behind the last record that is shown.
---@param list agentxd.LogList
---@param after integer
local function read(list, after)
  local params = { after = after, limit = 1000, taskId = list.task }
  daemon.ask(list.root, "agentx/event/read", params, function(result)
    add(list, result.records)
    if result.nextAfter < result.lastSeq and result.nextAfter > after then
      read(list, result.nextAfter)
    end
  end)
end

---@param list agentxd.LogList
local function begin(list)
  if list.last_seq > 0 or list.task ~= "" then
    read(list, list.last_seq)
    return
  end
  daemon.ask(list.root, "agentx/daemon/status", {}, function(status)
    read(list, math.max(0, status.lastSeq - require("agentxd.ui.options").of("log").history))
  end)
end

---@param list agentxd.LogList
local function inspect(list)
  local found = list.view:row()
  local record = found and found.item
  if record then
    local lines = vim.split(vim.inspect(record.data), "\n", { plain = true })
    table.insert(lines, 1, ("%s  hash %s"):format(os.date("%Y-%m-%d %H:%M:%S", math.floor(record.atMs / 1000)), record.hash))
    windows.float(lines, ("%d %s"):format(record.seq, record.type), "lua")
  end
end

local function attach()
  if is_attached then
    return
  end
  is_attached = true
  require("agentxd.client").on("agentx/event/published", function(params, connection)
    for _, list in pairs(lists) do
      -- Until its history is there, what is new would leave a hole.
      if list.root == connection.root and list.view:is_valid() and list.last_seq > 0 then
        add(list, params.records)
      end
    end
  end)
  require("agentxd.state").subscribe("connection", function(_, root, now)
    for _, list in pairs(lists) do
      if list.root == root and now == "running" and list.view:is_valid() then
        vim.schedule(function()
          begin(list)
        end)
      end
    end
  end)
end

---@param root string
---@param task string
---@return agentxd.LogList
local function list_of(root, task)
  local name = "agentx://log" .. (task ~= "" and "/" .. task or "") .. root
  local view, is_new = View.get(name, "agentx-log", root)
  if not is_new then
    return lists[name]
  end
  local list = { root = root, task = task, view = view, rows = {}, last_seq = 0 }
  lists[name] = list
  require("agentxd.ui.keys").set(view.buffer, "log", {
    { name = "inspect", key = "<CR>", words = "all of the record", run = function() inspect(list) end },
    { name = "close", key = "q", words = "close the log", run = windows.close },
  })
  begin(list)
  return list
end

---@param arguments agentxd.Arguments
function M.open(arguments)
  local root = daemon.here()
  if root then
    attach()
    local list = list_of(root, arguments.words[1] or "")
    windows.open(list.view.buffer, "list", { wrap = false, cursorline = true })
  end
end

---@return string[]
function M.complete()
  return vim.tbl_map(function(task)
    return task.id
  end, require("agentxd.state").tasks())
end

return M
