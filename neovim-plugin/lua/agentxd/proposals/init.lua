---`:AgentX proposals`: every proposal with its files, hunks and evidence; decide and jump by keys.
local View = require("agentxd.ui.view")
local daemon = require("agentxd.ui.daemon")
local rows = require("agentxd.proposals.rows")
local state = require("agentxd.state")
local telling = require("agentxd.telling")
local windows = require("agentxd.ui.windows")

local M = {}

---@class agentxd.ProposalList
---@field root string
---@field view agentxd.View
---@field closed table<string, boolean>
---@field is_all boolean

---@type table<string, agentxd.ProposalList> by root
local lists = {}

---@param list agentxd.ProposalList
local function draw(list)
  if list.view:is_valid() then
    list.view:render(rows.draw(list.root, state.proposals(list.root), list.closed, list.is_all))
  end
end

---@param list agentxd.ProposalList
---@return table
local function item(list)
  local row = list.view:row()
  return row and row.item or {}
end

---What a decision is about: the hunk, the file or the proposal under the cursor; or rows that are selected.
---@param list agentxd.ProposalList
---@return string[]
local function ids(list)
  local first, last = vim.fn.line("."), vim.fn.line(".")
  if vim.api.nvim_get_mode().mode:match("^[vV\22]") then
    first, last = math.min(vim.fn.line("v"), first), math.max(vim.fn.line("v"), last)
    vim.api.nvim_feedkeys(vim.keycode("<Esc>"), "nx", false)
  end
  local found = {}
  for line = first, last do
    local about = (list.view.rows[line] or {}).item or {}
    if about.hunk then
      found[#found + 1] = about.hunk.id
    elseif first == last and about.file then
      found[#found + 1] = about.proposal.id .. ":" .. about.file.path
    elseif first == last and about.proposal then
      found[#found + 1] = about.proposal.id
    end
  end
  return found
end

---@param hunks agentxd.Hunk[]
local function tell_conflicts(hunks)
  for _, hunk in ipairs(hunks) do
    if hunk.state == "conflicted" then
      telling.warn(("%s does not merge: %s"):format(hunk.id, hunk.reason))
    end
  end
end

---@param list agentxd.ProposalList
---@param method string
---@param more? table
local function decide(list, method, more)
  local names = ids(list)
  if #names == 0 then
    telling.tell("no hunk is here")
    return
  end
  daemon.ask(list.root, method, vim.tbl_extend("force", { ids = names }, more or {}), function(result)
    tell_conflicts(result.hunks)
  end)
end

---@param list agentxd.ProposalList
local function reject_with_reason(list)
  local names = ids(list)
  vim.ui.input({ prompt = "Why not? " }, function(reason)
    if reason then
      daemon.ask(list.root, "agentx/hunk/reject", { ids = names, reason = reason })
    end
  end)
end

---@param list agentxd.ProposalList
local function undo(list)
  decide(list, "agentx/hunk/undo")
end

---A subcommand of hunks, about what is under the cursor.
---@param name "diff"|"edit"|"why"|"evidence"
---@return fun(list: agentxd.ProposalList)
local function hand_over(name)
  return function(list)
    local about = item(list)
    local proposal = about.proposal
    local id = about.hunk and about.hunk.id or about.file and about.file.hunkIds[1] or proposal and proposal.hunks[1].id
    if id then
      require("agentxd.commands").subcommands[name].run({
        words = { id },
        rest = id,
        bang = false,
        range = 0,
        line1 = 1,
        line2 = 1,
      })
    end
  end
end

---@param list agentxd.ProposalList
---@param evidence agentxd.Evidence
local function show_output(list, evidence)
  daemon.ask(list.root, "agentx/evidence/get", { evidenceId = evidence.id }, function(result)
    local lines = vim.split((result.output:gsub("\r\n", "\n"):gsub("\n$", "")), "\n", { plain = true })
    table.insert(lines, 1, ("%s  %s  exit %d"):format(evidence.phase, evidence.command, evidence.exitCode))
    windows.float(lines, "Evidence " .. evidence.id)
  end)
end

---@param list agentxd.ProposalList
local function toggle(list)
  local about = item(list)
  local id = about.proposal and about.proposal.id or about.hunk and about.hunk.proposalId
  if not id then
    return
  end
  list.closed[id] = not list.closed[id]
  draw(list)
  list.view:select("proposal " .. id)
end

---@param list agentxd.ProposalList
local function jump(list)
  local about = item(list)
  if about.evidence then
    show_output(list, about.evidence)
  elseif about.hunk or about.file then
    local path = about.hunk and about.hunk.path or about.file.path
    local line = about.hunk and about.hunk.startLine or 0
    if vim.uv.fs_stat(list.root .. "/" .. path) then
      windows.edit(list.root .. "/" .. path, line + 1)
    else
      hand_over("diff")(list)
    end
  elseif about.proposal then
    toggle(list)
  end
end

---@param list agentxd.ProposalList
local function toggle_all(list)
  list.is_all = not list.is_all
  draw(list)
end

---@param list agentxd.ProposalList
---@return agentxd.Key[]
local function keys(list)
  local function with(fn, ...)
    local more = { ... }
    return function()
      fn(list, unpack(more))
    end
  end
  local both = { "n", "x" }
  return {
    { name = "jump", key = "<CR>", words = "go to the hunk; show the output of evidence", run = with(jump) },
    { name = "accept", key = "a", mode = both, words = "accept: hunk, file, proposal, selected rows", run = with(decide, "agentx/hunk/accept") },
    { name = "accept_verified", key = "A", mode = both, words = "accept after running the checks on exactly these", run = with(decide, "agentx/hunk/accept", { isVerified = true }) },
    { name = "reject", key = "r", mode = both, words = "reject", run = with(decide, "agentx/hunk/reject") },
    { name = "reject_with_reason", key = "R", mode = both, words = "reject, and say why", run = with(reject_with_reason) },
    { name = "undo", key = "u", mode = both, words = "take back what was accepted", run = with(undo) },
    { name = "edit", key = "e", words = "edit the hunk before it is accepted", run = with(hand_over("edit")) },
    { name = "diff", key = "d", words = "the file beside what it would be, in a tab", run = with(hand_over("diff")) },
    { name = "why", key = "K", words = "where it comes from", run = with(hand_over("why")) },
    { name = "evidence", key = "E", words = "what was run for it", run = with(hand_over("evidence")) },
    { name = "all", key = "o", words = "all proposals, or only open ones", run = with(toggle_all) },
    { name = "fold", key = "<Tab>", words = "fold or unfold the proposal", run = with(toggle) },
    { name = "close", key = "q", words = "close the list", run = windows.close },
  }
end

---@param root string
---@return agentxd.ProposalList
local function list_of(root)
  local view, is_new = View.get("agentx://proposals" .. root, "agentx-proposals", root)
  if not is_new then
    return lists[root]
  end
  local is_known = lists[root] ~= nil
  local list = { root = root, view = view, closed = {}, is_all = true }
  lists[root] = list
  require("agentxd.ui.keys").set(view.buffer, "proposals", keys(list))
  if not is_known then
    state.subscribe("proposals", function(_, changed)
      if changed == root then
        draw(lists[root])
      end
    end)
  end
  return list
end

---Show the list of a workspace, with the cursor on a proposal where one is named.
---@param root string
---@param id? string
function M.open(root, id)
  local list = list_of(root)
  if id then
    list.closed[id] = false
    list.is_all = true
  end
  draw(list)
  windows.open(list.view.buffer, "list", { wrap = false, cursorline = true })
  if id then
    list.view:select("proposal " .. id)
  end
end

---`:AgentX proposals [id]`
---@param arguments agentxd.Arguments
function M.command(arguments)
  local root = daemon.here()
  if root then
    M.open(root, arguments.words[1])
  end
end

---@return string[]
function M.complete()
  return vim.tbl_map(function(proposal)
    return proposal.id
  end, state.proposals())
end

return M
