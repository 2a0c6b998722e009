---Requests of a list or a chat to the daemon of its own workspace; what goes wrong is told.
local M = {}

---@param root string
---@return agentxd.Connection?
function M.connection(root)
  for _, connection in ipairs(require("agentxd.client").all()) do
    if connection.root == root then
      return connection
    end
  end
end

---The workspace that a command is about; connects it where it is not. Tells the person where there is none.
---@return string? root
function M.here()
  local connection, problem = require("agentxd.client").start()
  if not connection then
    require("agentxd.telling").warn(problem .. ".")
    return nil
  end
  return connection.root
end

---Ask; `done` gets the result only, a problem is told to the person.
---@param root string
---@param method string
---@param params table
---@param done? fun(result: any)
function M.ask(root, method, params, done)
  require("agentxd.client").request(method, params, function(problem, result)
    if problem then
      require("agentxd.telling").problem(problem)
    elseif done then
      done(result)
    end
  end, M.connection(root))
end

return M
