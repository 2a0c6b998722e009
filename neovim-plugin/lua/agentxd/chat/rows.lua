---How a talk looks: each block as rows, drawn once and kept until it changes.
local calls = require("agentxd.chat.calls")
local format = require("agentxd.ui.format")
local prose = require("agentxd.chat.prose")
local symbols = require("agentxd.ui.symbols")

local M = {}

local MAX_OUTPUT = 400
local N_LIVE_LINES = 6

---@param block agentxd.Block
---@param rows agentxd.Row[]
---@param parts [string, string?][]
local function push(block, rows, parts)
  rows[#rows + 1] = { key = ("%s.%d"):format(block.key, #rows + 1), parts = parts, item = block }
end

---@type table<string, fun(block: agentxd.Block, rows: agentxd.Row[])>
local DRAW = {}

function DRAW.user(block, rows)
  push(block, rows, { { "" } })
  for index, line in ipairs(format.lines(vim.trim(block.text))) do
    local lead = index == 1 and symbols.sign("› ", "> ") or "  "
    push(block, rows, { { lead, "AgentXKey" }, { line, "AgentXUser" } })
  end
  push(block, rows, { { "" } })
end

function DRAW.said(block, rows)
  for _, parts in ipairs(prose.lines(vim.trim(block.text))) do
    push(block, rows, { { "  " }, unpack(parts) })
  end
end

function DRAW.thinking(block, rows)
  local lines = format.lines(vim.trim(block.text))
    local sign = symbols.sign("∴", "~")
  push(block, rows, {
    { ("  %s thinking"):format(sign), "AgentXMuted" },
    { ("  +%d"):format(#lines), "AgentXNumber" },
  })
  -- Neovim keeps no folds up to date while one types, so what is folded is not there at all.
  for _, line in ipairs(block.is_open and lines or {}) do
    push(block, rows, { { "    " .. line, "AgentXThinking" } })
  end
end

local SIGNS = {
  wished = { "○", "o", "AgentXMuted" },
  running = { "▶", ">", "AgentXBusy" },
  ok = { "✓", "+", "AgentXGood" },
  error = { "✗", "x", "AgentXBad" },
}

---@param lines string[]
---@return string[]
local function cut(lines)
  if #lines <= MAX_OUTPUT then
    return lines
  end
  local kept = vim.list_slice(lines, 1, MAX_OUTPUT)
  kept[#kept + 1] = ("… %d more lines"):format(#lines - MAX_OUTPUT)
  return kept
end

function DRAW.tool(block, rows)
  local sign = SIGNS[block.state] or SIGNS.wished
  local ending = block.output and calls.ending(block.tool, block.output, block.state == "error") or ""
  local details = calls.argument_lines(block.arguments)
  local output = block.output and block.output ~= "" and cut(format.lines(vim.trim(block.output))) or {}
  local parts = {
    { "  " },
    { symbols.sign(sign[1], sign[2]), sign[3] },
    { " " .. block.tool, "AgentXTool" },
    { " " .. format.short(calls.subject(block.arguments), 100), "AgentXMuted" },
  }
  if ending ~= "" then
    parts[#parts + 1] = { "  " .. format.short(ending, 80), block.state == "error" and "AgentXBad" or "AgentXAsk" }
  end
  if #details + #output > 1 then
    parts[#parts + 1] = { ("  +%d"):format(#details + #output), "AgentXNumber" }
  end
  if block.ms then
    parts[#parts + 1] = { ("  %.1f s"):format(block.ms / 1000), "AgentXMuted" }
  end
  push(block, rows, parts)
  if not block.is_open then
    return
  end
  for _, line in ipairs(details) do
    push(block, rows, { { "      " .. line, "AgentXMuted" } })
  end
  for _, line in ipairs(output) do
    push(block, rows, { { symbols.sign("    │ ", "    | "), "AgentXMuted" }, { line } })
  end
end

function DRAW.note(block, rows)
  push(block, rows, { { "  " .. block.text, block.group or "AgentXMuted" } })
end

function DRAW.ask(block, rows)
  local approval = require("agentxd.approvals").find(block.approval, block.root)
  local words, group = "answered", "AgentXMuted"
  if approval and approval.state == "waiting" then
    words, group = "asks you: " .. approval.why .. "  (:AgentX approve)", "AgentXAsk"
  elseif approval then
    words = ("%s, said %s"):format(approval.decision, approval.by)
  end
  push(block, rows, { { "  ? ", group }, { block.text }, { "  " .. words, group } })
end

---@param proposal agentxd.Proposal
---@return string
local function hunk_words(proposal)
  local n_of, order = {}, {}
  for _, hunk in ipairs(proposal.hunks) do
    local word = symbols.hunk(hunk.state).word
    if not n_of[word] then
      order[#order + 1] = word
    end
    n_of[word] = (n_of[word] or 0) + 1
  end
  local told = {}
  for _, word in ipairs(order) do
    told[#told + 1] = n_of[word] .. " " .. word
  end
  return table.concat(told, ", ")
end

function DRAW.proposal(block, rows)
  local proposal = require("agentxd.state").proposal(block.proposal, block.root)
  local parts = { { symbols.sign("  → ", "  = "), "AgentXKey" }, { block.proposal, "AgentXId" } }
  if proposal and proposal.hunks then
    local size = ("  %s in %s"):format(
      format.counted(#proposal.hunks, "hunk"),
      format.counted(#proposal.files, "file")
    )
    parts[#parts + 1] = { size }
    parts[#parts + 1] = { "  " .. hunk_words(proposal), symbols.hunk(proposal.state).group }
  end
  push(block, rows, parts)
end

function DRAW.turn(block, rows)
  local task = require("agentxd.state").task(block.task, block.root)
  if not task then
    return push(block, rows, { { "  " .. block.task .. " ended", "AgentXMuted" } })
  end
  local look = symbols.task(task.state)
  local words = { task.id }
  if task.inputTokens + task.outputTokens > 0 then
    words[#words + 1] = format.counted(task.nSteps, "step")
    words[#words + 1] = ("%d tokens in, %d out"):format(task.inputTokens, task.outputTokens)
    words[#words + 1] = format.dollars(task.costMicros)
  end
  if task.endedMs > task.startedMs then
    words[#words + 1] = format.elapsed(task.endedMs - task.startedMs)
  end
  push(block, rows, {
    { ("  %s %s"):format(look.sign, look.word), look.group },
    { "  " .. table.concat(words, symbols.sign(" · ", ", ")), "AgentXMuted" },
  })
  if task.state ~= "completed" and task.state ~= "no_change" then
    for _, text in ipairs({ task.reason, task.nextStep }) do
      for _, line in ipairs(text ~= "" and format.lines(text) or {}) do
        push(block, rows, { { "    " .. line, "AgentXMuted" } })
      end
    end
  end
  push(block, rows, { { "" } })
end

---What is going on and not yet in the log.
---@param task string
---@param live agentxd.Live
---@param rows agentxd.Row[]
local function draw_live(task, live, rows)
  local block = { key = "live." .. task, task = task }
  local own = {}
  if live.thinking ~= "" then
    DRAW.thinking({ key = block.key .. ".thinking", text = live.thinking, task = task }, own)
    local last = live.thinking:match("([^\n]*)%s*$")
    push(block, own, { { "    " .. format.short(last, 200), "AgentXThinking" } })
  end
  if live.text ~= "" then
    DRAW.said({ key = block.key .. ".said", text = live.text, task = task }, own)
  end
  local output = live.output and live.output ~= "" and format.lines(vim.trim(live.output)) or {}
  for index = math.max(1, #output - N_LIVE_LINES + 1), #output do
    push(block, own, { { symbols.sign("    │ ", "    | "), "AgentXMuted" }, { output[index], "AgentXMuted" } })
  end
  if live.notice ~= "" then
    push(block, own, { { "  " .. live.notice, "AgentXNotice" } })
  end
  if live.busy ~= "" then
    push(block, own, { { ("  %s %s"):format(symbols.sign("⋯", "..."), live.busy), "AgentXBusy" } })
  end
  vim.list_extend(rows, own)
end

---@param talk agentxd.Talk
---@param rows agentxd.Row[]
local function draw_head(talk, rows)
  local info = talk.info
  local title = info and format.short(info.title, 60) or "a new session"
  local model = info and table.concat(
    vim.tbl_filter(function(word)
      return word ~= ""
    end, { info.provider, info.model }),
    "/"
  ) or ""
  rows[#rows + 1] = {
    key = "head",
    parts = {
      { talk.session ~= "" and talk.session .. "  " or "", "AgentXId" },
      { title, "AgentXTitle" },
      { model ~= "" and "  " .. model or "", "AgentXMuted" },
    },
  }
  if info and info.source ~= "" then
    rows[#rows + 1] = { key = "source", parts = { { info.source, "AgentXMuted" } } }
  end
end

---All of it.
---@param talk agentxd.Talk
---@return agentxd.Row[]
function M.draw(talk)
  local rows = {}
  draw_head(talk, rows)
  for _, block in ipairs(talk.blocks) do
    if not block.rows then
      block.rows = {}
      DRAW[block.kind](block, block.rows)
    end
    vim.list_extend(rows, block.rows)
  end
  for task, live in pairs(talk.live) do
    draw_live(task, live, rows)
  end
  for _, prompt in ipairs(talk.waiting) do
    rows[#rows + 1] = {
      key = "waiting." .. prompt.id,
      parts = { { symbols.sign("› ", "> "), "AgentXKey" }, { format.short(prompt.text, 200), "AgentXUser" }, { "  waits", "AgentXAsk" } },
    }
  end
  return rows
end

return M
