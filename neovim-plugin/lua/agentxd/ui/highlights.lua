---Highlight groups of the lists and the chat; each is a link that a colour scheme or a user may set.
local M = {}

---@type table<string, string>
M.LINKS = {
  AgentXTitle = "Title",
  AgentXMuted = "Comment",
  AgentXId = "Identifier",
  AgentXPath = "Directory",
  AgentXRole = "Type",
  AgentXNumber = "Number",
  AgentXKey = "Special",
  AgentXGood = "DiagnosticOk",
  AgentXBusy = "DiagnosticInfo",
  AgentXAsk = "DiagnosticWarn",
  AgentXBad = "DiagnosticError",
  AgentXUser = "Title",
  AgentXThinking = "Comment",
  AgentXTool = "Function",
  AgentXNotice = "WarningMsg",
  AgentXAttachment = "Special",
  AgentXPlus = "Added",
  AgentXMinus = "Removed",
}

---Make the links that nobody made yet.
function M.define()
  for name, target in pairs(M.LINKS) do
    vim.api.nvim_set_hl(0, name, { link = target, default = true })
  end
end

return M
