---Keys of the transcript and of the prompt.
local M = {}

---@param chat agentxd.Chat
---@return fun()
local function to_prompt(chat)
  return function()
    chat:show("prompt")
  end
end

---@param chat agentxd.Chat
---@param step 1|-1
local function jump(chat, step)
  local line = vim.fn.line(".") + step
  while line >= 1 and line <= #chat.view.rows do
    local row = chat.view.rows[line]
    if row.item and row.item.kind == "user" and row.key:match("%.2$") then
      vim.api.nvim_win_set_cursor(0, { line, 0 })
      return
    end
    line = line + step
  end
end

---What is under the cursor: a proposal is opened, a question asked, anything else folded or unfolded.
---@param chat agentxd.Chat
local function enter(chat)
  local row = chat.view:row()
  local block = row and row.item or {}
  if block.proposal then
    require("agentxd.proposals").open(chat.root, block.proposal)
  elseif block.approval then
    local words = { block.approval }
    require("agentxd.approvals").approve({ words = words, rest = words[1], bang = false, range = 0, line1 = 1, line2 = 1 })
  elseif block.kind then
    chat:fold(block)
  end
end

---@param chat agentxd.Chat
local function fold_here(chat)
  local row = chat.view:row()
  if row and row.item and row.item.kind then
    chat:fold(row.item)
  end
end

---@param chat agentxd.Chat
---@return agentxd.Key[]
local function shared(chat)
  local function with(name)
    return function()
      chat[name](chat)
    end
  end
  return {
    { name = "stop", key = "<C-c>", words = "stop: the work so far is kept; again: drop it", run = with("stop") },
    { name = "model", key = "gm", words = "another model from the next turn on", run = with("choose_model") },
    { name = "mode", key = "gs", words = "what becomes of what is said while a turn works", run = with("choose_mode") },
    { name = "resume", key = "gr", words = "go on with what was interrupted or waits", run = with("resume") },
    { name = "close", key = "q", words = "close the chat; work goes on", run = with("close") },
  }
end

---@param chat agentxd.Chat
function M.set(chat)
  local keys = require("agentxd.ui.keys")
  local transcript = {
    { name = "open", key = "<CR>", words = "open what is here: proposal, question, fold", run = function() enter(chat) end },
    { name = "fold", key = "<Tab>", words = "fold or unfold", run = function() fold_here(chat) end },
    { name = "fold_too", key = "za", words = "the same", run = function() fold_here(chat) end },
    { name = "unfold_all", key = "zR", words = "unfold everything", run = function() chat:fold(nil, true) end },
    { name = "fold_all", key = "zM", words = "fold everything", run = function() chat:fold(nil, false) end },
    { name = "prompt", key = "i", words = "go to the prompt", run = to_prompt(chat) },
    { name = "prompt_too", key = "a", words = "the same", run = to_prompt(chat) },
    { name = "next", key = "]]", words = "next prompt", run = function() jump(chat, 1) end },
    { name = "previous", key = "[[", words = "previous prompt", run = function() jump(chat, -1) end },
  }
  local typed = {
    { name = "send", key = "<CR>", words = "send", run = function() chat:send() end },
    { name = "send_typing", key = "<C-s>", mode = "i", words = "send, while typing", run = function() chat:send() end },
    { name = "detach", key = "gx", words = "attach nothing", run = function() chat:detach() end },
  }
  keys.set(chat.view.buffer, "chat", vim.list_extend(transcript, shared(chat)))
  keys.set(chat.prompt, "prompt", vim.list_extend(typed, shared(chat)))
end

return M
