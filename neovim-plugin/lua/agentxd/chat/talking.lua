---One chat: a session as it goes, and a prompt below it.
local Talk = require("agentxd.chat.talk")
local View = require("agentxd.ui.view")
local attachments = require("agentxd.attachments")
local daemon = require("agentxd.ui.daemon")
local prompt = require("agentxd.chat.prompt")
local rows = require("agentxd.chat.rows")
local state = require("agentxd.state")
local telling = require("agentxd.telling")
local windows = require("agentxd.ui.windows")

---@class agentxd.Chat
---@field root string
---@field talk agentxd.Talk
---@field view agentxd.View
---@field prompt integer buffer
---@field attachments agentxd.Attachment[]
---@field choice { provider?: string, model?: string }
---@field stopping? string the task that was asked to stop
---@field private pending? agentxd.EventRecord[] what came while the transcript was asked for
---@field private is_drawing boolean
local Chat = {}
Chat.__index = Chat

local FRAME_MS = 30
local n_new = 0

---@param name string
---@return string
local function uri(name)
  return "agentx://" .. name
end

---@param root string
---@param session string
---@return agentxd.Chat
function Chat.new(root, session)
  n_new = n_new + (session == "" and 1 or 0)
  local name = (session ~= "" and session or "new-" .. n_new) .. root
  local chat = setmetatable({
    root = root,
    talk = Talk.new(root, session),
    view = View.get(uri("chat/" .. name), "agentx-chat", root),
    prompt = prompt.buffer(root, uri("prompt/" .. name)),
    attachments = {},
    choice = {},
    is_drawing = false,
  }, Chat)
  require("agentxd.chat.keys").set(chat)
  return chat
end

function Chat:is_valid()
  return self.view:is_valid() and vim.api.nvim_buf_is_valid(self.prompt)
end

function Chat:draw()
  if not self:is_valid() then
    return
  end
  self.view:render(rows.draw(self.talk), true)
  local bar = prompt.bar(self)
  for _, window in ipairs(vim.fn.win_findbuf(self.prompt)) do
    if vim.wo[window].winbar ~= bar then
      vim.api.nvim_set_option_value("winbar", bar, { win = window, scope = "local" })
    end
  end
end

---Draw with the next frame; what comes until then is drawn with it.
function Chat:draw_soon()
  if self.is_drawing then
    return
  end
  self.is_drawing = true
  vim.defer_fn(function()
    self.is_drawing = false
    self:draw()
  end, FRAME_MS)
end

---Ask for the whole transcript, and go on with the log from there.
function Chat:load()
  if self.talk.session == "" then
    self:draw()
    return
  end
  self.pending = {}
  require("agentxd.client").request("agentx/session/get", { sessionId = self.talk.session }, function(problem, result)
    local pending = self.pending or {}
    self.pending = nil
    if problem then
      telling.problem(problem) -- what is there stays, and follows the log
    else
      self.talk:load(result, function(task)
        local found = state.task(task, self.root)
        return found and found.proposalIds or {}
      end)
    end
    self:take(pending)
    self:draw()
  end, daemon.connection(self.root))
end

---@param records agentxd.EventRecord[]
function Chat:take(records)
  if self.pending then
    vim.list_extend(self.pending, records)
    return
  end
  for _, record in ipairs(records) do
    if self.talk:take(record) then
      self:draw_soon()
    end
    if record.type == "SessionChanged" and record.data.session == self.talk.session then
      self:load()
      return
    end
  end
end

---The session has a name now: its buffers get it too.
---@param session string
function Chat:name(session)
  self.talk.session = session
  local name = session .. self.root
  self.view:rename(uri("chat/" .. name))
  View.rename_buffer(self.prompt, uri("prompt/" .. name))
end

---Say what stands in the prompt.
function Chat:send()
  local text = prompt.text(self.prompt)
  if text == "" then
    return
  end
  local params = vim.tbl_extend("force", {
    sessionId = self.talk.session,
    text = attachments.with(text, self.attachments),
  }, self.choice)
  local attached, choice = self.attachments, self.choice
  self.attachments, self.choice = {}, {}
  prompt.set_text(self.prompt, "")
  require("agentxd.client").request("agentx/session/prompt", params, function(problem, result)
    if problem then
      telling.problem(problem)
      self.attachments, self.choice = vim.list_extend(attached, self.attachments), choice
      local typed = prompt.text(self.prompt)
      prompt.set_text(self.prompt, typed == "" and text or text .. "\n" .. typed)
    elseif self.talk.session == "" then
      self:name(result.sessionId)
      self:load()
    end
    self:draw()
  end, daemon.connection(self.root))
end

---End the turn and keep its work; a second time, while it ends, drop the work.
function Chat:stop()
  local task = self.talk:running()
  if not task then
    telling.tell("nothing works here")
  elseif self.stopping ~= task then
    self.stopping = task
    telling.tell("stopping; what was done so far is kept (again: drop it)")
    daemon.ask(self.root, "agentx/session/stop", { sessionId = self.talk.session })
  else
    daemon.ask(self.root, "agentx/task/cancel", { taskId = task })
  end
end

function Chat:choose_model()
  require("agentxd.chat.models").choose(self.root, function(choice)
    local params = { provider = choice.provider, model = choice.model }
    if self.talk.session == "" then
      self.choice = params
      self:draw()
    else
      params.sessionId = self.talk.session
      daemon.ask(self.root, "agentx/session/set", params)
    end
  end)
end

function Chat:choose_mode()
  require("agentxd.chat.models").choose_mode(function(mode)
    if self.talk.session == "" then
      telling.tell("say something first: the mode is the session's")
    else
      daemon.ask(self.root, "agentx/session/set", { sessionId = self.talk.session, queueMode = mode })
    end
  end)
end

---Go on with what was interrupted or waits.
function Chat:resume()
  daemon.ask(self.root, "agentx/session/resume", { sessionId = self.talk.session })
end

---Show or hide what belongs to a line: arguments and output of a tool, thinking.
---@param block? agentxd.Block nil: of all of them
---@param is_open? boolean nil: the other way round
function Chat:fold(block, is_open)
  for _, one in ipairs(block and { block } or self.talk.blocks) do
    if one.kind == "tool" or one.kind == "thinking" then
      if is_open == nil then
        one.is_open = not one.is_open
      else
        one.is_open = is_open
      end
      one.rows = nil
    end
  end
  self:draw()
  if block and block.rows then
    self.view:select(block.rows[1].key)
  end
end

function Chat:detach()
  self.attachments = {}
  self:draw()
end

---@param focus "prompt"|"transcript"|"none"
function Chat:show(focus)
  local before = vim.api.nvim_get_current_win()
  local place = require("agentxd.ui.options").of("ui").chat
  local window = windows.open(self.view.buffer, "chat", {
    wrap = true,
    linebreak = true,
    breakindent = true,
  })
  local below = prompt.open(self.prompt, window, place.prompt_height)
  local wanted = { prompt = below, transcript = window, none = before }
  vim.api.nvim_set_current_win(wanted[focus])
  if focus == "prompt" then
    vim.cmd.startinsert()
  end
  self:draw()
end

function Chat:close()
  for _, buffer in ipairs({ self.prompt, self.view.buffer }) do
    for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
      pcall(vim.api.nvim_win_close, window, false) -- the last window stays
    end
  end
end

return Chat
