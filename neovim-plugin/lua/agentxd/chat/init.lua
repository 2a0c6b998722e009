---`:AgentX chat`: a session as it goes, and a prompt below it.
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

local M = {}

local FRAME_MS = 30
---@type agentxd.Chat[] oldest first
local chats = {}
local n_new = 0
local is_attached = false

-- One chat ---------------------------------------------------------------------------------------

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
  table.insert(chats, chat)
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
  daemon.ask(self.root, "agentx/session/get", { sessionId = self.talk.session }, function(result)
    self.talk:load(result, function(task)
      local found = state.task(task, self.root)
      return found and found.proposalIds or {}
    end)
    local pending = self.pending or {}
    self.pending = nil
    self:take(pending)
    self:draw()
  end)
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
  local attached = self.attachments
  self.attachments, self.choice = {}, {}
  prompt.set_text(self.prompt, "")
  require("agentxd.client").request("agentx/session/prompt", params, function(problem, result)
    if problem then
      telling.problem(problem)
      self.attachments = attached
      if prompt.text(self.prompt) == "" then
        prompt.set_text(self.prompt, text)
      end
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

-- All of them ------------------------------------------------------------------------------------

---@param fn fun(chat: agentxd.Chat)
---@param root string
local function each(root, fn)
  for _, chat in ipairs(chats) do
    if chat.root == root and chat:is_valid() then
      fn(chat)
    end
  end
end

---@type table<string, table<string, true>> what of a talk shows what of the state
local SHOWS = { tasks = { turn = true }, proposals = { proposal = true }, approvals = { ask = true } }

local function attach()
  if is_attached then
    return
  end
  is_attached = true
  local client = require("agentxd.client")
  client.on("agentx/event/published", function(params, connection)
    each(connection.root, function(chat)
      chat:take(params.records)
    end)
  end)
  client.on("agentx/part/streamed", function(params, connection)
    each(connection.root, function(chat)
      if chat.talk:stream(params) then
        chat:draw_soon()
      end
    end)
  end)
  state.subscribe("connection", function(_, root, now)
    each(root, function(chat)
      if now == "running" then
        vim.schedule(function()
          chat:load()
        end)
      end
    end)
  end)
  for kind, shown in pairs(SHOWS) do
    state.subscribe(kind, function(_, root)
      each(root, function(chat)
        chat.talk:redraw(shown)
        chat:draw_soon()
      end)
    end)
  end
end

---The chat of a buffer, its transcript or its prompt.
---@param buffer integer
---@return agentxd.Chat?
function M.of_buffer(buffer)
  for _, chat in ipairs(chats) do
    if chat.view.buffer == buffer or chat.prompt == buffer then
      return chat
    end
  end
end

---Show a session, or a new one.
---@param options { root: string, session?: string, focus?: "prompt"|"transcript"|"none", attachment?: agentxd.Attachment }
---@return agentxd.Chat
function M.open(options)
  attach()
  local session = options.session or ""
  local found
  each(options.root, function(chat)
    if chat.talk.session == session then
      found = chat
    end
  end)
  local chat = found or Chat.new(options.root, session)
  if options.attachment then
    table.insert(chat.attachments, options.attachment)
  end
  chat:show(options.focus or "transcript")
  if not found then
    chat:load()
  end
  return chat
end

---The chat that was begun last and is still on the screen, or was.
---@param root string
---@return string? session
local function last_session(root)
  local session
  each(root, function(chat)
    session = chat.talk.session
  end)
  return session
end

---@param root string
---@param done fun(session: string)
local function choose_session(root, done)
  daemon.ask(root, "agentx/session/list", {}, function(result)
    local sessions = result.sessions
    if #sessions == 0 then
      done("")
      return
    end
    local choices = { { id = "", words = "a new session" } }
    for index = #sessions, 1, -1 do
      local session = sessions[index]
      local words = ("%s  %s  (%s)"):format(session.id, require("agentxd.ui.format").short(session.title, 60), session.state)
      choices[#choices + 1] = { id = session.id, words = words }
    end
    vim.ui.select(choices, {
      prompt = "Session",
      kind = "agentxd.session",
      format_item = function(item)
        return item.words
      end,
    }, function(item)
      if item then
        done(item.id)
      end
    end)
  end)
end

---`:AgentX chat [session|new]`; a range attaches its lines.
---@param arguments agentxd.Arguments
function M.command(arguments)
  local attachment = attachments.of_range(arguments)
  local root = daemon.here()
  if not root then
    return
  end
  local function open(session)
    M.open({ root = root, session = session, focus = "prompt", attachment = attachment })
  end
  local wanted = arguments.words[1]
  if wanted then
    open(wanted == "new" and "" or wanted)
  elseif last_session(root) then
    open(last_session(root))
  else
    choose_session(root, open)
  end
end

---`:AgentX sessions`: choose one.
function M.sessions()
  local root = daemon.here()
  if root then
    choose_session(root, function(session)
      M.open({ root = root, session = session, focus = "prompt" })
    end)
  end
end

---@return string[]
function M.complete()
  local found = { "new" }
  for _, task in ipairs(state.tasks()) do
    if task.sessionId ~= "" and not vim.tbl_contains(found, task.sessionId) then
      found[#found + 1] = task.sessionId
    end
  end
  return found
end

return M
