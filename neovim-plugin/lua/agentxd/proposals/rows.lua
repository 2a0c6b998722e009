---How the list of proposals looks: a proposal, its files, their hunks; evidence beside them.
local format = require("agentxd.ui.format")
local state = require("agentxd.state")
local symbols = require("agentxd.ui.symbols")

local M = {}

---@param hunk agentxd.Hunk
---@return integer added, integer removed
local function size(hunk)
  local function count(text)
    local _, n = text:gsub("\n", "")
    return (text ~= "" and text:sub(-1) ~= "\n") and n + 1 or n
  end
  return count(hunk.newText), count(hunk.oldText)
end

---What a hunk is about, in one line: its first new line, or what it is when it has none.
---@param hunk agentxd.Hunk
---@return string
local function gist(hunk)
  if hunk.kind == "mode" then
    return ("mode %o to %o"):format(hunk.oldMode, hunk.newMode)
  elseif hunk.kind == "rename" then
    return "renamed from " .. hunk.oldPath
  elseif hunk.encoding == "binary" then
    return "binary"
  end
  for line in (hunk.newText ~= "" and hunk.newText or hunk.oldText):gmatch("[^\r\n]+") do
    if vim.trim(line) ~= "" then
      return vim.trim(line)
    end
  end
  return ""
end

---@param hunk agentxd.Hunk
---@return agentxd.Row
local function hunk_row(hunk)
  local look = symbols.hunk(hunk.state)
  local added, removed = size(hunk)
  local place = ("%d"):format(hunk.startLine + 1)
  local parts = {
    { "     " },
    { look.sign .. " " .. look.word .. (" "):rep(math.max(1, 12 - #look.word)), look.group },
    { ("%-7s"):format(hunk.id), "AgentXId" },
    { ("%6s  "):format(place), "AgentXNumber" },
    { ("+%d"):format(added), "AgentXPlus" },
    { (" -%d"):format(removed), "AgentXMinus" },
    { (" "):rep(math.max(1, 7 - #tostring(added) - #tostring(removed))) },
    { format.short(gist(hunk), 80) },
  }
  if hunk.state ~= "applied" and hunk.reason ~= "" then
    parts[#parts + 1] = { "  " .. format.short(hunk.reason, 80), "AgentXMuted" }
  elseif hunk.level == "merged" then
    parts[#parts + 1] = { "  merged into newer text", "AgentXMuted" }
  end
  return { key = "hunk " .. hunk.id, parts = parts, item = { hunk = hunk } }
end

---@param proposal agentxd.Proposal
---@param evidence agentxd.Evidence
---@return agentxd.Row
local function evidence_row(proposal, evidence)
  local is_good = evidence.exitCode == 0
  local sign = is_good and symbols.sign("✓", "+") or symbols.sign("✗", "x")
  local subset = evidence.phase == "subset" and " with " .. table.concat(evidence.hunkIds, ", ") or ""
  local parts = {
    { "   " },
    { sign .. " ", is_good and "AgentXGood" or "AgentXBad" },
    { ("%-7s"):format(evidence.phase), "AgentXMuted" },
    { format.short(evidence.command, 60) },
    { subset, "AgentXMuted" },
    { ("  exit %d"):format(evidence.exitCode), is_good and "AgentXGood" or "AgentXBad" },
    { ("  %.1f s"):format(evidence.durationMs / 1000), "AgentXMuted" },
    { evidence.isExpired and "  expired: the files moved on" or "", "AgentXAsk" },
  }
  return { key = "evidence " .. evidence.id, parts = parts, item = { evidence = evidence, proposal = proposal } }
end

---@param proposal agentxd.Proposal
---@return integer
function M.n_open(proposal)
  local n = 0
  for _, hunk in ipairs(proposal.hunks) do
    n = n + (state.OPEN[hunk.state] and 1 or 0)
  end
  return n
end

---@param proposal agentxd.Proposal
---@return string
local function badge(proposal)
  local after = vim.tbl_filter(function(evidence)
    return evidence.phase == "after" and not evidence.isExpired
  end, proposal.evidence)
  local n_bad = #vim.tbl_filter(function(evidence)
    return evidence.exitCode ~= 0
  end, after)
  if #after == 0 then
    return ""
  end
  if n_bad > 0 then
    return symbols.sign("  ✗ ", "  x ") .. n_bad .. " of " .. format.counted(#after, "check") .. " failed"
  end
  return symbols.sign("  ✓ ", "  + ") .. format.counted(#after, "check") .. " passed"
end

---@param proposal agentxd.Proposal
---@param is_closed boolean
---@return agentxd.Row
local function proposal_row(proposal, is_closed)
  local look = symbols.hunk(proposal.state)
  local n_open = M.n_open(proposal)
  local told = format.counted(#proposal.hunks, "hunk")
  if n_open > 0 and n_open < #proposal.hunks then
    told = ("%d of %s open"):format(n_open, told)
  end
  local checks = badge(proposal)
  return {
    key = "proposal " .. proposal.id,
    parts = {
      { (is_closed and symbols.sign("▸", "+") or symbols.sign("▾", "-")) .. " ", "AgentXMuted" },
      { proposal.id .. "  ", "AgentXId" },
      { format.short(proposal.title, 70), "AgentXTitle" },
      { ("  %s %s"):format(look.sign, look.word), look.group },
      { "  " .. told, "AgentXMuted" },
      { checks, checks:match("failed") and "AgentXBad" or "AgentXGood" },
      { "  " .. proposal.author, "AgentXMuted" },
    },
    item = { proposal = proposal },
  }
end

---@param proposal agentxd.Proposal
---@param rows agentxd.Row[]
local function draw_inside(proposal, rows)
  local hunk_of = {}
  for _, hunk in ipairs(proposal.hunks) do
    hunk_of[hunk.id] = hunk
  end
  for _, file in ipairs(proposal.files) do
    local from = file.oldPath ~= "" and file.oldPath ~= file.path and " from " .. file.oldPath or ""
    rows[#rows + 1] = {
      key = ("file %s:%s"):format(proposal.id, file.path),
      parts = { { "   " }, { file.path, "AgentXPath" }, { "  " .. file.kind .. from, "AgentXMuted" } },
      item = { file = file, proposal = proposal },
    }
    for _, id in ipairs(file.hunkIds) do
      if hunk_of[id] then
        rows[#rows + 1] = hunk_row(hunk_of[id])
      end
    end
  end
  for _, evidence in ipairs(proposal.evidence) do
    rows[#rows + 1] = evidence_row(proposal, evidence)
  end
end

---@param root string
---@param proposals agentxd.Proposal[]
---@param closed table<string, boolean>
---@param is_all boolean also those where nothing is open
---@return agentxd.Row[]
function M.draw(root, proposals, closed, is_all)
  local rows, n_shown, n_open = { { key = "head", parts = {} } }, 0, 0
  for index = #proposals, 1, -1 do
    local proposal = proposals[index]
    local n = M.n_open(proposal)
    n_open = n_open + n
    if is_all or n > 0 then
      n_shown = n_shown + 1
      -- What was decided before is folded; what is decided before one's eyes stays.
      if closed[proposal.id] == nil then
        closed[proposal.id] = n == 0
      end
      rows[#rows + 1] = proposal_row(proposal, closed[proposal.id])
      if not closed[proposal.id] then
        draw_inside(proposal, rows)
      end
    end
  end
  local words = ("%s%s%s open"):format(vim.fs.basename(root), symbols.sign(" · ", ", "), format.counted(n_open, "hunk"))
  rows[1].parts = { { "AgentX proposals  ", "AgentXTitle" }, { words, "AgentXMuted" } }
  if n_shown == 0 then
    local text = is_all and "  There is no proposal yet: :AgentX run {goal}" or "  Nothing waits for you; o shows all"
    rows[2] = { key = "empty", parts = { { text, "AgentXMuted" } } }
  end
  return rows
end

return M
