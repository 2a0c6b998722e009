---`:AgentX review`: findings as diagnostics and in the quickfix list; fix, answer and explain them.
local daemon = require("agentxd.ui.daemon")
local format = require("agentxd.ui.format")
local telling = require("agentxd.telling")

local M = {}

---True while the text of a rule is asked for: the daemon sends it as a message, too, for editors that have nothing better.
M.is_explaining = false

local SOURCE = "agentx review"
local TYPES = { error = "E", warning = "W", note = "I" }
local TARGETS = { "working", "staged", "base", "range" }
local ANSWERS = { "accepted", "false-positive", "later" }

---@param root string
---@param finding agentxd.ReviewFinding
---@return table
local function item(root, finding)
  local advice = finding.advice ~= "" and "  " .. finding.advice or ""
  return {
    filename = root .. "/" .. finding.path,
    lnum = finding.line + 1,
    col = math.max(0, finding.column) + 1,
    type = TYPES[finding.severity] or "I",
    text = ("[%s] %s%s"):format(finding.rule, format.short(finding.message, 200), advice),
    user_data = { fingerprint = finding.fingerprint, rule = finding.rule, isFixable = finding.fix ~= vim.NIL and finding.fix ~= nil },
  }
end

---@param result agentxd.RunReviewResult
---@return string
local function summary(result)
  local n = { error = 0, warning = 0, note = 0 }
  for _, finding in ipairs(result.findings) do
    n[finding.severity] = (n[finding.severity] or 0) + 1
  end
  local words = {}
  for _, severity in ipairs({ "error", "warning", "note" }) do
    if n[severity] > 0 then
      words[#words + 1] = format.counted(n[severity], severity)
    end
  end
  local found = #words > 0 and table.concat(words, ", ") or "no findings"
  return ("review of %s: %s in %s"):format(result.title, found, format.counted(result.nFiles, "file"))
end

---What was not looked at: a review with one of these is no pass.
---@param result agentxd.RunReviewResult
local function tell_gaps(result)
  for _, failure in ipairs(result.failures) do
    telling.warn(("%s failed: %s"):format(failure.rule, failure.reason))
  end
  if not result.isComplete then
    telling.warn(("not complete: %s"):format(format.counted(#result.unreviewed, "place") .. " nobody looked at"))
  end
end

---@param root string
---@param result agentxd.RunReviewResult
local function show(root, result)
  local items = vim.tbl_map(function(finding)
    return item(root, finding)
  end, result.findings)
  vim.fn.setqflist({}, " ", { title = "AgentX " .. summary(result), items = items })
  if #items > 0 then
    vim.cmd("botright copen")
  end
  telling.tell(summary(result))
  tell_gaps(result)
end

---The finding under the cursor: of the quickfix list, or of the text.
---@return string? fingerprint
---@return string? rule
local function here()
  if vim.bo.buftype == "quickfix" then
    local is_loclist = vim.fn.getwininfo(vim.api.nvim_get_current_win())[1].loclist == 1
    local entries = is_loclist and vim.fn.getloclist(0) or vim.fn.getqflist()
    local entry = entries[vim.fn.line(".")]
    local data = entry and entry.user_data
    if type(data) == "table" and data.fingerprint then
      return data.fingerprint, data.rule
    end
    return nil
  end
  for _, diagnostic in ipairs(vim.diagnostic.get(0, { lnum = vim.fn.line(".") - 1 })) do
    local data = vim.tbl_get(diagnostic, "user_data", "lsp", "data")
    if diagnostic.source == SOURCE and type(data) == "table" then
      return data.fingerprint, data.rule
    end
  end
end

---@param fn fun(root: string, fingerprint: string, rule: string)
local function with_finding(fn)
  local fingerprint, rule = here()
  local root = daemon.here()
  if not fingerprint then
    telling.warn("no finding is on this line")
  elseif root then
    fn(root, fingerprint, rule or "")
  end
end

---@param root string
---@param fingerprints string[]
local function fix(root, fingerprints)
  daemon.ask(root, "agentx/review/fix", { fingerprints = fingerprints, isAwaited = true }, function(result)
    for _, left in ipairs(result.leftOut) do
      telling.warn(("%s:%d is not mended: %s"):format(left.path, left.line + 1, left.reason))
    end
    if result.proposalId ~= "" then
      telling.tell(("%s mended: %s"):format(format.counted(result.nMended, "finding"), result.proposalId))
      require("agentxd.proposals").open(root, result.proposalId)
    else
      telling.tell(result.reason ~= "" and result.reason or "nothing could be mended")
    end
  end)
end

---@param answer string
---@param reason string
local function answer_here(answer, reason)
  if not vim.tbl_contains(ANSWERS, answer) then
    telling.warn("an answer is one of: " .. table.concat(ANSWERS, ", "))
    return
  end
  with_finding(function(root, fingerprint)
    local params = { fingerprint = fingerprint, answer = answer, reason = reason }
    daemon.ask(root, "agentx/review/answer", params, function(result)
      local until_ = result["until"] ~= "" and " until " .. result["until"] or ""
      telling.tell(("answered%s, in %s"):format(until_, result.path))
    end)
  end)
end

---Ask the daemon to run one of its commands; its text is shown in a window.
---@param root string
---@param fingerprint string
---@param rule string
local function explain(root, fingerprint, rule)
  local params = { command = "agentx.review.explain", arguments = { rule, fingerprint } }
  M.is_explaining = true
  require("agentxd.client").request("workspace/executeCommand", params, function(problem, text)
    M.is_explaining = false
    if problem then
      telling.problem(problem)
    elseif type(text) == "string" then
      local lines = format.lines((text:gsub("\n$", "")))
      require("agentxd.ui.windows").float(lines, rule, "markdown")
    end
  end, daemon.connection(root))
end

---@type table<string, fun(words: string[])>
local VERBS = {}

function VERBS.fix(words)
  if words[1] == "all" then
    local root = daemon.here()
    if root then
      fix(root, {})
    end
  else
    with_finding(function(root, fingerprint)
      fix(root, { fingerprint })
    end)
  end
end

function VERBS.answer(words)
  answer_here(words[1] or "", table.concat(words, " ", 2))
end

function VERBS.explain()
  with_finding(explain)
end

---`:AgentX review [working|staged|base REV|range A..B]`, `fix [all]`, `answer ANSWER [reason]`, `explain`;
---with `!` the linters of the project run too.
---@param arguments agentxd.Arguments
function M.run(arguments)
  local words = arguments.words
  local verb = VERBS[words[1] or ""]
  if verb then
    verb(vim.list_slice(words, 2))
    return
  end
  local kind = words[1] or "working"
  if not vim.tbl_contains(TARGETS, kind) then
    telling.warn(("there is no review of %q: %s; or fix, answer, explain"):format(kind, table.concat(TARGETS, ", ")))
    return
  end
  local root = daemon.here()
  if root then
    local what = { kind = kind, value = words[2] or "" }
    daemon.ask(root, "agentx/review/run", { what = what, isShown = true, hasLinters = arguments.bang }, function(result)
      show(root, result)
    end)
  end
end

---@param _ string
---@param words string[]
---@return string[]
function M.complete(_, words)
  if #words <= 1 then
    return vim.list_extend({ "fix", "answer", "explain" }, TARGETS)
  end
  return words[1] == "answer" and ANSWERS or words[1] == "fix" and { "all" } or {}
end

return M
