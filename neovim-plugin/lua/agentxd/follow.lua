---Keeps the state up to date: a snapshot at the start of each connection, then the log as it grows.
local client = require("agentxd.client")
local state = require("agentxd.state")

local M = {}

local GATHER_MS = 10
local is_attached = false
---@type table<string, table<string, true>> # root to what is to be asked again
local wanted = {}

---Events by the beginning of their type, and what they are about.
local ABOUT = {
  { "^Approval", "approvals" },
  { "^Task", "tasks" },
  { "^Pause", "tasks" },
  { "^TakeOver", "tasks" },
  { "^ModelStep", "tasks" },
  { "^Step", "tasks" },
  { "^Usage", "tasks" },
  { "^ProposalCreated", "tasks" },
}

---@param connection agentxd.Connection
---@param method string
---@param params table
---@param take fun(result: any)
local function ask(connection, method, params, take)
  connection:request(method, params, function(problem, result)
    if not problem then
      take(result)
    elseif connection.state == "running" then
      require("agentxd.telling").problem(problem)
    end
  end)
end

---@param connection agentxd.Connection
function M.refresh_tasks(connection)
  ask(connection, "agentx/task/list", {}, function(result)
    state.house(connection.root).tasks = result.tasks
    state.announce("tasks", {}, connection.root)
  end)
end

---@param connection agentxd.Connection
function M.refresh_approvals(connection)
  ask(connection, "agentx/approval/list", { isWaitingOnly = true }, function(result)
    state.house(connection.root).approvals = result.approvals
    state.announce("approvals", {}, connection.root)
  end)
end

---Ask for proposals again, with their texts as they are now.
---@param connection agentxd.Connection
---@param ids string[]
function M.refresh_proposals(connection, ids)
  for _, id in ipairs(ids) do
    ask(connection, "agentx/proposal/get", { proposalId = id }, function(result)
      state.put_proposals(connection.root, { result.proposal })
      state.announce("proposals", { id }, connection.root)
    end)
  end
end

---@param connection agentxd.Connection
function M.refresh_all(connection)
  ask(connection, "agentx/proposal/list", { isOpenOnly = false }, function(result)
    state.forget_proposals(connection.root)
    state.put_proposals(connection.root, result.proposals)
    state.house(connection.root).is_known = true
    state.announce("proposals", {}, connection.root)
    local cut = vim.tbl_filter(function(proposal)
      return vim.iter(proposal.hunks):any(function(hunk)
        return hunk.isTextLeftOut and state.OPEN[hunk.state]
      end)
    end, result.proposals)
    M.refresh_proposals(
      connection,
      vim.tbl_map(function(proposal)
        return proposal.id
      end, cut)
    )
  end)
end

---@param connection agentxd.Connection
local function begin(connection)
  ask(connection, "agentx/event/subscribe", { hasSnapshot = true, hasParts = true }, function(result)
    local house = state.house(connection.root)
    house.seq = result.lastSeq
    house.tasks = result.snapshot.tasks
    house.approvals = result.snapshot.approvals
    state.announce("tasks", {}, connection.root)
    state.announce("approvals", {}, connection.root)
    M.refresh_all(connection)
  end)
end

---Several events of one moment ask once.
---@param connection agentxd.Connection
---@param what string
local function want(connection, what)
  local root = connection.root
  if wanted[root] then
    wanted[root][what] = true
    return
  end
  wanted[root] = { [what] = true }
  vim.defer_fn(function()
    local all = wanted[root]
    wanted[root] = nil
    if all.tasks then
      M.refresh_tasks(connection)
    end
    if all.approvals then
      M.refresh_approvals(connection)
    end
  end, GATHER_MS)
end

---@param params agentxd.PublishedNotification
---@param connection agentxd.Connection
local function published(params, connection)
  local house = state.house(connection.root)
  for _, record in ipairs(params.records) do
    house.seq = math.max(house.seq, record.seq)
    for _, about in ipairs(ABOUT) do
      if record.type:match(about[1]) then
        want(connection, about[2])
      end
    end
  end
end

---Listen; calling it again listens once.
function M.attach()
  if is_attached then
    return
  end
  is_attached = true
  client.watch(function(connection)
    state.announce("connection", {}, connection.root, connection.state)
    if connection.state == "running" then
      -- Behind the handshake: nothing may be asked within it.
      vim.schedule(function()
        begin(connection)
      end)
    end
  end)
  client.on("agentx/event/published", published)
  client.on("agentx/part/streamed", function(params, connection)
    state.announce("streamed", { params.taskId }, connection.root, params)
  end)
  client.on("agentx/proposal/changed", function(params, connection)
    M.refresh_proposals(connection, params.proposalIds)
  end)
  client.on("agentx/task/settled", function(_, connection)
    want(connection, "tasks")
  end)
end

return M
