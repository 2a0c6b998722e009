---`:AgentX {subcommand}`: a table of subcommands, each loaded when it is used.
local telling = require("agentxd.telling")

local M = {}

---What a subcommand is given.
---@class agentxd.Arguments
---@field words string[] # Behind the name of the subcommand.
---@field rest string # The same, as it was typed.
---@field bang boolean
---@field range integer # How many numbers a range had: 0, 1 or 2.
---@field line1 integer # 1-based
---@field line2 integer

---@class agentxd.Subcommand
---@field run fun(arguments: agentxd.Arguments)
---@field complete? fun(lead: string, words: string[]): string[] # Candidates; they are filtered by `lead`.
---@field desc string

---@type table<string, agentxd.Subcommand>
M.subcommands = {}

---A subcommand of a module: `run` and `complete` name functions in it.
---@param name string
---@param module string
---@param run string
---@param desc string
---@param complete? string
function M.add(name, module, run, desc, complete)
  M.subcommands[name] = {
    desc = desc,
    run = function(arguments)
      require(module)[run](arguments)
    end,
    complete = complete and function(lead, words)
      return require(module)[complete](lead, words)
    end or nil,
  }
end

-- Hunks and the connection. Names of the same table in other files of the plugin: see the end of this file.
local HUNKS = "agentxd.hunks.commands"
M.add("accept", HUNKS, "accept", "Accept hunks: here, in a range, of a file, a proposal (! runs the checks first)", "complete_open")
M.add("reject", HUNKS, "reject", "Reject hunks", "complete_open")
M.add("undo", HUNKS, "undo", "Take accepted hunks back", "complete_applied")
M.add("edit", HUNKS, "edit", "Edit a hunk before it is accepted", "complete_open")
M.add("why", HUNKS, "why", "Where a hunk comes from", "complete_hunks")
M.add("evidence", HUNKS, "evidence", "What was run for a hunk", "complete_hunks")
M.add("diff", HUNKS, "diff", "A proposed file beside the current one, in a tab", "complete_hunks")
M.add("next", HUNKS, "next", "Go to the next hunk, also in other files")
M.add("previous", HUNKS, "previous", "Go to the previous hunk")
M.add("hunks", "agentxd.quickfix", "hunks", "Hunks that wait, as a quickfix list")
M.add("findings", "agentxd.quickfix", "findings", "Findings of the review, as a quickfix list")

-- Tasks, talks, questions and what the index and the review know.
M.add("run", "agentxd.goals", "run", "Work on a goal; a range attaches its lines", "complete")
M.add("tasks", "agentxd.tasks", "open", "Goals and their tasks, live")
M.add("proposals", "agentxd.proposals", "command", "Proposals with their hunks and evidence", "complete")
M.add("chat", "agentxd.chat", "command", "Talk: the last session, one by its id, or `new`; a range attaches its lines", "complete")
M.add("sessions", "agentxd.chat", "sessions", "Choose a session to go on with")
M.add("approve", "agentxd.approvals", "approve", "Answer a question that waits", "complete")
M.add("search", "agentxd.search", "run", "Search the index in words or code", "complete")
M.add("review", "agentxd.review", "run", "Review a change; fix, answer or explain a finding", "complete")
M.add("log", "agentxd.log", "open", "The event log, live", "complete")

M.subcommands.restart = {
  desc = "Connect to the daemon anew",
  run = function()
    require("agentxd.client").restart()
  end,
}

---Run what `:AgentX …` was called with.
---@param call table # of nvim_create_user_command
function M.run(call)
  require("agentxd").ensure()
  -- Both `:AgentX! accept` and `:AgentX accept!` are meant the same.
  local word = call.fargs[1]
  local name = word and word:gsub("!$", "")
  local subcommand = name and M.subcommands[name]
  if not subcommand then
    local known = table.concat(M.names(), ", ")
    telling.warn(name and ("there is no :AgentX %s. There are: %s"):format(name, known) or ("what? " .. known))
    return
  end
  subcommand.run({
    words = vim.list_slice(call.fargs, 2),
    rest = vim.trim(call.args):sub(#word + 1):gsub("^%s+", ""),
    bang = call.bang or word ~= name,
    range = call.range,
    line1 = call.line1,
    line2 = call.line2,
  })
end

---@return string[]
function M.names()
  local names = vim.tbl_keys(M.subcommands)
  table.sort(names)
  return names
end

---@param lead string
---@param line string
---@param position integer
---@return string[]
function M.complete(lead, line, position)
  local words = vim.split(line:sub(1, position):gsub("^.-AgentX!?%s+", ""), "%s+")
  local found = M.names()
  if #words > 1 then
    local subcommand = M.subcommands[words[1]]
    found = subcommand and subcommand.complete and subcommand.complete(lead, vim.list_slice(words, 2)) or {}
  end
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, found)
end

return M
