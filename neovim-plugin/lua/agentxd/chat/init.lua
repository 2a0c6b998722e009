---`:AgentX chat`: all chats of this editor, and which one is shown.
local Chat = require("agentxd.chat.talking")
local attachments = require("agentxd.attachments")
local daemon = require("agentxd.ui.daemon")
local state = require("agentxd.state")

local M = {}

---@type agentxd.Chat[] oldest first
local chats = {}
local is_attached = false

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
  local chat = found
  if not chat then
    chat = Chat.new(options.root, session)
    table.insert(chats, chat)
  end
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
    require("agentxd.ui.picking").pick(choices, { prompt = "Session", kind = "agentxd.session" }, function(item)
      return item.words
    end, function(item)
      done(item.id)
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
