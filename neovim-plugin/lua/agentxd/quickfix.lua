---Hunks and findings as quickfix lists.
local client = require("agentxd.client")
local compat = require("agentxd.compat")
local drawing = require("agentxd.hunks.drawing")
local marks = require("agentxd.hunks.marks")
local state = require("agentxd.state")
local telling = require("agentxd.telling")

local M = {}

---@param title string
---@param items table[]
---@param nothing string
local function show(title, items, nothing)
  if #items == 0 then
    telling.tell(nothing)
    return
  end
  vim.fn.setqflist({}, " ", { title = title, items = items })
  vim.cmd("botright copen")
end

---@param hunk agentxd.Hunk
---@param proposal agentxd.Proposal?
---@return string
local function words_of(hunk, proposal)
  local n_old, n_new = #drawing.lines(hunk.oldText), #drawing.lines(hunk.newText)
  local title = proposal and proposal.title:gsub("%s+", " ") or ""
  local why = hunk.state == "conflicted" and (" · " .. hunk.reason) or ""
  return ("%s %s −%d +%d · %s%s"):format(hunk.id, hunk.state, n_old, n_new, title, why)
end

---Hunks that wait for a decision.
---@param root string
---@return table[]
function M.hunk_items(root)
  local items, buffers = {}, {}
  for _, hunk in ipairs(state.open_hunks(root)) do
    local name = root .. "/" .. hunk.path
    buffers[name] = buffers[name] or compat.buffer_named(name) or -1
    local row = buffers[name] ~= -1 and marks.place(buffers[name], hunk.id) or hunk.startLine
    items[#items + 1] = {
      filename = name,
      lnum = row + 1,
      type = hunk.state == "conflicted" and "W" or "I",
      text = words_of(hunk, state.proposal(hunk.proposalId, root)),
    }
  end
  return items
end

function M.hunks()
  local root = client.current_root()
  show("AgentX: hunks", root and M.hunk_items(root) or {}, "no hunk waits for a decision.")
end

---Findings of the review, which are diagnostics.
---@return table[]
function M.finding_items()
  local found = vim.tbl_filter(function(diagnostic)
    return diagnostic.source == "agentx review"
  end, vim.diagnostic.get(nil))
  return vim.diagnostic.toqflist(found)
end

function M.findings()
  show("AgentX: findings", M.finding_items(), "the review has no findings; `agentxd review` runs it on any change.")
end

return M
