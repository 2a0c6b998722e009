---Where one types what is said to a session: a small buffer below the transcript.
local attachments = require("agentxd.attachments")
local symbols = require("agentxd.ui.symbols")
local windows = require("agentxd.ui.windows")

local M = {}

---@param root string
---@param name string
---@return integer buffer
function M.buffer(root, name)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buffer, name)
  vim.bo[buffer].buftype = "nofile"
  vim.bo[buffer].bufhidden = "hide"
  vim.bo[buffer].swapfile = false
  vim.b[buffer].agentx_root = root
  vim.bo[buffer].filetype = "agentx-prompt"
  return buffer
end

---@param buffer integer
---@return string
function M.text(buffer)
  return vim.trim(table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n"))
end

---@param buffer integer
---@param text string
function M.set_text(buffer, text)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, "\n", { plain = true }))
end

---Show it below the transcript's window.
---@param buffer integer
---@param transcript integer window
---@param height integer
---@return integer window
function M.open(buffer, transcript, height)
  local window = windows.showing(buffer)
  if window then
    return window
  end
  for _, other in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.w[other].agentx_role == "prompt" then -- of another chat that was shown here
      vim.api.nvim_win_set_buf(other, buffer)
      return other
    end
  end
  window = vim.api.nvim_open_win(buffer, false, { split = "below", win = transcript, height = height })
  vim.w[window].agentx_role = "prompt"
  windows.calm(window, { wrap = true, linebreak = true, winfixheight = true, winfixwidth = true })
  return window
end

---What stands above the prompt: what goes on, the model, what is attached, and how to send.
---@param chat agentxd.Chat
---@return string
function M.bar(chat)
  local running = chat.talk:running()
  local info = chat.talk.info
  local provider = info and info.provider or chat.choice.provider
  local model = info and info.model or chat.choice.model
  local named = table.concat(
    vim.tbl_filter(function(word)
      return word ~= nil and word ~= ""
    end, { provider, model }),
    "/"
  )
  local words = { running and running .. " works, <C-c> stops it" or "<CR> sends, g? helps" }
  words[#words + 1] = named ~= "" and named or "automatic model"
  for _, attachment in ipairs(chat.attachments) do
    words[#words + 1] = "+ " .. attachments.label(attachment)
  end
  local text = " " .. table.concat(words, symbols.sign(" · ", " | "))
  return (running and "%#AgentXBusy#" or "%#AgentXMuted#") .. text:gsub("%%", "%%%%")
end

return M
