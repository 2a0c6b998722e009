---What was said and done in a session, as blocks: from its transcript, then from the event log.
local calls = require("agentxd.chat.calls")

---@class agentxd.Block
---@field root string
---@field kind "user"|"said"|"thinking"|"tool"|"note"|"proposal"|"ask"|"turn"
---@field key string
---@field text? string
---@field by? string
---@field task? string
---@field tool? string
---@field arguments? table
---@field state? "wished"|"running"|"ok"|"error"|"allow"
---@field output? string
---@field ms? integer
---@field group? string
---@field proposal? string
---@field approval? string
---@field is_open? boolean whether what belongs to it is shown
---@field rows? agentxd.Row[] drawn already
---@field begin? integer

---@class agentxd.Live
---@field text string
---@field thinking string
---@field notice string
---@field busy string what is waited for
---@field output? string of the tool that runs

---@class agentxd.Talk
---@field root string
---@field session string empty before the first prompt
---@field info? agentxd.Session
---@field blocks agentxd.Block[]
---@field live table<string, agentxd.Live>
---@field waiting { id: string, text: string, by: string }[]
---@field last_seq integer
---@field private tasks table<string, true>
---@field private calls table<string, agentxd.Block>
---@field private n integer
local Talk = {}
Talk.__index = Talk

---@param root string
---@param session string
---@return agentxd.Talk
function Talk.new(root, session)
  local talk = setmetatable({ root = root, session = session }, Talk)
  talk:clear()
  return talk
end

function Talk:clear()
  self.blocks, self.live, self.waiting, self.tasks, self.calls = {}, {}, {}, {}, {}
  self.last_seq, self.n = -1, 0
end

---@param block agentxd.Block
---@return agentxd.Block
function Talk:add(block)
  self.n = self.n + 1
  block.key, block.root = "b" .. self.n, self.root
  self.blocks[#self.blocks + 1] = block
  return block
end

---@param task string
---@return agentxd.Live
function Talk:live_of(task)
  local found = self.live[task]
  if not found then
    found = { text = "", thinking = "", notice = "", busy = "starting" }
    self.live[task] = found
  end
  return found
end

---@param task string
---@param call { id: string, name: string, arguments: any }
---@return agentxd.Block
function Talk:call(task, call)
  local id = task .. "/" .. call.id
  local block = self.calls[id]
  if not block then
    local arguments = calls.decoded(call.arguments)
    block = self:add({ kind = "tool", task = task, tool = call.name, arguments = arguments, state = "wished" })
    self.calls[id] = block
  end
  return block
end

---@param task string
---@param seen { call_id: string, output: string, is_error: boolean? }
---@param ms? integer
function Talk:observe(task, seen, ms)
  local block = self.calls[task .. "/" .. seen.call_id]
  if block then
    block.state, block.output, block.ms, block.rows = seen.is_error and "error" or "ok", seen.output, ms, nil
  end
end

-- From the transcript ---------------------------------------------------------------------------

---@param task string
---@param item agentxd.TranscriptItem
function Talk:item(task, item)
  if item.kind == "tool_call" then
    self:call(task, { id = item.callId, name = item.tool, arguments = item.text })
  elseif item.kind == "observation" then
    self:observe(task, { call_id = item.callId, output = item.text, is_error = item.isError })
  elseif item.text ~= "" then
    local kind = item.kind == "thinking" and "thinking" or item.role == "user" and "user" or "said"
    self:add({ kind = kind, text = item.text, task = task })
  end
end

---Begin anew with what the daemon knows.
---@param found agentxd.GetSessionResult
---@param proposals_of fun(task: string): string[]
function Talk:load(found, proposals_of)
  self:clear()
  self.info, self.session, self.last_seq = found.session, found.session.id, found.lastSeq or 0
  local of_task = {}
  for _, message in ipairs(found.transcript) do
    local task = message.id:match("^[^.]+")
    of_task[task] = of_task[task] or {}
    table.insert(of_task[task], message)
    if not vim.tbl_contains(found.session.taskIds, task) then -- brought by a fork or an import
      self:messages(task, { message })
    end
  end
  for _, task in ipairs(found.session.taskIds) do
    self.tasks[task] = true
    self:messages(task, of_task[task] or {})
    for _, proposal in ipairs(proposals_of(task)) do
      self:add({ kind = "proposal", proposal = proposal, task = task })
    end
    if task == found.session.runningTaskId then
      self:live_of(task)
    else
      self:add({ kind = "turn", task = task })
    end
  end
  for _, prompt in ipairs(found.session.waiting) do
    table.insert(self.waiting, { id = prompt.id, text = prompt.text, by = prompt.by })
  end
end

---@param task string
---@param messages agentxd.ChainItem[]
function Talk:messages(task, messages)
  for _, message in ipairs(messages) do
    for _, item in ipairs(message.items) do
      self:item(task, item)
    end
  end
end

-- From the event log ----------------------------------------------------------------------------

---@type table<string, fun(talk: agentxd.Talk, data: table, record: agentxd.EventRecord)>
local TAKES = {}

function TAKES.TaskStarted(talk, data)
  talk:live_of(data.task)
end

function TAKES.MessageAdded(talk, data)
  local said = {}
  for _, id in ipairs(data.prompts or {}) do
    said[id] = true
  end
  talk.waiting = vim.tbl_filter(function(prompt)
    return not said[prompt.id]
  end, talk.waiting)
  for _, part in ipairs(data.message.parts) do
    if part.type == "text" and part.text ~= "" then
      talk:add({ kind = "user", text = part.text, task = data.task })
    end
  end
end

function TAKES.StepRequested(talk, data)
  local live = talk:live_of(data.task)
  live.text, live.thinking, live.notice = "", "", ""
  live.busy = data.purpose and data.purpose ~= "" and "summing up" or "thinking"
end

function TAKES.StepCompleted(talk, data)
  local live = talk:live_of(data.task)
  live.text, live.thinking, live.busy = "", "", ""
  if data.purpose and data.purpose ~= "" then
    return
  end
  for _, part in ipairs(data.message.parts) do
    if part.type == "tool_call" then
      talk:call(data.task, part)
    elseif part.text and part.text ~= "" then
      talk:add({ kind = part.type == "thinking" and "thinking" or "said", text = part.text, task = data.task })
    end
  end
end

function TAKES.StepFailed(talk, data)
  local live = talk:live_of(data.task)
  live.text, live.thinking = "", ""
  talk:add({ kind = "note", text = data.reason, group = "AgentXBad", task = data.task })
end

function TAKES.ToolCallRequested(talk, data, record)
  local block = talk:call(data.task, data.call)
  block.state, block.begin, block.rows = "running", record.atMs, nil
  local live = talk:live_of(data.task)
  live.busy, live.output = "", ""
end

function TAKES.ToolCallCompleted(talk, data)
  talk:observe(data.task, data.observation, data.duration_ms)
  talk:live_of(data.task).output = ""
end

function TAKES.ModelChosen(talk, data)
  local why = table.concat(data.reasons or {}, "; ")
  talk:add({ kind = "note", text = ("model: %s (%s)"):format(data.model, why), task = data.task })
end

function TAKES.TranscriptCompacted(talk, data)
  local text = ("%d messages were summed up to make room"):format(data.n_dropped)
  talk:add({ kind = "note", text = text, task = data.task })
end

function TAKES.SandboxOpened(talk, data)
  if data.is_unsafe then
    talk:add({ kind = "note", text = "UNSAFE: no isolation", group = "AgentXBad", task = data.task })
  end
end

function TAKES.ApprovalRequested(talk, data)
  talk:add({ kind = "ask", approval = data.approval, text = data.subject, task = data.task })
end

function TAKES.TaskPaused(talk, data)
  talk:live_of(data.task).busy = "paused; p in :AgentX tasks, or gr here, goes on"
end

function TAKES.TaskResumed(talk, data)
  talk:live_of(data.task).busy = ""
end

function TAKES.ProposalCreated(talk, data)
  for _, block in ipairs(talk.blocks) do
    if block.proposal == data.proposal then
      return -- the state knew it already when the transcript was loaded
    end
  end
  talk:add({ kind = "proposal", proposal = data.proposal, task = data.task })
end

function TAKES.TaskEnded(talk, data)
  talk.live[data.task] = nil
  for _, block in ipairs(talk.blocks) do
    if block.task == data.task and (block.state == "running" or block.state == "wished") then
      block.state, block.output, block.rows = "error", "ended before it was done", nil
    end
  end
  for _, block in ipairs(talk.blocks) do
    if block.kind == "turn" and block.task == data.task then
      return
    end
  end
  talk:add({ kind = "turn", task = data.task })
end

---Events of the session itself.
---@param record agentxd.EventRecord
---@return boolean is_taken
function Talk:take_session(record)
  local data = record.data
  if record.type == "TaskCreated" then
    self.tasks[data.task] = true
    self:live_of(data.task)
  elseif record.type == "PromptReceived" and not self:waits(data.prompt) then
    table.insert(self.waiting, { id = data.prompt, text = data.text, by = data.by })
  end
  return record.type == "TaskCreated" or record.type == "PromptReceived"
end

---@param prompt string
---@return boolean
function Talk:waits(prompt)
  for _, known in ipairs(self.waiting) do
    if known.id == prompt then
      return true
    end
  end
  return false
end

---One record; true where it changed something.
---@param record agentxd.EventRecord
---@return boolean
function Talk:take(record)
  if record.seq <= self.last_seq then
    return false
  end
  self.last_seq = record.seq
  local data = record.data
  if data.session and data.session == self.session then
    return self:take_session(record)
  end
  if record.type == "ApprovalDecided" or record.type:match("^Hunk") then
    return self:touch(data)
  end
  local take = TAKES[record.type]
  if not take or not self.tasks[data.task] then
    return false
  end
  take(self, data, record)
  return true
end

---Draw anew what shows this approval or hunk.
---@param data table
---@return boolean
function Talk:touch(data)
  local proposal = data.hunk and data.hunk:match("^[^.]+")
  local is_touched = false
  for _, block in ipairs(self.blocks) do
    if (proposal and block.proposal == proposal) or (data.approval and block.approval == data.approval) then
      block.rows, is_touched = nil, true
    end
  end
  return is_touched
end

---A piece of text of a running task.
---@param note agentxd.StreamedNotification
---@return boolean
function Talk:stream(note)
  if not self.tasks[note.taskId] or not self.live[note.taskId] then
    return false
  end
  local live = self.live[note.taskId]
  if note.kind == "notice" then
    live.notice = note.text
  elseif note.kind == "output" then
    live.output = ((live.output or "") .. note.text):sub(-4000)
  elseif note.kind == "text" or note.kind == "thinking" then
    live[note.kind] = live[note.kind] .. note.text
    live.busy = ""
  end
  return true
end

---Draw blocks of these kinds anew: what they show has changed.
---@param kinds table<string, true>
function Talk:redraw(kinds)
  for _, block in ipairs(self.blocks) do
    if kinds[block.kind] then
      block.rows = nil
    end
  end
end

---The task that works now.
---@return string?
function Talk:running()
  return (next(self.live))
end

return Talk
