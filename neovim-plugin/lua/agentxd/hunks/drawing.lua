---How a hunk looks: pure functions from a hunk to chunks of virtual text.
local M = {}

---@alias agentxd.Chunk [string, string]

local STATE_GROUPS = { conflicted = "AgentXConflict", edited = "AgentXEdited" }

---Default highlights; a colour scheme or the user may set them differently.
M.HIGHLIGHTS = {
  AgentXHeader = "Title",
  AgentXDim = "Comment",
  AgentXKey = "Special",
  AgentXAdded = "DiffAdd",
  AgentXRemoved = "DiffDelete",
  AgentXSignAdded = "DiagnosticOk",
  AgentXSignRemoved = "DiagnosticError",
  AgentXSignChanged = "DiagnosticWarn",
  AgentXConflict = "DiagnosticError",
  AgentXEdited = "DiagnosticInfo",
  AgentXPassed = "DiagnosticOk",
  AgentXFailed = "DiagnosticWarn",
}

---Lines of a text, without what ends them.
---@param text string
---@return string[]
function M.lines(text)
  if text == "" then
    return {}
  end
  local found = vim.split(text, "\n", { plain = true })
  if found[#found] == "" then
    found[#found] = nil
  end
  for index, line in ipairs(found) do
    found[index] = line:gsub("\r$", "")
  end
  return found
end

---A line as it is shown: tabs as wide as they are in the file, control characters visible.
---@param line string
---@param tab integer
---@return string
function M.shown(line, tab)
  if line:find("[%z\1-\31]") then
    local column, parts = 0, {}
    for before, mark in (line .. "\t"):gmatch("([^\t]*)(\t)") do
      parts[#parts + 1] = (before:gsub("[%z\1-\31]", "·"))
      column = column + vim.fn.strdisplaywidth(before)
      local width = tab - column % tab
      parts[#parts + 1] = mark and (" "):rep(width)
      column = column + width
    end
    parts[#parts] = nil
    return table.concat(parts)
  end
  return line
end

---What the checks said, in two or three words; nothing where none ran.
---@param proposal agentxd.Proposal
---@return agentxd.Chunk?
function M.evidence(proposal)
  local n_after, n_passed, is_expired = 0, 0, false
  for _, evidence in ipairs(proposal.evidence) do
    if evidence.phase ~= "before" then
      n_after = n_after + 1
      n_passed = n_passed + (evidence.exitCode == 0 and 1 or 0)
      is_expired = is_expired or evidence.isExpired
    end
  end
  if n_after == 0 then
    return nil
  end
  local is_passed = n_passed == n_after
  local words = ("%s %d/%d checks%s"):format(is_passed and "✓" or "✗", n_passed, n_after, is_expired and ", expired" or "")
  return { words, (is_passed and not is_expired) and "AgentXPassed" or "AgentXFailed" }
end

---What the hunk does where its lines alone do not say so.
---@param hunk agentxd.Hunk
---@param file? agentxd.ProposedFile
---@return string
function M.deed(hunk, file)
  local kind = file and file.kind or "modified"
  if hunk.kind == "mode" then
    return ("mode %o → %o"):format(hunk.oldMode, hunk.newMode)
  elseif hunk.kind == "rename" then
    return ("renamed from %s"):format(hunk.oldPath)
  elseif kind == "created" or kind == "deleted" then
    return "file " .. kind
  elseif hunk.encoding == "binary" then
    return "binary, replaced"
  end
  return ""
end

---@param hunk agentxd.Hunk
---@param proposal agentxd.Proposal
---@param keys agentxd.Chunk[]
---@return agentxd.Chunk[]
function M.header(hunk, proposal, keys)
  local file = vim.iter(proposal.files):find(function(found)
    return found.path == hunk.path
  end)
  local group = STATE_GROUPS[hunk.state] or "AgentXHeader"
  local chunks = { { "▎" .. hunk.id .. " " .. hunk.state, group } }
  local deed = M.deed(hunk, file)
  local title = proposal.title:gsub("%s+", " ")
  for _, words in ipairs({ deed, hunk.state == "conflicted" and hunk.reason or "", vim.fn.strcharpart(title, 0, 50) }) do
    if words ~= "" then
      chunks[#chunks + 1] = { " · " .. words, "AgentXDim" }
    end
  end
  local evidence = M.evidence(proposal)
  if evidence then
    vim.list_extend(chunks, { { " · ", "AgentXDim" }, evidence })
  end
  return vim.list_extend(chunks, keys)
end

---The proposed lines, at most so many.
---@param hunk agentxd.Hunk
---@param most integer
---@param tab integer
---@param width integer # Lines are filled up to it, so that they stand out as lines.
---@return agentxd.Chunk[][]
function M.added(hunk, most, tab, width)
  local lines = M.lines(hunk.newText)
  local found = {}
  for index = 1, math.min(#lines, most) do
    local line = M.shown(lines[index], tab)
    local missing = width - vim.fn.strdisplaywidth(line)
    found[index] = { { line .. (" "):rep(math.max(missing, 1)), "AgentXAdded" } }
  end
  if #lines > most then
    found[#found + 1] = { { ("  … %d more lines; :AgentX diff shows all"):format(#lines - most), "AgentXDim" } }
  end
  return found
end

---@param hunk agentxd.Hunk
---@return string sign
---@return string group
function M.sign(hunk)
  local signs = require("agentxd.config").get().signs
  if hunk.state == "conflicted" then
    return signs.conflicted, "AgentXConflict"
  elseif hunk.oldText == "" then
    return signs.added, "AgentXSignAdded"
  elseif hunk.newText == "" then
    return signs.removed, "AgentXSignRemoved"
  end
  return signs.changed, "AgentXSignChanged"
end

return M
