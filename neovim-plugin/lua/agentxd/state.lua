---What the log of each workspace tells, kept up to date: tasks, proposals with their hunks, approvals.
local M = {}

---@alias agentxd.Kind "tasks"|"proposals"|"approvals"|"streamed"|"connection"

---@class agentxd.House
---@field tasks agentxd.Task[] # Newest last.
---@field proposals table<string, agentxd.Proposal>
---@field order string[] # Ids of proposals, newest last.
---@field approvals agentxd.Approval[]
---@field seq integer # Newest record of the log that was heard of.
---@field is_known boolean # False until the daemon told everything once.

---States of a hunk that wait for a decision.
M.OPEN = { proposed = true, edited = true, conflicted = true }

---@type table<string, agentxd.House>
local houses = {}
---@type table<agentxd.Kind, (fun(ids: string[], root: string, detail: any))[]>
local subscribers = { tasks = {}, proposals = {}, approvals = {}, streamed = {}, connection = {} }

---@param root? string # nil: the current workspace.
---@return agentxd.House
function M.house(root)
  root = root or require("agentxd.client").current_root() or ""
  houses[root] = houses[root]
    or { tasks = {}, proposals = {}, order = {}, approvals = {}, seq = 0, is_known = false }
  return houses[root]
end

---@param root? string
---@return agentxd.Task[] # Newest last.
function M.tasks(root)
  return M.house(root).tasks
end

---@param id string
---@param root? string
---@return agentxd.Task?
function M.task(id, root)
  for _, task in ipairs(M.house(root).tasks) do
    if task.id == id then
      return task
    end
  end
end

---@param root? string
---@return agentxd.Proposal[] # Newest last.
function M.proposals(root)
  local house = M.house(root)
  return vim.tbl_map(function(id)
    return house.proposals[id]
  end, house.order)
end

---@param id string
---@param root? string
---@return agentxd.Proposal?
function M.proposal(id, root)
  return M.house(root).proposals[id]
end

---Hunks of a proposal by their ids; made once for each proposal that the daemon tells of.
---@type table<agentxd.Proposal, table<string, agentxd.Hunk>>
local by_id = setmetatable({}, { __mode = "k" })

---@param id string # Of a hunk, as p1.2.
---@param root? string
---@return agentxd.Hunk?
---@return agentxd.Proposal?
function M.hunk(id, root)
  local proposal = M.house(root).proposals[id:match("^[^.]*")]
  if not proposal then
    return nil
  end
  if not by_id[proposal] then
    by_id[proposal] = {}
    for _, hunk in ipairs(proposal.hunks) do
      by_id[proposal][hunk.id] = hunk
    end
  end
  return by_id[proposal][id], proposal
end

---All hunks of a file, of whatever state, in the order of their proposals.
---@param path string # Relative to the root.
---@param root? string
---@return agentxd.Hunk[]
function M.hunks_of(path, root)
  local found = {}
  for _, proposal in ipairs(M.proposals(root)) do
    for _, hunk in ipairs(proposal.hunks) do
      if hunk.path == path then
        found[#found + 1] = hunk
      end
    end
  end
  return found
end

---Hunks that wait for a decision, in all files: by path, then by line.
---@param root? string
---@return agentxd.Hunk[]
function M.open_hunks(root)
  local found = {}
  for _, proposal in ipairs(M.proposals(root)) do
    for _, hunk in ipairs(proposal.hunks) do
      if M.OPEN[hunk.state] then
        found[#found + 1] = hunk
      end
    end
  end
  table.sort(found, function(one, two)
    if one.path ~= two.path then
      return one.path < two.path
    end
    return one.startLine < two.startLine
  end)
  return found
end

---@param root? string
---@return agentxd.Approval[] # Those that wait, oldest first.
function M.approvals(root)
  return M.house(root).approvals
end

---Hear of changes. `fn(ids, root, detail)`: ids of what changed, empty for everything; detail is the
---agentxd.StreamedNotification of "streamed" and the agentxd.ConnectionState of "connection".
---@param kind agentxd.Kind
---@param fn fun(ids: string[], root: string, detail: any)
---@return fun() # Ends it.
function M.subscribe(kind, fn)
  local list = assert(subscribers[kind], "there is no kind " .. tostring(kind))
  table.insert(list, fn)
  return function()
    for index, found in ipairs(list) do
      if found == fn then
        table.remove(list, index)
        return
      end
    end
  end
end

---Tell the subscribers. One that fails is told to the person, and the others are called.
---@param kind agentxd.Kind
---@param ids string[]
---@param root string
---@param detail? any
function M.announce(kind, ids, root, detail)
  for _, fn in ipairs(vim.list_slice(subscribers[kind])) do
    local is_fine, problem = xpcall(fn, debug.traceback, ids, root, detail)
    if not is_fine then
      require("agentxd.telling").tell(tostring(problem), vim.log.levels.ERROR)
    end
  end
end

---Put proposals in the place of what was known of them.
---@param root string
---@param proposals agentxd.Proposal[]
function M.put_proposals(root, proposals)
  local house = M.house(root)
  for _, proposal in ipairs(proposals) do
    if not house.proposals[proposal.id] then
      table.insert(house.order, proposal.id)
    end
    house.proposals[proposal.id] = proposal
  end
end

---Forget what a workspace told; what comes next is whole.
---@param root string
function M.forget_proposals(root)
  local house = M.house(root)
  house.proposals, house.order = {}, {}
end

return M
