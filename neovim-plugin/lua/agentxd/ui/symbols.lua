---What a state looks like: a sign, a word and a highlight, so that colour is never all there is.
local M = {}

---@class agentxd.Look
---@field sign string
---@field word string
---@field group string

---@type table<string, [string, string, string, string]> state to sign, plain sign, word, group
local TASKS = {
  pending = { "○", "o", "pending", "AgentXMuted" },
  running = { "▶", ">", "running", "AgentXBusy" },
  waiting = { "?", "?", "asks you", "AgentXAsk" },
  paused = { "‖", "=", "paused", "AgentXAsk" },
  completed = { "✓", "+", "done", "AgentXGood" },
  no_change = { "–", "-", "no change", "AgentXMuted" },
  failed = { "✗", "x", "failed", "AgentXBad" },
  checks_failed = { "✗", "x", "checks failed", "AgentXBad" },
  denied = { "⊘", "0", "denied", "AgentXBad" },
  budget_exhausted = { "$", "$", "budget spent", "AgentXBad" },
  cancelled = { "■", "#", "cancelled", "AgentXMuted" },
  interrupted = { "!", "!", "interrupted", "AgentXAsk" },
  taken_over = { "»", "}", "taken over", "AgentXGood" },
}

---@type table<string, [string, string, string, string]>
local HUNKS = {
  proposed = { "○", "o", "open", "AgentXAsk" },
  edited = { "✎", "e", "edited", "AgentXAsk" },
  accepted = { "◐", "%", "accepted", "AgentXBusy" },
  applied = { "✓", "+", "applied", "AgentXGood" },
  rejected = { "✗", "x", "rejected", "AgentXMuted" },
  superseded = { "»", "}", "superseded", "AgentXMuted" },
  conflicted = { "!", "!", "conflict", "AgentXBad" },
  undone = { "←", "<", "taken back", "AgentXMuted" },
  open = { "○", "o", "open", "AgentXAsk" },
  partial = { "◐", "%", "in part", "AgentXGood" },
}

---@param table_ table<string, [string, string, string, string]>
---@param state string
---@return agentxd.Look
local function look(table_, state)
  local found = table_[state]
  if not found then -- a newer daemon may know more states
    return { sign = "·", word = (state:gsub("_", " ")), group = "AgentXMuted" }
  end
  local is_plain = require("agentxd.ui.options").of("ui").symbols == "ascii"
  return { sign = found[is_plain and 2 or 1], word = found[3], group = found[4] }
end

---@param state string
---@return agentxd.Look
function M.task(state)
  return look(TASKS, state)
end

---Of a hunk or a proposal.
---@param state string
---@return agentxd.Look
function M.hunk(state)
  return look(HUNKS, state)
end

---Signs that stand for themselves.
---@param unicode string
---@param plain string
---@return string
function M.sign(unicode, plain)
  return require("agentxd.ui.options").of("ui").symbols == "ascii" and plain or unicode
end

return M
