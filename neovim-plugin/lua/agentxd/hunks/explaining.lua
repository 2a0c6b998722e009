---Why a hunk is there, and what was run for it: small windows beside the cursor.
local client = require("agentxd.client")
local telling = require("agentxd.telling")

local M = {}

local PHASES = { before = "before the change", after = "with the change", subset = "with exactly some hunks" }

---@param title string
---@param lines string[]
---@return integer bufnr
function M.float(title, lines)
  local bufnr = vim.lsp.util.open_floating_preview(lines, "markdown", {
    border = "rounded",
    title = " " .. title .. " ",
    focus_id = "agentxd",
    max_width = math.floor(vim.o.columns * 0.8),
    max_height = math.floor(vim.o.lines * 0.6),
    wrap = true,
  })
  return bufnr
end

---@param text string
---@return string[]
local function lines_of(text)
  return vim.split(vim.trim(text), "\n", { plain = true })
end

---Where a hunk comes from: its goal, who made it, and what was said about it at the end.
---@param hunk agentxd.Hunk
---@param proposal agentxd.Proposal
function M.why(hunk, proposal)
  client.request("agentx/task/get", { taskId = proposal.taskId }, function(problem, result)
    if problem then
      telling.problem(problem)
      return
    end
    local task = result.task
    local lines = { ("**%s** %s, by %s"):format(hunk.id, hunk.state, hunk.author), "" }
    vim.list_extend(lines, lines_of("Goal: " .. task.goal))
    vim.list_extend(lines, { "", ("Task %s, in the sandbox %s"):format(task.id, task.sandbox) })
    for _, text in ipairs({ hunk.reason, task.reason }) do
      if text ~= "" then
        vim.list_extend(lines, { "" })
        vim.list_extend(lines, lines_of(text))
      end
    end
    M.float("Why " .. hunk.id, lines)
  end)
end

---What ran before and after, and what it said.
---@param hunk agentxd.Hunk
---@param proposal agentxd.Proposal
function M.evidence(hunk, proposal)
  local lines = {}
  for _, evidence in ipairs(proposal.evidence) do
    if #evidence.hunkIds == 0 or vim.tbl_contains(evidence.hunkIds, hunk.id) then
      local verdict = evidence.exitCode == 0 and "✓" or ("✗ ended with %d"):format(evidence.exitCode)
      local head = ("%s `%s` %s, in %.1f s"):format(verdict, evidence.command, PHASES[evidence.phase] or evidence.phase, evidence.durationMs / 1000)
      vim.list_extend(lines, { head .. (evidence.isExpired and " (expired: the files have moved on)" or ""), "", "```" })
      vim.list_extend(lines, lines_of(evidence.tail))
      vim.list_extend(lines, { "```", "" })
    end
  end
  if #lines == 0 then
    lines = { "No command ran." }
  end
  M.float("Evidence for " .. hunk.id, lines)
end

return M
