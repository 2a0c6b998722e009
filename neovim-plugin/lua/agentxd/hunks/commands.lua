---The subcommands about hunks.
local choosing = require("agentxd.hunks.choosing")
local state = require("agentxd.state")
local telling = require("agentxd.telling")

local M = {}

local APPLIED = { applied = true }

---@param arguments agentxd.Arguments
---@param states table<string, true>
---@param decide fun(ids: string[])
local function on_chosen(arguments, states, decide)
  local ids, problem = choosing.ids(arguments, states)
  if problem then
    telling.warn(problem .. ".")
  else
    decide(ids)
  end
end

---@param arguments agentxd.Arguments
function M.accept(arguments)
  on_chosen(arguments, state.OPEN, function(ids)
    require("agentxd.hunks.deciding").accept(ids, arguments.bang)
  end)
end

---@param arguments agentxd.Arguments
function M.reject(arguments)
  on_chosen(arguments, state.OPEN, function(ids)
    require("agentxd.hunks.deciding").reject(ids)
  end)
end

---@param arguments agentxd.Arguments
function M.undo(arguments)
  on_chosen(arguments, APPLIED, function(ids)
    require("agentxd.hunks.deciding").undo(ids)
  end)
end

---@param arguments agentxd.Arguments
---@param use fun(hunk: agentxd.Hunk, proposal: agentxd.Proposal)
local function on_one(arguments, use)
  local hunk, problem = choosing.one(arguments)
  if not hunk then
    telling.warn((problem or "there is no such hunk") .. ".")
    return
  end
  local whole, proposal = state.hunk(hunk.id)
  if whole and not whole.isTextLeftOut then
    use(whole, proposal --[[@as agentxd.Proposal]])
    return
  end
  require("agentxd.client").request("agentx/proposal/get", { proposalId = hunk.proposalId }, function(failed, result)
    if failed then
      telling.problem(failed)
      return
    end
    state.put_proposals(require("agentxd.client").current_root() or "", { result.proposal })
    local found, known = state.hunk(hunk.id)
    use(found --[[@as agentxd.Hunk]], known --[[@as agentxd.Proposal]])
  end)
end

---@param arguments agentxd.Arguments
function M.edit(arguments)
  on_one(arguments, require("agentxd.hunks.editing").open)
end

---@param arguments agentxd.Arguments
function M.diff(arguments)
  on_one(arguments, require("agentxd.hunks.diffing").open)
end

---@param arguments agentxd.Arguments
function M.why(arguments)
  on_one(arguments, require("agentxd.hunks.explaining").why)
end

---@param arguments agentxd.Arguments
function M.evidence(arguments)
  on_one(arguments, require("agentxd.hunks.explaining").evidence)
end

function M.next()
  require("agentxd.hunks.moving").move(true, vim.v.count1)
end

function M.previous()
  require("agentxd.hunks.moving").move(false, vim.v.count1)
end

---@return string[]
function M.complete_open()
  return { "file", unpack(choosing.names(state.OPEN)) }
end

---@return string[]
function M.complete_applied()
  return { "file", unpack(choosing.names(APPLIED)) }
end

---@return string[]
function M.complete_hunks()
  return vim.tbl_filter(function(name)
    return not name:find(":", 1, true)
  end, choosing.names())
end

return M
